/*
 * Firefox (nsSecurityHeaderParser, nsSiteSecurityService): a recursive descent through the RFC's grammar that allows
 * more than that: names and unquoted values may be empty, unknown directives may repeat. A backslash in quotes stays in
 * the value, so it spoils a max-age, and quotes hold ASCII only. A number beyond 64 bits drops the field.
 */
#include "hsts/field.h"
#include "hsts/reading_clients.h"

struct directive {
    struct str name, value;
    bool has_value;
};

static void skip_space(struct str *rest)
{
    while (rest->size && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = str_after(*rest, 1);
}

static bool take_char(struct str *rest, char c)
{
    if (rest->size == 0 || rest->data[0] != c)
        return false;
    *rest = str_after(*rest, 1);
    return true;
}

/* Possibly nothing. */
static struct str take_token(struct str *rest)
{
    size_t size = 0;
    while (size < rest->size && hsts_field_is_token_char(rest->data[size]))
        size++;
    struct str token = str_part(*rest, 0, size);
    *rest = str_after(*rest, size);
    return token;
}

static bool is_quoted_text(unsigned char c)
{
    return c == '\t' || (c >= ' ' && c < 0x7f);
}

/* Behind the opening quote, up to and with the closing one. */
static bool take_quoted(struct str *rest, struct str *ret)
{
    size_t size = 0;
    while (size < rest->size && rest->data[size] != '"') {
        unsigned char c = (unsigned char)rest->data[size++];
        if (c == '\\') {
            if (size == rest->size || (unsigned char)rest->data[size++] > 0x7f)
                return false;
        } else if (!is_quoted_text(c)) {
            return false;
        }
    }
    *ret = str_part(*rest, 0, size);
    *rest = str_after(*rest, size);
    return take_char(rest, '"');
}

static bool take_directive(struct str *rest, struct directive *ret)
{
    *ret = (struct directive){.has_value = false};
    skip_space(rest);
    ret->name = take_token(rest);
    skip_space(rest);
    if (!take_char(rest, '='))
        return true;
    ret->has_value = true;
    skip_space(rest);
    if (!take_char(rest, '"'))
        ret->value = take_token(rest);
    else if (!take_quoted(rest, &ret->value))
        return false;
    skip_space(rest);
    return true;
}

static bool apply(const struct directive *directive, struct reading *reading)
{
    if (str_eq_nocase(directive->name, STR("max-age"))) {
        bool repeated = reading->has_max_age;
        reading->has_max_age = true;
        return !repeated && str_to_u64(directive->value, UINT64_MAX, &reading->max_age_s);
    }
    if (str_eq_nocase(directive->name, STR("includeSubDomains"))) {
        bool repeated = reading->include_subdomains;
        reading->include_subdomains = true;
        return !repeated && !directive->has_value;
    }
    return true;
}

struct reading reading_firefox(struct str value)
{
    struct reading reading = {0};
    do {
        struct directive directive;
        if (!take_directive(&value, &directive) || !apply(&directive, &reading))
            return (struct reading){0};
    } while (take_char(&value, ';'));
    if (value.size || !reading.has_max_age)
        return (struct reading){0};
    reading.taken = true;
    if (reading.max_age_s > READING_FIREFOX_MAX_AGE_S_MAX)
        reading.max_age_s = READING_FIREFOX_MAX_AGE_S_MAX;
    return reading;
}
