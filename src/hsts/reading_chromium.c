/*
 * Chromium (net/http/http_security_headers): parts between semicolons, where a quote anywhere in a part hides the
 * semicolons up to the next one; blanks around names and values are nothing; quoted values count without their quotes.
 * Any fault drops the whole field, but an unknown directive may stand there as often as it likes.
 */
#include "hsts/field.h"
#include "hsts/reading_clients.h"

/* Cuts off the part before the first semicolon that is not in quotes; false when nothing is left. */
static bool cut_part(struct str *rest, struct str *ret)
{
    bool quoted = false;
    size_t size = 0;
    if (!rest->data)
        return false;
    for (; size < rest->size && (quoted || rest->data[size] != ';'); size++) {
        if (quoted && rest->data[size] == '\\' && size + 1 < rest->size)
            size++;
        else if (rest->data[size] == '"')
            quoted = !quoted;
    }
    *ret = str_trim(str_part(*rest, 0, size));
    *rest = size < rest->size ? str_after(*rest, size + 1) : (struct str){NULL, 0};
    return true;
}

/* What is inside the quotes, escapes still in it; false when they do not close at the end and nowhere before. */
static bool unquote(struct str text, struct str *ret)
{
    size_t i = 1;
    while (i < text.size && text.data[i] != '"')
        i += text.data[i] == '\\' ? 2 : 1;
    if (i + 1 != text.size)
        return false;
    *ret = str_part(text, 1, i - 1);
    return true;
}

/* Digits only, the first one at least; a backslash in quotes stands for the character behind it. */
static bool read_max_age(struct str text, bool quoted, uint64_t *ret)
{
    uint64_t seconds = 0;
    size_t digits_count = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (quoted && text.data[i] == '\\')
            i++; /* never the last one: unquote saw to it */
        if (!str_is_digit(text.data[i]))
            return false;
        seconds = seconds * 10 + (uint64_t)(text.data[i] - '0');
        if (seconds > READING_CHROMIUM_MAX_AGE_S_MAX)
            seconds = READING_CHROMIUM_MAX_AGE_S_MAX;
        digits_count++;
    }
    *ret = seconds;
    return digits_count > 0;
}

static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!hsts_field_is_token_char(text.data[i]))
            return false;
    return text.size > 0;
}

static bool take_directive(struct str name, struct str value, bool has_value, bool quoted, struct reading *reading)
{
    if (str_eq_nocase(name, STR("max-age"))) {
        bool repeated = reading->has_max_age;
        reading->has_max_age = true;
        return !repeated && read_max_age(value, quoted, &reading->max_age_s);
    }
    if (str_eq_nocase(name, STR("includeSubDomains"))) {
        bool repeated = reading->include_subdomains;
        reading->include_subdomains = true;
        return !repeated && !has_value;
    }
    return is_token(name) && (!has_value || quoted || is_token(value));
}

static bool take_part(struct str part, struct reading *reading)
{
    size_t equals = str_find(part, '=');
    bool has_value = equals < part.size;
    struct str name = str_trim(str_part(part, 0, equals)), value = str_trim(str_after(part, equals + 1));
    bool quoted = value.size && value.data[0] == '"';
    if (has_value && (!name.size || !value.size || str_find(name, '"') < name.size))
        return false;
    if (quoted && !unquote(value, &value))
        return false;
    return take_directive(name, value, has_value, quoted, reading);
}

struct reading reading_chromium(struct str value)
{
    struct reading reading = {0};
    struct str part;
    while (cut_part(&value, &part))
        if (part.size && !take_part(part, &reading))
            return (struct reading){0};
    if (!reading.has_max_age)
        return (struct reading){0};
    reading.taken = true;
    return reading;
}
