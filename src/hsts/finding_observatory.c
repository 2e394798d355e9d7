/*
 * MDN's HTTP Observatory: its tests of Strict-Transport-Security, redirection and cookies, each with the one result it
 * would give and the score of that. It goes by the last answer behind redirects, whatever name that has, and by the
 * preload list before all else; where nobody knows the list, the results are those without it. Of cookies we know those
 * of the name itself, while it also asks where redirects lead elsewhere.
 *
 * Source: github.com/mdn/mdn-http-observatory, src/analyzer/tests and src/grader (2026).
 */
#include "hsts/finding_names.h"
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"
#include "hsts/reading.h"

#define TEXT_SHOWN_SIZE_MAX 120
#define CLIP(text)          STR_ARG(guard_clip(text, TEXT_SHOWN_SIZE_MAX))

/* ---- Strict-Transport-Security ---- */

static enum finding_code code_of_fields(const struct preload_fields *fields)
{
    const struct reading reading =
        reading_of_fields(READING_OBSERVATORY, fields->values,
                          fields->count < PRELOAD_FIELDS_COUNT_MAX ? fields->count : PRELOAD_FIELDS_COUNT_MAX);
    if (reading.issues & READING_BIT(READING_ISSUE_OBSERVATORY_NO_HEADER))
        return FINDING_OBSERVATORY_HSTS_NONE;
    if (reading.issues & READING_BIT(READING_ISSUE_OBSERVATORY_INVALID))
        return FINDING_OBSERVATORY_HSTS_INVALID;
    /* What is no number is not less than six months to it, and so passes. */
    return reading.issues & READING_BIT(READING_ISSUE_OBSERVATORY_SHORT) ? FINDING_OBSERVATORY_HSTS_SHORT
                                                                         : FINDING_OBSERVATORY_HSTS_LONG;
}

static enum finding_code hsts_of(const struct finding_seen *seen)
{
    const struct preload_seen *preload = seen->preload;
    const struct preload_way *way = &preload->https_way;
    bool untrusted = preload->https == PRELOAD_REACH_UNTRUSTED || (way->end == PRELOAD_END_FAILED && way->untrusted);
    if (preload->https == PRELOAD_REACH_NONE || (way->end == PRELOAD_END_FAILED && !untrusted))
        return FINDING_OBSERVATORY_HSTS_NO_HTTPS;
    if (seen->list.is_known && seen->list.is_bound)
        return FINDING_OBSERVATORY_HSTS_PRELOADED;
    if (untrusted)
        return FINDING_OBSERVATORY_HSTS_CERTIFICATE;
    return code_of_fields(way->end == PRELOAD_END_PAGE ? &way->end_fields : &preload->https_fields);
}

static bool passes_hsts(enum finding_code code)
{
    return code == FINDING_OBSERVATORY_HSTS_LONG || code == FINDING_OBSERVATORY_HSTS_PRELOADED;
}

/* ---- redirection ---- */

/* Whether the entry that binds the domain binds this name as well: we know of no other. */
static bool is_bound_as_well(const struct finding_seen *seen, struct str host)
{
    const struct finding_list *list = &seen->list;
    if (str_eq(host, seen->preload->domain) || str_eq(host, list->entry))
        return true;
    return list->includes_subdomains && list->entry.size && host.size > list->entry.size &&
           str_ends(host, list->entry) && host.data[host.size - list->entry.size - 1] == '.';
}

static bool is_way_preloaded(const struct finding_seen *seen)
{
    const struct preload_way *way = &seen->preload->http_way;
    for (size_t i = 0; i < way->hops_count; i++)
        if (!is_bound_as_well(seen, way->hops[i].host))
            return false;
    return seen->list.is_known && seen->list.is_bound;
}

static enum finding_code redirection_of(const struct finding_seen *seen)
{
    const struct preload_seen *preload = seen->preload;
    const struct preload_way *way = &preload->http_way;
    if (way->end == PRELOAD_END_FAILED && way->untrusted)
        return FINDING_OBSERVATORY_REDIRECTION_CERTIFICATE;
    if (!preload->http_answers || way->end == PRELOAD_END_FAILED)
        return FINDING_OBSERVATORY_REDIRECTION_NO_HTTP;
    if (is_way_preloaded(seen))
        return FINDING_OBSERVATORY_REDIRECTION_PRELOADED;
    if (!way->hops_count)
        return FINDING_OBSERVATORY_REDIRECTION_MISSING;
    if (!way->hops[way->hops_count - 1].is_https)
        return FINDING_OBSERVATORY_REDIRECTION_NOT_HTTPS;
    if (!way->hops[0].is_https)
        return FINDING_OBSERVATORY_REDIRECTION_LATE;
    return str_eq(way->hops[0].host, preload->domain) ? FINDING_OBSERVATORY_REDIRECTION_GOOD
                                                      : FINDING_OBSERVATORY_REDIRECTION_OFF_HOST;
}

