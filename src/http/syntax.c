/* The table of character classes, one row for 16 codes, and the walk over comma-separated lists. */
#include "http/syntax.h"

#include <endian.h>

/* clang-format off */
const uint8_t syntax_table[256] = {
    /*        0   1   2   3   4   5   6   7   8   9   a   b   c   d   e   f */
    /* 0x */  0,  0,  0,  0,  0,  0,  0,  0,  0,  2,  0,  0,  0,  0,  0,  0,
    /* 1x */  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    /* 2x */  2, 23,  6, 19, 23, 23, 23, 23,  6,  6, 23, 23,  6, 31, 31,  6,
    /* 3x */ 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,  6,  6,  6,  6,  6,  6,
    /* 4x */  6, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
    /* 5x */ 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,  6,  6,  6, 23, 15,
    /* 6x */ 23, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
    /* 7x */ 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,  6, 23,  6, 23,  0,
    /* 8x */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* 9x */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* ax */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* bx */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* cx */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* dx */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* ex */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    /* fx */  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
};
/* clang-format on */

/*
 * Index of the first control character in eight bytes (0x00 to 0x1f, 0x7f), or 8. HTAB counts as one here. The sums
 * reach a byte's top bit for 0x20 and up, and for 0x7f alone; with that bit masked out before, none carries over.
 */
static inline size_t find_control(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, p, sizeof word);
    word = le64toh(word);
    uint64_t low = word & ~tops;
    uint64_t found = (~(low + ones * 0x60) | (low + ones)) & ~word & tops;
    return found ? (size_t)__builtin_ctzll(found) / 8 : 8;
}

const char *syntax_value_end(const char *p, const char *end)
{
    for (;;) {
        while (end - p >= 8) {
            size_t at = find_control(p);
            p += at;
            if (at < 8)
                break;
        }
        while (p < end && syntax_is(*p, SYNTAX_VALUE) && *p != '\t')
            p++;
        if (p == end || *p != '\t')
            return p;
        p++;
    }
}

const char *syntax_find(const char *p, const char *end, char c)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (; end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        word = le64toh(word) ^ (ones * (uint8_t)c);
        uint64_t found = (word - ones) & ~word & tops;
        if (found)
            return p + __builtin_ctzll(found) / 8;
    }
    while (p < end && *p != c)
        p++;
    return p;
}

bool syntax_next_element(struct str *rest, struct str *ret)
{
    while (rest->size) {
        struct str element = str_trim(str_cut(rest, ','));
        if (element.size) {
            *ret = element;
            return true;
        }
    }
    return false;
}

bool syntax_list_has(struct str list, struct str token)
{
    struct str element;
    while (syntax_next_element(&list, &element))
        if (str_eq_nocase(element, token))
            return true;
    return false;
}
