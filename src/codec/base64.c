/* Three bytes are four characters. */
#include "codec/base64.h"

static const char alphabets[2][65] = {
    [BASE64_STANDARD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

bool base64_encode(enum base64_alphabet alphabet, struct str bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t count = bytes.size - i < 3 ? bytes.size - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < count ? (uint8_t)bytes.data[i + k] : 0);
        char text[4];
        for (size_t k = 0; k < 4; k++)
            text[k] = k <= count ? alphabets[alphabet][group >> (18 - 6 * k) & 63] : '=';
        if (!buf_put(out, text, alphabet == BASE64_STANDARD ? 4 : count + 1))
            return false;
    }
    return buf_ok(out);
}

/* The six bits of a character, or -1. */
static int sextet(enum base64_alphabet alphabet, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (str_is_digit(c))
        return c - '0' + 52;
    if (c == alphabets[alphabet][62])
        return 62;
    return c == alphabets[alphabet][63] ? 63 : -1;
}

/* Decodes 2 to 4 characters without padding. */
static bool decode_group(enum base64_alphabet alphabet, struct str text, struct buf *out)
{
    uint32_t group = 0;
    if (text.size < 2)
        return false;
    for (size_t k = 0; k < 4; k++) {
        int bits = k < text.size ? sextet(alphabet, text.data[k]) : 0;
        if (bits < 0)
            return false;
        group = group << 6 | (uint32_t)bits;
    }
    size_t count = text.size - 1;
    if (group & (0xffffffu >> (8 * count) & 0xffffffu)) /* bits that belong to no byte */
        return false;
    uint8_t bytes[3] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};
    return buf_put(out, bytes, count);
}

bool base64_decode(enum base64_alphabet alphabet, struct str text, struct buf *out)
{
    if (alphabet == BASE64_STANDARD) {
        if (text.size % 4 != 0)
            return false;
        for (int i = 0; i < 2 && text.size > 0 && text.data[text.size - 1] == '='; i++)
            text.size--;
    }
    for (size_t i = 0; i < text.size; i += 4)
        if (!decode_group(alphabet, str_part(text, i, 4), out))
            return false;
    return buf_ok(out);
}
