/*
 * The order is the checker's: the name, the connection, the field, plain HTTP, HTTPS, www. What makes the rest
 * meaningless ends it. Names are compared as it does, byte by byte.
 */
#include "hsts/preload_rules.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "hsts/guard_judge.h"
#include "hsts/reading.h"

/* Of what others wrote: leaves room for a second piece, and some words. */
#define TEXT_SHOWN_SIZE_MAX 120
/* Unknown directives that are told one by one. */
#define UNKNOWN_TOLD_COUNT_MAX 8
#define CLIP(text)             STR_ARG(guard_clip(text, TEXT_SHOWN_SIZE_MAX))

/* What others wrote may be no text: it ends in answers that are UTF-8, and on terminals. */
static void make_readable(char *text)
{
    for (struct str rest = str_from(text); rest.size;) {
        size_t size = str_utf8_size(rest);
        unsigned char first = (unsigned char)*text;
        if (size == 0 || first < ' ' || first == 0x7f)
            *text = '?';
        text += size ? size : 1;
        rest = str_after(rest, size ? size : 1);
    }
}

static void __attribute__((format(printf, 3, 4)))
add(struct preload_findings *findings, enum preload_code code, const char *format, ...)
{
    assert(findings->count < PRELOAD_FINDINGS_COUNT_MAX);
    struct preload_finding *finding = &findings->items[findings->count++];
    finding->code = code;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(finding->detail, sizeof finding->detail, format, args);
    va_end(args);
    make_readable(finding->detail);
}

static bool has_error_since(const struct preload_findings *findings, size_t first)
{
    for (size_t i = first; i < findings->count; i++)
        if (preload_code_is_error(findings->items[i].code))
            return true;
    return false;
}

/* The name */

static bool is_ipv4(struct str name)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;
    if (name.size == 0 || name.size >= sizeof text)
        return false;
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

static bool has_double_dot(struct str name)
{
    for (size_t i = 1; i < name.size; i++)
        if (name.data[i] == '.' && name.data[i - 1] == '.')
            return true;
    return false;
}

static bool has_other_characters(struct str name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = str_lower_char(name.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '.')
            return true;
    }
    return false;
}

/* False when the name is none, and nothing further is looked at. */
static bool check_name(const struct preload_seen *seen, struct preload_findings *ret)
{
    struct str name = seen->domain;
    if (str_starts(name, STR(".")))
        add(ret, PRELOAD_NAME_DOT_FIRST, "\"%.*s\"", CLIP(name));
    else if (str_ends(name, STR(".")))
        add(ret, PRELOAD_NAME_DOT_LAST, "\"%.*s\"", CLIP(name));
    else if (has_double_dot(name))
        add(ret, PRELOAD_NAME_DOUBLE_DOT, "\"%.*s\"", CLIP(name));
    else if (str_eq(name, seen->public_suffix)) /* an empty name as well: nothing is its suffix */
        add(ret, PRELOAD_NAME_PUBLIC_SUFFIX, "\"%.*s\"", CLIP(name));
    else if (has_other_characters(name))
        add(ret, PRELOAD_NAME_CHARACTERS, "\"%.*s\"", CLIP(name));
    else if (is_ipv4(name))
        add(ret, PRELOAD_NAME_IP, "%.*s", CLIP(name));
    else
        return true;
    return false;
}

static void check_level(const struct preload_seen *seen, struct preload_findings *ret)
{
    if (!seen->registrable.size)
        add(ret, PRELOAD_NAME_NO_SUFFIX, "%s", "");
    else if (!str_eq(seen->registrable, seen->domain))
        add(ret, PRELOAD_NAME_SUBDOMAIN, "the domain that would be listed is %.*s", CLIP(seen->registrable));
}

/* The connection */

