/* From a descriptor to something to serve by, and back. */
#include "gateway/generation.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/memfd.h"

/* 10,000 sites with certificates of their own are some 40 MB; this is room for twenty times that. */
#define GENERATION_SIZE_MAX (1u << 30)

struct generation *generation_new(int take_fd, struct err *err)
{
    struct generation *g = calloc(1, sizeof *g);
    struct str blob;
    bool mapped = g && memfd_sealed_map(take_fd, GENERATION_SIZE_MAX, &blob, err);
    (void)close(take_fd);
    if (!g)
        (void)err_memory(err);
    if (!mapped) {
        free(g);
        return NULL;
    }
    g->map = (void *)(uintptr_t)blob.data;
    g->map_size = blob.size;
    atomic_init(&g->refs, 1);
    if (!snapshot_open(blob.data, blob.size, &g->snapshot, err)) {
        generation_unref(g);
        return NULL;
    }
    return g;
}

struct generation *generation_ref(struct generation *g)
{
    (void)atomic_fetch_add(&g->refs, 1);
    return g;
}

void generation_unref(struct generation *g)
{
    if (!g || atomic_fetch_sub(&g->refs, 1) != 1)
        return;
    (void)munmap(g->map, g->map_size);
    free(g);
}

uint64_t generation_number(const struct generation *g)
{
    return g ? g->snapshot.header->generation : 0;
}
