/*
 * How far the workers' tables of names (snapshot/seen.h) have been taken down: counts in them only grow while a name
 * keeps its slot, so what came since is a difference. Marks are made when a shelf is taken for the first time; until
 * the first round is over nobody can say of what is in a table whether an earlier control has taken it.
 */
#ifndef CONTROL_SEEN_MARKS_H
#define CONTROL_SEEN_MARKS_H

#include "base/err.h"
#include "snapshot/counters.h"

/* What a slot said when it was taken. */
struct seen_mark {
    uint64_t hash;
    int64_t first_s;
    uint64_t count;
};

struct seen_shelf_marks {
    struct seen_mark slots[SEEN_SLOTS_COUNT];
};

struct seen_block_marks {
    uint64_t moved[SEEN_SHELVES_COUNT]; /* as of when each was taken; 0: never */
    struct seen_shelf_marks *shelves[SEEN_SHELVES_COUNT];
};

struct seen_marks {
    struct seen_block_marks *blocks[COUNTERS_BLOCKS_MAX];
};

void seen_marks_fini(struct seen_marks *marks);
/* Makes those of a shelf, if there are none. */
NODISCARD bool seen_marks_make(struct seen_marks *marks, uint32_t block, uint32_t shelf, struct err *err);
/* What was taken of a shelf; NULL: nothing ever. */
const struct seen_shelf_marks *seen_marks_of(const struct seen_marks *marks, uint32_t block, uint32_t shelf);
/* Something was written in it since. *ret_moved: what to remember when it is taken now. */
bool seen_marks_moved(const struct seen_marks *marks, const struct counters *counters, uint32_t block, uint32_t shelf,
                      uint64_t *ret_moved);
/* How often the name of this slot was asked for since. */
uint64_t seen_marks_gain(const struct seen_shelf_marks *marks, size_t slot, const struct seen_record *now);

#endif
