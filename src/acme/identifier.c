/* Names are compared in lower case, addresses as their bytes written anew. */
#include "acme/identifier.h"

#include <arpa/inet.h>

#include "codec/url.h"

/* 4 or 16 bytes, or 0. */
static size_t address_bytes(struct str text, unsigned char bytes[static 16])
{
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, 0, text.size))
        return 0;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

/* RFC 8738 section 3: IPv6 as in RFC 5952, which inet_ntop writes. */
static bool address_make(const unsigned char *bytes, size_t size, struct arena *arena, struct identifier *ret)
{
    char canonical[INET6_ADDRSTRLEN];
    ret->is_address = true;
    return inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, canonical, sizeof canonical) &&
           arena_str(arena, str_from(canonical), &ret->value);
}

static bool is_name(struct str text)
{
    struct str base = str_starts(text, STR("*.")) ? str_after(text, 2) : text;
    return url_host_is_valid(base) && base.data[base.size - 1] != '.';
}

static bool name_make(struct str text, struct arena *arena, struct identifier *ret)
{
    ret->is_wildcard = str_starts(text, STR("*."));
    return arena_str_lower(arena, text, &ret->value);
}

bool identifier_make(struct str name, struct arena *arena, struct identifier *ret, struct err *err)
{
    struct identifier identifier = {0};
    unsigned char bytes[16];
    size_t size = address_bytes(name, bytes);
    if (size == 0 && !is_name(name)) {
        (void)err_field(err, "names", "\"%.*s\" is neither a host name nor an IP address.",
                        STR_ARG(str_part(name, 0, IDENTIFIER_SIZE_MAX)));
        return err_fix(err, "Write a name in another script in its xn-- form, and an IPv6 address without brackets.");
    }
    if (!(size ? address_make(bytes, size, arena, &identifier) : name_make(name, arena, &identifier)))
        return err_memory(err);
    *ret = identifier;
    return true;
}

static bool value_make(struct json_read *item, struct arena *arena, struct identifier *ret)
{
    static const char *const kinds[] = {"dns", "ip"};
    struct str text;
    size_t kind;
    if (!json_read_choice(item, "type", JSON_REQUIRED, kinds, 2, &kind) ||
        !json_read_string(item, "value", JSON_REQUIRED, IDENTIFIER_SIZE_MAX, &text))
        return false;
    unsigned char bytes[16];
    size_t size = address_bytes(text, bytes);
    if (kind == 0 ? size > 0 || !is_name(text) : size == 0)
        return json_read_fail(item, "value", "is no name that could have been asked for");
    bool ok = kind == 0 ? name_make(text, arena, ret) : address_make(bytes, size, arena, ret);
    return ok || json_read_fail(item, "value", "does not fit into memory");
}

bool identifier_read(struct json_read *read, const char *name, int index, const json_t *value, struct arena *arena,
                     struct identifier *ret)
{
    struct json_read item;
    struct identifier identifier = {0};
    json_read_child(&item, read, name, index, value);
    if (!value_make(&item, arena, &identifier)) {
        read->failed = true;
        return false;
    }
    *ret = identifier;
    return true;
}

bool identifier_write(const struct identifier *identifier, struct buf *out)
{
    return buf_printf(out, "{\"type\":\"%s\",\"value\":", identifier->is_address ? "ip" : "dns") &&
           json_write_string(identifier->value, out) && buf_put_char(out, '}');
}

bool identifier_eq(const struct identifier *a, const struct identifier *b)
{
    return a->is_address == b->is_address && str_eq(a->value, b->value);
}

struct str identifier_base(const struct identifier *identifier)
{
    return identifier->is_wildcard ? str_after(identifier->value, 2) : identifier->value;
}

/* "1.2.0.192.in-addr.arpa", or 32 nibbles and "ip6.arpa". */
static struct str reverse_name(const unsigned char *bytes, size_t size, struct arena *arena)
{
    if (size == 4)
        return arena_printf(arena, "%d.%d.%d.%d.in-addr.arpa", bytes[3], bytes[2], bytes[1], bytes[0]);
    char nibbles[64];
    for (size_t i = 0; i < 32; i++) {
        unsigned char byte = bytes[15 - i / 2];
        nibbles[2 * i] = "0123456789abcdef"[i % 2 ? byte >> 4 : byte & 15];
        nibbles[2 * i + 1] = '.';
    }
    return arena_printf(arena, "%.64sip6.arpa", nibbles);
}

bool identifier_sni(const struct identifier *identifier, struct arena *arena, struct str *ret)
{
    unsigned char bytes[16] = {0};
    if (!identifier->is_address)
        return arena_str(arena, identifier_base(identifier), ret);
    size_t size = address_bytes(identifier->value, bytes);
    struct str name = reverse_name(bytes, size, arena);
    if (!name.data)
        return false;
    *ret = name;
    return true;
}
