/*
 * What the commands print: errors with their fix, aligned tables, JSON. Plain text without colours; nothing that came
 * from elsewhere may move the cursor.
 */
#ifndef APP_CLI_OUTPUT_H
#define APP_CLI_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

#define CLI_TABLE_COLUMNS_COUNT_MAX 8

/* Rows of text; a cell is added left to right, the last column's ends its row. */
struct cli_table {
    struct arena arena;
    struct str *cells;
    size_t cells_count, cells_capacity;
    size_t columns_count;
    bool failed; /* memory ran out: nothing is printed */
};

/* "error: field: text" and "fix: …" to standard error; returns the exit status that belongs to the error's code. */
int cli_print_error(const struct err *err);
/* Indented, with a final newline. False when standard output could not take it (said on standard error). */
bool cli_print_json(const json_t *json);

/* `titles`: `columns_count` of them. */
void cli_table_init(struct cli_table *table, const char *const *titles, size_t columns_count);
void cli_table_fini(struct cli_table *table);
/* A cell; control characters become '?'. */
void cli_table_add(struct cli_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Columns as wide as their widest cell, two spaces between, no spaces at a line's end. */
void cli_table_print(const struct cli_table *table, FILE *out);

/* "warning: …", a line for each text of a JSON array (NULL is none). */
void cli_print_warnings(const json_t *warnings, FILE *out);

/* Members of API objects, with what stands for "absent". */
const char *cli_json_text(const json_t *object, const char *name, const char *otherwise);
int64_t cli_json_number(const json_t *object, const char *name, int64_t otherwise);
bool cli_json_bool(const json_t *object, const char *name);

#endif
