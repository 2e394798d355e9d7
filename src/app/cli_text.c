/* Wrapping, moments, spans. */
#include "app/cli_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#define ROW_WIDTH_MAX 40
#define YEAR_S        31536000
#define DAY_S         86400
#define HOUR_S        3600
#define MINUTE_S      60

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void put_plain(FILE *out, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        (void)fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
}

/* Code points of UTF-8: bytes that do not continue one. */
static size_t columns(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

/* Takes the next word off; empty at the end. */
static struct str next_word(struct str *rest)
{
    size_t from = 0, to;
    while (from < rest->size && is_blank(rest->data[from]))
        from++;
    for (to = from; to < rest->size && !is_blank(rest->data[to]); to++)
        ;
    struct str word = str_part(*rest, from, to - from);
    *rest = str_after(*rest, to);
    return word;
}

void cli_text_wrap(FILE *out, const char *first, size_t indent, struct str text)
{
    size_t column = columns(str_from(first));
    bool line_is_empty = true; /* but for what it begins with */
    struct str word;
    (void)fputs(first, out);
    while ((word = next_word(&text)).size) {
        size_t width = columns(word);
        if (!line_is_empty && column + 1 + width > CLI_WIDTH) {
            (void)fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            line_is_empty = true;
        }
        if (!line_is_empty) {
            (void)fputc(' ', out);
            column++;
        }
        put_plain(out, word);
        column += width;
        line_is_empty = false;
    }
    (void)fputc('\n', out);
}

static void __attribute__((format(printf, 4, 0)))
wrap_formatted(FILE *out, const char *first, size_t indent, const char *format, va_list args)
{
    char *text = NULL;
    int size = vasprintf(&text, format, args);
    if (size < 0) {
        (void)fprintf(out, "%s(out of memory)\n", first);
        return;
    }
    cli_text_wrap(out, first, indent, str_make(text, (size_t)size));
    free(text);
}

void cli_text_printf(FILE *out, const char *first, size_t indent, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    wrap_formatted(out, first, indent, format, args);
    va_end(args);
}

void cli_text_row(FILE *out, size_t width, const char *title, const char *format, ...)
{
    char first[ROW_WIDTH_MAX + 1];
    va_list args;
    (void)snprintf(first, sizeof first, "%-*s", (int)width, title);
    va_start(args, format);
    wrap_formatted(out, first, width, format, args);
    va_end(args);
}

void cli_text_line(FILE *out, const char *first, const char *text)
{
    (void)fputs(first, out);
    put_plain(out, str_from(text));
    (void)fputc('\n', out);
}

bool cli_moment_read(const char *text, int64_t *ret_s)
{
    struct tm utc = {0};
    const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    if (!end || *end)
        return false;
    *ret_s = timegm(&utc);
    return true;
}

const char *cli_moment_of(int64_t moment_s, char room[static CLI_MOMENT_SIZE])
{
    struct tm utc;
    time_t moment = (time_t)moment_s;
    if (!gmtime_r(&moment, &utc) || !strftime(room, CLI_MOMENT_SIZE, "%Y-%m-%d %H:%M UTC", &utc))
        return "?";
    return room;
}

const char *cli_moment_text(const char *text, char room[static CLI_MOMENT_SIZE])
{
    int64_t moment_s;
    return cli_moment_read(text, &moment_s) ? cli_moment_of(moment_s, room) : "?";
}

struct unit {
    int64_t size_s;
    const char *name;
};

static const struct unit units[] = {
    {YEAR_S, "year"}, {DAY_S, "day"}, {HOUR_S, "hour"}, {MINUTE_S, "minute"}, {0, NULL}};

const char *cli_span_text(int64_t span_s, char room[static CLI_SPAN_SIZE])
{
    const struct unit *unit = units;
    while (unit->name && span_s < unit->size_s)
        unit++;
    if (!unit->name)
        return "less than a minute";
    int64_t count = span_s / unit->size_s, rest = unit[1].name ? span_s % unit->size_s / unit[1].size_s : 0;
    int size = snprintf(room, CLI_SPAN_SIZE, "%lld %s%s", (long long)count, unit->name, count == 1 ? "" : "s");
    if (rest && size > 0 && size < CLI_SPAN_SIZE)
        (void)snprintf(room + size, CLI_SPAN_SIZE - (size_t)size, " %lld %s%s", (long long)rest, unit[1].name,
                       rest == 1 ? "" : "s");
    return room;
}

const char *cli_number_text(uint64_t number, char room[static CLI_NUMBER_SIZE])
{
    char *at = &room[CLI_NUMBER_SIZE - 1];
    *at = '\0';
    for (unsigned digits = 0; digits == 0 || number; digits++, number /= 10) {
        if (digits && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + number % 10);
    }
    return at;
}
