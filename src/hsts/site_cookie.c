/* Attributes are cut at each ";", whatever stands around it; of several alike the last counts. */
#include "hsts/site_cookie.h"

#include "codec/date.h"

static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static bool contains_nocase(struct str text, struct str part)
{
    for (size_t at = 0; at + part.size <= text.size; at++)
        if (str_eq_nocase(str_part(text, at, part.size), part))
            return true;
    return false;
}

static bool starts_nocase(struct str text, struct str prefix)
{
    return str_eq_nocase(str_part(text, 0, prefix.size), prefix);
}

/* ---- attributes ---- */

static enum site_same_site same_site_of(struct str value)
{
    if (str_eq_nocase(value, STR("Lax")))
        return SITE_SAME_SITE_LAX;
    if (str_eq_nocase(value, STR("Strict")))
        return SITE_SAME_SITE_STRICT;
    return str_eq_nocase(value, STR("None")) ? SITE_SAME_SITE_NONE : SITE_SAME_SITE_OTHER;
}

/* When it is over; Max-Age comes before Expires (RFC 6265 section 5.3). */
struct end {
    bool has_max_age, is_past_by_max_age, is_past_by_expires;
};

/* "-1" and "0" are over; what is no number is passed over. */
static void take_max_age(struct str value, struct end *end)
{
    struct str digits = str_starts(value, STR("-")) ? str_after(value, 1) : value;
    bool is_zero = true;
    for (size_t i = 0; i < digits.size; i++) {
        if (!str_is_digit(digits.data[i]))
            return;
        is_zero = is_zero && digits.data[i] == '0';
    }
    if (digits.size == 0)
        return;
    end->has_max_age = true;
    end->is_past_by_max_age = is_zero || digits.size != value.size;
}

static void take_attribute(struct str attribute, int64_t now_s, struct site_cookie *cookie, struct end *end)
{
    struct str name = str_trim(str_cut(&attribute, '=')), value = str_trim(attribute);
    int64_t expires_s;
    if (str_eq_nocase(name, STR("Secure"))) {
        cookie->is_secure = true;
    } else if (str_eq_nocase(name, STR("HttpOnly"))) {
        cookie->is_http_only = true;
    } else if (str_eq_nocase(name, STR("SameSite"))) {
        cookie->same_site = same_site_of(value);
        cookie->has_bad_same_site = cookie->has_bad_same_site || cookie->same_site == SITE_SAME_SITE_OTHER;
    } else if (str_eq_nocase(name, STR("Domain"))) {
        cookie->has_domain = value.size > 0;
    } else if (str_eq_nocase(name, STR("Path"))) {
        cookie->is_for_root = str_eq(value, STR("/"));
    } else if (str_eq_nocase(name, STR("Max-Age"))) {
        take_max_age(value, end);
    } else if (str_eq_nocase(name, STR("Expires")) && date_parse_http(value, now_s, &expires_s)) {
        end->is_past_by_expires = expires_s <= now_s;
    }
}

bool site_cookie_read(struct str set_cookie, int64_t now_s, struct site_cookie *ret)
{
    struct end end = {0};
    struct str pair = str_cut(&set_cookie, ';'), value = pair, name = str_trim(str_cut(&value, '='));
    if (!value.data || name.size == 0 || pair.size > SITE_COOKIE_SIZE_MAX || has_control(pair) ||
        has_control(set_cookie))
        return false;
    *ret = (struct site_cookie){.name = name};
    while (set_cookie.data)
        take_attribute(str_cut(&set_cookie, ';'), now_s, ret, &end);
    ret->is_deleted = end.has_max_age ? end.is_past_by_max_age : end.is_past_by_expires;
    return true;
}

bool site_cookie_is_kept(const struct site_cookie *cookie)
{
    if (starts_nocase(cookie->name, STR("__Host-")))
        return cookie->is_secure && cookie->is_for_root && !cookie->has_domain;
    return cookie->is_secure ||
           (!starts_nocase(cookie->name, STR("__Secure-")) && cookie->same_site != SITE_SAME_SITE_NONE);
}

bool site_cookie_is_session(const struct site_cookie *cookie)
{
    static const struct str parts[] = {STR_INIT("sess"), STR_INIT("login"), STR_INIT("auth"), STR_INIT("token"),
                                       STR_INIT("jwt")};
    if (contains_nocase(cookie->name, STR("csrf")) || contains_nocase(cookie->name, STR("xsrf")))
        return false;
    if (contains_nocase(cookie->name, STR("author")) && !contains_nocase(cookie->name, STR("authori")))
        return false; /* who wrote something, unlike "authorization" */
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (contains_nocase(cookie->name, parts[i]))
            return true;
    return cookie->name.size >= 3 && str_eq_nocase(str_after(cookie->name, cookie->name.size - 3), STR("sid"));
}