/* False when there is no connection to look at. */
static bool check_reach(const struct preload_seen *seen, struct preload_findings *ret)
{
    switch (seen->https) {
    case PRELOAD_REACH_GOOD: return true;
    case PRELOAD_REACH_UNTRUSTED: add(ret, PRELOAD_TLS_CHAIN, "it %.*s", CLIP(seen->https_why)); break;
    case PRELOAD_REACH_NONE: add(ret, PRELOAD_TLS_NONE, "it %.*s", CLIP(seen->https_why)); break;
    }
    return false;
}

static void check_tls(const struct preload_seen *seen, struct preload_findings *ret)
{
    if (seen->sha1)
        add(ret, PRELOAD_TLS_SHA1, "%.*s", CLIP(seen->sha1_subject));
    if (!seen->cipher_modern)
        add(ret, PRELOAD_TLS_CIPHER, "%.*s", CLIP(seen->cipher));
}

/* The appspot.com exception is the checker's own: names there have no www. that could have a certificate. */
static void check_www(const struct preload_seen *seen, struct preload_findings *ret)
{
    if (seen->www == PRELOAD_WWW_NO_TLS && str_eq(seen->registrable, seen->domain) &&
        !str_eq(seen->public_suffix, STR("appspot.com")))
        add(ret, PRELOAD_WWW, "it %.*s", CLIP(seen->www_why));
}

/* The field */

/* In the order in which they are told; each is told once but for unknown directives. */
static const struct {
    enum reading_issue issue;
    enum preload_code code;
} of_reading[] = {
    {READING_ISSUE_EMPTY, PRELOAD_FIELD_EMPTY},
    {READING_ISSUE_EMPTY_DIRECTIVE, PRELOAD_FIELD_EMPTY_DIRECTIVE},
    {READING_ISSUE_REPEATED_PRELOAD, PRELOAD_FIELD_REPEATED_PRELOAD},
    {READING_ISSUE_REPEATED_INCLUDE_SUBDOMAINS, PRELOAD_FIELD_REPEATED_SUBDOMAINS},
    {READING_ISSUE_REPEATED_MAX_AGE, PRELOAD_FIELD_REPEATED_MAX_AGE},
    {READING_ISSUE_INVALID_PRELOAD, PRELOAD_FIELD_INVALID_PRELOAD},
    {READING_ISSUE_INVALID_INCLUDE_SUBDOMAINS, PRELOAD_FIELD_INVALID_SUBDOMAINS},
    {READING_ISSUE_MAX_AGE_NO_VALUE, PRELOAD_FIELD_MAX_AGE_NO_VALUE},
    {READING_ISSUE_MAX_AGE_LEADING_ZERO, PRELOAD_FIELD_MAX_AGE_LEADING_ZERO},
    {READING_ISSUE_MAX_AGE_NON_DIGIT, PRELOAD_FIELD_MAX_AGE_NON_DIGIT},
    {READING_ISSUE_MAX_AGE_NO_NUMBER, PRELOAD_FIELD_MAX_AGE_NO_NUMBER},
};

/* Warnings: so many are told, the others counted, so that they leave room for what is worse. */
static void add_unknown(struct str value, struct preload_findings *ret)
{
    for (size_t told_count = 0; value.data;) {
        struct str directive = str_cut(&value, ';');
        struct reading alone = reading_of(READING_HSTSPRELOAD, directive);
        if (!(alone.issues & READING_BIT(READING_ISSUE_UNKNOWN_DIRECTIVE)))
            continue;
        if (told_count++ < UNKNOWN_TOLD_COUNT_MAX)
            add(ret, PRELOAD_FIELD_UNKNOWN_DIRECTIVE, "\"%.*s\"", CLIP(str_trim(directive)));
        else
            ret->omitted_count++;
    }
}

static struct reading check_syntax(struct str value, bool errors_only, struct preload_findings *ret)
{
    struct reading reading = reading_of(READING_HSTSPRELOAD, value);
    for (size_t i = 0; i < sizeof of_reading / sizeof *of_reading; i++)
        if (reading.issues & READING_BIT(of_reading[i].issue) &&
            (!errors_only || preload_code_is_error(of_reading[i].code)))
            add(ret, of_reading[i].code, "\"%.*s\"", CLIP(value));
    if (!errors_only)
        add_unknown(value, ret);
    return reading;
}

