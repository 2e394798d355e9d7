/* Rewriting the site's own plain URLs. */
#include "http/location.h"

#include "http/message.h"

#define HTTP_PORT  80
#define HTTPS_PORT 443

/* Cuts "http://authority" off; the rest begins with "/", "?" or "#", or is empty (RFC 3986 section 3.2). */
static bool split(struct str location, struct str *ret_authority, struct str *ret_rest)
{
    const struct str scheme = STR("http://");
    if (!str_eq_nocase(str_part(location, 0, scheme.size), scheme))
        return false;
    struct str rest = str_after(location, scheme.size);
    size_t size = 0;
    while (size < rest.size && rest.data[size] != '/' && rest.data[size] != '?' && rest.data[size] != '#')
        size++;
    *ret_authority = str_part(rest, 0, size);
    *ret_rest = str_after(rest, size);
    return true;
}

bool location_to_https(struct str location, bool (*is_own_name)(void *context, struct str host), void *context,
                       uint16_t https_port, struct arena *arena, struct str *ret)
{
    struct str authority, rest, host;
    uint16_t port;
    if (!split(location, &authority, &rest) || !http_authority_split(authority, &host, &port))
        return false;
    if ((port && port != HTTP_PORT && port != HTTPS_PORT && port != https_port) || !is_own_name(context, host))
        return false;
    struct str text = https_port == HTTPS_PORT ? arena_printf(arena, "https://%.*s%.*s", STR_ARG(host), STR_ARG(rest))
                                               : arena_printf(arena, "https://%.*s:%u%.*s", STR_ARG(host),
                                                              (unsigned)https_port, STR_ARG(rest));
    if (!text.data)
        return false;
    *ret = text;
    return true;
}
