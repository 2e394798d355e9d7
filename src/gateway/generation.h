/*
 * A generation: one mapped and checked snapshot, shared by the workers and read-only; unmapped when the last of its
 * holders lets go.
 */
#ifndef GATEWAY_GENERATION_H
#define GATEWAY_GENERATION_H

#include <stdatomic.h>

#include "snapshot/read.h"

struct generation {
    struct snapshot snapshot;
    void *map;
    size_t map_size;
    atomic_int refs;
};

/* Maps and checks the blob of a sealed memfd; the descriptor is taken. NULL with the reason when it will not do. */
struct generation *generation_new(int take_fd, struct err *err);
struct generation *generation_ref(struct generation *generation);
/* NULL is allowed. */
void generation_unref(struct generation *generation);
/* Its number; 0 for NULL. */
uint64_t generation_number(const struct generation *generation);

#endif
