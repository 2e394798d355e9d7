/*
 * MDN's HTTP Observatory (strict-transport-security.js): the last max-age counts, read as JavaScript's parseInt does:
 * digits at the beginning, whatever follows. A comma is taken for a second field. A max-age that is no number is not
 * smaller than six months to it, so it grades the field as good; nobody else can use such a field, and so it is an
 * error here, by a code of our own.
 */
#include "hsts/reading_clients.h"

/* How much it looks at, of the field and of one directive. */
#define VALUE_SIZE_MAX     1024
#define DIRECTIVE_SIZE_MAX 128

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trim_start(struct str text)
{
    while (text.size && is_white(text.data[0]))
        text = str_after(text, 1);
    return text;
}

static struct str trim(struct str text)
{
    text = trim_start(text);
    while (text.size && is_white(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* parseInt: false for NaN; what is below zero gives 0, which is as little use. */
static bool read_number(struct str text, uint64_t *ret)
{
    uint64_t number = 0;
    size_t digits_count = 0;
    text = trim_start(text);
    bool negative = text.size && text.data[0] == '-';
    if (negative || (text.size && text.data[0] == '+'))
        text = str_after(text, 1);
    for (; digits_count < text.size && str_is_digit(text.data[digits_count]); digits_count++) {
        uint64_t digit = (uint64_t)(text.data[digits_count] - '0');
        number = number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : number * 10 + digit;
    }
    *ret = negative ? 0 : number;
    return digits_count > 0;
}

static void take_directive(struct reading *reading, struct str directive)
{
    const struct str max_age = STR("max-age=");
    if (str_eq_nocase(str_part(directive, 0, max_age.size), max_age)) {
        reading->has_max_age = true;
        reading->issues = 0; /* the last one counts */
        if (!read_number(str_after(str_part(directive, 0, DIRECTIVE_SIZE_MAX), max_age.size), &reading->max_age_s)) {
            reading->max_age_s = 0;
            reading->issues = READING_BIT(READING_ISSUE_OBSERVATORY_NOT_A_NUMBER);
        } else if (reading->max_age_s < READING_OBSERVATORY_MAX_AGE_S_MIN) {
            reading->issues = READING_BIT(READING_ISSUE_OBSERVATORY_SHORT);
        }
    } else if (str_eq_nocase(directive, STR("includeSubDomains"))) {
        reading->include_subdomains = true;
    } else if (str_eq_nocase(directive, STR("preload"))) {
        reading->preload = true;
    }
}

struct reading reading_observatory(struct str value)
{
    struct reading reading = {0};
    struct str rest = str_part(value, 0, VALUE_SIZE_MAX);
    if (str_find(rest, ',') < rest.size)
        return (struct reading){.issues = READING_BIT(READING_ISSUE_OBSERVATORY_INVALID)};
    while (rest.data)
        take_directive(&reading, trim(str_cut(&rest, ';')));
    if (!reading.has_max_age)
        reading.issues = READING_BIT(READING_ISSUE_OBSERVATORY_INVALID);
    reading.taken = !reading_has_error(&reading);
    return reading;
}
