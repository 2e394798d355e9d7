/* PEM framing and base64 (RFC 4648 section 4), strict. */
#include "store/pem.h"

static const struct str dashes = STR_INIT("-----");

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (str_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes base64 with line ends in it; padding only at the end. */
static bool decode(struct str text, unsigned char *out, size_t *ret_size)
{
    uint32_t bits = 0;
    unsigned count = 0, padding = 0;
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\n')
            continue;
        int value = c == '=' ? 0 : base64_value(c);
        padding += c == '=';
        if (value < 0 || (padding && c != '='))
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (++count % 4)
            continue;
        if (padding > 2)
            return false;
        out[size++] = (unsigned char)(bits >> 16);
        if (padding < 2)
            out[size++] = (unsigned char)(bits >> 8);
        if (padding < 1)
            out[size++] = (unsigned char)bits;
    }
    *ret_size = size;
    return count % 4 == 0;
}

/* "-----BEGIN LABEL-----" as a whole line. */
static bool cut_line(struct str *rest, struct str begin, struct str *ret_label)
{
    if (!str_starts(*rest, begin))
        return false;
    size_t end = str_find(*rest, '\n');
    if (end == rest->size)
        return false;
    struct str line = str_part(*rest, begin.size, end - begin.size);
    if (!str_ends(line, dashes))
        return false;
    *ret_label = str_part(line, 0, line.size - dashes.size);
    *rest = str_after(*rest, end + 1);
    return true;
}

bool pem_next_strict(struct arena *arena, struct str *rest, struct pem_block *ret)
{
    struct str at = *rest, label, end_label;
    if (!cut_line(&at, STR("-----BEGIN "), &label))
        return false;
    struct str body = str_part(at, 0, str_find(at, '-'));
    at = str_after(at, body.size);
    if (!cut_line(&at, STR("-----END "), &end_label) || !str_eq(label, end_label))
        return false;
    unsigned char *der = arena_alloc(arena, body.size / 4 * 3 + 3);
    size_t der_size;
    if (!der || !decode(body, der, &der_size))
        return false;
    *ret = (struct pem_block){.label = label, .der = str_make(der, der_size)};
    *rest = at;
    return true;
}
