/*
 * The boot file's listeners in the form in which control looks at them from outside, and this machine's addresses.
 * Sockets that were passed in have no address that the boot file knows; they are not looked at. With it the proxies
 * that are trusted at any of them.
 */
#ifndef APP_CHILD_ENDPOINTS_H
#define APP_CHILD_ENDPOINTS_H

#include "app/boot.h"
#include "probe/target.h"

#define CHILD_ENDPOINTS_COUNT_MAX (BOOT_LISTENERS_COUNT_MAX * BOOT_ENDPOINTS_COUNT_MAX)

/* The texts that the views point to live in here. */
struct child_endpoints {
    struct probe_endpoint endpoints[CHILD_ENDPOINTS_COUNT_MAX];
    char texts[CHILD_ENDPOINTS_COUNT_MAX][OS_ADDRESS_TEXT_SIZE];
    struct str addresses[PROBE_ADDRESSES_COUNT_MAX];
    struct os_network trusted[BOOT_LISTENERS_COUNT_MAX * BOOT_TRUSTED_COUNT_MAX];
    char address_texts[PROBE_ADDRESSES_COUNT_MAX][OS_ADDRESS_TEXT_SIZE];
};

/*
 * One socket into place `at`: 1, or 0 when it cannot be asked from this machine (passed in, or behind a PROXY protocol
 * that loopback is not trusted with).
 */
size_t child_endpoint(const struct boot_listener *listener, const struct boot_endpoint *endpoint,
                      struct child_endpoints *room, size_t at);
/* The trusted proxies of all listeners as one list. How many there are. */
size_t child_trusted(const struct boot *boot, struct child_endpoints *room);
/* Addresses by which others can reach this machine: not loopback, not link-local. How many there are. */
size_t child_addresses(struct child_endpoints *room);

#endif
