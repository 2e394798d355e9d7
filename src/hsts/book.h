/*
 * The ledgers of all names, and the two-step way they change: a *plan* says which entries a change opens or closes; it
 * is made durable by whoever owns the store; only then is it applied in memory. A plan that was saved but not applied
 * (a crash between) is read back as it was saved. One whose save failed is dropped, but for what the disk may know of
 * it all the same (book_doubt).
 *
 *     plan ──save, synced──▶ apply ──▶ publish (open)       acknowledged and kept ──▶ plan ──save──▶ apply (close)
 *
 * Names are in the form of sites: lower-case A-labels, "*.example.org" for a wildcard, IP literals never (browsers
 * ignore the field there).
 */
#ifndef HSTS_BOOK_H
#define HSTS_BOOK_H

#include "base/arena.h"
#include "base/map.h"
#include "hsts/ledger.h"

struct book_name;

struct book {
    struct map names;   /* text → struct book_name, owned */
    struct map parents; /* what follows the first label → the newest of the names that a wildcard there covers */
    struct book_name *first;
    uint64_t next_id;
};

/* One entry to be written: new, or an old one with its end. */
struct book_change {
    struct str name;
    struct ledger_entry entry;
    uintptr_t older; /* the change of the same name that was planned before, counted from 1; 0: none */
};

struct book_plan {
    struct arena arena;
    struct book_change *changes;
    size_t count, capacity;
    struct map newest; /* name → its newest change, counted from 1 */
    uint64_t next_id;
};

void book_init(struct book *book);
void book_fini(struct book *book);
/* An entry as the store has it. False when memory ran out. */
NODISCARD bool book_load(struct book *book, struct str name, const struct ledger_entry *entry);
/* The ledger of a name, or NULL when nothing was ever promised under it. */
const struct ledger *book_ledger(const struct book *book, struct str name);
/* The names with a ledger in no particular order; start with data NULL, and get it after the last. */
struct str book_next(const struct book *book, struct str after);
/* The latest moment that any entry tells of, 0 for an empty book: what the ledger's clock starts from when its own
 * record is lost. */
int64_t book_newest_s(const struct book *book);
/* ledger_forget_past for every name. */
size_t book_forget_past(struct book *book, int64_t now_s);

/*
 * A plan is made from one state of the book and applied to the same. `now_s` is always hsts_clock_over, and
 * hsts_clock_look has been asked just before.
 */
void book_plan_init(struct book_plan *plan, const struct book *book);
void book_plan_fini(struct book_plan *plan);
/* This promise may be emitted under the name from now on. Plans nothing when its open entry is there already. False
 * when memory ran out. */
NODISCARD bool book_plan_open(struct book_plan *plan, const struct book *book, struct str name,
                              const struct ledger_promise *promise, int64_t now_s);
/*
 * From now on only `carried` can be emitted under the name (NULL: nothing): every other open entry ends. False when
 * memory ran out.
 */
NODISCARD bool book_plan_close(struct book_plan *plan, const struct book *book, struct str name,
                               const struct ledger_promise *carried, int64_t now_s);
/*
 * What the clock asks for (hsts_clock_look), over the entries of the book; into a plan of its own. When it cannot be
 * made durable it should be applied all the same, for it makes no answer earlier (book_doubt afterwards); but
 * hsts_clock_mended has to wait.
 */
NODISCARD bool book_plan_mend(struct book_plan *plan, const struct book *book, const struct ledger_mend *mend);
/*
 * Everything that `other` knows and the book does not, mended as hsts_clock_merge says, planned so that no answer gets
 * earlier (merge by maximum): for restored backups; into a plan of its own. An entry is known by name, beginning and
 * promise; what is open there and not here is open until the next close. False when memory ran out.
 */
NODISCARD bool book_plan_merge(struct book_plan *plan, const struct book *book, const struct book *other,
                               const struct ledger_mend *mend);
/* Takes the plan's changes in; call it when they are durable. False when memory ran out, which the caller cannot go on
 * from but by reading the store anew. */
NODISCARD bool book_apply(struct book *book, const struct book_plan *plan);

/*
 * The plan's save failed. It may be on disk nevertheless, now or after the next crash (a write whose sync failed), so
 * entries that it would have changed are not counted on any more: the next plan that needs them opens others, and its
 * ids are not given again. Of a mend that was applied all the same: apply, then doubt.
 */
void book_doubt(struct book *book, const struct book_plan *plan);

/* Who binds a name, and until when. */
struct book_binding {
    int64_t until_s; /* 0: nobody is bound */
    struct str name; /* the name whose ledger says so: the name itself, a wildcard that covers it, a name above it */
};

/*
 * Until when clients of the family may insist on HTTPS for the name: by its own ledger, by that of a wildcard it is or
 * was served under, by that of a name above it with includeSubDomains. For a wildcard: what binds any name it covers.
 * Whether anybody is bound is decided at `over_s` (hsts_clock_over); until_s is told by `latest_s` (hsts_clock_latest),
 * later by as much as the two differ.
 */
struct book_binding book_binding(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                 enum ledger_family family);
/* The same for the names below it: promises with includeSubDomains made under the name or above. */
struct book_binding book_binding_below(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                       enum ledger_family family);
/* The names above (not the name itself) that bind it by includeSubDomains; see book_binding. */
struct book_binding book_binding_above(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                       enum ledger_family family);

#endif
