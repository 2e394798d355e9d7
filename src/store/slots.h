/*
 * Places in the shared counters: each site and each upstream of a route keeps one for as long as it exists. A freed
 * place is given out again only after all others had their turn, so that a dashboard does not take a new site for the
 * old one.
 */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "base/err.h"

struct slots {
    uint64_t *used; /* one bit a slot */
    uint32_t count; /* of slots */
    uint32_t next;  /* where the search begins */
};

/* No slot is used; `next` is what slots_take left behind last time (any value). */
NODISCARD bool slots_init(struct slots *slots, uint32_t count, uint32_t next);
void slots_fini(struct slots *slots);
/* Marks a slot; false when it is out of range or has an owner already. */
NODISCARD bool slots_mark(struct slots *slots, uint32_t slot);
/* The next free slot, now marked; false when all are used. */
NODISCARD bool slots_take(struct slots *slots, uint32_t *ret);

#endif
