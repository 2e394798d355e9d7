/*
 * The bytes of a snapshot being built: strings go in, references come out, equal strings share their bytes. What goes
 * wrong (memory, or a blob beyond SNAP_SIZE_MAX) is remembered and asked for once, at the end.
 */
#ifndef SNAPSHOT_INTERN_H
#define SNAPSHOT_INTERN_H

#include "base/str.h"
#include "snapshot/format.h"

struct intern_place {
    uint64_t hash;
    struct snap_ref ref; /* size 0: empty place */
};

struct intern {
    uint64_t base;       /* offset of the first byte in the blob, a multiple of 8 */
    unsigned char *data; /* may hold private keys: wiped whenever it is let go */
    size_t size, capacity;
    struct intern_place *places; /* open addressing */
    size_t places_count;         /* a power of two, or 0 */
    size_t used_count;
    bool failed;
};

void intern_init(struct intern *in, uint64_t base);
void intern_fini(struct intern *in);
/* The reference of these bytes; with `aligned` at a multiple of 8. Empty strings get offset 0, size 0. */
struct snap_ref intern_put(struct intern *in, struct str bytes, bool aligned);

#endif
