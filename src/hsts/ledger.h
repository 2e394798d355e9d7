/*
 * The ledger of one host name: every interval in which a Strict-Transport-Security field could have been emitted under
 * it, and the one question it is there for: until when may a browser be bound? Pure arithmetic. It errs on the late
 * side only.
 *
 *     max-age  ┌───────────────┐ could be emitted in [from, to]; open: to is not known yet, so it is now
 *              from           to ─────── max-age ───────▶ the last browser is free (+ slack)
 *                                        at most up to cap, where the field was bounded by a certificate
 *
 * An entry is opened, durably, before the first snapshot that carries the field is published, and closed when no
 * snapshot that could still be served carries it. Entries only ever end; what was is never changed or forgotten while
 * it binds anybody.
 */
#ifndef HSTS_LEDGER_H
#define HSTS_LEDGER_H

#include "base/str.h"

/* to_s of an entry that is not closed. */
#define LEDGER_OPEN INT64_MAX
/*
 * A gateway that was replaced drains for an hour at most by its last snapshot; what it sent may be read later; and two
 * readings of the ledger's clock may differ from the time between them by twice HSTS_CLOCK_JUMP_S.
 */
#define LEDGER_SLACK_S 7200
/* Chromium remembers no policy for longer than a year (net/http/transport_security_state). */
#define LEDGER_CHROMIUM_CLIP_S 31536000

/* What a field says, as far as it binds. All equal: the same promise, which needs no entry of its own. */
struct ledger_promise {
    int64_t max_age_s; /* 0: a release, which binds nobody but is history */
    bool include_subdomains;
    bool preload;
    int64_t cap_s; /* no max-age of this promise reaches past this moment (RFC 6797 section 11.2); 0: none */
};

struct ledger_entry {
    uint64_t id; /* given by the book; names the entry in the store */
    struct ledger_promise promise;
    int64_t from_s, to_s; /* of the ledger's clock (hsts_clock_over) */
    bool doubted;         /* not stored: the disk may have it otherwise, since a save failed */
};

struct ledger {
    struct ledger_entry *entries; /* in the order they were opened */
    size_t count, capacity;
};

/* Which clients a question is about: browsers differ in how long they remember. */
enum ledger_family {
    LEDGER_ANY,      /* the longest that any client may remember: what guards go by */
    LEDGER_CHROMIUM, /* clipped at a year */
    LEDGER_FAMILIES_COUNT,
};

enum ledger_scope {
    LEDGER_NAME,       /* the name itself */
    LEDGER_SUBDOMAINS, /* the names below it: entries with includeSubDomains only */
};

void ledger_init(struct ledger *ledger);
void ledger_fini(struct ledger *ledger);
/* Takes an entry in, or replaces the one with the same id. False when memory ran out. */
NODISCARD bool ledger_put(struct ledger *ledger, const struct ledger_entry *entry);
/* The open entry with exactly this promise, or NULL. A doubted one does not count. */
const struct ledger_entry *ledger_find_open(const struct ledger *ledger, const struct ledger_promise *promise);
/* Whether two promises are the same in every part. */
bool ledger_promise_eq(const struct ledger_promise *a, const struct ledger_promise *b);
/* When the last client of the family is free of what this entry emitted; 0 when it binds nobody. `now_s` is the
 * ledger's clock (hsts_clock_over): until then an open entry may have been emitted. */
int64_t ledger_entry_until(const struct ledger_entry *entry, int64_t now_s, enum ledger_family family);
/* The latest moment at which a client of the family may still be bound; 0 when nobody ever was. It may be past. */
int64_t ledger_bound_until(const struct ledger *ledger, int64_t now_s, enum ledger_family family,
                           enum ledger_scope scope);
/* Whether the field ever carried "preload" under this name. */
bool ledger_preload_sent(const struct ledger *ledger);
/* Lets entries go that ended longer ago than the slack, bind nobody at `now_s` any more (hsts_clock_over) and never
 * carried preload. Returns how many. The store keeps them as history. After a look at the clock only. */
size_t ledger_forget_past(struct ledger *ledger, int64_t now_s);
/*
 * What has to be done to what was written while the clock may have been behind, before the clock may be put right
 * (hsts_clock_look asks for it). It makes no answer earlier.
 */
struct ledger_mend {
    int64_t
        since_s; /* entries that ended then or later (INT64_MIN: all that ended, INT64_MAX: none) end `by_s` later */
    int64_t by_s;
    bool drop_caps; /* max-age alone counts from now on for these entries and for open ones */
};
/* The entry as it should be. True when that differs from what it is. */
bool ledger_mend_entry(const struct ledger_mend *mend, struct ledger_entry *entry);

#endif
