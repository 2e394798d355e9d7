/*
 * The character classes HTTP's grammar is made of, as one table, so that every parser and every check of the module
 * agrees about what a token is. Classes only; the rules that combine them live with the things they describe.
 */
#ifndef HTTP_SYNTAX_H
#define HTTP_SYNTAX_H

#include "base/str.h"

enum syntax_class {
    SYNTAX_TOKEN = 1,  /* tchar: RFC 9110 section 5.6.2 */
    SYNTAX_VALUE = 2,  /* HTAB, SP, VCHAR, obs-text: RFC 9110 section 5.5 */
    SYNTAX_TARGET = 4, /* what a request target may hold: VCHAR but "#" (RFC 9112 section 3.2) */
    SYNTAX_HOST = 8,   /* letters, digits, "-", ".", "_" */
    SYNTAX_PLAIN = 16, /* tchar but "_": names with that one need a second look */
};

extern const uint8_t syntax_table[256];

static inline bool syntax_is(char c, enum syntax_class class)
{
    return syntax_table[(uint8_t)c] & class;
}

/* The classes all bytes share; every class for an empty view. Without branches: names are short and mostly right. */
static inline uint8_t syntax_common(struct str s)
{
    uint8_t classes = UINT8_MAX;
    for (size_t i = 0; i < s.size; i++)
        classes &= syntax_table[(uint8_t)s.data[i]];
    return classes;
}

/* Every byte is of the class; true for an empty view. */
static inline bool syntax_all(struct str s, enum syntax_class class)
{
    return syntax_common(s) & class;
}
/*
 * Where the run of field value bytes (SYNTAX_VALUE) at `p` ends: the first other byte, or `end`. Eight at a time, since
 * values are the bulk of every head.
 */
const char *syntax_value_end(const char *p, const char *end);
/* One or more tchar. */
static inline bool syntax_is_token(struct str s)
{
    return s.size > 0 && syntax_all(s, SYNTAX_TOKEN);
}

/* The first `c` from `p` on, or `end`. Eight at a time, without a call: what is looked for is near. */
const char *syntax_find(const char *p, const char *end, char c);
/*
 * Visits the elements of a comma-separated list (RFC 9110 section 5.6.1.2): trimmed, empty ones skipped. False when
 * there is none left. Start with *rest as the field value; quoted strings are not looked into.
 */
bool syntax_next_element(struct str *rest, struct str *ret);
/* One of the list's elements equals `token`, in any case. */
bool syntax_list_has(struct str list, struct str token);

#endif
