/* Lines, labels, and Base64 gathered over lines. */
#include "codec/pem.h"

#include "codec/base64.h"

/* RFC 7468 section 2: what a generator writes. */
#define PEM_LINE_SIZE 64

/* The next line without its end and without blanks at its end. */
static struct str next_line(struct pem_cursor *cursor)
{
    struct str line = str_cut(&cursor->rest, '\n');
    cursor->line++;
    while (line.size > 0 &&
           (line.data[line.size - 1] == '\r' || line.data[line.size - 1] == ' ' || line.data[line.size - 1] == '\t'))
        line.size--;
    return line;
}

/* "-----BEGIN X-----" gives X. */
static bool boundary_label(struct str line, struct str start, struct str *ret)
{
    struct str dashes = STR("-----");
    if (!str_starts(line, start) || !str_ends(line, dashes) || line.size <= start.size + dashes.size)
        return false;
    *ret = str_part(line, start.size, line.size - start.size - dashes.size);
    return true;
}

static enum pem_result bad(struct err *err, unsigned line, const char *what)
{
    (void)err_set(err, ERR_INPUT, "the PEM text is damaged in line %u: %s", line, what);
    return PEM_BAD;
}

static enum pem_result bad_header(struct err *err, unsigned line)
{
    (void)err_set(err, ERR_INPUT, "the PEM block in line %u is protected by a passphrase or has other headers", line);
    (void)err_fix(err, "remove the passphrase first: openssl pkey -in KEY -out NEW");
    return PEM_BAD;
}

/* The lines up to the END line; `base64` gathers them. */
static enum pem_result read_body(struct pem_cursor *cursor, struct str label, struct buf *base64, struct err *err)
{
    while (cursor->rest.data) {
        struct str line = next_line(cursor), end_label;
        if (boundary_label(line, STR("-----END "), &end_label)) {
            if (!str_eq(label, end_label))
                return bad(err, cursor->line, "the END line has another label than the BEGIN line");
            return PEM_BLOCK;
        }
        if (str_find(line, ':') < line.size)
            return bad_header(err, cursor->line);
        if (line.size == 0 || line.data[0] == '-')
            return bad(err, cursor->line, "Base64 expected");
        if (!buf_put_str(base64, line)) {
            (void)err_memory(err);
            return PEM_BAD;
        }
    }
    return bad(err, cursor->line, "the END line is missing");
}

enum pem_result pem_next(struct pem_cursor *cursor, struct pem_block *ret, struct buf *bytes, struct err *err)
{
    struct pem_block block = {0};
    do {
        if (!cursor->rest.data)
            return PEM_END;
        block.text = cursor->rest;
    } while (!boundary_label(next_line(cursor), STR("-----BEGIN "), &block.label));
    block.line = cursor->line;
    struct buf base64;
    buf_init(&base64, cursor->rest.size);
    enum pem_result result = read_body(cursor, block.label, &base64, err);
    if (result == PEM_BLOCK && base64.size == 0)
        result = bad(err, cursor->line, "the block is empty");
    if (result == PEM_BLOCK && bytes) {
        buf_clear(bytes);
        if (!base64_decode(BASE64_STANDARD, buf_str(&base64), bytes))
            result = bad(err, block.line, "the block that starts here is not Base64, or is too large");
    }
    buf_fini(&base64);
    if (result != PEM_BLOCK)
        return result;
    if (cursor->rest.data)
        block.text.size -= cursor->rest.size;
    *ret = block;
    return PEM_BLOCK;
}

bool pem_write(struct str label, struct str bytes, struct buf *out)
{
    struct buf base64;
    buf_init(&base64, bytes.size / 3 * 4 + 4);
    bool ok =
        base64_encode(BASE64_STANDARD, bytes, &base64) && buf_printf(out, "-----BEGIN %.*s-----\n", STR_ARG(label));
    for (size_t at = 0; ok && at < base64.size; at += PEM_LINE_SIZE)
        ok = buf_put_str(out, str_part(buf_str(&base64), at, PEM_LINE_SIZE)) && buf_put_char(out, '\n');
    buf_fini(&base64);
    return ok && buf_printf(out, "-----END %.*s-----\n", STR_ARG(label));
}
