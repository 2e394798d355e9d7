/* Coordinates are whole numbers in a box of 720 by what is needed; colours are classes of the page's style. */
#include "control/bundle_chart.h"

#include <inttypes.h>

#include "codec/date.h"
#include "control/markup.h"

#define WIDTH      720
#define LEFT       72
#define RIGHT      12
#define TOP        28
#define BARS_HIGH  150
#define BOTTOM     24
#define ROW_HIGH   26
#define PLOT_WIDTH (WIDTH - LEFT - RIGHT)

static void begin(const char *title, unsigned height, struct buf *out)
{
    (void)buf_printf(out, "<svg viewBox=\"0 0 %d %u\" role=\"img\" aria-label=\"", WIDTH, height);
    markup_text(out, str_from(title));
    markup(out, "\">\n");
}

static void text_at(unsigned x, unsigned y, const char *anchor, struct str text, struct buf *out)
{
    (void)buf_printf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"%s\">", x, y, anchor);
    markup_text(out, text);
    markup(out, "</text>\n");
}

static void number_at(unsigned x, unsigned y, uint64_t value, struct buf *out)
{
    (void)buf_printf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"end\">", x, y);
    markup_number(out, value);
    markup(out, "</text>\n");
}

static void day_at(unsigned x, unsigned y, const char *anchor, int64_t at_s, struct buf *out)
{
    char room[DATE_ISO_SIZE];
    text_at(x, y, anchor, str_part(date_write_iso(at_s * 1000, room), 0, 10), out);
}

static void line(unsigned x1, unsigned y1, unsigned x2, unsigned y2, const char *class, struct buf *out)
{
    (void)buf_printf(out, "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" class=\"%s\"/>\n", x1, y1, x2, y2, class);
}

static void box(unsigned x, unsigned y, unsigned width, unsigned height, const char *class, struct buf *out)
{
    if (width && height)
        (void)buf_printf(out, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" class=\"%s\"/>\n", x, y, width,
                         height, class);
}

/* The first of 1, 2, 5, 10, 20, 50, … that is not below it. */
static uint64_t round_up(uint64_t value)
{
    static const uint64_t steps[] = {1, 2, 5};
    for (uint64_t tens = 1; tens <= UINT64_MAX / 100; tens *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * tens >= value)
                return steps[i] * tens;
    return value;
}

static uint64_t top_of(const struct bundle_bars *bars)
{
    uint64_t top = 1;
    for (size_t i = 0; i < bars->count; i++) {
        uint64_t sum = bars->values[i][0] + bars->values[i][1];
        top = sum > top ? sum : top;
    }
    return round_up(top);
}

/* What is there at all shows. */
static unsigned height_of(uint64_t value, uint64_t top)
{
    unsigned height = (unsigned)((double)value / (double)top * BARS_HIGH + 0.5);
    return value && !height ? 1 : height;
}

static void draw_legend(const struct bundle_bars *bars, struct buf *out)
{
    box(LEFT, 8, 10, 10, "a", out);
    text_at(LEFT + 16, 17, "start", str_from(bars->names[0]), out);
    if (!bars->has_second)
        return;
    box(LEFT + 180, 8, 10, 10, "b", out);
    text_at(LEFT + 196, 17, "start", str_from(bars->names[1]), out);
}

static void draw_scale(uint64_t top, struct buf *out)
{
    line(LEFT, TOP + BARS_HIGH, WIDTH - RIGHT, TOP + BARS_HIGH, "axis", out);
    number_at(LEFT - 8, TOP + BARS_HIGH + 4, 0, out);
    line(LEFT, TOP, WIDTH - RIGHT, TOP, "grid", out);
    number_at(LEFT - 8, TOP + 4, top, out);
    if (top % 2)
        return;
    line(LEFT, TOP + BARS_HIGH / 2, WIDTH - RIGHT, TOP + BARS_HIGH / 2, "grid", out);
    number_at(LEFT - 8, TOP + BARS_HIGH / 2 + 4, top / 2, out);
}

