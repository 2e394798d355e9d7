/* Nibbles. */
#include "codec/hex.h"

bool hex_encode(struct str bytes, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = (uint8_t)bytes.data[i];
        char text[2] = {digits[byte >> 4], digits[byte & 15]};
        if (!buf_put(out, text, sizeof text))
            return false;
    }
    return buf_ok(out);
}

bool hex_decode(struct str text, struct buf *out)
{
    if (text.size % 2 != 0)
        return false;
    for (size_t i = 0; i < text.size; i += 2) {
        uint64_t byte;
        if (!str_hex_to_u64(str_part(text, i, 2), 0xff, &byte) || !buf_put_char(out, (char)(uint8_t)byte))
            return false;
    }
    return buf_ok(out);
}
