/* One pass over the text, strings skipped whole. */
#include "store/state_split.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(struct str text, size_t at)
{
    while (at < text.size && is_space(text.data[at]))
        at++;
    return at;
}

static struct str trim(struct str text)
{
    text = str_after(text, skip_space(text, 0));
    while (text.size && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Behind the string that begins at `at`; text.size when it does not end. */
static size_t skip_string(struct str text, size_t at)
{
    for (at++; at < text.size; at++) {
        if (text.data[at] == '\\')
            at++;
        else if (text.data[at] == '"')
            return at + 1;
    }
    return text.size;
}

/* Behind the value that begins at `at`: up to a comma or a closing bracket of its own level. */
static size_t skip_value(struct str text, size_t at)
{
    size_t depth = 0;
    while (at < text.size) {
        char c = text.data[at];
        if (c == '"') {
            at = skip_string(text, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']' || c == '}'))
            return at;
        depth += c == '[' || c == '{';
        depth -= c == ']' || c == '}';
        at++;
    }
    return text.size;
}

struct str state_split_list(struct str text, struct str name)
{
    const struct str none = {NULL, 0};
    size_t at = skip_space(text, 0);
    if (at == text.size || text.data[at] != '{')
        return none;
    for (at = skip_space(text, at + 1); at < text.size && text.data[at] == '"'; at = skip_space(text, at + 1)) {
        size_t key = at + 1;
        at = skip_string(text, at);
        struct str found = str_part(text, key, at - key - 1);
        at = skip_space(text, at);
        if (at >= text.size || text.data[at] != ':')
            return none;
        size_t from = at + 1;
        size_t end = skip_value(text, from);
        if (end == text.size)
            return none;
        at = end;
        if (!str_eq(found, name))
            continue;
        struct str value = trim(str_part(text, from, end - from));
        return value.size >= 2 && value.data[0] == '[' && value.data[value.size - 1] == ']'
                   ? str_part(value, 1, value.size - 2)
                   : none;
    }
    return none;
}

bool state_split_next(struct str *rest, struct str *ret)
{
    size_t from = skip_space(*rest, 0);
    if (from == rest->size) {
        *rest = str_after(*rest, from);
        return false;
    }
    size_t end = skip_value(*rest, from);
    if (end < rest->size && (rest->data[end] != ',' || skip_space(*rest, end + 1) == rest->size))
        return false;
    *ret = str_part(*rest, from, end - from);
    *rest = str_after(*rest, end + (end < rest->size));
    return true;
}
