/* The table of character classes, one row for 16 codes, and the walk over comma-separated lists. */
#include "http/syntax.h"

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
