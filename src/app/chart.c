/*
 * Both pictures have four intervals on the vertical axis, each a round number, so that the highest value uses most of
 * the height.
 */
#include "app/chart.h"

#include <inttypes.h>
#include <stdlib.h>

#define ROWS        12
#define ROW_LEVELS  8
#define INTERVALS   4
#define LABEL_WIDTH 6
#define COLUMNS     (CHART_WIDTH - LABEL_WIDTH - 2)
#define LABEL_SIZE  32

/* In SVG, in its units. */
#define SVG_WIDTH  960
#define SVG_HEIGHT 420
#define SVG_LEFT   80
#define SVG_RIGHT  20
#define SVG_TOP    50
#define SVG_BOTTOM 60
#define SVG_LETTER 10

static uint64_t largest(const struct chart *chart)
{
    uint64_t most = 0;
    for (size_t day = 0; day < chart->days_count; day++) {
        most = chart->values[day] > most ? chart->values[day] : most;
        most = chart->second && chart->second[day] > most ? chart->second[day] : most;
    }
    return most;
}

/* The smallest of 1, 2, 3, 4, 5, 6, 8 times a power of ten of which four are enough. */
static uint64_t interval_for(uint64_t most)
{
    static const uint64_t steps[] = {1, 2, 3, 4, 5, 6, 8};
    for (uint64_t power = 1;; power *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * power >= (most + INTERVALS - 1) / INTERVALS)
                return steps[i] * power;
}

/* "950", "12k", "1.2M" */
static struct str label(uint64_t value, char room[static LABEL_SIZE])
{
    uint64_t unit = value >= 1000000 ? 1000000 : value >= 1000 ? 1000 : 1;
    const char *name = unit == 1000000 ? "M" : unit == 1000 ? "k" : "";
    int size = value % unit ? snprintf(room, LABEL_SIZE, "%" PRIu64 ".%" PRIu64 "%s", value / unit,
                                       value % unit * 10 / unit, name)
                            : snprintf(room, LABEL_SIZE, "%" PRIu64 "%s", value / unit, name);
    return str_make(room, (size_t)size);
}

/* ---- terminal ---- */

/* The first day of a column. */
static size_t column_day(const struct chart *chart, size_t column)
{
    return column * chart->days_count / COLUMNS;
}

/* The most of the column's days, as a height in levels; what is there at all shows. */
static uint64_t column_level(const struct chart *chart, size_t column, uint64_t top)
{
    uint64_t most = 0;
    size_t day = column_day(chart, column), end = column_day(chart, column + 1);
    do
        most = chart->values[day] > most ? chart->values[day] : most;
    while (++day < end);
    uint64_t level = most * ROWS * ROW_LEVELS / top;
    return most && !level ? 1 : level;
}

/* One character: how much of the row is filled, in eighths. */
static const char *cell(uint64_t level, unsigned row, bool unicode)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {" ", ".", ".", ".", ":", ":", ":", ":", "#"};
    uint64_t below = (uint64_t)(ROWS - 1 - row) * ROW_LEVELS;
    uint64_t filled = level > below ? level - below : 0;
    return (unicode ? blocks : ascii)[filled < ROW_LEVELS ? filled : ROW_LEVELS];
}

/* What stands at the left, in columns. */
#define LEFT_SIZE (LABEL_WIDTH + 8)
/* A line in bytes: three for a block element. */
#define LINE_SIZE (LEFT_SIZE + COLUMNS * 3 + 1)

/* Without the blanks at its end. */
static void print_line(const char *left, const char *text, FILE *out)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "%s%s", left, text);
    while (size > 0 && line[size - 1] == ' ')
        size--;
    (void)fprintf(out, "%.*s\n", size, line);
}

static void print_row(const struct chart *chart, unsigned row, uint64_t interval, bool unicode, FILE *out)
{
    char room[LABEL_SIZE], line[COLUMNS * 3 + 1], left[LEFT_SIZE];
    struct str text = {NULL, 0};
    size_t size = 0;
    bool labelled = row % (ROWS / INTERVALS) == 0;
    if (labelled)
        text = label(interval * (INTERVALS - row / (ROWS / INTERVALS)), room);
    (void)snprintf(left, sizeof left, "%*.*s %s", LABEL_WIDTH, STR_ARG(text),
                   unicode ? (labelled ? "┤" : "│") : (labelled ? "+" : "|"));
    for (size_t column = 0; column < COLUMNS; column++) {
        const char *c = cell(column_level(chart, column, interval * INTERVALS), row, unicode);
        memcpy(line + size, c, strlen(c));
        size += strlen(c);
    }
    line[size] = '\0';
    print_line(left, line, out);
}

static void print_axis(bool unicode, FILE *out)
{
    (void)fprintf(out, "%*s %s", LABEL_WIDTH, "0", unicode ? "└" : "+");
    for (size_t column = 0; column < COLUMNS; column++)
        (void)fputs(unicode ? "─" : "-", out);
    (void)fputc('\n', out);
}

static void print_marks(const struct chart *chart, FILE *out)
{
    char line[COLUMNS + 1], left[LEFT_SIZE];
    memset(line, ' ', COLUMNS);
    line[COLUMNS] = '\0';
    for (size_t i = 0; i < chart->marks_count; i++)
        if (chart->marks[i].day < chart->days_count)
            line[chart->marks[i].day * COLUMNS / chart->days_count] = chart->marks[i].letter;
    (void)snprintf(left, sizeof left, "%*s  ", LABEL_WIDTH, "");
    print_line(left, line, out);
}

