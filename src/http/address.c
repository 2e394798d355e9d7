/* Addresses from text and back, by the C library's own conversions on bounded copies but for the most frequent one. */
#include "http/address.h"

#include <arpa/inet.h>

static bool parse(int family, struct str text, void *ret)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, '\0', text.size))
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return inet_pton(family, copy, ret) == 1;
}

bool address_parse_ip4(struct str text, struct address *ret)
{
    struct address a = {.family = ADDRESS_IP4};
    if (!parse(AF_INET, text, a.bytes))
        return false;
    *ret = a;
    return true;
}

bool address_parse_ip6(struct str text, struct address *ret)
{
    struct address a = {.family = ADDRESS_IP6};
    if (!parse(AF_INET6, text, a.bytes))
        return false;
    *ret = a;
    return true;
}

bool address_parse(struct str text, struct address *ret)
{
    return address_parse_ip4(text, ret) || address_parse_ip6(text, ret);
}

/* By hand: the C library prints it with sprintf, and every request that is passed on has two. */
static struct str ip4_write(const uint8_t bytes[static 4], char text[static ADDRESS_TEXT_SIZE])
{
    char *at = text;
    for (size_t i = 0; i < 4; i++) {
        unsigned byte = bytes[i];
        if (byte >= 100)
            *at++ = (char)('0' + byte / 100);
        if (byte >= 10)
            *at++ = (char)('0' + byte / 10 % 10);
        *at++ = (char)('0' + byte % 10);
        *at++ = i < 3 ? '.' : '\0';
    }
    return str_make(text, (size_t)(at - 1 - text));
}

struct str address_write(const struct address *a, char text[ADDRESS_TEXT_SIZE])
{
    if (a->family == ADDRESS_IP4)
        return ip4_write(a->bytes, text);
    if (a->family == ADDRESS_NONE || !inet_ntop(AF_INET6, a->bytes, text, ADDRESS_TEXT_SIZE))
        text[0] = '\0';
    return str_from(text);
}

bool address_eq(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, a->family == ADDRESS_IP4 ? 4 : 16) == 0;
}
