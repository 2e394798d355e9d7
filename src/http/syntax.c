/* The table of character classes, one row for 16 codes, and the walk over comma-separated lists. */
#include "http/syntax.h"

#include <endian.h>

/* clang-format off */
const uint8_t syntax_table[256] = {
    /*        0   1   2   3   4   5   6   7   8   9   a   b   c   d   e   f */
    /* 0x */  0,  0,  0,  0,  0,  0,  0,  0,  0,  2,  0,  0,  0,  0,  0,  0,
    /* 1x */  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    /* 2x */  2,  7,  6,  3,  7,  7,  7,  7,  6,  6,  7,  7,  6, 15, 15,  6,
    /* 3x */ 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,  6,  6,  6,  6,  6,  6,
    /* 4x */  6, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    /* 5x */ 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,  6,  6,  6,  7, 31,
    /* 6x */  7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    /* 7x */ 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,  6,  7,  6,  7,  0,
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

bool syntax_all(struct str s, enum syntax_class class)
{
    for (size_t i = 0; i < s.size; i++)
        if (!syntax_is(s.data[i], class))
            return false;
    return true;
}

/* Index of the first control character in eight bytes (0x00 to 0x1f, 0x7f), or 8. HTAB counts as one here. */
static inline size_t find_control(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, p, sizeof word);
    word = le64toh(word);
    uint64_t del = word ^ (ones * 0x7f);
    uint64_t found = (((word - ones * 0x20) & ~word) | ((del - ones) & ~del)) & tops;
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

bool syntax_is_token(struct str s)
{
    return s.size > 0 && syntax_all(s, SYNTAX_TOKEN);
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
