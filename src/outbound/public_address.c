/* Prefixes, longest not needed: the first that fits decides. */
#include "outbound/public_address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const struct {
    uint32_t network;
    unsigned bits;
} reserved_v4[] = {
    {0x00000000, 8},                                      /* this network */
    {0x0a000000, 8},                                      /* private, as 172.16/12 and 192.168/16 */
    {0x64400000, 10},                                     /* shared with a provider */
    {0x7f000000, 8},                                      /* this machine */
    {0xa9fe0000, 16},                                     /* link-local; clouds tell secrets at 169.254.169.254 */
    {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, /* documentation, as the two below */
    {0xc0a80000, 16}, {0xc6120000, 15},                   /* benchmarks */
    {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3},  /* multicast, and beyond */
};

static bool is_public_v4(uint32_t address)
{
    for (size_t i = 0; i < sizeof reserved_v4 / sizeof *reserved_v4; i++)
        if ((address ^ reserved_v4[i].network) >> (32 - reserved_v4[i].bits) == 0)
            return false;
    return true;
}

static uint32_t v4_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only 2000::/3 is given out (RFC 4291); 6to4 and translated addresses are as good as the IPv4 address inside. */
static bool is_public_v6(const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const uint8_t translated[12] = {0, 0x64, 0xff, 0x9b};
    static const uint8_t documentation[4] = {0x20, 0x01, 0x0d, 0xb8};
    if (memcmp(bytes, mapped, sizeof mapped) == 0 || memcmp(bytes, translated, sizeof translated) == 0)
        return is_public_v4(v4_at(bytes + 12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return is_public_v4(v4_at(bytes + 2));
    return bytes[0] >> 5 == 1 && memcmp(bytes, documentation, sizeof documentation) != 0;
}

bool public_address(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    switch (address->sa_family) {
    case AF_INET: memcpy(&v4, address, sizeof v4); return is_public_v4(ntohl(v4.sin_addr.s_addr));
    case AF_INET6: memcpy(&v6, address, sizeof v6); return is_public_v6(v6.sin6_addr.s6_addr);
    default: return false;
    }
}
