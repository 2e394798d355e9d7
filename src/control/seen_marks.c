/* Three levels, each made when it is needed: few blocks are in use, and few shelves of each. */
#include "control/seen_marks.h"

#include <stdlib.h>

void seen_marks_fini(struct seen_marks *marks)
{
    for (size_t i = 0; i < COUNTERS_BLOCKS_MAX; i++) {
        struct seen_block_marks *block = marks->blocks[i];
        for (size_t k = 0; block && k < SEEN_SHELVES_COUNT; k++)
            free(block->shelves[k]);
        free(block);
        marks->blocks[i] = NULL;
    }
}

bool seen_marks_make(struct seen_marks *marks, uint32_t block, uint32_t shelf, struct err *err)
{
    if (!marks->blocks[block])
        marks->blocks[block] = calloc(1, sizeof *marks->blocks[block]);
    struct seen_block_marks *of_block = marks->blocks[block];
    if (of_block && !of_block->shelves[shelf])
        of_block->shelves[shelf] = calloc(1, sizeof *of_block->shelves[shelf]);
    return (of_block && of_block->shelves[shelf]) || err_memory(err);
}

const struct seen_shelf_marks *seen_marks_of(const struct seen_marks *marks, uint32_t block, uint32_t shelf)
{
    return marks->blocks[block] ? marks->blocks[block]->shelves[shelf] : NULL;
}

bool seen_marks_moved(const struct seen_marks *marks, const struct counters *counters, uint32_t block, uint32_t shelf,
                      uint64_t *ret_moved)
{
    const struct seen_block_marks *of_block = marks->blocks[block];
    *ret_moved = seen_moved(&counters->blocks[block].seen, shelf);
    return *ret_moved != (of_block ? of_block->moved[shelf] : 0);
}

uint64_t seen_marks_gain(const struct seen_shelf_marks *marks, size_t slot, const struct seen_record *now)
{
    const struct seen_mark *before = marks ? &marks->slots[slot] : NULL;
    bool is_same = before && before->hash == now->hash && before->first_s == now->first_s;
    return is_same && now->count >= before->count ? now->count - before->count : now->count;
}
