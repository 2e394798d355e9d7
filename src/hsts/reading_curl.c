/*
 * curl (lib/hsts): looks at what a directive begins with and needs no semicolon behind one, so "includeSubDomains=1"
 * counts, and so does what follows a number after a blank. A semicolon in quotes ends a directive for it. What it does
 * not know it skips up to the next semicolon.
 */
#include "hsts/reading_clients.h"

static void skip_blanks(struct str *rest)
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

static bool take_word(struct str *rest, struct str word)
{
    if (!str_eq_nocase(str_part(*rest, 0, word.size), word))
        return false;
    *rest = str_after(*rest, word.size);
    return true;
}

/* At least one digit. A number beyond 63 bits counts as the largest and stays where it is, to be skipped later. */
static bool take_number(struct str *rest, uint64_t *ret)
{
    uint64_t number = 0;
    size_t size = 0;
    for (; size < rest->size && str_is_digit(rest->data[size]); size++) {
        uint64_t digit = (uint64_t)(rest->data[size] - '0');
        if (number > (INT64_MAX - digit) / 10) {
            *ret = INT64_MAX;
            return true;
        }
        number = number * 10 + digit;
    }
    *rest = str_after(*rest, size);
    *ret = number;
    return size > 0;
}

/* Behind the word "max-age". */
static bool take_max_age(struct str *rest, struct reading *reading)
{
    if (reading->has_max_age)
        return false;
    reading->has_max_age = true;
    skip_blanks(rest);
    if (!take_char(rest, '='))
        return false;
    skip_blanks(rest);
    bool quoted = take_char(rest, '"');
    return take_number(rest, &reading->max_age_s) && (!quoted || take_char(rest, '"'));
}

static bool take_directive(struct str *rest, struct reading *reading)
{
    if (take_word(rest, STR("max-age")))
        return take_max_age(rest, reading);
    if (take_word(rest, STR("includeSubDomains"))) {
        bool repeated = reading->include_subdomains;
        reading->include_subdomains = true;
        return !repeated;
    }
    *rest = str_after(*rest, str_find(*rest, ';'));
    return true;
}

struct reading reading_curl(struct str value)
{
    struct reading reading = {0};
    do {
        skip_blanks(&value);
        if (!take_directive(&value, &reading))
            return (struct reading){0};
        skip_blanks(&value);
        (void)take_char(&value, ';');
    } while (value.size);
    if (!reading.has_max_age)
        return (struct reading){0};
    reading.taken = true;
    return reading;
}
