/* For tests of texts: fixed JSON in, what is written for it out, compared whole. */
#ifndef TESTS_UNIT_APP_CLI_GOLDEN_H
#define TESTS_UNIT_APP_CLI_GOLDEN_H

#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* What has been written so far; the test ends it with golden_check. */
struct golden {
    FILE *out;
    char *text;
    size_t size;
};

static inline void golden_open(struct golden *golden)
{
    *golden = (struct golden){.out = NULL};
    golden->out = open_memstream(&golden->text, &golden->size);
    assert_non_null(golden->out);
}

/* The whole text is as expected; with `width` not 0, no line is wider. */
static inline void golden_check(struct golden *golden, size_t width, const char *expected)
{
    assert_int_equal(fclose(golden->out), 0);
    assert_string_equal(golden->text, expected);
    for (struct str rest = str_from(golden->text); width && rest.data;) {
        struct str line = str_cut(&rest, '\n');
        if (line.size > width)
            fail_msg("%zu columns: %.*s", line.size, STR_ARG(line));
    }
    free(golden->text);
}

/* A new reference; the text is JSON with ' for ". */
static inline json_t *golden_json(const char *text)
{
    json_error_t where;
    char *copy = strdup(text);
    assert_non_null(copy);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    json_t *json = json_loads(copy, JSON_DECODE_ANY, &where);
    if (!json)
        fail_msg("%s: %s", text, where.text);
    free(copy);
    return json;
}

#endif
