/* The frame of the page: its head and style, the facts at its top, how to check it at its end. */
#include "control/bundle_page.h"

#include "codec/date.h"
#include "control/bundle_page_parts.h"

/*
 * Nothing from outside, no script: said to the browser as well. Two themes, and black on white on paper. The colours
 * have contrast enough on both grounds (WCAG 2.2 AA).
 */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--ground:#fff;--soft:#f3f5f7;--line:#c9d1d9;--a:#0b5cad;"
    "--b:#b3430b;--c:#8db6de;--bad:#b3261e}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#a3adb8;--ground:#14181d;--soft:#1d232a;--line:#"
    "3c4650;"
    "--a:#6fb0f2;--b:#f0935c;--c:#34587d;--bad:#ff8a80}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:1.5rem;max-width:62rem;background:var(--ground);color:var(--ink);"
    "font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
    "h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}h2{font-size:1.25rem;margin:2.25rem 0 .5rem}"
    "h3{font-size:1rem;margin:1.25rem 0 .25rem}p{margin:.25rem 0 .75rem}.dim{color:var(--dim)}"
    ".bad{color:var(--bad);font-weight:600}"
    "dl{display:grid;grid-template-columns:minmax(10rem,16rem) 1fr;gap:.25rem 1rem;margin:.75rem 0}dt{color:var(--dim)}"
    "dd{margin:0}"
    "table{border-collapse:collapse;width:100%;font-size:.875rem;margin:.5rem 0}"
    "th,td{text-align:start;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}"
    "th{color:var(--dim);font-weight:600}td.n{font-variant-numeric:tabular-nums}td ul{margin:.25rem "
    "0;padding-inline-start:1rem}"
    ".wide{overflow-x:auto}"
    "caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    ".w,.mono,dd{overflow-wrap:anywhere}td.mono{min-width:10rem}td.w{min-width:16rem}"
    "code,pre,.mono{font-family:ui-monospace,monospace;font-size:.875em}"
    "pre{background:var(--soft);padding:.75rem;white-space:pre-wrap}"
    "time{white-space:nowrap}td.mono~td time{white-space:normal}svg{display:block;width:100%;height:auto;margin:.5rem "
    "0}"
    "svg text{font:11px system-ui,sans-serif;fill:var(--dim)}"
    ".a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.axis{stroke:var(--dim)}.grid{stroke:var(--line)}"
    ".now{stroke:var(--dim);stroke-dasharray:3 3}"
    "@media(max-width:40rem){body{padding:1rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}svg{overflow:"
    "visible}svg text{font-size:17px}}"
    "@page{size:A4;margin:16mm}"
    "@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--ground:#fff;--soft:#f3f5f7;--line:#bbb;--a:#0b5cad;"
    "--b:#b3430b;--c:#8db6de;--bad:#b3261e}body{padding:0;max-width:none;font-size:10pt}h2,h3{break-after:avoid}"
    "table{font-size:8pt}th,td{padding-inline-end:.4rem}td.w,td.mono{min-width:0}"
    "svg,tr{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}}";

void page_word(const struct page *page, enum bundle_word word)
{
    markup(page->out, bundle_word(page->language, word));
}

void page_begin(const struct page *page, const char *id, enum bundle_word title)
{
    (void)buf_printf(page->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    page_word(page, title);
    markup(page->out, "</h2>\n");
}

void page_end(const struct page *page)
{
    markup(page->out, "</section>\n");
}

void page_paragraph(const struct page *page, enum bundle_word word)
{
    markup(page->out, "<p class=\"dim\">");
    page_word(page, word);
    markup(page->out, "</p>\n");
}

/* A table that is wider than a telephone scrolls by itself, by keyboard as well. */
void page_table(const struct page *page, enum bundle_word caption, const enum bundle_word *columns, size_t count)
{
    markup(page->out, "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"");
    page_word(page, caption);
    markup(page->out, "\"><table><caption>");
    page_word(page, caption);
    markup(page->out, "</caption><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        markup(page->out, "<th scope=\"col\">");
        page_word(page, columns[i]);
        markup(page->out, "</th>");
    }
    markup(page->out, "</tr></thead><tbody>\n");
}

void page_table_end(const struct page *page, uint64_t left_out)
{
    markup(page->out, "</tbody></table></div>\n");
    if (!left_out)
        return;
    markup(page->out, "<p>");
    page_word(page, BUNDLE_W_MORE_IN_JSON);
    markup_number(page->out, left_out);
    markup(page->out, "</p>\n");
}

const json_t *page_member(const struct page *page, const char *part, const char *member)
{
    return json_object_get(json_object_get(page->content, part), member);
}

bool page_moment(const json_t *object, const char *member, int64_t *ret_s)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text && date_parse_rfc3339(str_from(text), ret_s);
}