static void draw_bar(const struct bundle_bars *bars, size_t i, uint64_t top, struct buf *out)
{
    unsigned from = LEFT + (unsigned)(i * PLOT_WIDTH / bars->count);
    unsigned to = LEFT + (unsigned)((i + 1) * PLOT_WIDTH / bars->count);
    unsigned gap = to - from > 3 ? 1 : 0, width = to - from - gap > 60 ? 60 : to - from - gap;
    unsigned first = height_of(bars->values[i][0], top), second = height_of(bars->values[i][1], top);
    box(from, TOP + BARS_HIGH - first, width, first, "a", out);
    if (bars->has_second)
        box(from, TOP + BARS_HIGH - first - second, width, second, "b", out);
}

void bundle_bars_draw(const struct bundle_bars *bars, struct buf *out)
{
    uint64_t top = top_of(bars);
    if (bars->count == 0 || bars->count > BUNDLE_BARS_COUNT_MAX)
        return;
    begin(bars->title, TOP + BARS_HIGH + BOTTOM, out);
    draw_legend(bars, out);
    draw_scale(top, out);
    for (size_t i = 0; i < bars->count; i++)
        draw_bar(bars, i, top, out);
    day_at(LEFT, TOP + BARS_HIGH + 18, "start", bars->from_s, out);
    if (bars->count > 1)
        day_at(WIDTH - RIGHT, TOP + BARS_HIGH + 18, "end", bars->from_s + (int64_t)(bars->count - 1) * bars->step_s,
               out);
    markup(out, "</svg>\n");
}

/* Within the picture, whatever the moment. */
static unsigned x_of(const struct bundle_lanes *lanes, int64_t at_s)
{
    if (at_s <= lanes->from_s)
        return LEFT;
    if (at_s >= lanes->to_s)
        return WIDTH - RIGHT;
    double part = (double)(at_s - lanes->from_s) / (double)(lanes->to_s - lanes->from_s);
    return LEFT + (unsigned)(part * PLOT_WIDTH + 0.5);
}

static void draw_lane(const struct bundle_lanes *lanes, const struct bundle_lane *lane, struct buf *out)
{
    unsigned y = TOP + ROW_HIGH * (unsigned)(lanes->rows_count - 1 - lane->row);
    unsigned from = x_of(lanes, lane->from_s), to = x_of(lanes, lane->to_s), after = x_of(lanes, lane->after_s);
    box(to, y + 8, after > to ? after - to : 0, 6, "c", out);
    box(from, y + 4, to > from ? to - from : 1, 14, "a", out);
}

void bundle_lanes_draw(const struct bundle_lanes *lanes, struct buf *out)
{
    unsigned bottom = TOP + ROW_HIGH * (unsigned)lanes->rows_count;
    if (lanes->rows_count == 0 || lanes->to_s <= lanes->from_s)
        return;
    begin(lanes->title, bottom + BOTTOM, out);
    for (size_t i = 0; i < lanes->rows_count; i++) {
        unsigned y = bottom - ROW_HIGH * (unsigned)i;
        line(LEFT, y, WIDTH - RIGHT, y, i ? "grid" : "axis", out);
        text_at(LEFT - 8, y - 9, "end", lanes->rows[i], out);
    }
    for (size_t i = 0; i < lanes->lanes_count; i++)
        if (lanes->lanes[i].row < lanes->rows_count)
            draw_lane(lanes, &lanes->lanes[i], out);
    line(x_of(lanes, lanes->now_s), TOP - 8, x_of(lanes, lanes->now_s), bottom, "now", out);
    day_at(x_of(lanes, lanes->now_s), 16, x_of(lanes, lanes->now_s) > WIDTH / 2 ? "end" : "start", lanes->now_s, out);
    day_at(LEFT, bottom + 18, "start", lanes->from_s, out);
    day_at(WIDTH - RIGHT, bottom + 18, "end", lanes->to_s, out);
    markup(out, "</svg>\n");
}
