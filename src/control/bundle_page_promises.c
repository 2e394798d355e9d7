/* What browsers were told, from when until when: a picture of the site's own name, and a table of all its names. */
#include "control/bundle_chart.h"
#include "control/bundle_page_parts.h"

/* More lie upon each other in a picture. */
#define LANES_COUNT_MAX 200
#define LABELS_SIZE_MAX 1024

struct drawing {
    struct bundle_lanes lanes;
    struct bundle_lane items[LANES_COUNT_MAX];
    uint64_t ages[BUNDLE_ROWS_COUNT_MAX];
    struct buf labels;
};

static uint64_t age_of(const json_t *entry)
{
    json_int_t age = json_integer_value(json_object_get(entry, "max_age"));
    return age > 0 ? (uint64_t)age : 0;
}

/* Its place among the rows, from the bottom; a new one while there is room. */
static void note_age(struct drawing *drawing, uint64_t age)
{
    size_t count = drawing->lanes.rows_count, at = 0;
    while (at < count && drawing->ages[at] < age)
        at++;
    if ((at < count && drawing->ages[at] == age) || count == BUNDLE_ROWS_COUNT_MAX)
        return;
    memmove(drawing->ages + at + 1, drawing->ages + at, (count - at) * sizeof *drawing->ages);
    drawing->ages[at] = age;
    drawing->lanes.rows_count++;
}

static uint32_t row_of(const struct drawing *drawing, uint64_t age)
{
    uint32_t row = 0;
    while (row < drawing->lanes.rows_count && drawing->ages[row] != age)
        row++;
    return row; /* none: not drawn */
}

static void note_lane(struct drawing *drawing, const json_t *entry)
{
    struct bundle_lane *lane = &drawing->items[drawing->lanes.lanes_count];
    if (!page_moment(entry, "from", &lane->from_s))
        return;
    if (!page_moment(entry, "to", &lane->to_s))
        lane->to_s = drawing->lanes.now_s;
    if (!page_moment(entry, "bound_until", &lane->after_s))
        lane->after_s = lane->to_s;
    lane->row = row_of(drawing, age_of(entry));
    drawing->lanes.from_s = lane->from_s < drawing->lanes.from_s ? lane->from_s : drawing->lanes.from_s;
    drawing->lanes.to_s = lane->after_s > drawing->lanes.to_s ? lane->after_s : drawing->lanes.to_s;
    drawing->lanes.lanes_count++;
}

/* Views into one buffer, taken when it does not grow any more. */
static void name_rows(const struct page *page, struct drawing *drawing)
{
    size_t starts[BUNDLE_ROWS_COUNT_MAX + 1] = {0};
    for (size_t i = 0; i < drawing->lanes.rows_count; i++) {
        bundle_duration(page->language, drawing->ages[i], &drawing->labels);
        starts[i + 1] = buf_str(&drawing->labels).size;
    }
    for (size_t i = 0; i < drawing->lanes.rows_count; i++)
        drawing->lanes.rows[i] = str_part(buf_str(&drawing->labels), starts[i], starts[i + 1] - starts[i]);
}

static void draw(const struct page *page, const json_t *entries)
{
    struct drawing drawing = {.lanes = {.title = bundle_word(page->language, BUNDLE_W_PROMISES)}};
    if (!page_moment(json_object_get(page->content, "made"), "at", &drawing.lanes.now_s))
        return;
    drawing.lanes.from_s = drawing.lanes.to_s = drawing.lanes.now_s;
    drawing.lanes.lanes = drawing.items;
    buf_init(&drawing.labels, LABELS_SIZE_MAX);
    for (size_t i = 0; i < json_array_size(entries); i++)
        note_age(&drawing, age_of(json_array_get(entries, i)));
    for (size_t i = 0; i < json_array_size(entries) && drawing.lanes.lanes_count < LANES_COUNT_MAX; i++)
        note_lane(&drawing, json_array_get(entries, i));
    name_rows(page, &drawing);
    bundle_lanes_draw(&drawing.lanes, page->out);
    buf_fini(&drawing.labels);
}

static void put_promise(const struct page *page, const json_t *entry)
{
    bundle_duration(page->language, age_of(entry), page->out);
    if (json_is_true(json_object_get(entry, "include_subdomains")))
        markup(page->out, ", includeSubDomains");
    if (json_is_true(json_object_get(entry, "preload")))
        markup(page->out, ", preload");
}

static void put_row(const struct page *page, const json_t *name, const json_t *entry)
{
    markup(page->out, "<tr><td>");
    markup_string(page->out, name);
    markup(page->out, "</td><td>");
    put_promise(page, entry);
    markup(page->out, "</td><td>");
    markup_moment(page->out, json_object_get(entry, "from"));
    markup(page->out, "</td><td>");
    if (json_is_string(json_object_get(entry, "to")))
        markup_moment(page->out, json_object_get(entry, "to"));
    else
        page_word(page, BUNDLE_W_STILL);
    markup(page->out, "</td><td>");
    markup_moment(page->out, json_object_get(entry, "bound_until"));
    markup(page->out, "</td></tr>\n");
}

static void put_table(const struct page *page, const json_t *names)
{
    static const enum bundle_word columns[] = {BUNDLE_W_NAME, BUNDLE_W_MAX_AGE, BUNDLE_W_FROM, BUNDLE_W_TO,
                                               BUNDLE_W_BINDS_UNTIL};
    uint64_t shown = 0, left = 0;
    page_table(page, BUNDLE_W_PROMISES, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *one = json_array_get(names, i), *entries = json_object_get(one, "entries");
        for (size_t k = 0; k < json_array_size(entries); k++) {
            if (shown++ < PAGE_ROWS_COUNT_MAX)
                put_row(page, json_object_get(one, "name"), json_array_get(entries, k));
            else
                left++;
        }
    }
    page_table_end(page, left);
}

static bool is_any(const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++)
        if (json_array_size(json_object_get(json_array_get(names, i), "entries")))
            return true;
    return false;
}

void page_promises(const struct page *page)
{
    const json_t *names = page_member(page, "ledger", "names");
    page_begin(page, "promises", BUNDLE_W_PROMISES);
    page_paragraph(page, BUNDLE_W_PROMISES_LEAD);
    if (is_any(names)) {
        draw(page, json_object_get(json_array_get(names, 0), "entries"));
        put_table(page, names);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
}
