/*
 * The pictures on the page of an evidence bundle, as SVG inside it: bars over time, and intervals in rows. Each is one
 * image to those who do not see it, named by its title; what it shows stands in a table beside it, which is the page's.
 */
#ifndef CONTROL_BUNDLE_CHART_H
#define CONTROL_BUNDLE_CHART_H

#include "base/buf.h"

/* Two months by the day, a year by the week, three years by thirty days: as many as can be told apart. */
#define BUNDLE_BARS_COUNT_MAX 64
/* Rungs of a ladder, and a few of before. */
#define BUNDLE_ROWS_COUNT_MAX 12

struct bundle_bars {
    const char *title; /* all texts are ours */
    const char *names[2];
    bool has_second; /* the second stands on the first */
    int64_t from_s;
    int64_t step_s;
    size_t count;
    uint64_t values[BUNDLE_BARS_COUNT_MAX][2];
};

void bundle_bars_draw(const struct bundle_bars *bars, struct buf *out);

struct bundle_lane {
    uint32_t row;
    int64_t from_s, to_s, after_s; /* what the interval leaves behind lasts until after_s */
};

struct bundle_lanes {
    const char *title;
    int64_t from_s, to_s, now_s;
    struct str rows[BUNDLE_ROWS_COUNT_MAX]; /* from the bottom */
    size_t rows_count;
    const struct bundle_lane *lanes;
    size_t lanes_count;
};

void bundle_lanes_draw(const struct bundle_lanes *lanes, struct buf *out);

#endif
