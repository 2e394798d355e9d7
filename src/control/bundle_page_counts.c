/* What came over HTTPS and over HTTP, what failed, and which clients never arrived: by days, weeks or thirty days. */
#include "codec/date.h"
#include "control/bundle_chart.h"
#include "control/bundle_page_parts.h"

#define DAY_S INT64_C(86400)
/* Clients are told of each day: two months of them on paper, all of them in evidence.json. */
#define CLIENT_ROWS_COUNT_MAX 62

static const struct {
    int64_t days;
    enum bundle_word title;
} steps[] = {{1, BUNDLE_W_DAY}, {7, BUNDLE_W_WEEK_OF}, {30, BUNDLE_W_DAYS_FROM}};

#define STEPS_COUNT (sizeof steps / sizeof *steps)

/* The finest step by which the days fit into a picture. */
static size_t step_for(int64_t days)
{
    size_t i = 0;
    while (i + 1 < STEPS_COUNT && (days + steps[i].days - 1) / steps[i].days > BUNDLE_BARS_COUNT_MAX)
        i++;
    return i;
}

/* From the first day of which there is anything until the last of the span; false when there is nothing. */
static bool range_of(const struct page *page, const char *list, const char *member, int64_t *ret_from_s,
                     int64_t *ret_until_s)
{
    const json_t *items = page_member(page, "evidence", list);
    int64_t from_s = INT64_MAX, until_s = 0;
    for (size_t i = 0; i < json_array_size(items); i++) {
        int64_t at_s;
        bool has_time;
        const char *text = json_string_value(json_object_get(json_array_get(items, i), member));
        if (!text || !(date_parse_rfc3339(str_from(text), &at_s) || date_parse_iso(str_from(text), &at_s, &has_time)))
            continue;
        from_s = at_s < from_s ? at_s : from_s;
        until_s = at_s + DAY_S > until_s ? at_s + DAY_S : until_s;
    }
    *ret_from_s = from_s;
    *ret_until_s = until_s;
    return from_s < until_s;
}

/* Bars without values. */
static bool begin_bars(const struct page *page, const char *list, const char *member, struct bundle_bars *bars,
                       size_t *ret_step)
{
    int64_t from_s, until_s;
    if (!range_of(page, list, member, &from_s, &until_s))
        return false;
    int64_t days = (until_s - from_s + DAY_S - 1) / DAY_S;
    size_t step = step_for(days);
    int64_t count = (days + steps[step].days - 1) / steps[step].days;
    bars->from_s = from_s;
    bars->step_s = steps[step].days * DAY_S;
    bars->count = count < BUNDLE_BARS_COUNT_MAX ? (size_t)count : BUNDLE_BARS_COUNT_MAX;
    *ret_step = step;
    return true;
}

/* NULL outside. */
static uint64_t *bar_at(struct bundle_bars *bars, int64_t at_s)
{
    int64_t index = (at_s - bars->from_s) / bars->step_s;
    return at_s < bars->from_s || index >= (int64_t)bars->count ? NULL : bars->values[index];
}

static uint64_t count_in(const json_t *object, const char *member)
{
    json_int_t value = json_integer_value(json_object_get(object, member));
    return value > 0 ? (uint64_t)value : 0;
}

static uint64_t failed_in(const json_t *bucket)
{
    uint64_t sum = 0;
    const char *cause;
    json_t *count;
    json_object_foreach(json_object_get(bucket, "failures"), cause, count) sum +=
        json_integer_value(count) > 0 ? (uint64_t)json_integer_value(count) : 0;
    return sum;
}

/* Both pictures are of the same bars. */
static void fill(const struct page *page, struct bundle_bars *requests, struct bundle_bars *failed)
{
    const json_t *buckets = page_member(page, "evidence", "buckets");
    for (size_t i = 0; i < json_array_size(buckets); i++) {
        const json_t *bucket = json_array_get(buckets, i);
        int64_t at_s;
        uint64_t *bar = page_moment(bucket, "at", &at_s) ? bar_at(requests, at_s) : NULL;
        if (!bar)
            continue;
        bar[0] += count_in(bucket, "https_requests");
        bar[1] += count_in(bucket, "http_requests");
        bar_at(failed, at_s)[0] += failed_in(bucket);
    }
}

static void put_day(const struct page *page, int64_t at_s)
{
    char room[DATE_ISO_SIZE];
    (void)buf_printf(page->out, "<tr><th scope=\"row\">%.10s</th>", date_write_iso(at_s * 1000, room).data);
}

static void put_number(const struct page *page, uint64_t value)
{
    markup(page->out, "<td class=\"n\">");
    markup_number(page->out, value);
    markup(page->out, "</td>");
}

static void put_requests(const struct page *page, const struct bundle_bars *requests, const struct bundle_bars *failed,
                         size_t step)
{
    const enum bundle_word columns[] = {steps[step].title, BUNDLE_W_HTTPS, BUNDLE_W_HTTP, BUNDLE_W_FAILED};
    page_table(page, BUNDLE_W_TRAFFIC, columns, sizeof columns / sizeof *columns);
    for (size_t i = requests->count; i-- > 0;) {
        put_day(page, requests->from_s + (int64_t)i * requests->step_s);
        put_number(page, requests->values[i][0]);
        put_number(page, requests->values[i][1]);
        put_number(page, failed->values[i][0]);
        markup(page->out, "</tr>\n");
    }
    page_table_end(page, 0);
}

