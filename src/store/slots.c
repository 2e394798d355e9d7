/* A bit set and a cursor. */
#include "store/slots.h"

#include <stdlib.h>

bool slots_init(struct slots *slots, uint32_t count, uint32_t next)
{
    uint64_t *used = calloc(count / 64 + 1, sizeof *used);
    if (!used)
        return false;
    *slots = (struct slots){.used = used, .count = count, .next = next < count ? next : 0};
    return true;
}

void slots_fini(struct slots *slots)
{
    free(slots->used);
    *slots = (struct slots){0};
}

bool slots_mark(struct slots *slots, uint32_t slot)
{
    if (slot >= slots->count || slots->used[slot / 64] >> slot % 64 & 1)
        return false;
    slots->used[slot / 64] |= UINT64_C(1) << slot % 64;
    return true;
}

bool slots_take(struct slots *slots, uint32_t *ret)
{
    for (uint32_t tried = 0; tried < slots->count; tried++) {
        uint32_t slot = slots->next;
        slots->next = slot + 1 < slots->count ? slot + 1 : 0;
        if (slots_mark(slots, slot)) {
            *ret = slot;
            return true;
        }
    }
    return false;
}
