/*
 * A view of bytes somebody else owns: what the parsers read and hand out. It never allocates, never owns and need not
 * end in a zero byte. Whoever keeps a view longer than its bytes live copies it into an arena (arena_str).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The result must be looked at (C17 has no [[nodiscard]]). */
#define NODISCARD __attribute__((warn_unused_result))

struct str {
    const char *data; /* may be NULL when size is 0 */
    size_t size;      /* bytes */
};

/* A view of a string literal. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
/* The same as a constant initialiser. */
#define STR_INIT(literal)                                                                                              \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).size, (s).data ? (s).data : ""

static inline struct str str_make(const void *data, size_t size)
{
    return (struct str){data, size};
}

static inline struct str str_from(const char *zero_terminated)
{
    return (struct str){zero_terminated, zero_terminated ? strlen(zero_terminated) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The part from `from` on, up to `size` bytes; out of range gives what is there, possibly nothing. */
static inline struct str str_part(struct str s, size_t from, size_t size)
{
    if (from > s.size)
        from = s.size;
    if (size > s.size - from)
        size = s.size - from;
    return (struct str){from ? s.data + from : s.data, size}; /* no arithmetic on the NULL of an empty view */
}

static inline struct str str_after(struct str s, size_t from)
{
    return str_part(s, from, SIZE_MAX);
}

/* ASCII only, whatever the locale: what protocol text needs. */
static inline char str_lower_char(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c + 32) : c;
}

static inline bool str_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Equal without regard to ASCII case. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first `c`, or s.size when there is none. */
size_t str_find(struct str s, char c);
/* Index of the last `c`, or s.size when there is none. */
size_t str_find_last(struct str s, char c);
/* Without spaces and tabs (OWS of RFC 9110 section 5.6.3) at both ends. */
struct str str_trim(struct str s);
/*
 * Cuts the part before the first `c` off `*rest` and returns it; without one returns all and leaves *rest empty with
 * data NULL, so that `while (rest.data) part = str_cut(&rest, ',')` visits every part.
 */
struct str str_cut(struct str *rest, char c);
/*
 * The whole of `s` as a decimal number: digits only, at least one, at most `max`. False otherwise, *ret untouched.
 */
NODISCARD bool str_to_u64(struct str s, uint64_t max, uint64_t *ret);
/* As above in hexadecimal, without prefix. */
NODISCARD bool str_hex_to_u64(struct str s, uint64_t max, uint64_t *ret);
/* Room for any number in decimal. */
#define STR_U64_SIZE 20
/* The number in decimal, at the end of `room`; no zero byte. */
struct str str_from_u64(uint64_t value, char room[static STR_U64_SIZE]);
/* FNV-1a, 64 bits: for tables whose keys an attacker cannot add to. */
uint64_t str_hash(struct str s);
/* Bytes of the UTF-8 sequence (RFC 3629) at the front; 0 when there is none. */
size_t str_utf8_size(struct str s);
/* Zero-terminated copy by malloc; the caller frees. NULL when memory ran out. */
char *str_dup(struct str s);

#endif
