/* Two machines, turned by each byte: the lexer puts a token together, the grammar says which may come. */
#include "codec/json_stream.h"

/* What the grammar takes next. */
enum expects {
    EXPECTS_VALUE,
    EXPECTS_VALUE_OR_END, /* just behind [ */
    EXPECTS_NAME,         /* behind a comma in an object */
    EXPECTS_NAME_OR_END,  /* just behind { */
    EXPECTS_COLON,
    EXPECTS_COMMA_OR_END,
    EXPECTS_NOTHING, /* the value is complete */
};

enum lexing {
    LEXING_NOTHING,
    LEXING_STRING,
    LEXING_ESCAPE,  /* behind a backslash */
    LEXING_UNICODE, /* behind \u */
    LEXING_NUMBER,
    LEXING_WORD, /* true, false, null */
    LEXING_SLASH,
    LEXING_COMMENT,
};

#define SURROGATE_HIGH 0xd800u
#define SURROGATE_LOW  0xdc00u
#define SURROGATE_END  0xe000u
/* Bytes of one character. */
#define UTF8_SIZE_MAX 4

void json_stream_init(struct json_stream *stream,
                      bool (*on_token)(void *context, enum json_token token, struct str text, struct err *err),
                      void *context)
{
    stream->on_token = on_token;
    stream->context = context;
    stream->gives_parts = false;
    stream->line = 1;
    stream->depth = stream->is_objects = 0;
    stream->expects = EXPECTS_VALUE;
    stream->lexing = LEXING_NOTHING;
    stream->unit = stream->surrogate = 0;
    stream->digits_count = 0;
    stream->is_name = false;
    stream->text_size = 0;
}

static bool fail(const struct json_stream *s, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "line %u: %s", s->line, what);
}

static bool is_in_object(const struct json_stream *s)
{
    return s->depth > 0 && (s->is_objects >> (s->depth - 1) & 1);
}

static bool takes_value(const struct json_stream *s)
{
    return s->expects == EXPECTS_VALUE || s->expects == EXPECTS_VALUE_OR_END;
}

static void value_is_done(struct json_stream *s)
{
    s->expects = s->depth ? EXPECTS_COMMA_OR_END : EXPECTS_NOTHING;
}

static bool give(struct json_stream *s, enum json_token token, struct err *err)
{
    struct str text = str_make(s->text, s->text_size);
    s->text_size = 0;
    return s->on_token(s->context, token, text, err);
}

/* Size of the whole characters at the front: all of it but a beginning of one at the end. False: it is not UTF-8. */
static bool whole_characters(struct str text, size_t *ret_size)
{
    size_t at = 0;
    while (at < text.size) {
        size_t size = str_utf8_size(str_after(text, at));
        if (size == 0)
            break;
        at += size;
    }
    *ret_size = at;
    return text.size - at < UTF8_SIZE_MAX;
}

/* Gives what there is of a string and makes room for more. */
static bool give_part(struct json_stream *s, struct err *err)
{
    size_t whole_size;
    if (!whole_characters(str_make(s->text, s->text_size), &whole_size))
        return fail(s, "a text is not UTF-8", err);
    if (!s->on_token(s->context, JSON_TOKEN_PART, str_make(s->text, whole_size), err))
        return false;
    s->text_size -= whole_size;
    memmove(s->text, s->text + whole_size, s->text_size);
    return true;
}

static bool put_char(struct json_stream *s, char c, struct err *err)
{
    if (s->text_size == sizeof s->text) {
        if (!s->gives_parts || s->is_name || s->lexing == LEXING_NUMBER || s->lexing == LEXING_WORD)
            return fail(s, "a text is longer than anything that belongs here", err);
        if (!give_part(s, err))
            return false;
    }
    s->text[s->text_size++] = c;
    return true;
}

/* ---- objects and arrays ---- */

static bool begin_nest(struct json_stream *s, bool is_object, struct err *err)
{
    if (!takes_value(s))
        return fail(s, is_object ? "\"{\" is out of place" : "\"[\" is out of place", err);
    if (s->depth == JSON_STREAM_DEPTH_MAX)
        return fail(s, "objects and arrays are nested too deep", err);
    uint32_t bit = (uint32_t)1 << s->depth++;
    s->is_objects = is_object ? s->is_objects | bit : s->is_objects & ~bit;
    s->expects = is_object ? EXPECTS_NAME_OR_END : EXPECTS_VALUE_OR_END;
    return give(s, is_object ? JSON_TOKEN_OBJECT : JSON_TOKEN_ARRAY, err);
}

static bool end_nest(struct json_stream *s, bool is_object, struct err *err)
{
    bool may_end =
        s->expects == EXPECTS_COMMA_OR_END || s->expects == (is_object ? EXPECTS_NAME_OR_END : EXPECTS_VALUE_OR_END);
    if (!may_end || s->depth == 0 || is_in_object(s) != is_object)
        return fail(s, is_object ? "\"}\" is out of place" : "\"]\" is out of place", err);
    s->depth--;
    value_is_done(s);
    return give(s, is_object ? JSON_TOKEN_OBJECT_END : JSON_TOKEN_ARRAY_END, err);
}

