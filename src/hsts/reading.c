/* The front of the readers: which one, how many fields, and the words for what checkers find. */
#include "hsts/reading.h"

#include <assert.h>

#include "hsts/field.h"
#include "hsts/reading_clients.h"

static const struct {
    const char *code;
    bool is_error;
} issues[READING_ISSUES_COUNT] = {
    [READING_ISSUE_NO_HEADER] = {"response.no_header", true},
    [READING_ISSUE_MULTIPLE_HEADERS] = {"response.multiple_headers", true},
    [READING_ISSUE_EMPTY] = {"header.parse.empty", false},
    [READING_ISSUE_EMPTY_DIRECTIVE] = {"header.parse.empty_directive", false},
    [READING_ISSUE_UNKNOWN_DIRECTIVE] = {"header.parse.unknown_directive", false},
    [READING_ISSUE_REPEATED_PRELOAD] = {"header.parse.repeated.preload", false},
    [READING_ISSUE_REPEATED_INCLUDE_SUBDOMAINS] = {"header.parse.repeated.include_sub_domains", false},
    [READING_ISSUE_REPEATED_MAX_AGE] = {"header.parse.repeated.max_age", false},
    [READING_ISSUE_INVALID_PRELOAD] = {"header.parse.invalid.preload", false},
    [READING_ISSUE_INVALID_INCLUDE_SUBDOMAINS] = {"header.parse.invalid.include_sub_domains", false},
    [READING_ISSUE_MAX_AGE_NO_VALUE] = {"header.parse.invalid.max_age.no_value", true},
    [READING_ISSUE_MAX_AGE_LEADING_ZERO] = {"header.parse.max_age.leading_zero", false},
    [READING_ISSUE_MAX_AGE_NON_DIGIT] = {"header.parse.max_age.non_digit_characters", true},
    [READING_ISSUE_MAX_AGE_NO_NUMBER] = {"header.parse.max_age.parse_int_error", true},
    [READING_ISSUE_OBSERVATORY_NO_HEADER] = {"hsts-not-implemented", true},
    [READING_ISSUE_OBSERVATORY_INVALID] = {"hsts-header-invalid", true},
    [READING_ISSUE_OBSERVATORY_NOT_A_NUMBER] = {"hsts-max-age-not-a-number", true},
    [READING_ISSUE_OBSERVATORY_SHORT] = {"hsts-implemented-max-age-less-than-six-months", false},
};

static const char *const client_names[READING_CLIENTS_COUNT] = {
    [READING_RFC6797] = "RFC 6797",
    [READING_CHROMIUM] = "Chromium",
    [READING_FIREFOX] = "Firefox",
    [READING_CURL] = "curl",
    [READING_HSTSPRELOAD] = "hstspreload.org",
    [READING_OBSERVATORY] = "HTTP Observatory",
};

static struct reading reading_rfc6797(struct str value)
{
    struct hsts_policy policy;
    if (!hsts_field_parse(value, &policy, NULL))
        return (struct reading){0};
    return (struct reading){.taken = true,
                            .has_max_age = true,
                            .max_age_s = policy.max_age_s,
                            .include_subdomains = policy.include_subdomains,
                            .preload = policy.preload};
}

/* What no client's HTTP parser lets through to the reader of the field. */
static bool is_field_value(struct str value)
{
    return str_find(value, '\0') == value.size && str_find(value, '\r') == value.size &&
           str_find(value, '\n') == value.size;
}

struct reading reading_of(enum reading_client client, struct str value)
{
    static struct reading (*const readers[READING_CLIENTS_COUNT])(struct str value) = {
        [READING_RFC6797] = reading_rfc6797,         [READING_CHROMIUM] = reading_chromium,
        [READING_FIREFOX] = reading_firefox,         [READING_CURL] = reading_curl,
        [READING_HSTSPRELOAD] = reading_hstspreload, [READING_OBSERVATORY] = reading_observatory,
    };
    assert(client < READING_CLIENTS_COUNT);
    if (!is_field_value(value))
        return reading_of_fields(client, NULL, 0);
    return readers[client](value);
}

/* The last field that curl can read: it processes them one after the other. */
static struct reading reading_of_last_taken(enum reading_client client, const struct str *values, size_t count)
{
    struct reading reading = {0};
    for (size_t i = 0; i < count; i++) {
        struct reading next = reading_of(client, values[i]);
        if (next.taken)
            reading = next;
    }
    return reading;
}

struct reading reading_of_fields(enum reading_client client, const struct str *values, size_t count)
{
    enum reading_issue none = READING_ISSUE_NO_HEADER, several = READING_ISSUE_MULTIPLE_HEADERS;
    if (client == READING_OBSERVATORY) { /* it gets them joined by commas */
        none = READING_ISSUE_OBSERVATORY_NO_HEADER;
        several = READING_ISSUE_OBSERVATORY_INVALID;
    }
    if (reading_is_checker(client) && count != 1)
        return (struct reading){.issues = READING_BIT(count ? several : none)};
    if (count == 0)
        return (struct reading){0};
    return client == READING_CURL ? reading_of_last_taken(client, values, count) : reading_of(client, values[0]);
}

bool reading_is_checker(enum reading_client client)
{
    return client == READING_HSTSPRELOAD || client == READING_OBSERVATORY;
}

bool reading_issue_is_error(enum reading_issue issue)
{
    assert(issue < READING_ISSUES_COUNT);
    return issues[issue].is_error;
}

bool reading_has_error(const struct reading *reading)
{
    for (unsigned i = 0; i < READING_ISSUES_COUNT; i++)
        if (reading->issues & READING_BIT(i) && issues[i].is_error)
            return true;
    return false;
}

const char *reading_issue_code(enum reading_issue issue)
{
    assert(issue < READING_ISSUES_COUNT);
    return issues[issue].code;
}

const char *reading_client_name(enum reading_client client)
{
    assert(client < READING_CLIENTS_COUNT);
    return client_names[client];
}
