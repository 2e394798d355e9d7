/*
 * What survives a crash: entries, wishes, the clock's record. A transaction is whole or not at all; whether the one who
 * saved learns of it, and lives to, is another matter.
 */
#ifndef PROMISE_DISK_H
#define PROMISE_DISK_H

#include "dice.h"
#include "hsts/book.h"
#include "hsts/clock.h"
#include "hsts/wish.h"
#include "names.h"

#define DISK_ENTRIES_COUNT_MAX 512

/* What the operator set, and the certificates. */
struct settings {
    struct hsts_wish wishes[SITES_COUNT];
    int64_t caps_s[SITES_COUNT]; /* of the certificate in use; 0: renewal is proven */
    bool has_alias;
    uint64_t generation;
};

struct disk {
    struct settings settings;
    struct hsts_clock_saved clock;
    size_t entries_count;
    struct {
        enum ledger_name name;
        struct ledger_entry entry;
    } entries[DISK_ENTRIES_COUNT_MAX];
};

enum disk_outcome {
    DISK_SAVED,
    DISK_FAILED,            /* nothing was saved */
    DISK_FAILED_AFTERWARDS, /* it was saved, but the one who saved is told that it failed */
    DISK_CRASHED_BEFORE,
    DISK_CRASHED_AFTER,
    DISK_OUTCOMES_COUNT,
};

/* What to save; NULL parts stay as they are. */
struct transaction {
    const struct book_plan *plan;
    const struct settings *settings;
    const struct hsts_clock_saved *clock;
};

void disk_init(struct disk *disk);
/* Room for what a sequence may still write: when there is none, the sequence ends. */
bool disk_has_room(const struct disk *disk);
void disk_save(struct disk *disk, const struct transaction *transaction, enum disk_outcome outcome);
/* The book as a process that starts now would read it. */
void disk_load(const struct disk *disk, struct book *ret);
/* Whether some entry allows this field under the name. */
bool disk_covers(const struct disk *disk, enum ledger_name name, const struct ledger_promise *sent);

#endif
