/*
 * The chunk decoder: a state per place between two bytes of a chunk's frame, and the data moved in one piece. It
 * follows the grammar and nothing beside it: sizes with signs or "0x", bare LF, white space that is not before an
 * extension and characters behind the data are how chunked bodies are smuggled.
 */
#include "http/chunk.h"

#include "http/syntax.h"

/* More hexadecimal digits do not fit 64 bits, leading zeros or not. */
#define SIZE_DIGITS_MAX 16

enum state {
    STATE_SIZE_FIRST, /* a digit must come */
    STATE_SIZE,       /* digits, then CR, ";" or white space before ";" */
    STATE_SPACE,      /* white space before ";" (BWS, RFC 9110 section 5.6.3) */
    STATE_EXTENSION,  /* up to CR */
    STATE_SIZE_LF,
    STATE_DATA,
    STATE_DATA_CR,
    STATE_DATA_LF,
    STATE_LAST,
    STATE_BAD,
};

void chunk_init(struct chunk_decoder *d)
{
    *d = (struct chunk_decoder){.state = STATE_SIZE_FIRST};
}

static int hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum state after_digit_or_space(char c, enum state state)
{
    switch (c) {
    case '\r': return state == STATE_SPACE ? STATE_BAD : STATE_SIZE_LF;
    case ';': return STATE_EXTENSION;
    case ' ':
    case '\t': return STATE_SPACE;
    default: return STATE_BAD;
    }
}

static enum state step_size(struct chunk_decoder *d, char c)
{
    int digit = hex_value(c);
    if (digit < 0)
        return d->state == STATE_SIZE ? after_digit_or_space(c, STATE_SIZE) : STATE_BAD;
    if (d->line_size > SIZE_DIGITS_MAX)
        return STATE_BAD;
    d->left = d->left << 4 | (uint64_t)digit;
    return STATE_SIZE;
}

static enum state step_extension(char c)
{
    if (c == '\r')
        return STATE_SIZE_LF;
    return syntax_is(c, SYNTAX_VALUE) ? STATE_EXTENSION : STATE_BAD;
}

static enum state step_size_lf(struct chunk_decoder *d, char c)
{
    d->line_size = 0;
    if (c != '\n')
        return STATE_BAD;
    return d->left ? STATE_DATA : STATE_LAST;
}

/* One byte of the frame around the data. */
static enum state step(struct chunk_decoder *d, char c)
{
    if (d->state <= STATE_EXTENSION && ++d->line_size > CHUNK_LINE_SIZE_MAX)
        return STATE_BAD;
    switch ((enum state)d->state) {
    case STATE_SIZE_FIRST:
    case STATE_SIZE: return step_size(d, c);
    case STATE_SPACE: return after_digit_or_space(c, STATE_SPACE);
    case STATE_EXTENSION: return step_extension(c);
    case STATE_SIZE_LF: return step_size_lf(d, c);
    case STATE_DATA_CR: return c == '\r' ? STATE_DATA_LF : STATE_BAD;
    case STATE_DATA_LF: return c == '\n' ? STATE_SIZE_FIRST : STATE_BAD;
    case STATE_DATA:
    case STATE_LAST:
    case STATE_BAD: break;
    }
    return STATE_BAD;
}

/* Moves what there is of the chunk's data to the end of the content; returns its size. */
static size_t take_data(struct chunk_decoder *d, char *data, size_t content, size_t at, size_t size)
{
    size_t part = d->left < size - at ? (size_t)d->left : size - at;
    if (content != at)
        memmove(data + content, data + at, part);
    d->left -= part;
    if (d->left == 0)
        d->state = STATE_DATA_CR;
    return part;
}

enum chunk_result chunk_decode(struct chunk_decoder *d, char *data, size_t size, size_t *ret_content, size_t *ret_taken)
{
    size_t at = 0, content = 0;
    while (at < size && d->state < STATE_LAST) {
        if (d->state == STATE_DATA) {
            size_t part = take_data(d, data, content, at, size);
            content += part;
            at += part;
        } else {
            d->state = (uint8_t)step(d, data[at]);
            at += d->state != STATE_BAD;
        }
    }
    *ret_content = content;
    *ret_taken = at;
    if (d->state == STATE_BAD)
        return CHUNK_BAD;
    return d->state == STATE_LAST ? CHUNK_LAST : CHUNK_MORE;
}
