/* Bump allocation in blocks that double in size, up to the arena's cap. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* One page with its header: most requests need no second block. */
#define ARENA_BLOCK_SIZE_MIN 4096
#define ARENA_ALIGN          16

struct arena_block {
    struct arena_block *next;
    size_t size; /* of data */
    _Alignas(ARENA_ALIGN) char data[];
};

void arena_init(struct arena *a, size_t cap)
{
    *a = (struct arena){.cap = cap};
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_fini(struct arena *a)
{
    free_blocks(a->blocks);
    arena_init(a, a->cap);
}

void arena_clear(struct arena *a)
{
    if (!a->blocks)
        return;
    /* The oldest is the smallest: keeping it bounds what an idle owner holds. */
    while (a->blocks->next) {
        struct arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    a->at = a->blocks->data;
    a->end = a->at + a->blocks->size;
    a->used = 0;
}

static bool add_block(struct arena *a, size_t size)
{
    size_t room = a->blocks ? a->blocks->size * 2 : ARENA_BLOCK_SIZE_MIN - sizeof(struct arena_block);
    if (room < size)
        room = size;
    struct arena_block *block = malloc(sizeof *block + room);
    if (!block)
        return false;
    block->next = a->blocks;
    block->size = room;
    a->blocks = block;
    a->at = block->data;
    a->end = a->at + room;
    return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - ARENA_ALIGN) /* or rounding up would wrap */
        return NULL;
    size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (size > a->cap || a->used > a->cap - size)
        return NULL;
    if (size > (size_t)(a->end - a->at) && !add_block(a, size))
        return NULL;
    void *at = a->at;
    a->at += size;
    a->used += size;
    return at;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *at = arena_alloc(a, size);
    if (at)
        memset(at, 0, size);
    return at;
}

bool arena_str(struct arena *a, struct str s, struct str *ret)
{
    char *copy = arena_alloc(a, s.size + 1);
    if (!copy)
        return false;
    if (s.size)
        memcpy(copy, s.data, s.size);
    copy[s.size] = '\0';
    *ret = str_make(copy, s.size);
    return true;
}

bool arena_str_lower(struct arena *a, struct str s, struct str *ret)
{
    char *copy = arena_alloc(a, s.size + 1);
    if (!copy)
        return false;
    for (size_t i = 0; i < s.size; i++)
        copy[i] = str_lower_char(s.data[i]);
    copy[s.size] = '\0';
    *ret = str_make(copy, s.size);
    return true;
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *at = need < 0 ? NULL : arena_alloc(a, (size_t)need + 1);
    if (!at)
        return (struct str){NULL, 0};
    va_start(args, format);
    (void)vsnprintf(at, (size_t)need + 1, format, args);
    va_end(args);
    return str_make(at, (size_t)need);
}
