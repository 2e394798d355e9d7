/*
 * A growing run of bytes with a mandatory cap: what the writers fill. Appending past the cap, or out of memory, fails
 * and marks the buffer as failed; a failed buffer takes nothing more, so a writer may append many times and ask once
 * (buf_ok). Consumed bytes leave at the front.
 *
 *     data ──▶ [ consumed │ start ... start+size │ room ]
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    char *data;      /* malloc'ed, NULL while empty */
    size_t start;    /* first byte not consumed yet */
    size_t size;     /* bytes not consumed yet */
    size_t capacity; /* bytes allocated */
    size_t cap;      /* never holds more than this many bytes */
    bool failed;     /* an append did not fit */
    bool secret;     /* memory it lets go of, and what was consumed, is overwritten */
};

/* An empty buffer that will hold at most `cap` bytes; owns no memory yet. */
void buf_init(struct buf *b, size_t cap);
/* The same for what may hold private keys or passwords. */
void buf_init_secret(struct buf *b, size_t cap);
/* Frees the memory; the buffer is empty and usable again with the same cap. */
void buf_fini(struct buf *b);
/* Forgets the content and a failure, keeps the memory. */
void buf_clear(struct buf *b);
/* Makes room for `size` more bytes and returns where they go, or NULL (then the buffer is marked failed). */
char *buf_reserve(struct buf *b, size_t size);
/* The bytes written behind buf_reserve now count. */
void buf_commit(struct buf *b, size_t size);
bool buf_put(struct buf *b, const void *data, size_t size);
bool buf_put_str(struct buf *b, struct str s);
bool buf_put_char(struct buf *b, char c);
bool buf_put_u64(struct buf *b, uint64_t value);
bool buf_put_hex(struct buf *b, uint64_t value);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes `size` bytes (at most what is there) away from the front. */
void buf_consume(struct buf *b, size_t size);

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->start ? b->data + b->start : b->data, b->size}; /* no arithmetic on NULL */
}

#endif
