/* "<target>; name=token; name="text", <target>; …": each part is cut off the front. */
#include "acme/link.h"

static void skip_blanks(struct str *text)
{
    while (text->size > 0 && (text->data[0] == ' ' || text->data[0] == '\t'))
        *text = str_after(*text, 1);
}

static bool take(struct str *text, char c)
{
    if (text->size == 0 || text->data[0] != c)
        return false;
    *text = str_after(*text, 1);
    return true;
}

/* RFC 9110 section 5.6.2. */
static bool is_token_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
}

static struct str take_token(struct str *text)
{
    size_t size = 0;
    while (size < text->size && is_token_char(text->data[size]))
        size++;
    struct str token = str_part(*text, 0, size);
    *text = str_after(*text, size);
    return token;
}

/* A quoted string behind its opening quote. One with an escape is taken, escapes and all: no relation has any. */
static bool take_quoted(struct str *text, struct str *ret)
{
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == '\\') {
            i++;
        } else if (text->data[i] == '"') {
            *ret = str_part(*text, 0, i);
            *text = str_after(*text, i + 1);
            return true;
        }
    }
    return false;
}

/* One parameter behind its semicolon; RFC 8288 section 3.3: of several rel the first counts. */
static bool take_parameter(struct str *rest, struct link *link)
{
    skip_blanks(rest);
    struct str name = take_token(rest), value = {0};
    skip_blanks(rest);
    if (name.size == 0)
        return rest->size == 0 || rest->data[0] == ';' || rest->data[0] == ','; /* an empty one */
    if (take(rest, '=')) {
        skip_blanks(rest);
        if (take(rest, '"')) {
            if (!take_quoted(rest, &value))
                return false;
        } else {
            value = take_token(rest);
        }
    }
    skip_blanks(rest);
    if (str_eq_nocase(name, STR("rel")) && link->rel.size == 0)
        link->rel = value;
    return true;
}

bool link_next(struct str *rest, struct link *ret)
{
    struct link link = {0};
    skip_blanks(rest);
    while (take(rest, ',')) /* empty elements of a list are allowed */
        skip_blanks(rest);
    if (!take(rest, '<'))
        return false;
    size_t end = str_find(*rest, '>');
    if (end == rest->size)
        return false;
    link.target = str_part(*rest, 0, end);
    *rest = str_after(*rest, end + 1);
    skip_blanks(rest);
    while (take(rest, ';'))
        if (!take_parameter(rest, &link))
            return false;
    if (rest->size > 0 && rest->data[0] != ',')
        return false;
    *ret = link;
    return true;
}

bool link_has_rel(const struct link *link, struct str rel)
{
    struct str rest = link->rel;
    while (rest.data)
        if (str_eq_nocase(str_cut(&rest, ' '), rel))
            return true;
    return false;
}
