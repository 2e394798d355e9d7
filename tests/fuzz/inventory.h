/*
 * What holds for every reader of names, whatever it is given: names in one form and below the domain, counts that
 * agree, sentences without control characters. The first byte says in pieces of which size the text is fed.
 */
#ifndef TESTS_FUZZ_INVENTORY_H
#define TESTS_FUZZ_INVENTORY_H

#include <stdlib.h>

#include "codec/name.h"
#include "inventory/guess.h"
#include "inventory/reader.h"

/* Names of one input: a line of $GENERATE makes thousands. */
#define NAMES_COUNT_MAX 100000

static inline void must(bool holds)
{
    if (!holds)
        abort();
}

struct seen {
    uint64_t names, problems;
};

static inline bool on_name(void *context, const struct inventory_name *name, struct err *err)
{
    struct seen *seen = context;
    struct name again;
    must(name_read(name->name, "name", &again, NULL) && str_eq(name_str(&again), name->name));
    must(again.kind == (name->is_wildcard ? NAME_WILDCARD : NAME_HOST));
    must(str_ends(name->name, STR(".example.org")) && name->line > 0);
    for (size_t i = 0; i < name->target.size; i++)
        must(name->target.data[i] > ' ' && name->target.data[i] <= '~');
    return ++seen->names < NAMES_COUNT_MAX || err_set(err, ERR_CONFLICT, "enough");
}

static inline void on_problem(void *context, uint64_t line, const char *message)
{
    struct seen *seen = context;
    must(line > 0 && message[0] && strlen(message) < INVENTORY_PROBLEM_SIZE);
    for (size_t i = 0; message[i]; i++)
        must((unsigned char)message[i] >= ' ' && message[i] != 0x7f);
    seen->problems++;
}

static inline void read_all(enum inventory_format format, const uint8_t *data, size_t size)
{
    struct seen seen = {0};
    const struct inventory_to to = {.on_name = on_name, .on_problem = on_problem, .context = &seen};
    struct inventory_reader *reader = NULL;
    struct err err = {0};
    if (size == 0)
        return;
    struct str text = str_make(data + 1, size - 1);
    size_t piece_size = (size_t)data[0] + 1;
    (void)inventory_guess(text);
    must(inventory_new(format, STR("example.org"), STR(""), &to, &reader, NULL));
    bool ok = true;
    for (size_t at = 0; ok && at < text.size; at += piece_size)
        ok = inventory_take(reader, str_part(text, at, piece_size), &err);
    ok = ok && inventory_end(reader, &err);
    must(ok || err.code == ERR_CONFLICT);
    struct inventory_counts counts = inventory_counted(reader);
    must(counts.names == seen.names && seen.problems <= INVENTORY_PROBLEMS_COUNT_MAX &&
         (counts.problems == seen.problems || counts.problems > INVENTORY_PROBLEMS_COUNT_MAX));
    inventory_free(reader);
}

#endif
