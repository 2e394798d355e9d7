/*
 * Content on its way through the gateway: bytes that belong to a buffer of the worker, and whether there is room around
 * them to put a head or a chunk's frame, so that all leaves in one send.
 */
#ifndef GATEWAY_PIECE_H
#define GATEWAY_PIECE_H

#include "base/str.h"

/* Bytes on their way. Roomy: WORKER_HEADROOM in front and WORKER_TAILROOM behind may be overwritten by whoever sends.
 */
struct piece {
    char *data;
    size_t size;
    bool roomy;
};

#define PIECE_NONE ((struct piece){NULL, 0, false})

static inline struct piece piece_of(struct str s)
{
    return (struct piece){(char *)(uintptr_t)s.data, s.size, false};
}

#endif