static void term(const struct page *page, enum bundle_word word)
{
    markup(page->out, "<dt>");
    page_word(page, word);
    markup(page->out, "</dt><dd>");
}

static void fact(const struct page *page, enum bundle_word word, const json_t *value)
{
    term(page, word);
    markup_string(page->out, value);
    markup(page->out, "</dd>\n");
}

static void moment_fact(const struct page *page, enum bundle_word word, const json_t *value)
{
    term(page, word);
    markup_moment(page->out, value);
    markup(page->out, "</dd>\n");
}

static void put_head(const struct page *page)
{
    const char *code = bundle_language_code(page->language);
    const json_t *name = json_object_get(page->content, "name");
    (void)buf_printf(page->out,
                     "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                     "'unsafe-inline'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" "
                     "content=\"no-referrer\">\n<title>",
                     code);
    page_word(page, BUNDLE_W_TITLE);
    markup_text(page->out, str_from(json_string_value(name)));
    markup(page->out, "</title>\n<style>");
    markup(page->out, style);
    markup(page->out, "</style>\n</head>\n<body>\n<main>\n<h1>");
    page_word(page, BUNDLE_W_TITLE);
    markup_string(page->out, name);
    markup(page->out, "</h1>\n");
}

static void put_aliases(const struct page *page)
{
    const json_t *aliases = page_member(page, "site", "aliases");
    if (json_array_size(aliases) == 0)
        return;
    term(page, BUNDLE_W_ALIASES);
    for (size_t i = 0; i < json_array_size(aliases); i++) {
        markup(page->out, i ? ", " : "");
        markup_string(page->out, json_array_get(aliases, i));
    }
    markup(page->out, "</dd>\n");
}

static void put_span(const struct page *page)
{
    term(page, BUNDLE_W_SPAN);
    markup_moment(page->out, page_member(page, "span", "since"));
    markup(page->out, " – ");
    markup_moment(page->out, page_member(page, "span", "until"));
    markup(page->out, "</dd>\n");
}

static void put_facts(const struct page *page)
{
    page_paragraph(page, BUNDLE_W_LEAD);
    markup(page->out, "<dl>\n");
    put_aliases(page);
    put_span(page);
    moment_fact(page, BUNDLE_W_MADE_AT, page_member(page, "made", "at"));
    fact(page, BUNDLE_W_MADE_BY, page_member(page, "made", "by"));
    fact(page, BUNDLE_W_HOST, page_member(page, "made", "host"));
    fact(page, BUNDLE_W_VERSION, page_member(page, "made", "strictgate"));
    fact(page, BUNDLE_W_KEY, page_member(page, "signature", "fingerprint_sha256"));
    markup(page->out, "</dl>\n");
    page_paragraph(page, BUNDLE_W_UTC);
}

/* How many entries of the log have this member, or this outcome. */
static uint64_t count_of(const struct page *page, const char *member, const char *value)
{
    const json_t *entries = page_member(page, "audit", "entries");
    uint64_t count = 0;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const char *text = json_string_value(json_object_get(json_array_get(entries, i), member));
        count += text && (!value || str_eq(str_from(text), str_from(value)));
    }
    return count;
}

static void count_fact(const struct page *page, enum bundle_word word, uint64_t count)
{
    term(page, word);
    markup_number(page->out, count);
    markup(page->out, "</dd>\n");
}

static void put_field(const struct page *page)
{
    const json_t *field = page_member(page, "hsts", "field"), *bound = page_member(page, "hsts", "bound_until");
    term(page, BUNDLE_W_FIELD);
    if (json_is_string(field))
        markup_string(page->out, field);
    else
        page_word(page, BUNDLE_W_NO_FIELD);
    markup(page->out, "</dd>\n");
    term(page, BUNDLE_W_BOUND_UNTIL);
    if (json_is_string(bound))
        markup_moment(page->out, bound);
    else
        page_word(page, BUNDLE_W_NOBODY_BOUND);
    markup(page->out, "</dd>\n");
}

