/*
 * What the evidence says of each rung, of a certificate that fails, of what is sent in clear and of what browsers
 * report: as far as the answer of the API has it.
 */
#include "control/bundle_chart.h"
#include "control/bundle_page_parts.h"

#include "codec/date.h"

#define WEEK_S INT64_C(604800)

static const json_t *member(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static void cell(const struct page *page, void (*put)(struct buf *out, const json_t *value), const json_t *value)
{
    markup(page->out, "<td>");
    put(page->out, value);
    markup(page->out, "</td>");
}

/* "12 ± 3" of a figure. */
static void put_figure(struct buf *out, const json_t *figure)
{
    markup_count(out, member(figure, "count"));
    if (json_integer_value(member(figure, "error")) <= 0)
        return;
    markup(out, " ± ");
    markup_count(out, member(figure, "error"));
}

static void put_percent(struct buf *out, const json_t *value)
{
    markup_count(out, value);
    if (json_is_number(value))
        markup(out, " %");
}

static void put_rung(const struct page *page, const json_t *rung)
{
    json_int_t age = json_integer_value(member(rung, "max_age_s"));
    markup(page->out, "<tr><th scope=\"row\">");
    bundle_duration(page->language, age > 0 ? (uint64_t)age : 0, page->out);
    markup(page->out, "</th>");
    cell(page, markup_moment, member(rung, "since"));
    markup(page->out, "<td>");
    if (json_is_string(member(rung, "until")))
        markup_moment(page->out, member(rung, "until"));
    else
        page_word(page, BUNDLE_W_STILL);
    markup(page->out, "</td>");
    cell(page, markup_count, member(rung, "https_requests"));
    cell(page, markup_count, member(rung, "http_requests"));
    cell(page, put_percent, member(rung, "http_percent"));
    cell(page, put_figure, member(member(rung, "clients"), "stranded"));
    cell(page, put_percent, member(rung, "stranded_percent"));
    markup(page->out, "</tr>\n");
}

void page_rungs(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_MAX_AGE,  BUNDLE_W_FROM,          BUNDLE_W_TO,
                                               BUNDLE_W_HTTPS,    BUNDLE_W_HTTP,          BUNDLE_W_HTTP_SHORT,
                                               BUNDLE_W_STRANDED, BUNDLE_W_STRANDED_SHARE};
    const json_t *trend = page_member(page, "evidence", "trend");
    if (json_array_size(trend) == 0)
        return;
    page_begin(page, "rungs", BUNDLE_W_RUNGS);
    page_paragraph(page, BUNDLE_W_RUNGS_LEAD);
    page_table(page, BUNDLE_W_RUNGS, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(trend); i++)
        put_rung(page, json_array_get(trend, i));
    page_table_end(page, 0);
    page_end(page);
}

static bool week_at(const json_t *week, int64_t *ret_s)
{
    bool has_time;
    const char *text = json_string_value(member(week, "week"));
    return text && date_parse_iso(str_from(text), ret_s, &has_time);
}

/* Weeks stand in any order; a picture begins with the first. */
static void draw_weeks(const struct page *page, const json_t *weeks)
{
    struct bundle_bars bars = {.title = bundle_word(page->language, BUNDLE_W_WEEKS),
                               .names = {bundle_word(page->language, BUNDLE_W_WEEKS)},
                               .from_s = INT64_MAX,
                               .step_s = WEEK_S};
    int64_t at_s, last_s = 0;
    for (size_t i = 0; i < json_array_size(weeks); i++)
        if (week_at(json_array_get(weeks, i), &at_s)) {
            bars.from_s = at_s < bars.from_s ? at_s : bars.from_s;
            last_s = at_s > last_s ? at_s : last_s;
        }
    if (bars.from_s > last_s || (last_s - bars.from_s) / WEEK_S >= BUNDLE_BARS_COUNT_MAX)
        return;
    bars.count = (size_t)((last_s - bars.from_s) / WEEK_S + 1);
    for (size_t i = 0; i < json_array_size(weeks); i++) {
        const json_t *week = json_array_get(weeks, i);
        json_int_t count = json_integer_value(member(member(week, "https"), "count"));
        if (week_at(week, &at_s) && count > 0)
            bars.values[(at_s - bars.from_s) / WEEK_S][0] = (uint64_t)count;
    }
    bundle_bars_draw(&bars, page->out);
}