static void put_causes(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_CAUSE, BUNDLE_W_COUNT};
    const json_t *failures = page_member(page, "evidence", "failures");
    page_table(page, BUNDLE_W_FAILED, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(failures); i++) {
        const json_t *one = json_array_get(failures, i), *cause = json_object_get(one, "cause");
        const char *words =
            json_is_string(cause) ? bundle_cause(page->language, str_from(json_string_value(cause))) : NULL;
        markup(page->out, "<tr><th scope=\"row\">");
        if (words)
            markup(page->out, words);
        else
            markup_string(page->out, cause);
        markup(page->out, "</th><td class=\"n\">");
        markup_count(page->out, json_object_get(one, "count"));
        markup(page->out, "</td></tr>\n");
    }
    page_table_end(page, 0);
}

static void put_failed(const struct page *page, const struct bundle_bars *failed)
{
    page_begin(page, "failed", BUNDLE_W_FAILED);
    page_paragraph(page, BUNDLE_W_FAILED_LEAD);
    if (json_array_size(page_member(page, "evidence", "failures"))) {
        bundle_bars_draw(failed, page->out);
        put_causes(page);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
}

static struct bundle_bars bars_of(const struct page *page, enum bundle_word title, enum bundle_word first,
                                  enum bundle_word second, bool has_second)
{
    return (struct bundle_bars){.title = bundle_word(page->language, title),
                                .names = {bundle_word(page->language, first), bundle_word(page->language, second)},
                                .has_second = has_second};
}

void page_traffic(const struct page *page)
{
    struct bundle_bars requests = bars_of(page, BUNDLE_W_TRAFFIC, BUNDLE_W_HTTPS, BUNDLE_W_HTTP, true);
    struct bundle_bars failed = bars_of(page, BUNDLE_W_FAILED, BUNDLE_W_FAILED, BUNDLE_W_FAILED, false);
    size_t step = 0;
    bool any = begin_bars(page, "buckets", "at", &requests, &step) && begin_bars(page, "buckets", "at", &failed, &step);
    page_begin(page, "traffic", BUNDLE_W_TRAFFIC);
    page_paragraph(page, BUNDLE_W_TRAFFIC_LEAD);
    if (any) {
        fill(page, &requests, &failed);
        bundle_bars_draw(&requests, page->out);
        put_requests(page, &requests, &failed, step);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
    put_failed(page, &failed);
}

/* "12 ± 3" */
static void put_figure(const struct page *page, const json_t *day, const char *member)
{
    const json_t *figure = json_object_get(day, member);
    markup(page->out, "<td class=\"n\">");
    markup_count(page->out, json_object_get(figure, "count"));
    if (count_in(figure, "error")) {
        markup(page->out, " ± ");
        markup_count(page->out, json_object_get(figure, "error"));
    }
    markup(page->out, "</td>");
}

static void put_clients(const struct page *page, const json_t *days)
{
    static const enum bundle_word columns[] = {BUNDLE_W_DAY,        BUNDLE_W_HTTPS,   BUNDLE_W_HTTP,
                                               BUNDLE_W_REDIRECTED, BUNDLE_W_ARRIVED, BUNDLE_W_STRANDED};
    static const char *const members[] = {"https", "http", "redirected", "arrived", "stranded"};
    size_t count = json_array_size(days), shown = count < CLIENT_ROWS_COUNT_MAX ? count : CLIENT_ROWS_COUNT_MAX;
    page_table(page, BUNDLE_W_CLIENTS, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++) {
        const json_t *day = json_array_get(days, i);
        markup(page->out, "<tr><th scope=\"row\">");
        markup_string(page->out, json_object_get(day, "day"));
        markup(page->out, "</th>");
        for (size_t k = 0; k < sizeof members / sizeof *members; k++)
            put_figure(page, day, members[k]);
        markup(page->out, "</tr>\n");
    }
    page_table_end(page, count - shown);
}

/* Of several days the most: a client of one day is not told from one of the next. */
static void draw_stranded(const struct page *page, const json_t *days)
{
    struct bundle_bars bars = bars_of(page, BUNDLE_W_STRANDED, BUNDLE_W_STRANDED, BUNDLE_W_STRANDED, false);
    size_t step;
    if (!begin_bars(page, "clients", "day", &bars, &step))
        return;
    for (size_t i = 0; i < json_array_size(days); i++) {
        int64_t at_s;
        bool has_time;
        const json_t *day = json_array_get(days, i);
        const char *text = json_string_value(json_object_get(day, "day"));
        uint64_t count = count_in(json_object_get(day, "stranded"), "count");
        uint64_t *bar = text && date_parse_iso(str_from(text), &at_s, &has_time) ? bar_at(&bars, at_s) : NULL;
        if (bar && count > bar[0])
            bar[0] = count;
    }
    bundle_bars_draw(&bars, page->out);
}

void page_clients(const struct page *page)
{
    const json_t *days = page_member(page, "evidence", "clients");
    page_begin(page, "clients", BUNDLE_W_CLIENTS);
    page_paragraph(page, BUNDLE_W_CLIENTS_LEAD);
    if (json_array_size(days)) {
        draw_stranded(page, days);
        put_clients(page, days);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
}
