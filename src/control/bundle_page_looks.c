/* What was seen from outside, when, and what guards make of it now. */
#include "control/bundle_page_parts.h"

static void put_look(const struct page *page)
{
    markup(page->out, "<dl>\n<dt>");
    page_word(page, BUNDLE_W_LAST_LOOK);
    markup(page->out, "</dt><dd>");
    markup_moment(page->out, page_member(page, "certificates", "looked"));
    if (json_is_string(page_member(page, "certificates", "look"))) {
        markup(page->out, ": <span lang=\"en\">");
        markup_string(page->out, page_member(page, "certificates", "look"));
        markup(page->out, "</span>");
    }
    markup(page->out, "</dd>\n");
}

static void put_check(const struct page *page)
{
    const json_t *at = page_member(page, "check", "checked_at");
    markup(page->out, "<dt>");
    page_word(page, BUNDLE_W_LAST_CHECK);
    markup(page->out, "</dt><dd>");
    if (json_is_string(at)) {
        markup_moment(page->out, at);
        markup(page->out, ": ");
        markup_number(page->out, json_array_size(page_member(page, "check", "errors")));
        markup(page->out, " ");
        page_word(page, BUNDLE_W_ERRORS);
        markup(page->out, ", ");
        markup_number(page->out, json_array_size(page_member(page, "check", "warnings")));
        markup(page->out, " ");
        page_word(page, BUNDLE_W_WARNINGS);
    } else {
        page_word(page, BUNDLE_W_CHECK_NEVER);
    }
    markup(page->out, "</dd>\n</dl>\n");
}

static void put_guard(const struct page *page, const json_t *guard)
{
    static const char *const members[] = {"guard", "verdict"};
    markup(page->out, "<tr>");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        markup(page->out, "<td>");
        markup_string(page->out, json_object_get(guard, members[i]));
        markup(page->out, "</td>");
    }
    markup(page->out, "<td class=\"w\" lang=\"en\">");
    markup_string(page->out, json_object_get(guard, "why"));
    markup(page->out, "</td></tr>\n");
}

static void put_guards(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_GUARD, BUNDLE_W_VERDICT, BUNDLE_W_WHY};
    const json_t *guards = json_object_get(json_object_get(page_member(page, "guards", "moves"), "climb"), "guards");
    if (json_array_size(guards) == 0)
        return;
    markup(page->out, "<h3>");
    page_word(page, BUNDLE_W_GUARDS_NOW);
    markup(page->out, "</h3>\n");
    page_table(page, BUNDLE_W_GUARDS_NOW, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < json_array_size(guards); i++)
        put_guard(page, json_array_get(guards, i));
    page_table_end(page, 0);
}

void page_looks(const struct page *page)
{
    page_begin(page, "looks", BUNDLE_W_LOOKS);
    put_look(page);
    put_check(page);
    put_guards(page);
    page_end(page);
}
