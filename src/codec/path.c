/* Decoding (RFC 3986 section 2.1), then removing dot segments (section 5.2.4) from what was decoded. */
#include "codec/path.h"

/* Decodes %XX at `at`; -1 when it is bad or cut. */
static int decode_triplet(struct str encoded, size_t at)
{
    uint64_t value;
    struct str digits = str_part(encoded, at + 1, 2);
    if (digits.size != 2 || !str_hex_to_u64(digits, 0xff, &value))
        return -1;
    return (int)value;
}

bool path_decode(struct str encoded, struct arena *arena, struct str *ret)
{
    char *out = arena_alloc(arena, encoded.size + 1);
    size_t size = 0;
    if (!out)
        return false;
    for (size_t i = 0; i < encoded.size; i++) {
        char c = encoded.data[i];
        if (c == '%') {
            int value = decode_triplet(encoded, i);
            if (value <= 0)
                return false;
            c = (char)value;
            i += 2;
        }
        out[size++] = c;
    }
    out[size] = '\0';
    *ret = str_make(out, size);
    return true;
}

static bool has_encoded_slash(struct str encoded)
{
    for (size_t i = 0; i < encoded.size; i++)
        if (encoded.data[i] == '%' && decode_triplet(encoded, i) == '/')
            return true;
    return false;
}

static bool has_control(struct str path)
{
    for (size_t i = 0; i < path.size; i++)
        if ((unsigned char)path.data[i] < 0x20 || path.data[i] == 0x7f)
            return true;
    return false;
}

bool path_normalise(struct str encoded, struct arena *arena, struct str *ret)
{
    struct str decoded;
    if (encoded.size == 0 || encoded.data[0] != '/' || has_encoded_slash(encoded) ||
        !path_decode(encoded, arena, &decoded) || has_control(decoded))
        return false;
    char *out = arena_alloc(arena, decoded.size + 1);
    if (!out)
        return false;
    size_t size = 0; /* `out` holds "/segment" times n; a final slash is added below */
    bool final_slash = true;
    struct str rest = str_after(decoded, 1);
    while (rest.data) {
        struct str segment = str_cut(&rest, '/');
        final_slash = true;
        if (segment.size == 0 || str_eq(segment, STR(".")))
            continue;
        if (str_eq(segment, STR(".."))) {
            if (size == 0)
                return false;
            size = str_find_last(str_make(out, size), '/');
            continue;
        }
        out[size] = '/';
        memcpy(out + size + 1, segment.data, segment.size);
        size += 1 + segment.size;
        final_slash = false;
    }
    if (final_slash)
        out[size++] = '/';
    out[size] = '\0';
    *ret = str_make(out, size);
    return true;
}