static bool comma(struct json_stream *s, struct err *err)
{
    if (s->expects != EXPECTS_COMMA_OR_END)
        return fail(s, "a comma is out of place", err);
    s->expects = is_in_object(s) ? EXPECTS_NAME : EXPECTS_VALUE;
    return true;
}

static bool colon(struct json_stream *s, struct err *err)
{
    if (s->expects != EXPECTS_COLON)
        return fail(s, "a colon is out of place", err);
    s->expects = EXPECTS_VALUE;
    return true;
}

/* ---- strings ---- */

static bool begin_string(struct json_stream *s, struct err *err)
{
    s->is_name = s->expects == EXPECTS_NAME || s->expects == EXPECTS_NAME_OR_END;
    if (!s->is_name && !takes_value(s))
        return fail(s, "a text is out of place", err);
    s->lexing = LEXING_STRING;
    s->text_size = 0;
    return true;
}

static bool is_utf8(struct str text)
{
    while (text.size) {
        size_t size = str_utf8_size(text);
        if (size == 0)
            return false;
        text = str_after(text, size);
    }
    return true;
}

static bool end_string(struct json_stream *s, struct err *err)
{
    if (!is_utf8(str_make(s->text, s->text_size)))
        return fail(s, "a text is not UTF-8", err);
    s->lexing = LEXING_NOTHING;
    if (s->is_name) {
        s->expects = EXPECTS_COLON;
        return give(s, JSON_TOKEN_NAME, err);
    }
    value_is_done(s);
    return give(s, JSON_TOKEN_STRING, err);
}

static bool string_byte(struct json_stream *s, char c, struct err *err)
{
    if (s->surrogate && c != '\\')
        return fail(s, "half a surrogate pair in a text", err);
    if (c == '"')
        return end_string(s, err);
    if ((unsigned char)c < 0x20)
        return fail(s, "a control character in a text, or no quote at its end", err);
    if (c != '\\')
        return put_char(s, c, err);
    s->lexing = LEXING_ESCAPE;
    return true;
}

