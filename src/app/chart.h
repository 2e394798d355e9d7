/*
 * A series of numbers, one a day, as a picture: columns of characters for a terminal of 80 columns, or SVG. No colours
 * in the terminal, so that it reads the same in a file.
 */
#ifndef APP_CHART_H
#define APP_CHART_H

#include <stdio.h>

#include "base/buf.h"

/* Columns of the terminal, with the labels at the left. */
#define CHART_WIDTH 80
/* Room for an SVG of ten years with two lines. */
#define CHART_SVG_SIZE_MAX ((size_t)4 << 20)

/* Something that begins on a day: a letter below the axis, a line in SVG. */
struct chart_mark {
    uint32_t day;
    char letter;
};

struct chart {
    const char *title;
    const uint64_t *values; /* one a day */
    const uint64_t *second; /* another series of the same days, for SVG only; or NULL */
    const char *value_name, *second_name;
    size_t days_count; /* at least 1 */
    const struct chart_mark *marks;
    size_t marks_count;
};

/* With block elements of Unicode, or in ASCII alone. */
void chart_print(const struct chart *chart, bool unicode, FILE *out);
/* A whole SVG document. False when it does not fit. */
NODISCARD bool chart_svg(const struct chart *chart, struct buf *out);
/* Whether the environment's locale writes UTF-8. */
bool chart_locale_is_unicode(void);

#endif
