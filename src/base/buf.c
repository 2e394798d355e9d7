/* The capped buffer. Grows by doubling, moves its content to the front before it grows. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Small enough not to matter on a connection, large enough for most heads to need one allocation. */
#define BUF_SIZE_MIN 512

void buf_init(struct buf *b, size_t cap)
{
    *b = (struct buf){.cap = cap};
}

void buf_init_secret(struct buf *b, size_t cap)
{
    *b = (struct buf){.cap = cap, .secret = true};
}

/* explicit_bzero is not left out by the compiler, though nobody reads the memory any more. */
static void let_go(const struct buf *b)
{
    if (b->secret && b->data)
        explicit_bzero(b->data, b->capacity);
    free(b->data);
}

void buf_fini(struct buf *b)
{
    let_go(b);
    *b = (struct buf){.cap = b->cap, .secret = b->secret};
}

void buf_clear(struct buf *b)
{
    b->start = b->size = 0;
    b->failed = false;
}

/* realloc, which may leave a copy behind when it moves: not with secrets. */
static char *enlarge(struct buf *b, size_t capacity)
{
    if (!b->secret)
        return realloc(b->data, capacity);
    char *data = malloc(capacity);
    if (!data)
        return NULL;
    if (b->size)
        memcpy(data, b->data, b->size); /* it begins at the front by now */
    let_go(b);
    return data;
}

static bool buf_grow(struct buf *b, size_t need)
{
    size_t capacity = b->capacity ? b->capacity : BUF_SIZE_MIN;
    while (capacity < need)
        capacity *= 2;
    if (capacity > b->cap)
        capacity = b->cap;
    char *data = enlarge(b, capacity);
    if (!data)
        return false;
    b->data = data;
    b->capacity = capacity;
    return true;
}

char *buf_reserve(struct buf *b, size_t size)
{
    if (b->failed || size > b->cap || b->size > b->cap - size) {
        b->failed = true;
        return NULL;
    }
    if (b->start + b->size + size > b->capacity) {
        if (b->start) {
            memmove(b->data, b->data + b->start, b->size);
            b->start = 0;
        }
        if (b->size + size > b->capacity && !buf_grow(b, b->size + size)) {
            b->failed = true;
            return NULL;
        }
    }
    if (!b->data && !buf_grow(b, 1)) {
        b->failed = true;
        return NULL;
    }
    return b->data + b->start + b->size;
}

void buf_commit(struct buf *b, size_t size)
{
    assert(b->start + b->size + size <= b->capacity);
    b->size += size;
}

bool buf_put(struct buf *b, const void *data, size_t size)
{
    if (size == 0)
        return !b->failed;
    char *at = buf_reserve(b, size);
    if (!at)
        return false;
    memcpy(at, data, size);
    b->size += size;
    return true;
}

bool buf_put_str(struct buf *b, struct str s)
{
    return buf_put(b, s.data, s.size);
}

bool buf_put_char(struct buf *b, char c)
{
    return buf_put(b, &c, 1);
}

bool buf_put_u64(struct buf *b, uint64_t value)
{
    char digits[STR_U64_SIZE];
    return buf_put_str(b, str_from_u64(value, digits));
}

bool buf_put_hex(struct buf *b, uint64_t value)
{
    char digits[16];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    return buf_put(b, digits + at, sizeof digits - at);
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0) {
        b->failed = true;
        return false;
    }
    size_t size = (size_t)need + 1; /* the zero byte is written, not counted */
    char *at = buf_reserve(b, size);
    if (!at)
        return false;
    va_start(args, format);
    (void)vsnprintf(at, size, format, args);
    va_end(args);
    b->size += (size_t)need;
    return true;
}

void buf_consume(struct buf *b, size_t size)
{
    if (b->secret && b->size)
        explicit_bzero(b->data + b->start, size < b->size ? size : b->size);
    if (size >= b->size) {
        b->start = b->size = 0;
        return;
    }
    b->start += size;
    b->size -= size;
}
