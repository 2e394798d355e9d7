/* Text to socket addresses; no socket is opened here. */
#include "probe/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/un.h>

bool endpoint_speaks_tls(const struct probe_endpoint *endpoint)
{
    return endpoint->protocol != PROBE_HTTP;
}

bool endpoint_speaks_plain(const struct probe_endpoint *endpoint)
{
    return endpoint->protocol != PROBE_HTTPS;
}

bool endpoint_parse_ip(struct str ip, uint16_t port, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (ip.size == 0 || ip.size >= sizeof text || memchr(ip.data, 0, ip.size))
        return false;
    memcpy(text, ip.data, ip.size);
    text[ip.size] = 0;
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        *ret = (struct sockaddr_storage){0};
        memcpy(ret, &v4, sizeof v4);
        *ret_size = sizeof v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return false;
    *ret = (struct sockaddr_storage){0};
    memcpy(ret, &v6, sizeof v6);
    *ret_size = sizeof v6;
    return true;
}

/* The same address and port; the kernel's padding is zero in both. */
static bool same_address(struct str a, struct str b)
{
    struct sockaddr_storage one, other;
    socklen_t one_size, other_size;
    return endpoint_parse_ip(a, 1, &one, &one_size) && endpoint_parse_ip(b, 1, &other, &other_size) &&
           one_size == other_size && memcmp(&one, &other, one_size) == 0;
}

static bool is_any(struct str address, const char *any)
{
    return same_address(address, str_from(any));
}

/* Listens on every address of its family. */
static bool is_wildcard(const struct probe_endpoint *endpoint)
{
    return is_any(endpoint->address, "0.0.0.0") || is_any(endpoint->address, "::");
}

bool endpoint_takes(const struct probe_endpoint *endpoint, struct str address, uint16_t port)
{
    struct sockaddr_storage of_address, of_endpoint;
    socklen_t size;
    if (endpoint->port != port || !endpoint_parse_ip(address, port, &of_address, &size) ||
        !endpoint_parse_ip(endpoint->address, port, &of_endpoint, &size))
        return false;
    if (is_wildcard(endpoint))
        return of_address.ss_family == of_endpoint.ss_family;
    return same_address(endpoint->address, address);
}

static bool unix_sockaddr(struct str path, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.size == 0 || path.size >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path.data, path.size);
    *ret = (struct sockaddr_storage){0};
    memcpy(ret, &address, sizeof address);
    *ret_size = sizeof address;
    return true;
}

bool endpoint_sockaddr(const struct probe_endpoint *endpoint, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    if (endpoint->address.size == 0)
        return unix_sockaddr(endpoint->unix_path, ret, ret_size);
    struct str address = endpoint->address;
    if (is_any(address, "0.0.0.0"))
        address = STR("127.0.0.1");
    else if (is_any(address, "::"))
        address = STR("::1");
    return endpoint_parse_ip(address, endpoint->port, ret, ret_size);
}

const char *endpoint_text(const struct probe_endpoint *endpoint, char room[static ENDPOINT_TEXT_SIZE])
{
    struct str address = endpoint->address;
    bool is_ip6 = str_find(address, ':') < address.size;
    if (address.size == 0)
        (void)snprintf(room, ENDPOINT_TEXT_SIZE, "%.*s (unix:%.*s)", STR_ARG(endpoint->listener),
                       STR_ARG(endpoint->unix_path));
    else
        (void)snprintf(room, ENDPOINT_TEXT_SIZE, "%.*s (%s%.*s%s:%u)", STR_ARG(endpoint->listener), is_ip6 ? "[" : "",
                       STR_ARG(address), is_ip6 ? "]" : "", endpoint->port);
    return room;
}
