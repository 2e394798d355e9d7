/* Addresses from text and back, by the C library's own conversions on bounded copies. */
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

struct str address_write(const struct address *a, char text[ADDRESS_TEXT_SIZE])
{
    if (a->family == ADDRESS_NONE ||
        !inet_ntop(a->family == ADDRESS_IP4 ? AF_INET : AF_INET6, a->bytes, text, ADDRESS_TEXT_SIZE))
        text[0] = '\0';
    return str_from(text);
}

bool address_eq(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, a->family == ADDRESS_IP4 ? 4 : 16) == 0;
}