static void put_share(const struct page *page)
{
    const json_t *totals = page_member(page, "evidence", "totals");
    int64_t http = (int64_t)json_integer_value(json_object_get(totals, "http_requests"));
    int64_t https = (int64_t)json_integer_value(json_object_get(totals, "https_requests"));
    term(page, BUNDLE_W_HTTP_SHARE);
    markup_number(page->out, (uint64_t)http);
    if (http + https > 0)
        (void)buf_printf(page->out, " (%.1f %%)", (double)http * 100 / (double)(http + https));
    markup(page->out, "</dd>\n");
}

static void put_stranded(const struct page *page)
{
    const json_t *day = json_array_get(page_member(page, "evidence", "clients"), 0);
    const json_t *stranded = json_object_get(day, "stranded");
    if (!stranded)
        return;
    term(page, BUNDLE_W_STRANDED);
    markup_count(page->out, json_object_get(stranded, "count"));
    markup(page->out, " ± ");
    markup_count(page->out, json_object_get(stranded, "error"));
    markup(page->out, " (");
    markup_string(page->out, json_object_get(day, "day"));
    markup(page->out, "): ");
    page_word(page, BUNDLE_W_STRANDED_MEANS);
    markup(page->out, "</dd>\n");
}

static void put_short(const struct page *page)
{
    const json_t *certificate = json_array_get(page_member(page, "certificates", "certificates"), 0);
    page_begin(page, "short", BUNDLE_W_SHORT);
    markup(page->out, "<dl>\n");
    put_field(page);
    moment_fact(page, BUNDLE_W_VALID_UNTIL, json_object_get(certificate, "not_after"));
    moment_fact(page, BUNDLE_W_SEEN_LAST, json_object_get(certificate, "seen_last"));
    put_share(page);
    put_stranded(page);
    count_fact(page, BUNDLE_W_OVERRIDES, count_of(page, "override", NULL));
    count_fact(page, BUNDLE_W_REFUSALS, count_of(page, "outcome", "refused"));
    markup(page->out, "</dl>\n");
    page_end(page);
}

static void put_left_out(const struct page *page)
{
    const json_t *left = json_object_get(page->content, "left_out");
    if (json_array_size(left) == 0)
        return;
    page_begin(page, "left", BUNDLE_W_LEFT_OUT);
    markup(page->out, "<ul>\n");
    for (size_t i = 0; i < json_array_size(left); i++) {
        const json_t *one = json_array_get(left, i);
        markup(page->out, "<li>");
        markup_string(page->out, json_object_get(one, "part"));
        markup(page->out, ": ");
        markup_count(page->out, json_object_get(one, "count"));
        markup(page->out, " (<span lang=\"en\">");
        markup_string(page->out, json_object_get(one, "why"));
        markup(page->out, "</span>)</li>\n");
    }
    markup(page->out, "</ul>\n");
    page_end(page);
}

static void put_end(const struct page *page)
{
    page_begin(page, "check", BUNDLE_W_VERIFY);
    page_paragraph(page, BUNDLE_W_VERIFY_LEAD);
    markup(page->out, "<pre tabindex=\"0\">sha256sum -c SHA256SUMS\n"
                      "openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS</pre>\n");
    page_paragraph(page, BUNDLE_W_VERIFY_KEY);
    markup(page->out, "<pre tabindex=\"0\">openssl pkey -pubin -in public-key.pem -outform DER | sha256sum</pre>\n");
    page_end(page);
    page_begin(page, "limits", BUNDLE_W_LIMITS);
    page_paragraph(page, BUNDLE_W_LIMIT_LOG);
    page_paragraph(page, BUNDLE_W_LIMIT_TIME);
    page_paragraph(page, BUNDLE_W_WORDS_AS_RECORDED);
    page_paragraph(page, BUNDLE_W_LIMIT_NAMES);
    page_end(page);
    markup(page->out, "</main>\n</body>\n</html>\n");
}

bool bundle_page(const json_t *content, enum bundle_language language, struct buf *out)
{
    const struct page page = {.out = out, .language = language, .content = content};
    put_head(&page);
    put_facts(&page);
    put_short(&page);
    page_promises(&page);
    page_log(&page);
    page_certificates(&page);
    page_forecast(&page);
    page_rungs(&page);
    page_traffic(&page);
    page_clients(&page);
    page_census(&page);
    page_reports(&page);
    page_looks(&page);
    put_left_out(&page);
    put_end(&page);
    return buf_ok(out);
}
