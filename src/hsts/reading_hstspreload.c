/*
 * The parser of hstspreload.org (the library hstspreload, header.go): parts between semicolons, white space around them
 * is nothing, each is one of three words or unknown; the first of several counts. Quotes and blanks around "=" are not
 * supported, by choice.
 */
#include "hsts/reading_clients.h"

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trim(struct str text)
{
    while (text.size && is_white(text.data[0]))
        text = str_after(text, 1);
    while (text.size && is_white(text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool starts_nocase(struct str text, struct str prefix)
{
    return str_eq_nocase(str_part(text, 0, prefix.size), prefix);
}

static void note(struct reading *reading, enum reading_issue issue)
{
    reading->issues |= READING_BIT(issue);
}

/* One of the words without a value: set once, noted when it stands there again. */
static void take_flag(struct reading *reading, bool *flag, enum reading_issue repeated)
{
    if (*flag)
        note(reading, repeated);
    *flag = true;
}

static void take_max_age(struct reading *reading, struct str text)
{
    uint64_t seconds;
    if (text.size > 1 && text.data[0] == '0')
        note(reading, READING_ISSUE_MAX_AGE_LEADING_ZERO);
    for (size_t i = 0; i < text.size; i++)
        if (!str_is_digit(text.data[i])) {
            note(reading, READING_ISSUE_MAX_AGE_NON_DIGIT);
            return;
        }
    if (!str_to_u64(text, UINT64_MAX, &seconds)) {
        note(reading, READING_ISSUE_MAX_AGE_NO_NUMBER);
        return;
    }
    if (reading->has_max_age) {
        note(reading, READING_ISSUE_REPEATED_MAX_AGE);
        return;
    }
    reading->has_max_age = true;
    reading->max_age_s = seconds;
}

static void take_directive(struct reading *reading, struct str directive)
{
    const struct str preload = STR("preload"), subdomains = STR("includeSubDomains"), max_age = STR("max-age=");
    if (!directive.size)
        note(reading, READING_ISSUE_EMPTY_DIRECTIVE);
    else if (str_eq_nocase(directive, preload))
        take_flag(reading, &reading->preload, READING_ISSUE_REPEATED_PRELOAD);
    else if (starts_nocase(directive, preload))
        note(reading, READING_ISSUE_INVALID_PRELOAD);
    else if (str_eq_nocase(directive, subdomains))
        take_flag(reading, &reading->include_subdomains, READING_ISSUE_REPEATED_INCLUDE_SUBDOMAINS);
    else if (starts_nocase(directive, subdomains))
        note(reading, READING_ISSUE_INVALID_INCLUDE_SUBDOMAINS);
    else if (starts_nocase(directive, max_age))
        take_max_age(reading, str_after(directive, max_age.size));
    else if (starts_nocase(directive, STR("max-age")))
        note(reading, READING_ISSUE_MAX_AGE_NO_VALUE);
    else
        note(reading, READING_ISSUE_UNKNOWN_DIRECTIVE);
}

struct reading reading_hstspreload(struct str value)
{
    struct reading reading = {0};
    if (!trim(value).size) {
        note(&reading, READING_ISSUE_EMPTY);
        return reading;
    }
    while (value.data)
        take_directive(&reading, trim(str_cut(&value, ';')));
    reading.taken = reading.has_max_age && !reading_has_error(&reading);
    return reading;
}
