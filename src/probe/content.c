/*
 * Tags are cut as browsers cut them (HTML, section 13.2.5), as far as it matters here: comments, raw text, quoted and
 * bare values. Character references in URLs are not resolved, but for the quotes around them: nobody writes "http:" in
 * pieces who does not want to hide it, and hiding it here gains nothing.
 */
#include "probe/content.h"

#include <stdio.h>

/* A tag with more is legal and of no interest: the attributes looked for come early or are not there. */
#define ATTRIBUTES_COUNT_MAX 48

struct attribute {
    struct str name, value;
};

struct tag {
    struct str name;
    struct attribute attributes[ATTRIBUTES_COUNT_MAX];
    size_t attributes_count;
    bool closes_itself;
};

struct scanner {
    struct str html;
    size_t at;
    struct content_report *report;
};

/* What an attribute does with its URL. */
enum load_form { FORM_URL, FORM_SRCSET };

static const struct load {
    struct str element, attribute;
    enum load_form form;
    bool active;
} loads[] = {
    {STR_INIT("script"), STR_INIT("src"), FORM_URL, true},
    {STR_INIT("iframe"), STR_INIT("src"), FORM_URL, true},
    {STR_INIT("frame"), STR_INIT("src"), FORM_URL, true},
    {STR_INIT("embed"), STR_INIT("src"), FORM_URL, true},
    {STR_INIT("object"), STR_INIT("data"), FORM_URL, true},
    {STR_INIT("track"), STR_INIT("src"), FORM_URL, true},
    {STR_INIT("form"), STR_INIT("action"), FORM_URL, true},
    {STR_INIT("button"), STR_INIT("formaction"), FORM_URL, true},
    {STR_INIT("input"), STR_INIT("formaction"), FORM_URL, true},
    {STR_INIT("base"), STR_INIT("href"), FORM_URL, true}, /* all relative URLs become http */
    {STR_INIT("img"), STR_INIT("src"), FORM_URL, false},
    {STR_INIT("img"), STR_INIT("srcset"), FORM_SRCSET, false},
    {STR_INIT("image"), STR_INIT("href"), FORM_URL, false},
    {STR_INIT("image"), STR_INIT("xlink:href"), FORM_URL, false},
    {STR_INIT("source"), STR_INIT("src"), FORM_URL, false},
    {STR_INIT("source"), STR_INIT("srcset"), FORM_SRCSET, false},
    {STR_INIT("video"), STR_INIT("src"), FORM_URL, false},
    {STR_INIT("video"), STR_INIT("poster"), FORM_URL, false},
    {STR_INIT("audio"), STR_INIT("src"), FORM_URL, false},
    {STR_INIT("input"), STR_INIT("src"), FORM_URL, false},
    {STR_INIT("body"), STR_INIT("background"), FORM_URL, false},
    {STR_INIT("table"), STR_INIT("background"), FORM_URL, false},
    {STR_INIT("td"), STR_INIT("background"), FORM_URL, false},
};

/* <link rel=…>: what a browser does with the target. Others (canonical, alternate, …) load nothing. */
static const struct {
    struct str rel;
    bool active;
} link_kinds[] = {
    {STR_INIT("stylesheet"), true}, {STR_INIT("preload"), true}, {STR_INIT("modulepreload"), true},
    {STR_INIT("manifest"), true},   {STR_INIT("icon"), false},   {STR_INIT("apple-touch-icon"), false},
    {STR_INIT("mask-icon"), false},
};

/* Elements whose content is text up to their end tag. With scripts running, noscript is one: what it loads is not. */
static const struct str raw_elements[] = {
    STR_INIT("script"), STR_INIT("style"),   STR_INIT("textarea"), STR_INIT("title"),    STR_INIT("xmp"),
    STR_INIT("iframe"), STR_INIT("noembed"), STR_INIT("noframes"), STR_INIT("noscript"),
};

