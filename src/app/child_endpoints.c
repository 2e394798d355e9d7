/* From sockets and interfaces to texts. */
#include "app/child_endpoints.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

static enum probe_protocol protocol_of(enum gateway_protocol protocol)
{
    switch (protocol) {
    case GATEWAY_HTTP: return PROBE_HTTP;
    case GATEWAY_HTTPS: return PROBE_HTTPS;
    case GATEWAY_BOTH: break;
    }
    return PROBE_BOTH;
}

/* Whether a connection of our own may speak the PROXY protocol there. */
static bool takes_us(const struct boot_listener *listener, const struct boot_endpoint *endpoint)
{
    union os_address us = {0};
    if (!listener->proxy_protocol || listener->trusted_count == 0 || endpoint->kind == BOOT_ENDPOINT_UNIX)
        return true;
    us.any.sa_family = endpoint->address.any.sa_family;
    if (us.any.sa_family == AF_INET6)
        us.v6.sin6_addr = in6addr_loopback;
    else
        us.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return os_network_has(listener->trusted, listener->trusted_count, &us);
}

size_t child_endpoint(const struct boot_listener *listener, const struct boot_endpoint *endpoint,
                      struct child_endpoints *room, size_t at)
{
    struct probe_endpoint *out = &room->endpoints[at];
    if (endpoint->kind == BOOT_ENDPOINT_FD || !takes_us(listener, endpoint))
        return 0;
    *out = (struct probe_endpoint){.listener = str_from(listener->name),
                                   .protocol = protocol_of(listener->protocol),
                                   .proxy_protocol = listener->proxy_protocol};
    if (endpoint->kind == BOOT_ENDPOINT_UNIX) {
        out->unix_path = str_from(endpoint->path);
        return 1;
    }
    out->address = os_address_text(&endpoint->address, room->texts[at]);
    out->port = os_address_port(&endpoint->address);
    return 1;
}

size_t child_trusted(const struct boot *boot, struct child_endpoints *room)
{
    size_t count = 0;
    for (size_t i = 0; i < boot->listeners_count; i++)
        for (size_t k = 0; k < boot->listeners[i].trusted_count && k < BOOT_TRUSTED_COUNT_MAX; k++)
            room->trusted[count++] = boot->listeners[i].trusted[k];
    return count;
}

static bool is_reachable(const struct ifaddrs *one)
{
    if (!one->ifa_addr || one->ifa_flags & IFF_LOOPBACK || !(one->ifa_flags & IFF_UP))
        return false;
    if (one->ifa_addr->sa_family == AF_INET)
        return true;
    const union os_address *address = (const void *)one->ifa_addr;
    return one->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&address->v6.sin6_addr);
}

size_t child_addresses(struct child_endpoints *room)
{
    struct ifaddrs *list = NULL;
    size_t count = 0;
    if (getifaddrs(&list) != 0)
        return 0;
    for (const struct ifaddrs *one = list; one && count < PROBE_ADDRESSES_COUNT_MAX; one = one->ifa_next) {
        union os_address address = {0};
        if (!is_reachable(one))
            continue;
        size_t size = one->ifa_addr->sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6;
        memcpy(&address, one->ifa_addr, size);
        room->addresses[count] = os_address_text(&address, room->address_texts[count]);
        count++;
    }
    freeifaddrs(list);
    return count;
}
