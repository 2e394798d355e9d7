/* Certificates with their dates, and what was served in their place. */
#include "control/bundle_page_parts.h"

static void put_cell(const struct page *page, const json_t *value)
{
    markup(page->out, "<td>");
    markup_moment(page->out, value);
    markup(page->out, "</td>");
}

static void put_certificate(const struct page *page, const json_t *one)
{
    markup(page->out, "<tr><td class=\"mono\">");
    markup_string(page->out, json_object_get(one, "fingerprint_sha256"));
    if (json_is_true(json_object_get(one, "drawer"))) {
        markup(page->out, " <span class=\"dim\">(");
        page_word(page, BUNDLE_W_DRAWER);
        markup(page->out, ")</span>");
    }
    markup(page->out, "</td><td>");
    markup_string(page->out, json_object_get(one, "issuer"));
    markup(page->out, "</td><td>");
    markup_moment(page->out, json_object_get(one, "not_before"));
    markup(page->out, " – ");
    markup_moment(page->out, json_object_get(one, "not_after"));
    markup(page->out, "</td>");
    put_cell(page, json_object_get(one, "stored"));
    put_cell(page, json_object_get(one, "published"));
    put_cell(page, json_object_get(one, "seen_first"));
    put_cell(page, json_object_get(one, "seen_last"));
    markup(page->out, "</tr>\n");
}

static void put_mismatch(const struct page *page, const json_t *one)
{
    const json_t *fingerprint = json_object_get(one, "fingerprint_sha256");
    markup(page->out, "<tr><td>");
    markup_string(page->out, json_object_get(one, "place"));
    markup(page->out, " ");
    markup_string(page->out, json_object_get(one, "name"));
    markup(page->out, "</td><td class=\"mono\">");
    markup_string(page->out, fingerprint ? fingerprint : json_object_get(one, "why"));
    markup(page->out, "</td>");
    put_cell(page, json_object_get(one, "since"));
    put_cell(page, json_object_get(one, "seen_last"));
    markup(page->out, "</tr>\n");
}

static bool has_mismatches(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_array_size(json_object_get(json_array_get(list, i), "mismatches")))
            return true;
    return false;
}

static void put_mismatches(const struct page *page, const json_t *list)
{
    static const enum bundle_word columns[] = {BUNDLE_W_PLACE, BUNDLE_W_FINGERPRINT, BUNDLE_W_FROM, BUNDLE_W_SEEN_LAST};
    if (!has_mismatches(list))
        return;
    markup(page->out, "<h3>");
    page_word(page, BUNDLE_W_MISMATCHES);
    markup(page->out, "</h3>\n");
    page_table(page, BUNDLE_W_MISMATCHES, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *rows = json_object_get(json_array_get(list, i), "mismatches");
        for (size_t k = 0; k < json_array_size(rows); k++)
            put_mismatch(page, json_array_get(rows, k));
    }
    page_table_end(page, 0);
}

static void put_served_row(const struct page *page, const json_t *one)
{
    markup(page->out, "<tr><td class=\"mono\">");
    markup_string(page->out, json_object_get(one, "fingerprint_sha256"));
    markup(page->out, "</td>");
    put_cell(page, json_object_get(one, "not_before"));
    put_cell(page, json_object_get(one, "not_after"));
    put_cell(page, json_object_get(one, "seen_first"));
    put_cell(page, json_object_get(one, "seen_last"));
    markup(page->out, "</tr>\n");
}

/* The newest first, also those of before. */
static void put_served(const struct page *page, const json_t *list)
{
    static const enum bundle_word columns[] = {BUNDLE_W_FINGERPRINT, BUNDLE_W_FROM, BUNDLE_W_VALID_UNTIL,
                                               BUNDLE_W_SEEN_FIRST, BUNDLE_W_SEEN_LAST};
    size_t count = json_array_size(list), shown = count < PAGE_ROWS_COUNT_MAX ? count : PAGE_ROWS_COUNT_MAX;
    if (count == 0)
        return;
    markup(page->out, "<h3>");
    page_word(page, BUNDLE_W_SERVED);
    markup(page->out, "</h3>\n");
    page_table(page, BUNDLE_W_SERVED, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++)
        put_served_row(page, json_array_get(list, count - 1 - i));
    page_table_end(page, count - shown);
}

static size_t count_of(const json_t *list)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        count += json_is_string(json_object_get(json_array_get(list, i), "fingerprint_sha256"));
    return count;
}

void page_certificates(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_FINGERPRINT, BUNDLE_W_ISSUER,    BUNDLE_W_VALID,
                                               BUNDLE_W_STORED,      BUNDLE_W_PUBLISHED, BUNDLE_W_SEEN_FIRST,
                                               BUNDLE_W_SEEN_LAST};
    const json_t *list = page_member(page, "certificates", "certificates");
    page_begin(page, "certificates", BUNDLE_W_CERTIFICATES);
    page_paragraph(page, BUNDLE_W_CERTIFICATES_LEAD);
    if (count_of(list)) {
        page_table(page, BUNDLE_W_CERTIFICATES, columns, sizeof columns / sizeof *columns);
        for (size_t i = 0; i < json_array_size(list); i++)
            if (json_is_string(json_object_get(json_array_get(list, i), "fingerprint_sha256")))
                put_certificate(page, json_array_get(list, i));
        page_table_end(page, 0);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    put_served(page, json_object_get(page->content, "served"));
    put_mismatches(page, list);
    page_end(page);
}