/* White space of HTML. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    char lower = str_lower_char(c);
    return lower >= 'a' && lower <= 'z';
}

static void skip_space(struct str *s)
{
    while (s->size && is_space(s->data[0]))
        *s = str_after(*s, 1);
}

static bool starts_nocase(struct str s, struct str prefix)
{
    return s.size >= prefix.size && str_eq_nocase(str_part(s, 0, prefix.size), prefix);
}

static bool take_prefix(struct str *s, struct str prefix)
{
    if (!starts_nocase(*s, prefix))
        return false;
    *s = str_after(*s, prefix.size);
    return true;
}

/* Like browsers' URL parser: control characters and blanks in front, and line ends and tabs anywhere, are nothing. */
static bool is_plain_http(struct str url)
{
    static const char scheme[] = "http:";
    size_t matched = 0;
    while (url.size && (unsigned char)url.data[0] <= ' ')
        url = str_after(url, 1);
    for (size_t i = 0; i < url.size && scheme[matched]; i++) {
        if (url.data[i] == '\t' || url.data[i] == '\n' || url.data[i] == '\r')
            continue;
        if (str_lower_char(url.data[i]) != scheme[matched])
            return false;
        matched++;
    }
    return !scheme[matched];
}

static void note(struct content_report *report, bool active, struct str element, struct str attribute, struct str url)
{
    size_t *count = active ? &report->active_count : &report->passive_count;
    char *sample = active ? report->active : report->passive;
    if ((*count)++ == 0)
        (void)snprintf(sample, CONTENT_SAMPLE_SIZE, "%.*s %.*s %.*s", STR_ARG(element), STR_ARG(attribute),
                       STR_ARG(url));
}

static void check_url(struct content_report *report, bool active, struct str element, struct str attribute,
                      struct str url)
{
    if (is_plain_http(url))
        note(report, active, element, attribute, url);
}

/* "URL 1x, URL 2x": a URL ends at white space; one with a comma at its end has no descriptor. */
static void check_srcset(struct content_report *report, bool active, struct str element, struct str attribute,
                         struct str rest)
{
    while (rest.size) {
        size_t size = 0;
        if (is_space(rest.data[0]) || rest.data[0] == ',') {
            rest = str_after(rest, 1);
            continue;
        }
        while (size < rest.size && !is_space(rest.data[size]))
            size++;
        check_url(report, active, element, attribute, str_part(rest, 0, size));
        bool has_descriptor = rest.data[size - 1] != ',';
        rest = str_after(rest, size);
        if (has_descriptor)
            rest = str_after(rest, str_find(rest, ','));
    }
}

/* ---- style ---- */

/* The quote around a URL of a style sheet, or a character reference to one in an attribute. */
static void skip_quote(struct str *s)
{
    static const struct str quotes[] = {STR_INIT("\""),     STR_INIT("'"),     STR_INIT("&quot;"), STR_INIT("&#34;"),
                                        STR_INIT("&apos;"), STR_INIT("&#39;"), STR_INIT("&#x27;"), STR_INIT("&#x22;")};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (take_prefix(s, quotes[i]))
            return;
}

/* The URL in front, up to whatever ends it in a style sheet; no more than is shown, so that no byte is read twice too
 * often. */
static struct str css_url(struct str s)
{
    skip_space(&s);
    skip_quote(&s);
    size_t size = 0;
    while (size < s.size && size < CONTENT_SAMPLE_SIZE && !memchr("\"')&;", s.data[size], 5) && !is_space(s.data[size]))
        size++;
    return str_part(s, 0, size);
}

/* One step on: behind a comment, an import, a url(), or a character. */
static struct str css_step(struct content_report *report, struct str element, struct str rest)
{
    if (str_starts(rest, STR("/*"))) {
        rest = str_after(rest, 2);
        while (rest.size && !str_starts(rest, STR("*/")))
            rest = str_after(rest, 1);
        return rest;
    }
    bool is_import = take_prefix(&rest, STR("@import"));
    if (is_import)
        skip_space(&rest);
    bool is_url = take_prefix(&rest, STR("url("));
    if (is_import)
        check_url(report, true, element, STR("@import"), css_url(rest));
    else if (is_url)
        check_url(report, false, element, STR("url()"), css_url(rest));
    return is_import || is_url ? rest : str_after(rest, 1);
}

