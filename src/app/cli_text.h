/*
 * Running text for people: wrapped at 80 columns, without anything that could move the cursor; moments and spans of
 * time in words. Knows nothing of what the text is about.
 */
#ifndef APP_CLI_TEXT_H
#define APP_CLI_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "base/str.h"

/* What every terminal has. */
#define CLI_WIDTH 80

/*
 * `first`, then the words of the text, as many a line as fit; all further lines begin with `indent` blanks. A word that
 * is longer than a line has one of its own. Control characters become '?', runs of white space one blank.
 */
void cli_text_wrap(FILE *out, const char *first, size_t indent, struct str text);
/* The same with formatted text. */
void cli_text_printf(FILE *out, const char *first, size_t indent, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A row of a table of facts: the title, and beside it, from column `width` (at most 40) on, the wrapped text. */
void cli_text_row(FILE *out, size_t width, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* One line, not wrapped, control characters as '?'. */
void cli_text_line(FILE *out, const char *first, const char *text);

/* "2026-11-23T17:51:03Z", as the API gives moments, in seconds since 1970. False for anything else. */
NODISCARD bool cli_moment_read(const char *text, int64_t *ret_s);
/* "2026-11-23 17:51 UTC" for a moment of the API (NULL allowed); "?" for anything else. */
#define CLI_MOMENT_SIZE 24
const char *cli_moment_text(const char *text, char room[static CLI_MOMENT_SIZE]);
/* The same for seconds since 1970. */
const char *cli_moment_of(int64_t moment_s, char room[static CLI_MOMENT_SIZE]);
/* "1 year 20 days", "3 days 4 hours", "5 minutes", "less than a minute": its two greatest units, rounded down. */
#define CLI_SPAN_SIZE 48
const char *cli_span_text(int64_t span_s, char room[static CLI_SPAN_SIZE]);
/* "1,234,567" */
#define CLI_NUMBER_SIZE 32
const char *cli_number_text(uint64_t number, char room[static CLI_NUMBER_SIZE]);

#endif
