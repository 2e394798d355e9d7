/* Printing. */
#include "app/cli_output.h"

#include <stdarg.h>
#include <stdlib.h>

#include "app/cli.h"

/* Sixteen thousand sites with long names and many addresses. */
#define TABLE_SIZE_MAX ((size_t)256 << 20)

int cli_print_error(const struct err *err)
{
    (void)fprintf(stderr, "error: %s%s%s\n", err->field, *err->field ? ": " : "", err->text);
    if (*err->fix)
        (void)fprintf(stderr, "fix: %s\n", err->fix);
    return err->code == ERR_INPUT ? CLI_USAGE : CLI_FAILED;
}

bool cli_print_json(const json_t *json)
{
    if (json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY) == 0 && putchar('\n') != EOF && fflush(stdout) == 0)
        return true;
    (void)fprintf(stderr, "error: standard output cannot be written to\n");
    return false;
}

void cli_table_init(struct cli_table *table, const char *const *titles, size_t columns_count)
{
    *table = (struct cli_table){.columns_count = columns_count};
    arena_init(&table->arena, TABLE_SIZE_MAX);
    for (size_t i = 0; i < columns_count; i++)
        cli_table_add(table, "%s", titles[i]);
}

void cli_table_fini(struct cli_table *table)
{
    arena_fini(&table->arena);
    free(table->cells);
    table->cells = NULL;
}

static bool make_room(struct cli_table *table)
{
    if (table->cells_count < table->cells_capacity)
        return true;
    size_t capacity = table->cells_capacity ? table->cells_capacity * 2 : 64;
    struct str *cells = realloc(table->cells, capacity * sizeof *cells);
    if (!cells)
        return false;
    table->cells = cells;
    table->cells_capacity = capacity;
    return true;
}

/* A copy of `text` that does as little to a terminal as letters do. */
static bool copy_plain(struct arena *arena, struct str text, struct str *ret)
{
    char *copy = arena_alloc(arena, text.size + 1);
    if (!copy)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        copy[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    *ret = str_make(copy, text.size);
    return true;
}

void cli_table_add(struct cli_table *table, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    struct str cell;
    if (size < 0) {
        table->failed = true;
        return;
    }
    if (make_room(table) && copy_plain(&table->arena, str_make(text, (size_t)size), &cell))
        table->cells[table->cells_count++] = cell;
    else
        table->failed = true;
    free(text);
}

/* Code points of UTF-8: bytes that do not continue one. */
static size_t width(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

void cli_table_print(const struct cli_table *table, FILE *out)
{
    size_t widths[CLI_TABLE_COLUMNS_COUNT_MAX] = {0};
    if (table->failed) {
        (void)fprintf(stderr, "error: out of memory\n");
        return;
    }
    for (size_t i = 0; i < table->cells_count; i++) {
        size_t cell = width(table->cells[i]), column = i % table->columns_count;
        if (cell > widths[column])
            widths[column] = cell;
    }
    for (size_t i = 0; i < table->cells_count; i++) {
        size_t column = i % table->columns_count;
        bool is_last = column + 1 == table->columns_count;
        (void)fwrite(table->cells[i].data, 1, table->cells[i].size, out);
        if (is_last)
            (void)fputc('\n', out);
        else
            (void)fprintf(out, "%*s", (int)(widths[column] - width(table->cells[i]) + 2), "");
    }
}

void cli_print_warnings(const json_t *warnings, FILE *out)
{
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *text = json_string_value(json_array_get(warnings, i));
        struct cli_table table; /* for its care with control characters */
        const char *const only[] = {text ? text : "?"};
        (void)fputs("warning: ", out);
        cli_table_init(&table, only, 1);
        cli_table_print(&table, out);
        cli_table_fini(&table);
    }
}

const char *cli_json_text(const json_t *object, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && *text ? text : otherwise;
}

int64_t cli_json_number(const json_t *object, const char *name, int64_t otherwise)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool cli_json_bool(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}
