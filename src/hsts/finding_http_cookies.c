/* Cookies of the front page: those that travel in clear, that scripts can read, that browsers refuse. */
#include "hsts/finding_names.h"
#include "hsts/finding_rows.h"
#include "hsts/reading.h"

/* Whether browsers that were here once come back over HTTPS only. */
static bool has_promise(const struct site_seen *site)
{
    const struct preload_fields *fields = &site->answers[SITE_ASK_ROOT].fields;
    const struct reading reading = reading_of_fields(READING_RFC6797, fields->values, finding_kept_count(fields));
    return reading.taken && reading.max_age_s > 0;
}

/* The gravest of what can be said about how it travels, or FINDING_COOKIE_GOOD. */
static enum finding_code travel_of(const struct site_cookie *cookie, bool promised)
{
    if (!site_cookie_is_kept(cookie))
        return FINDING_COOKIE_REFUSED;
    if (cookie->is_secure)
        return FINDING_COOKIE_GOOD;
    return site_cookie_is_session(cookie) && !promised ? FINDING_COOKIE_SESSION_NOT_SECURE : FINDING_COOKIE_NOT_SECURE;
}

static enum finding_code same_site_of(const struct site_cookie *cookie)
{
    if (cookie->has_bad_same_site)
        return FINDING_COOKIE_SAME_SITE_UNKNOWN;
    return cookie->same_site == SITE_SAME_SITE_ABSENT ? FINDING_COOKIE_NO_SAME_SITE : FINDING_COOKIE_GOOD;
}

void finding_http_cookies(const struct finding_seen *seen, struct findings *ret)
{
    const struct site_seen *site = seen->site;
    struct finding_names of[FINDING_COOKIE_GOOD - FINDING_COOKIE_REFUSED + 1] = {0};
    bool promised = has_promise(site), good = site->cookies_count > 0;
    for (size_t i = 0; i < site->cookies_count && i < SITE_COOKIES_COUNT_MAX; i++) {
        const struct site_cookie *cookie = &site->cookies[i];
        bool open = site_cookie_is_session(cookie) && !cookie->is_http_only;
        const enum finding_code codes[] = {travel_of(cookie, promised), same_site_of(cookie),
                                           open ? FINDING_COOKIE_SESSION_SCRIPTS : FINDING_COOKIE_GOOD};
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
            if (codes[k] != FINDING_COOKIE_GOOD) {
                finding_names_add(&of[codes[k] - FINDING_COOKIE_REFUSED], cookie->name);
                good = good && finding_code_severity(codes[k]) == FINDING_NOTE;
            }
    }
    for (unsigned i = 0; i < sizeof of / sizeof *of; i++)
        if (of[i].count)
            finding_add(ret, (enum finding_code)(FINDING_COOKIE_REFUSED + i), "%s", finding_names_text(&of[i]));
    if (good)
        finding_add(ret, FINDING_COOKIE_GOOD, "%zu cookies were looked at", site->cookies_count);
}
