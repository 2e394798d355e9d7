#include "listed.h"

#include <stdlib.h>

#include "check.h"

bool listed_name(void *context, const struct inventory_name *name, struct err *err)
{
    struct buf *out = context;
    (void)err;
    assert_true(name->is_wildcard == str_starts(name->name, STR("*.")));
    (void)buf_printf(out, "%llu %.*s", (unsigned long long)name->line, STR_ARG(name->name));
    if (name->type.size)
        (void)buf_printf(out, " %.*s", STR_ARG(name->type));
    if (name->target.size)
        (void)buf_printf(out, " %.*s", STR_ARG(name->target));
    (void)buf_put_char(out, '\n');
    return true;
}

void listed_problem(void *context, uint64_t line, const char *message)
{
    struct buf *out = context;
    for (const char *c = message; *c; c++)
        assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
    (void)buf_printf(out, "%llu! %s\n", (unsigned long long)line, message);
}

struct inventory_counts listed(enum inventory_format format, struct str text, size_t piece_size, struct buf *out)
{
    const struct inventory_to to = {.on_name = listed_name, .on_problem = listed_problem, .context = out};
    struct inventory_reader *reader = NULL;
    struct err err = {0};
    if (!inventory_new(format, STR("example.org"), STR(""), &to, &reader, &err))
        fail_msg("%s", err.text);
    for (size_t at = 0; at < text.size; at += piece_size) {
        /* on the heap by itself, so that a look behind it is found */
        struct str piece = str_part(text, at, piece_size);
        char *copy = malloc(piece.size);
        assert_non_null(copy);
        memcpy(copy, piece.data, piece.size);
        assert_true(inventory_take(reader, str_make(copy, piece.size), &err));
        free(copy);
    }
    assert_true(inventory_end(reader, &err));
    struct inventory_counts counts = inventory_counted(reader);
    inventory_free(reader);
    assert_true(buf_ok(out));
    return counts;
}

void expect_listed(enum inventory_format format, const char *text, const char *expected)
{
    const size_t sizes[] = {strlen(text) + 1, 1, 2, 3, 7, 64};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buf out;
        buf_init(&out, (size_t)8 << 20);
        (void)listed(format, str_from(text), sizes[i], &out);
        assert_str(buf_str(&out), str_from(expected));
        buf_fini(&out);
    }
}

void expect_cut_anywhere(enum inventory_format format, const char *text)
{
    for (size_t size = 0; size <= strlen(text); size++) {
        struct buf out;
        buf_init(&out, (size_t)8 << 20);
        (void)listed(format, str_make(text, size), size + 1, &out);
        buf_fini(&out);
    }
}