/* "day 0", and the days of the quarters. */
static void print_days(const struct chart *chart, FILE *out)
{
    char line[COLUMNS + LABEL_SIZE], left[LEFT_SIZE];
    memset(line, ' ', sizeof line);
    for (size_t i = 0; i <= INTERVALS; i++) {
        char text[LABEL_SIZE];
        size_t column = i * (COLUMNS - 1) / INTERVALS;
        int size = snprintf(text, sizeof text, "%zu", column_day(chart, column));
        size_t at = i == INTERVALS ? COLUMNS - (size_t)size : column;
        memcpy(line + at, text, (size_t)size);
    }
    line[COLUMNS] = '\0';
    (void)snprintf(left, sizeof left, "%*s  ", LABEL_WIDTH, "day");
    print_line(left, line, out);
}

void chart_print(const struct chart *chart, bool unicode, FILE *out)
{
    uint64_t interval = interval_for(largest(chart));
    (void)fprintf(out, "%s\n\n", chart->title);
    for (unsigned row = 0; row < ROWS; row++)
        print_row(chart, row, interval, unicode, out);
    print_axis(unicode, out);
    print_marks(chart, out);
    print_days(chart, out);
}

bool chart_locale_is_unicode(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

/* ---- SVG ---- */

static double svg_x(const struct chart *chart, size_t day)
{
    double width = SVG_WIDTH - SVG_LEFT - SVG_RIGHT;
    return SVG_LEFT + width * (double)day / (double)(chart->days_count > 1 ? chart->days_count - 1 : 1);
}

static double svg_y(uint64_t value, uint64_t top)
{
    return SVG_HEIGHT - SVG_BOTTOM - (double)(SVG_HEIGHT - SVG_TOP - SVG_BOTTOM) * (double)value / (double)top;
}

/* Text whose markup means nothing. */
static void svg_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            (void)buf_put_str(out, STR("&lt;"));
        else if (*text == '&')
            (void)buf_put_str(out, STR("&amp;"));
        else
            (void)buf_put_char(out, *text);
    }
}

static void svg_line(const struct chart *chart, const uint64_t *values, uint64_t top, const char *style,
                     struct buf *out)
{
    (void)buf_printf(out, "<polyline fill=\"none\" stroke-width=\"2\" %s points=\"", style);
    for (size_t day = 0; day < chart->days_count; day++)
        (void)buf_printf(out, "%s%.1f,%.1f", day ? " " : "", svg_x(chart, day), svg_y(values[day], top));
    (void)buf_put_str(out, STR("\"/>\n"));
}

static void svg_grid(const struct chart *chart, uint64_t interval, struct buf *out)
{
    for (unsigned i = 0; i <= INTERVALS; i++) {
        char room[LABEL_SIZE];
        double y = svg_y(interval * i, interval * INTERVALS);
        struct str text = label(interval * i, room);
        (void)buf_printf(out, "<path d=\"M%d %.1fH%d\" stroke=\"#bbb\"/>\n", SVG_LEFT, y, SVG_WIDTH - SVG_RIGHT);
        (void)buf_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.*s</text>\n", SVG_LEFT - 8, y + 4,
                         STR_ARG(text));
        size_t day = (chart->days_count - 1) * i / INTERVALS;
        (void)buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">day %zu</text>\n", svg_x(chart, day),
                         SVG_HEIGHT - SVG_BOTTOM + 40, i < INTERVALS ? "middle" : "end", day);
    }
}

/* Lines for all; a letter that the next one would cover is left out, as in the terminal. */
static void svg_marks(const struct chart *chart, struct buf *out)
{
    double next_x = SVG_WIDTH;
    for (size_t i = chart->marks_count; i-- > 0;) {
        if (chart->marks[i].day >= chart->days_count)
            continue;
        double x = svg_x(chart, chart->marks[i].day);
        (void)buf_printf(out, "<path d=\"M%.1f %dV%d\" stroke=\"#888\" stroke-dasharray=\"3 3\"/>\n", x, SVG_TOP,
                         SVG_HEIGHT - SVG_BOTTOM);
        if (next_x - x >= SVG_LETTER || next_x < x)
            (void)buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%c</text>\n", x,
                             SVG_HEIGHT - SVG_BOTTOM + 18, chart->marks[i].letter);
        next_x = x;
    }
}

static void svg_name(const char *name, const char *colour, int x, struct buf *out)
{
    (void)buf_printf(out, "<text x=\"%d\" y=\"40\" fill=\"%s\">", x, colour);
    svg_text(out, name);
    (void)buf_put_str(out, STR("</text>\n"));
}

bool chart_svg(const struct chart *chart, struct buf *out)
{
    uint64_t interval = interval_for(largest(chart)), top = interval * INTERVALS;
    (void)buf_printf(out,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
                     "font-size=\"12\">\n<title>",
                     SVG_WIDTH, SVG_HEIGHT);
    svg_text(out, chart->title);
    (void)buf_printf(out,
                     "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"20\" "
                     "font-size=\"16\">",
                     SVG_WIDTH, SVG_HEIGHT, SVG_LEFT);
    svg_text(out, chart->title);
    (void)buf_put_str(out, STR("</text>\n"));
    svg_grid(chart, interval, out);
    svg_marks(chart, out);
    svg_line(chart, chart->values, top, "stroke=\"#0072b2\"", out);
    svg_name(chart->value_name, "#0072b2", SVG_LEFT, out);
    if (chart->second) {
        svg_line(chart, chart->second, top, "stroke=\"#d55e00\" stroke-dasharray=\"6 3\"", out);
        svg_name(chart->second_name, "#d55e00", SVG_LEFT + 280, out);
    }
    return buf_put_str(out, STR("</svg>\n")) && buf_ok(out);
}