static void put_weeks(const struct page *page, const json_t *weeks)
{
    static const enum bundle_word columns[] = {BUNDLE_W_WEEK_OF, BUNDLE_W_WEEKS, BUNDLE_W_RETURNING};
    draw_weeks(page, weeks);
    page_table(page, BUNDLE_W_WEEKS, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(weeks); i++) {
        const json_t *week = json_array_get(weeks, i);
        markup(page->out, "<tr><th scope=\"row\">");
        markup_string(page->out, member(week, "week"));
        markup(page->out, "</th>");
        cell(page, put_figure, member(week, "https"));
        cell(page, put_percent, member(week, "returning_percent"));
        markup(page->out, "</tr>\n");
    }
    page_table_end(page, 0);
}

static void put_missing(const struct page *page, const json_t *classes)
{
    static const enum bundle_word columns[] = {BUNDLE_W_PROGRAM, BUNDLE_W_SEEN_AT};
    if (json_array_size(classes) == 0)
        return;
    markup(page->out, "<h3>");
    page_word(page, BUNDLE_W_MISSING);
    markup(page->out, "</h3>\n");
    page_table(page, BUNDLE_W_MISSING, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(classes); i++) {
        const json_t *one = json_array_get(classes, i);
        markup(page->out, "<tr>");
        cell(page, markup_string, member(one, "class"));
        cell(page, markup_string, member(one, "last_seen"));
        markup(page->out, "</tr>\n");
    }
    page_table_end(page, 0);
}

void page_forecast(const struct page *page)
{
    const json_t *text = page_member(page, "evidence", "forecast");
    const json_t *coverage = page_member(page, "evidence", "coverage");
    const json_t *weeks = member(coverage, "weeks");
    text = member(text, "text");
    if (!json_is_string(text) && json_array_size(weeks) == 0)
        return;
    page_begin(page, "forecast", BUNDLE_W_FORECAST);
    if (json_is_string(text)) {
        markup(page->out, "<p lang=\"en\">");
        markup_string(page->out, text);
        markup(page->out, "</p>\n");
    }
    if (json_array_size(weeks))
        put_weeks(page, weeks);
    put_missing(page, member(member(coverage, "rung"), "classes_missing"));
    page_end(page);
}

static void put_census_row(const struct page *page, const json_t *census, const char *name, enum bundle_word word)
{
    markup(page->out, "<tr><th scope=\"row\">");
    page_word(page, word);
    markup(page->out, "</th>");
    cell(page, markup_count, member(member(census, "totals"), name));
    cell(page, markup_count, member(member(census, "rung"), name));
    markup(page->out, "</tr>\n");
}

void page_census(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_REQUESTS, BUNDLE_W_IN_SPAN, BUNDLE_W_SINCE_RUNG};
    static const struct {
        const char *name;
        enum bundle_word word;
    } rows[] = {
        {"requests", BUNDLE_W_HTTP_SHARE}, {"redirected", BUNDLE_W_REDIRECTED},
        {"refused", BUNDLE_W_REFUSED},     {"unsafe", BUNDLE_W_UNSAFE},
        {"basic", BUNDLE_W_BASIC},         {"authorization", BUNDLE_W_AUTHORIZATION},
        {"cookies", BUNDLE_W_COOKIES},     {"bodies", BUNDLE_W_BODIES},
    };
    const json_t *census = page_member(page, "evidence", "census");
    if (!json_is_object(census))
        return;
    page_begin(page, "census", BUNDLE_W_CENSUS);
    page_paragraph(page, BUNDLE_W_CENSUS_LEAD);
    page_table(page, BUNDLE_W_CENSUS, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put_census_row(page, census, rows[i].name, rows[i].word);
    page_table_end(page, 0);
    page_end(page);
}

void page_reports(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_CAUSE, BUNDLE_W_COUNT, BUNDLE_W_NETWORKS};
    const json_t *reports = page_member(page, "evidence", "reports"), *totals = member(reports, "totals");
    if (!json_is_true(member(reports, "enabled")) && json_array_size(totals) == 0)
        return;
    page_begin(page, "reports", BUNDLE_W_REPORTS);
    if (json_array_size(totals)) {
        page_table(page, BUNDLE_W_REPORTS, columns, sizeof columns / sizeof *columns);
        for (size_t i = 0; i < json_array_size(totals); i++) {
            const json_t *one = json_array_get(totals, i);
            markup(page->out, "<tr>");
            cell(page, markup_string, member(one, "type"));
            cell(page, markup_count, member(one, "count"));
            cell(page, put_figure, member(one, "clients"));
            markup(page->out, "</tr>\n");
        }
        page_table_end(page, 0);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
}