static void scan_css(struct content_report *report, struct str element, struct str rest)
{
    while (rest.size)
        rest = css_step(report, element, rest);
}

/* ---- tags ---- */

/* The value of the first attribute of this name; data NULL when there is none. */
static struct str attribute_of(const struct tag *tag, struct str name)
{
    for (size_t i = 0; i < tag->attributes_count; i++)
        if (str_eq_nocase(tag->attributes[i].name, name))
            return tag->attributes[i].value;
    return (struct str){NULL, 0};
}

static void check_link(struct content_report *report, const struct tag *tag)
{
    struct str rest = attribute_of(tag, STR("rel")), href = attribute_of(tag, STR("href"));
    while (rest.size) {
        size_t size = 0;
        skip_space(&rest);
        while (size < rest.size && !is_space(rest.data[size]))
            size++;
        for (size_t i = 0; i < sizeof link_kinds / sizeof *link_kinds; i++) {
            if (str_eq_nocase(str_part(rest, 0, size), link_kinds[i].rel)) {
                check_url(report, link_kinds[i].active, STR("link"), link_kinds[i].rel, href);
                return;
            }
        }
        rest = str_after(rest, size);
    }
}

/* <meta http-equiv=…>: a policy of the page, or a redirect by another name ("0; url=http://…"). */
static void check_meta(struct content_report *report, const struct tag *tag)
{
    struct str what = attribute_of(tag, STR("http-equiv")), content = attribute_of(tag, STR("content"));
    if (str_eq_nocase(what, STR("content-security-policy")) && content_policy_upgrades(content))
        report->upgrades = true;
    if (!str_eq_nocase(what, STR("refresh")))
        return;
    content = str_after(content, str_find(content, ';') + 1);
    skip_space(&content);
    if (take_prefix(&content, STR("url"))) {
        skip_space(&content);
        (void)take_prefix(&content, STR("="));
        skip_space(&content);
        skip_quote(&content);
    }
    check_url(report, true, STR("meta"), STR("refresh"), content);
}

static void check_tag(struct content_report *report, const struct tag *tag)
{
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        const struct load *load = &loads[i];
        if (!str_eq_nocase(tag->name, load->element))
            continue;
        struct str value = attribute_of(tag, load->attribute);
        if (load->form == FORM_SRCSET)
            check_srcset(report, load->active, load->element, load->attribute, value);
        else
            check_url(report, load->active, load->element, load->attribute, value);
    }
    if (str_eq_nocase(tag->name, STR("link")))
        check_link(report, tag);
    if (str_eq_nocase(tag->name, STR("meta")))
        check_meta(report, tag);
    scan_css(report, STR("style"), attribute_of(tag, STR("style")));
}

static struct str rest_of(const struct scanner *s)
{
    return str_after(s->html, s->at);
}

static bool at_end(const struct scanner *s)
{
    return s->at >= s->html.size;
}

static char here(const struct scanner *s)
{
    return s->html.data[s->at];
}

static void skip_blank(struct scanner *s)
{
    while (!at_end(s) && is_space(here(s)))
        s->at++;
}

/* Up to white space or one of the characters. */
static struct str take_word(struct scanner *s, const char *ends)
{
    size_t from = s->at;
    while (!at_end(s) && !is_space(here(s)) && (here(s) == 0 || !strchr(ends, here(s))))
        s->at++;
    return str_part(s->html, from, s->at - from);
}

static struct str take_value(struct scanner *s)
{
    skip_blank(s);
    if (at_end(s) || (here(s) != '"' && here(s) != '\''))
        return take_word(s, ">");
    char quote = here(s);
    struct str value = str_after(s->html, s->at + 1);
    value.size = str_find(value, quote);
    s->at += 1 + value.size + 1; /* an unclosed quote takes the rest, and the place is past the end */
    return value;
}