/* ---- cookies ---- */

static bool contains_nocase(struct str text, struct str part)
{
    for (size_t at = 0; at + part.size <= text.size; at++)
        if (str_eq_nocase(str_part(text, at, part.size), part))
            return true;
    return false;
}

/* It leaves this one out: a load balancer's, which nobody can change. */
static bool is_left_out(const struct site_cookie *cookie)
{
    return str_eq(cookie->name, STR("heroku-session-affinity"));
}

/* The worst that it finds with one; FINDING_OBSERVATORY_COOKIES_NONE: nothing. */
static enum finding_code cookie_of(const struct site_cookie *cookie, bool hsts)
{
    bool session = contains_nocase(cookie->name, STR("login")) || contains_nocase(cookie->name, STR("sess"));
    bool has_same_site = cookie->same_site >= SITE_SAME_SITE_LAX;
    if (session && !cookie->is_secure && !hsts)
        return FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE;
    if (session && !cookie->is_http_only)
        return FINDING_OBSERVATORY_COOKIES_SESSION_NOT_HTTP_ONLY;
    if (contains_nocase(cookie->name, STR("csrf")) && !has_same_site)
        return FINDING_OBSERVATORY_COOKIES_ANTI_CSRF;
    if (cookie->has_bad_same_site || (!cookie->is_secure && cookie->same_site == SITE_SAME_SITE_NONE))
        return FINDING_OBSERVATORY_COOKIES_SAME_SITE;
    if (cookie->is_secure)
        return FINDING_OBSERVATORY_COOKIES_NONE;
    if (!hsts)
        return FINDING_OBSERVATORY_COOKIES_NOT_SECURE;
    return session ? FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE_BUT_HSTS
                   : FINDING_OBSERVATORY_COOKIES_NOT_SECURE_BUT_HSTS;
}

static void check_cookies(const struct finding_seen *seen, bool hsts, struct findings *ret)
{
    const struct site_seen *site = seen->site;
    enum finding_code worst = FINDING_OBSERVATORY_COOKIES_NONE;
    struct str of = STR("");
    size_t count = 0, same_site_count = 0;
    for (size_t i = 0; i < site->cookies_count && i < SITE_COOKIES_COUNT_MAX; i++) {
        const struct site_cookie *cookie = &site->cookies[i];
        enum finding_code code = cookie_of(cookie, hsts);
        if (is_left_out(cookie))
            continue;
        count++;
        same_site_count += cookie->same_site >= SITE_SAME_SITE_LAX;
        if (code > worst) {
            worst = code;
            of = cookie->name;
        }
    }
    if (worst == FINDING_OBSERVATORY_COOKIES_NONE && count)
        worst = same_site_count == count ? FINDING_OBSERVATORY_COOKIES_BEST : FINDING_OBSERVATORY_COOKIES_GOOD;
    finding_add(ret, worst, "%.*s", CLIP(of));
}

/* ---- all three ---- */

static void check_hsts(const struct finding_seen *seen, enum finding_code code, struct findings *ret)
{
    const struct preload_fields *fields = &seen->preload->https_way.end_fields;
    bool has_field = seen->preload->https == PRELOAD_REACH_GOOD && fields->count == 1;
    finding_add(ret, code, "%.*s", CLIP(has_field ? fields->values[0] : STR("")));
}

static void check_redirection(const struct finding_seen *seen, struct findings *ret)
{
    const struct preload_way *way = &seen->preload->http_way;
    enum finding_code code = redirection_of(seen);
    bool shows_last = code == FINDING_OBSERVATORY_REDIRECTION_NOT_HTTPS;
    const struct preload_hop *hop = way->hops_count ? &way->hops[shows_last ? way->hops_count - 1 : 0] : NULL;
    if (hop && finding_code_severity(code) != FINDING_GOOD)
        finding_add(ret, code, "it leads to %.*s", CLIP(hop->url));
    else
        finding_add(ret, code, "%s", "");
}

/* Plain HTTP is asked only where HTTPS is good, and cookies only behind that. */
void finding_observatory(const struct finding_seen *seen, struct findings *ret)
{
    enum finding_code hsts = hsts_of(seen);
    check_hsts(seen, hsts, ret);
    if (seen->preload->https == PRELOAD_REACH_GOOD)
        check_redirection(seen, ret);
    if (seen->site)
        check_cookies(seen, passes_hsts(hsts), ret);
}