static bool escape_byte(struct json_stream *s, char c, struct err *err)
{
    static const char from[] = {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'};
    static const char to[] = {'"', '\\', '/', '\b', '\f', '\n', '\r', '\t'};
    s->lexing = LEXING_STRING;
    if (c == 'u') {
        s->lexing = LEXING_UNICODE;
        s->unit = 0;
        s->digits_count = 0;
        return true;
    }
    if (s->surrogate)
        return fail(s, "half a surrogate pair in a text", err);
    for (size_t i = 0; i < sizeof from; i++)
        if (c == from[i])
            return put_char(s, to[i], err);
    return fail(s, "an unknown escape in a text", err);
}

static bool put_code_point(struct json_stream *s, uint32_t code, struct err *err)
{
    if (code < 0x80)
        return put_char(s, (char)code, err);
    if (code < 0x800)
        return put_char(s, (char)(0xc0 | code >> 6), err) && put_char(s, (char)(0x80 | (code & 0x3f)), err);
    if (code < 0x10000)
        return put_char(s, (char)(0xe0 | code >> 12), err) && put_char(s, (char)(0x80 | (code >> 6 & 0x3f)), err) &&
               put_char(s, (char)(0x80 | (code & 0x3f)), err);
    return put_char(s, (char)(0xf0 | code >> 18), err) && put_char(s, (char)(0x80 | (code >> 12 & 0x3f)), err) &&
           put_char(s, (char)(0x80 | (code >> 6 & 0x3f)), err) && put_char(s, (char)(0x80 | (code & 0x3f)), err);
}

/* A pair of surrogates is one character (RFC 8259 section 7); half of one is none. */
static bool end_unit(struct json_stream *s, struct err *err)
{
    uint32_t unit = s->unit, high = s->surrogate;
    bool is_low = unit >= SURROGATE_LOW && unit < SURROGATE_END;
    s->lexing = LEXING_STRING;
    s->surrogate = 0;
    if (is_low != (high != 0))
        return fail(s, "half a surrogate pair in a text", err);
    if (is_low)
        return put_code_point(s, 0x10000 + ((high - SURROGATE_HIGH) << 10) + (unit - SURROGATE_LOW), err);
    if (unit >= SURROGATE_HIGH && unit < SURROGATE_LOW) {
        s->surrogate = unit;
        return true;
    }
    return put_code_point(s, unit, err);
}

static bool unicode_byte(struct json_stream *s, char c, struct err *err)
{
    uint64_t digit;
    if (!str_hex_to_u64(str_make(&c, 1), 15, &digit))
        return fail(s, "\\u needs four hexadecimal digits", err);
    s->unit = s->unit << 4 | (uint32_t)digit;
    return ++s->digits_count < 4 || end_unit(s, err);
}

/* ---- numbers and words ---- */

static size_t skip_digits(struct str text, size_t at)
{
    while (at < text.size && str_is_digit(text.data[at]))
        at++;
    return at;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static bool is_number(struct str text)
{
    size_t at = text.size > 0 && text.data[0] == '-', from = at;
    at = skip_digits(text, at);
    if (at == from || (text.data[from] == '0' && at > from + 1))
        return false;
    if (at < text.size && text.data[at] == '.') {
        from = ++at;
        at = skip_digits(text, at);
        if (at == from)
            return false;
    }
    if (at < text.size && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        at += at < text.size && (text.data[at] == '+' || text.data[at] == '-');
        from = at;
        at = skip_digits(text, at);
        if (at == from)
            return false;
    }
    return at == text.size;
}

static bool end_number(struct json_stream *s, struct err *err)
{
    s->lexing = LEXING_NOTHING;
    if (!is_number(str_make(s->text, s->text_size)))
        return fail(s, "this is no number", err);
    value_is_done(s);
    return give(s, JSON_TOKEN_NUMBER, err);
}

static bool end_word(struct json_stream *s, struct err *err)
{
    struct str word = str_make(s->text, s->text_size);
    s->lexing = LEXING_NOTHING;
    s->text_size = 0;
    value_is_done(s);
    if (str_eq(word, STR("true")))
        return give(s, JSON_TOKEN_TRUE, err);
    if (str_eq(word, STR("false")))
        return give(s, JSON_TOKEN_FALSE, err);
    if (str_eq(word, STR("null")))
        return give(s, JSON_TOKEN_NULL, err);
    return fail(s, "this is no JSON value", err);
}

static bool begin_scalar(struct json_stream *s, char c, struct err *err)
{
    bool is_number_begun = c == '-' || str_is_digit(c);
    if (!takes_value(s) || !(is_number_begun || (c >= 'a' && c <= 'z')))
        return fail(s, "a character is out of place", err);
    s->lexing = is_number_begun ? LEXING_NUMBER : LEXING_WORD;
    s->text_size = 0;
    return put_char(s, c, err);
}

static bool belongs_to_number(char c)
{
    return str_is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

static bool is_scalar(const struct json_stream *s)
{
    return s->lexing == LEXING_NUMBER || s->lexing == LEXING_WORD;
}

/* Whether the number or word under way goes on with this byte. */
static bool goes_on(const struct json_stream *s, char c)
{
    return s->lexing == LEXING_NUMBER ? belongs_to_number(c) : c >= 'a' && c <= 'z';
}

static bool end_scalar(struct json_stream *s, struct err *err)
{
    return s->lexing == LEXING_NUMBER ? end_number(s, err) : end_word(s, err);
}

/* ---- the turn of both ---- */

static bool between_byte(struct json_stream *s, char c, struct err *err)
{
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n': return true;
    case '/': s->lexing = LEXING_SLASH; return true;
    case '{': return begin_nest(s, true, err);
    case '}': return end_nest(s, true, err);
    case '[': return begin_nest(s, false, err);
    case ']': return end_nest(s, false, err);
    case ',': return comma(s, err);
    case ':': return colon(s, err);
    case '"': return begin_string(s, err);
    default: return begin_scalar(s, c, err);
    }
}

static bool slash_byte(struct json_stream *s, char c, struct err *err)
{
    s->lexing = LEXING_COMMENT;
    return c == '/' || fail(s, "a comment begins with two slashes", err);
}

static bool take_byte(struct json_stream *s, char c, struct err *err)
{
    if (is_scalar(s)) {
        if (goes_on(s, c))
            return put_char(s, c, err);
        if (!end_scalar(s, err)) /* ended by a byte that is still to be looked at */
            return false;
    }
    switch ((enum lexing)s->lexing) {
    case LEXING_STRING: return string_byte(s, c, err);
    case LEXING_ESCAPE: return escape_byte(s, c, err);
    case LEXING_UNICODE: return unicode_byte(s, c, err);
    case LEXING_SLASH: return slash_byte(s, c, err);
    case LEXING_COMMENT:
        if (c == '\n')
            s->lexing = LEXING_NOTHING;
        return true;
    default: return between_byte(s, c, err);
    }
}

bool json_stream_take(struct json_stream *stream, struct str bytes, struct err *err)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (!take_byte(stream, bytes.data[i], err))
            return false;
        stream->line += bytes.data[i] == '\n';
    }
    return true;
}

bool json_stream_end(struct json_stream *stream, struct err *err)
{
    if (is_scalar(stream) && !end_scalar(stream, err))
        return false;
    if (stream->lexing == LEXING_NOTHING || stream->lexing == LEXING_COMMENT)
        if (stream->expects == EXPECTS_NOTHING)
            return true;
    return fail(stream, "the text ends in the middle", err);
}