/* One attribute; there is at least one character that neither ends the tag nor is blank. */
static struct attribute take_attribute(struct scanner *s)
{
    struct attribute attribute = {0};
    size_t from = s->at++; /* even "=" may begin a name */
    (void)take_word(s, "/>=");
    attribute.name = str_part(s->html, from, s->at - from);
    skip_blank(s);
    if (!at_end(s) && here(s) == '=') {
        s->at++;
        attribute.value = take_value(s);
    }
    return attribute;
}

/* From behind the "<" to behind the ">". */
static void take_tag(struct scanner *s, struct tag *tag)
{
    tag->name = take_word(s, "/>");
    tag->attributes_count = 0;
    tag->closes_itself = false;
    while (!at_end(s) && here(s) != '>') {
        if (is_space(here(s)) || here(s) == '/') {
            tag->closes_itself = here(s) == '/';
            s->at++;
            continue;
        }
        struct attribute attribute = take_attribute(s);
        tag->closes_itself = false;
        if (tag->attributes_count < ATTRIBUTES_COUNT_MAX)
            tag->attributes[tag->attributes_count++] = attribute;
    }
    s->at++;
}

/* The text up to the end tag of this name, which is left to be read; without one the rest of the page. */
static struct str take_raw(struct scanner *s, struct str name)
{
    size_t from = s->at;
    while (!at_end(s)) {
        struct str rest = rest_of(s);
        size_t size = str_find(rest, '<');
        s->at += size;
        rest = str_after(rest, size);
        if (str_starts(rest, STR("</")) && starts_nocase(str_after(rest, 2), name))
            break;
        s->at++;
    }
    if (s->at > s->html.size)
        s->at = s->html.size;
    return str_part(s->html, from, s->at - from);
}

static void take_raw_content(struct scanner *s, const struct tag *tag)
{
    for (size_t i = 0; i < sizeof raw_elements / sizeof *raw_elements; i++) {
        if (!str_eq_nocase(tag->name, raw_elements[i]))
            continue;
        struct str text = take_raw(s, raw_elements[i]);
        if (str_eq_nocase(tag->name, STR("style")))
            scan_css(s->report, STR("style"), text);
    }
}

/* Behind "<!--": to behind the first "-->"; "<!-->" is one, too. */
static void skip_comment(struct scanner *s)
{
    s->at -= 2;
    while (!at_end(s) && !str_starts(rest_of(s), STR("-->")))
        s->at++;
    s->at += 3;
}

/* Something that begins with "<". */
static void scan_markup(struct scanner *s)
{
    struct str rest = rest_of(s);
    char next = rest.size > 1 ? rest.data[1] : 0;
    struct tag tag;
    if (str_starts(rest, STR("<!--"))) {
        s->at += 4;
        skip_comment(s);
    } else if (next == '!' || next == '?') {
        s->at += str_find(rest, '>') + 1;
    } else if (next == '/' && rest.size > 2 && is_letter(rest.data[2])) {
        s->at += 2;
        take_tag(s, &tag);
    } else if (is_letter(next)) {
        s->at++;
        take_tag(s, &tag);
        check_tag(s->report, &tag);
        if (!tag.closes_itself && !at_end(s))
            take_raw_content(s, &tag);
    } else {
        s->at++;
    }
}

void content_scan(struct str html, struct content_report *ret)
{
    struct content_report report = {0};
    struct scanner s = {.html = html, .report = &report};
    while (!at_end(&s)) {
        s.at += str_find(rest_of(&s), '<');
        if (!at_end(&s))
            scan_markup(&s);
    }
    *ret = report;
}

bool content_policy_upgrades(struct str value)
{
    while (value.data) {
        struct str policy = str_cut(&value, ',');
        while (policy.data) {
            struct str directive = str_cut(&policy, ';');
            skip_space(&directive);
            size_t size = 0;
            while (size < directive.size && !is_space(directive.data[size]))
                size++;
            if (str_eq_nocase(str_part(directive, 0, size), STR("upgrade-insecure-requests")))
                return true;
        }
    }
    return false;
}
