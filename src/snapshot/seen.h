/*
 * Names below those of sites that clients asked for: host names of a ClientHello (SNI) or of a request (Host,
 * :authority) that are no site's own, but lie below a site's name, so that includeSubDomains would bind them, or are
 * served under a wildcard. Here: the table of one worker, how a name gets into it and how it is read. Part of the
 * counters (snapshot/counters.h): one writer, memory that outlives the gateway, no lock. Which names are noted is the
 * gateway's business (gateway/asked), what becomes of them control's (control/seen).
 *
 *     counters_seen │ moved[] │ shelf 0: hashes[], slots[] │ shelf 1: … │
 *
 * Whoever chooses SNI and Host is a stranger, so everything here is bounded, whatever is asked for: a name goes to the
 * shelf of its site (by the site's place in the counters), a shelf has so many slots, and a flood of names below one
 * site finds no other shelf. Where there are more sites than shelves, the one that has most of a shelf gives way.
 * Within a site's part a quarter is for newcomers, the oldest of whom makes room for the next; what was asked for
 * again, best over many hours, is pushed out by them only after it has not come for days.
 *
 * A slot is written under a version that is odd meanwhile. A reader that meets an odd one, or another one afterwards,
 * takes the slot for empty, as it does with one that a dying worker left half-written: nobody ever waits.
 */
#ifndef SNAPSHOT_SEEN_H
#define SNAPSHOT_SEEN_H

#include "base/str.h"

/* RFC 1035 section 2.3.4, as text without the final dot. */
#define SEEN_NAME_SIZE_MAX 253
/* Deeper names are made up: real ones have three to six. Each label costs a look at the names of all sites. */
#define SEEN_LABELS_MAX 10
/* Sites that have a shelf of their own; with all of them full a worker's table takes 4 MiB. */
#define SEEN_SHELVES_COUNT 512
/* As many as two pages of memory hold. Control takes names down every minute: they need not be more. */
#define SEEN_SLOTS_COUNT 26
/* Distinct hours are counted up to here: more than two years of them say nothing more. */
#define SEEN_HOURS_MAX 20000

/* How a name was asked for; bits. */
enum seen_by { SEEN_BY_SNI = 1 << 0, SEEN_BY_HOST = 1 << 1 };

struct seen_slot {
    uint64_t version; /* 0: never used; odd: being written */
    uint64_t first_s, last_s;
    uint64_t count;
    uint64_t facts; /* seen.c: owner, hours, how it was asked for, size of the name */
    uint64_t name[32];
};

struct seen_shelf {
    uint64_t hashes[SEEN_SLOTS_COUNT]; /* of the names, in the order of the slots: looked through first */
    struct seen_slot slots[SEEN_SLOTS_COUNT];
} __attribute__((aligned(4096)));

struct counters_seen {
    /* How often something was written in a shelf: who reads looks only into those where that has moved, since looking
     * at a page costs memory. */
    uint64_t moved[SEEN_SHELVES_COUNT];
    struct seen_shelf shelves[SEEN_SHELVES_COUNT];
};

/* What a slot says; views into itself. */
struct seen_record {
    uint64_t hash; /* str_hash of the name */
    uint32_t owner;
    uint32_t hours; /* distinct hours in which it was asked for; less for each time that it was not for long */
    uint64_t count;
    int64_t first_s, last_s; /* wall clock of the gateway */
    unsigned by;             /* enum seen_by */
    size_t size;
    char name[SEEN_NAME_SIZE_MAX + 1]; /* zero-terminated */
};

/*
 * The form in which names are kept: lower case, without a final dot; letters, digits, hyphens (inside) and underscores
 * in labels of 1 to 63, SEEN_LABELS_MAX of them at most, the last one no number (so no IP address). False when `asked`
 * is none of that. The view is into `room`.
 */
NODISCARD bool seen_name_read(struct str asked, char room[static SEEN_NAME_SIZE_MAX], struct str *ret);

/* A name that has not come for this long has half its worth left: one of weekdays is still there on Monday. */
#define SEEN_HALF_LIFE_S (2 * 86400)
/*
 * How well a name has earned its place: distinct hours first, how often it was asked for second, halved for every
 * half-life since.
 */
uint64_t seen_worth(uint32_t hours, uint64_t count, int64_t last_s, int64_t now_s);
/* The worth of one that was asked for once. */
#define SEEN_WORTH_NEWCOMER 17
/* The hours of a name that was asked for in `hours` until `last_s`, once it is asked for again. */
uint32_t seen_hours_next(uint32_t hours, int64_t last_s, int64_t now_s);

/* The shelf of a site, by its place in the counters. */
static inline uint32_t seen_shelf_of(uint32_t owner)
{
    return owner % SEEN_SHELVES_COUNT;
}

/* For the one writer: the name (as seen_name_read has it) was asked for once more, below the site of this place. */
void seen_note(struct counters_seen *seen, uint32_t owner, struct str name, enum seen_by by, int64_t now_s);
/* Reads a slot, in any process. False when it is empty or just being written; *ret untouched. */
NODISCARD bool seen_read(const struct seen_shelf *shelf, size_t slot, struct seen_record *ret);
/* What `moved` says of a shelf; what was written before it moved is seen by whoever has seen it moved. */
static inline uint64_t seen_moved(const struct counters_seen *seen, uint32_t shelf)
{
    return __atomic_load_n(&seen->moved[shelf], __ATOMIC_ACQUIRE);
}

#endif
