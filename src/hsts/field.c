/*
 * STS = [ directive ] *( ";" [ directive ] ), directive = token [ "=" ( token / quoted-string ) ], with optional white
 * space between all of these (the implied LWS of RFC 2616 section 2.1, which RFC 6797 builds on).
 */
#include "hsts/field.h"

#include <inttypes.h>
#include <stdio.h>

struct directive {
    struct str name;
    struct str value; /* as written; a quoted one without its quotes, escapes still in it */
    bool has_value;
    bool quoted;
};

bool hsts_field_write(const struct hsts_policy *policy, char room[static HSTS_FIELD_SIZE_MAX], struct str *ret,
                      struct err *err)
{
    if (policy->max_age_s > HSTS_MAX_AGE_S_MAX)
        return err_field(err, "max_age", "max-age must be at most %u seconds (10 years), not %" PRIu64,
                         HSTS_MAX_AGE_S_MAX, policy->max_age_s);
    if (policy->preload && !policy->include_subdomains)
        return err_field(err, "preload", "the preload list takes no site without includeSubDomains");
    int size = snprintf(room, HSTS_FIELD_SIZE_MAX, "max-age=%" PRIu64 "%s%s", policy->max_age_s,
                        policy->include_subdomains ? "; includeSubDomains" : "", policy->preload ? "; preload" : "");
    *ret = str_make(room, (size_t)size);
    return true;
}

bool hsts_field_is_token_char(char c)
{
    char lower = str_lower_char(c);
    return str_is_digit(c) || (lower >= 'a' && lower <= 'z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

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

/* At least one character, or false. */
static bool take_token(struct str *rest, struct str *ret)
{
    size_t size = 0;
    while (size < rest->size && hsts_field_is_token_char(rest->data[size]))
        size++;
    *ret = str_part(*rest, 0, size);
    *rest = str_after(*rest, size);
    return size > 0;
}

/* From the opening quote to the closing one; a quoted-pair may hold any visible character, space or tab. */
static bool take_quoted(struct str *rest, struct str *ret)
{
    if (!take_char(rest, '"'))
        return false;
    for (size_t i = 0; i < rest->size; i++) {
        unsigned char c = (unsigned char)rest->data[i];
        if (c == '"') {
            *ret = str_part(*rest, 0, i);
            *rest = str_after(*rest, i + 1);
            return true;
        }
        if (c == '\\' && ++i == rest->size)
            return false;
        c = (unsigned char)rest->data[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return false;
}

static bool take_directive(struct str *rest, struct directive *ret, struct err *err)
{
    *ret = (struct directive){.has_value = false};
    if (!take_token(rest, &ret->name))
        return err_set(err, ERR_INPUT, "a directive does not begin with a name");
    skip_space(rest);
    if (!take_char(rest, '='))
        return true;
    skip_space(rest);
    ret->has_value = true;
    ret->quoted = rest->size && rest->data[0] == '"';
    if (ret->quoted ? take_quoted(rest, &ret->value) : take_token(rest, &ret->value))
        return true;
    return err_set(err, ERR_INPUT, "the directive %.*s has a value that is neither a token nor a quoted string",
                   STR_ARG(ret->name));
}

/* delta-seconds: digits only, at least one. Within quotes a backslash stands for the character behind it. */
static bool parse_seconds(const struct directive *directive, uint64_t *ret)
{
    uint64_t seconds = 0;
    size_t digits_count = 0;
    for (size_t i = 0; i < directive->value.size; i++) {
        if (directive->quoted && directive->value.data[i] == '\\')
            i++; /* never the last one: take_quoted saw to it */
        char c = directive->value.data[i];
        if (!str_is_digit(c))
            return false;
        uint64_t digit = (uint64_t)(c - '0');
        seconds = seconds > (UINT64_MAX - digit) / 10 ? UINT64_MAX : seconds * 10 + digit;
        digits_count++;
    }
    *ret = seconds;
    return digits_count > 0;
}

static bool apply(const struct directive *directive, struct hsts_policy *policy, bool *has_max_age, struct err *err)
{
    if (str_eq_nocase(directive->name, STR("max-age"))) {
        *has_max_age = true;
        return (directive->has_value && parse_seconds(directive, &policy->max_age_s)) ||
               err_set(err, ERR_INPUT, "max-age is not a number of seconds");
    }
    if (str_eq_nocase(directive->name, STR("includeSubDomains"))) {
        policy->include_subdomains = true;
        return !directive->has_value || err_set(err, ERR_INPUT, "includeSubDomains takes no value");
    }
    if (str_eq_nocase(directive->name, STR("preload")) && !directive->has_value)
        policy->preload = true; /* to the RFC an unknown directive: with a value it is ignored, not wrong */
    return true;
}

static bool is_repeated(const struct str *names, size_t names_count, struct str name)
{
    for (size_t i = 0; i < names_count; i++)
        if (str_eq_nocase(names[i], name))
            return true;
    return false;
}

bool hsts_field_parse(struct str value, struct hsts_policy *ret, struct err *err)
{
    struct str names[HSTS_DIRECTIVES_COUNT_MAX];
    size_t names_count = 0;
    struct hsts_policy policy = {0};
    bool has_max_age = false;
    for (;;) {
        struct directive directive;
        skip_space(&value);
        if (take_char(&value, ';'))
            continue; /* empty directives are allowed */
        if (value.size == 0)
            break;
        if (!take_directive(&value, &directive, err))
            return false;
        if (is_repeated(names, names_count, directive.name))
            return err_set(err, ERR_INPUT, "the directive %.*s stands twice", STR_ARG(directive.name));
        if (names_count == HSTS_DIRECTIVES_COUNT_MAX)
            return err_set(err, ERR_INPUT, "more than %u directives", HSTS_DIRECTIVES_COUNT_MAX);
        names[names_count++] = directive.name;
        if (!apply(&directive, &policy, &has_max_age, err))
            return false;
        skip_space(&value);
        if (value.size && value.data[0] != ';')
            return err_set(err, ERR_INPUT, "the directive %.*s is not followed by ';'", STR_ARG(directive.name));
    }
    if (!has_max_age)
        return err_set(err, ERR_INPUT, "max-age is missing");
    *ret = policy;
    return true;
}