static void check_max_age(const struct reading *reading, enum preload_policy policy, struct preload_findings *ret)
{
    bool year = policy == PRELOAD_POLICY_BULK_1_YEAR;
    uint64_t wanted_s = year ? PRELOAD_1_YEAR_S : PRELOAD_18_WEEKS_S;
    unsigned long long seconds = reading->max_age_s;
    if (!reading->has_max_age)
        add(ret, PRELOAD_FIELD_MAX_AGE_MISSING, "%s", "");
    else if (seconds == 0)
        add(ret, PRELOAD_FIELD_MAX_AGE_ZERO, "%s", "");
    else if (seconds < wanted_s)
        add(ret, year ? PRELOAD_FIELD_MAX_AGE_BELOW_1_YEAR : PRELOAD_FIELD_MAX_AGE_BELOW_18_WEEKS, "max-age=%llu",
            seconds);
    else if (seconds > PRELOAD_10_YEARS_S)
        add(ret, PRELOAD_FIELD_MAX_AGE_OVER_10_YEARS, "max-age=%llu", seconds);
}

static void check_field(struct str value, enum preload_policy policy, struct preload_findings *ret)
{
    struct reading reading = check_syntax(value, false, ret);
    if (!reading.include_subdomains)
        add(ret, PRELOAD_FIELD_SUBDOMAINS_MISSING, "%s", "");
    if (!reading.preload)
        add(ret, PRELOAD_FIELD_PRELOAD_MISSING, "%s", "");
    check_max_age(&reading, policy, ret);
}

/* Warnings about how the field is written do not matter to who wants to leave. */
static void check_removal_field(struct str value, struct preload_findings *ret)
{
    struct reading reading = check_syntax(value, true, ret);
    if (reading.preload)
        add(ret, PRELOAD_REMOVE_HAS_PRELOAD, "%s", "");
    if (!reading.has_max_age)
        add(ret, PRELOAD_REMOVE_NO_MAX_AGE, "%s", "");
}

/* False when it is not exactly one. */
static bool check_one_field(const struct preload_fields *fields, struct preload_findings *ret)
{
    if (fields->count == 0)
        add(ret, PRELOAD_FIELD_NONE, "%s", "");
    else if (fields->count > 1)
        add(ret, PRELOAD_FIELD_SEVERAL, "%zu fields", fields->count);
    return fields->count == 1;
}

static void check_fields(const struct preload_fields *fields, enum preload_policy policy, struct preload_findings *ret)
{
    if (check_one_field(fields, ret))
        check_field(fields->values[0], policy, ret);
}

/* Redirects */

static bool is_first_good(const struct preload_seen *seen)
{
    const struct preload_way *way = &seen->http_way;
    return seen->http_answers && way->hops_count && way->hops[0].is_https && str_eq(way->hops[0].host, seen->domain);
}

static bool is_www_of(struct str host, struct str domain)
{
    return str_starts(host, STR("www.")) && str_eq(str_after(host, 4), domain);
}

static void check_end(const struct preload_way *way, struct preload_findings *ret)
{
    if (way->end == PRELOAD_END_TOO_MANY)
        add(ret, PRELOAD_WAY_TOO_MANY, "the last one looked at leads to %.*s",
            CLIP(way->hops_count ? way->hops[way->hops_count - 1].url : STR("")));
    else if (way->end == PRELOAD_END_FAILED)
        add(ret, PRELOAD_WAY_FAILED, "%.*s", CLIP(way->why));
}

/* The first that leads to plain HTTP is told. */
static void check_secure(const struct preload_way *way, struct preload_findings *ret)
{
    for (size_t i = 0; i < way->hops_count; i++)
        if (!way->hops[i].is_https) {
            add(ret, i ? PRELOAD_WAY_INSECURE_LATER : PRELOAD_WAY_INSECURE_FIRST, "redirect %zu leads to %.*s", i + 1,
                CLIP(way->hops[i].url));
            return;
        }
}

