/* Views: comparisons, cutting, numbers. Nothing here allocates but str_dup. */
#include "base/str.h"

#include <stdlib.h>

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (str_lower_char(a.data[i]) != str_lower_char(b.data[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.size >= prefix.size && str_eq(str_part(s, 0, prefix.size), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.size >= suffix.size && str_eq(str_after(s, s.size - suffix.size), suffix);
}

size_t str_find(struct str s, char c)
{
    const char *at = s.size ? memchr(s.data, c, s.size) : NULL;
    return at ? (size_t)(at - s.data) : s.size;
}

size_t str_find_last(struct str s, char c)
{
    const char *at = s.size ? memrchr(s.data, c, s.size) : NULL;
    return at ? (size_t)(at - s.data) : s.size;
}

static bool is_ows(char c)
{
    return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
    while (s.size && is_ows(s.data[0]))
        s = str_after(s, 1);
    while (s.size && is_ows(s.data[s.size - 1]))
        s.size--;
    return s;
}

struct str str_cut(struct str *rest, char c)
{
    size_t at = str_find(*rest, c);
    struct str part = str_part(*rest, 0, at);
    if (at == rest->size)
        *rest = (struct str){NULL, 0};
    else
        *rest = str_after(*rest, at + 1);
    return part;
}

static int hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool to_u64(struct str s, unsigned base, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    if (s.size == 0)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        int digit = hex_value(s.data[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return false;
        if (value > (UINT64_MAX - (uint64_t)digit) / base)
            return false;
        value = value * base + (uint64_t)digit;
        if (value > max)
            return false;
    }
    *ret = value;
    return true;
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *ret)
{
    return to_u64(s, 10, max, ret);
}

bool str_hex_to_u64(struct str s, uint64_t max, uint64_t *ret)
{
    return to_u64(s, 16, max, ret);
}

struct str str_from_u64(uint64_t value, char room[static STR_U64_SIZE])
{
    size_t at = STR_U64_SIZE;
    do {
        room[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return str_make(room + at, STR_U64_SIZE - at);
}

uint64_t str_hash(struct str s)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.size; i++)
        hash = (hash ^ (uint8_t)s.data[i]) * 0x100000001b3u;
    return hash;
}

size_t str_utf8_size(struct str s)
{
    const unsigned char *at = (const unsigned char *)s.data;
    if (s.size == 0)
        return 0;
    if (at[0] < 0x80)
        return 1;
    size_t size = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || size > s.size)
        return 0;
    unsigned char least = 0x80, most = 0xbf;
    if (at[0] == 0xe0)
        least = 0xa0;
    if (at[0] == 0xed)
        most = 0x9f;
    if (at[0] == 0xf0)
        least = 0x90;
    if (at[0] == 0xf4)
        most = 0x8f;
    if (at[1] < least || at[1] > most)
        return 0;
    for (size_t i = 2; i < size; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    return size;
}

char *str_dup(struct str s)
{
    char *copy = malloc(s.size + 1);
    if (!copy)
        return NULL;
    if (s.size)
        memcpy(copy, s.data, s.size);
    copy[s.size] = '\0';
    return copy;
}
