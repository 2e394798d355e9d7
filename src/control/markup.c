#include "control/markup.h"

#include "codec/date.h"

#define NOTHING     "–"
#define REPLACEMENT "\xef\xbf\xbd"
/* U+202F, no break: "12 345" */
#define THIN_SPACE "\xe2\x80\xaf"

void markup(struct buf *out, const char *literal)
{
    (void)buf_put_str(out, str_from(literal));
}

static const char *escape_of(char c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* C0 but tab and line feed, DEL, C1; U+061C, U+200E and U+200F, U+202A to U+202E, U+2066 to U+2069. */
static bool is_hidden(struct str one)
{
    const unsigned char *c = (const unsigned char *)one.data;
    if (one.size == 1)
        return (c[0] < 0x20 && c[0] != '\t' && c[0] != '\n') || c[0] == 0x7f;
    if (one.size == 2)
        return (c[0] == 0xc2 && c[1] < 0xa0) || (c[0] == 0xd8 && c[1] == 0x9c);
    return one.size == 3 && c[0] == 0xe2 &&
           ((c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xaa && c[2] <= 0xae))) ||
            (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

void markup_text(struct buf *out, struct str text)
{
    while (text.size) {
        size_t size = str_utf8_size(text);
        struct str one = str_part(text, 0, size ? size : 1);
        const char *escape = escape_of(one.data[0]);
        text = str_after(text, one.size);
        if (escape)
            markup(out, escape);
        else if (!size || is_hidden(one))
            markup(out, REPLACEMENT);
        else
            (void)buf_put_str(out, one);
    }
}

void markup_string(struct buf *out, const json_t *value)
{
    if (!json_is_string(value)) {
        markup(out, NOTHING);
        return;
    }
    markup(out, "<bdi>");
    markup_text(out, str_make(json_string_value(value), json_string_length(value)));
    markup(out, "</bdi>");
}

void markup_moment(struct buf *out, const json_t *value)
{
    char room[DATE_ISO_SIZE];
    int64_t at_s;
    if (!json_is_string(value) || !date_parse_rfc3339(str_from(json_string_value(value)), &at_s)) {
        markup(out, NOTHING);
        return;
    }
    struct str text = date_write_iso(at_s * 1000, room);
    (void)buf_printf(out, "<time datetime=\"%.*sZ\">%.*s %.*s</time>", STR_ARG(str_part(text, 0, 19)),
                     STR_ARG(str_part(text, 0, 10)), STR_ARG(str_part(text, 11, 5)));
}

void markup_number(struct buf *out, uint64_t value)
{
    char room[STR_U64_SIZE];
    struct str digits = str_from_u64(value, room);
    for (size_t i = 0; i < digits.size; i++) {
        if (i && (digits.size - i) % 3 == 0)
            markup(out, THIN_SPACE);
        (void)buf_put_char(out, digits.data[i]);
    }
}

void markup_count(struct buf *out, const json_t *value)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0)
        markup_number(out, (uint64_t)json_integer_value(value));
    else if (json_is_real(value))
        (void)buf_printf(out, "%.1f", json_real_value(value));
    else
        markup(out, NOTHING);
}
