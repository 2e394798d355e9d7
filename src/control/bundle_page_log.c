/* Who did what: the entries of the audit log, with what guards had against it. */
#include "codec/json.h"
#include "control/bundle_page_parts.h"

/* A change that is longer is in evidence.json. */
#define CHANGE_SIZE_MAX 600

static bool is_text(const json_t *object, const char *member, const char *text)
{
    const char *found = json_string_value(json_object_get(object, member));
    return found && str_eq(str_from(found), str_from(text));
}

/* As JSON, cut. */
static void put_code(const struct page *page, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct str whole = str_from(text), shown = str_part(whole, 0, CHANGE_SIZE_MAX);
    while (shown.size < whole.size && shown.size && ((unsigned char)whole.data[shown.size] & 0xc0) == 0x80)
        shown.size--; /* not in the middle of a character */
    markup(page->out, "<code>");
    markup_text(page->out, shown);
    markup(page->out, shown.size < whole.size ? "…</code>" : "</code>");
    free(text);
}

/* What else than the wish was changed. */
static void put_rest(const struct page *page, const json_t *state)
{
    static const char *const wish[] = {"mode", "max_age", "target", "include_subdomains", "preload", "since"};
    json_t *rest = json_copy((json_t *)(uintptr_t)state);
    for (size_t i = 0; rest && i < sizeof wish / sizeof *wish; i++)
        (void)json_object_del(rest, wish[i]);
    if (json_object_size(rest)) {
        markup(page->out, " ");
        put_code(page, rest);
    }
    json_decref(rest);
}

/* A wish in words, anything else as the JSON that it is. */
static void put_state(const struct page *page, const json_t *state)
{
    json_int_t age = json_integer_value(json_object_get(state, "max_age"));
    if (!json_is_string(json_object_get(state, "mode"))) {
        put_code(page, state);
        return;
    }
    markup_string(page->out, json_object_get(state, "mode"));
    if (age > 0) {
        markup(page->out, " ");
        bundle_duration(page->language, (uint64_t)age, page->out);
    }
    if (json_is_true(json_object_get(state, "include_subdomains")))
        markup(page->out, ", includeSubDomains");
    if (json_is_true(json_object_get(state, "preload")))
        markup(page->out, ", preload");
    put_rest(page, state);
}

static void put_change(const struct page *page, const json_t *entry)
{
    const json_t *before = json_object_get(entry, "before"), *after = json_object_get(entry, "after");
    if (json_is_null(before) && json_is_null(after))
        return;
    markup(page->out, "<div>");
    put_state(page, before);
    markup(page->out, " → ");
    put_state(page, after);
    markup(page->out, "</div>");
}

static void put_member(const struct page *page, const json_t *entry, const char *member, enum bundle_word word)
{
    if (!json_is_string(json_object_get(entry, member)))
        return;
    markup(page->out, "<div>");
    page_word(page, word);
    markup_string(page->out, json_object_get(entry, member));
    markup(page->out, "</div>");
}

static void put_guard(const struct page *page, const json_t *guard)
{
    markup(page->out, "<li>");
    markup_string(page->out, json_object_get(guard, "guard"));
    markup(page->out, " (");
    markup_string(page->out, json_object_get(guard, "verdict"));
    markup(page->out, "): <span lang=\"en\">");
    markup_string(page->out, json_object_get(guard, "why"));
    markup(page->out, "</span></li>");
}

/* Those that had something against it, and how many had not. */
static void put_guards(const struct page *page, const json_t *guards)
{
    uint64_t passed = 0;
    bool any = false;
    for (size_t i = 0; i < json_array_size(guards); i++)
        passed += is_text(json_array_get(guards, i), "verdict", "pass");
    any = json_array_size(guards) > passed;
    markup(page->out, any ? "<ul>" : "");
    for (size_t i = 0; i < json_array_size(guards); i++)
        if (!is_text(json_array_get(guards, i), "verdict", "pass"))
            put_guard(page, json_array_get(guards, i));
    markup(page->out, any ? "</ul>" : "");
    if (!passed)
        return;
    markup(page->out, "<div class=\"dim\">");
    markup_number(page->out, passed);
    page_word(page, BUNDLE_W_GUARDS_PASSED);
    markup(page->out, "</div>");
}

static void put_act(const struct page *page, const json_t *entry)
{
    const json_t *act = json_object_get(entry, "act");
    const char *words = json_is_string(act) ? bundle_act(page->language, str_from(json_string_value(act))) : NULL;
    if (words)
        markup(page->out, words);
    else
        markup_string(page->out, act);
    if (json_is_string(json_object_get(entry, "site")))
        return;
    markup(page->out, " <span class=\"dim\">(");
    page_word(page, BUNDLE_W_ALL_SITES);
    markup(page->out, ")</span>");
}

static void put_outcome(const struct page *page, const json_t *entry)
{
    if (is_text(entry, "outcome", "done")) {
        page_word(page, BUNDLE_W_DONE);
        return;
    }
    markup(page->out, "<span class=\"bad\">");
    if (is_text(entry, "outcome", "refused"))
        page_word(page, BUNDLE_W_REFUSED);
    else
        markup_string(page->out, json_object_get(entry, "outcome"));
    markup(page->out, "</span>");
}

static void put_entry(const struct page *page, const json_t *entry)
{
    markup(page->out, "<tr><td>");
    markup_moment(page->out, json_object_get(entry, "at"));
    markup(page->out, "</td><td>");
    markup_string(page->out, json_object_get(entry, "actor"));
    markup(page->out, "</td><td>");
    put_act(page, entry);
    markup(page->out, "</td><td>");
    put_outcome(page, entry);
    markup(page->out, "</td><td class=\"w\">");
    put_change(page, entry);
    put_member(page, entry, "override", BUNDLE_W_OVERRIDDEN);
    put_member(page, entry, "reason", BUNDLE_W_REASON);
    put_guards(page, json_object_get(entry, "guards"));
    markup(page->out, "</td></tr>\n");
}

void page_log(const struct page *page)
{
    static const enum bundle_word columns[] = {BUNDLE_W_WHEN, BUNDLE_W_WHO, BUNDLE_W_WHAT, BUNDLE_W_OUTCOME,
                                               BUNDLE_W_CHANGE};
    const json_t *entries = page_member(page, "audit", "entries");
    size_t count = json_array_size(entries), shown = count < PAGE_ROWS_COUNT_MAX ? count : PAGE_ROWS_COUNT_MAX;
    page_begin(page, "log", BUNDLE_W_LOG);
    page_paragraph(page, BUNDLE_W_LOG_LEAD);
    if (count) {
        page_table(page, BUNDLE_W_LOG, columns, sizeof columns / sizeof *columns);
        for (size_t i = 0; i < shown; i++)
            put_entry(page, json_array_get(entries, i));
        page_table_end(page, count - shown);
    } else {
        page_paragraph(page, BUNDLE_W_NOTHING);
    }
    page_end(page);
}
