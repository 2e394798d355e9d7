/*
 * Memory that lives as long as one thing (a request, a connection, a job) and goes in one stroke. Allocation is a
 * pointer bump; the total is capped, so that input can never make an arena grow past what its owner allows.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *at, *end;             /* free room in the newest block */
    size_t used;                /* bytes allocated in all blocks */
    size_t cap;                 /* and their limit */
};

/* An empty arena of at most `cap` bytes; owns no memory yet. */
void arena_init(struct arena *a, size_t cap);
/* Frees everything; the arena is empty and usable again with the same cap. */
void arena_fini(struct arena *a);
/* Forgets every allocation and keeps one block for the next ones. */
void arena_clear(struct arena *a);
/* `size` bytes, aligned for any type, not zeroed; NULL when the cap is reached or memory ran out. */
NODISCARD void *arena_alloc(struct arena *a, size_t size);
/* The same, zeroed. */
NODISCARD void *arena_zalloc(struct arena *a, size_t size);
/* A copy of `s`, followed by a zero byte that does not count. False when it does not fit, *ret untouched. */
NODISCARD bool arena_str(struct arena *a, struct str s, struct str *ret);
/* A copy of `s` in ASCII lower case. */
NODISCARD bool arena_str_lower(struct arena *a, struct str s, struct str *ret);
/* Formatted text; data NULL when it does not fit. */
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