static void check_http(const struct preload_seen *seen, struct preload_findings *ret)
{
    const struct preload_way *way = &seen->http_way;
    if (!seen->http_answers) {
        add(ret, PRELOAD_HTTP_NONE, "%s", "");
        return;
    }
    if (seen->http_fields.count)
        add(ret, PRELOAD_HTTP_USELESS_FIELD, "%s", "");
    check_end(way, ret);
    if (!way->hops_count)
        add(ret, PRELOAD_HTTP_NO_REDIRECT, "%s", "");
    else if (!is_first_good(seen))
        add(ret, is_www_of(way->hops[0].host, seen->domain) ? PRELOAD_HTTP_WWW_FIRST : PRELOAD_HTTP_FIRST_INSECURE,
            "it leads to %.*s", CLIP(way->hops[0].url));
    else if (seen->first_answers) /* when nobody answers there, that comes before all else */
        check_secure(way, ret);
}

/* Where the first redirect leads; always by the rule of today. */
static void check_first(const struct preload_seen *seen, struct preload_findings *ret)
{
    struct preload_findings there = {0};
    if (!is_first_good(seen))
        return;
    if (!seen->first_answers) {
        add(ret, PRELOAD_HTTP_FIRST_INVALID, "%.*s %.*s", CLIP(seen->http_way.hops[0].url), CLIP(seen->first_why));
        return;
    }
    check_fields(&seen->first_fields, PRELOAD_POLICY_BULK_1_YEAR, &there);
    for (size_t i = 0; i < there.count; i++)
        if (preload_code_is_error(there.items[i].code)) {
            add(ret, PRELOAD_HTTP_FIRST_NO_FIELD, "%.*s: %s", CLIP(seen->http_way.hops[0].url),
                preload_code_text(there.items[i].code));
            return;
        }
}

/* The whole */

void preload_rules_domain(const struct preload_seen *seen, enum preload_policy policy, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (!check_name(seen, ret))
        return;
    check_level(seen, ret);
    if (!check_reach(seen, ret))
        return;
    check_tls(seen, ret);
    size_t fields_first = ret->count;
    check_fields(&seen->https_fields, policy, ret);
    bool fields_good = !has_error_since(ret, fields_first);
    check_http(seen, ret);
    if (fields_good) /* else it would be told twice */
        check_first(seen, ret);
    check_end(&seen->https_way, ret);
    check_secure(&seen->https_way, ret);
    check_www(seen, ret);
}

void preload_rules_removal(const struct preload_seen *seen, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (check_reach(seen, ret) && check_one_field(&seen->https_fields, ret))
        check_removal_field(seen->https_fields.values[0], ret);
}

void preload_rules_field(struct str value, enum preload_policy policy, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    check_field(value, policy, ret);
}

void preload_rules_removal_field(struct str value, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    check_removal_field(value, ret);
}

int preload_rules_exit_status(const struct preload_findings *findings)
{
    if (has_error_since(findings, 0))
        return 1;
    return findings->count ? 2 : 0;
}

struct str preload_seen_field(const struct preload_seen *seen)
{
    bool has_field = seen->https == PRELOAD_REACH_GOOD && seen->https_fields.count == 1;
    return has_field ? seen->https_fields.values[0] : (struct str){NULL, 0};
}

void preload_rules_judge(const struct preload_seen *seen, enum preload_policy policy, bool removal,
                         struct preload_verdict *ret)
{
    ret->field = preload_seen_field(seen);
    if (removal)
        preload_rules_removal(seen, &ret->findings);
    else
        preload_rules_domain(seen, policy, &ret->findings);
}

const char *preload_policy_name(enum preload_policy policy)
{
    return policy == PRELOAD_POLICY_BULK_1_YEAR ? "bulk-1-year" : "bulk-18-weeks";
}
