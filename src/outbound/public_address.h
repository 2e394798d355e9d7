/*
 * Whether an address is one of the public Internet: what an address that a stranger wrote may lead to. All else (this
 * machine, its network, what is set aside in the registries of RFC 6890) is nobody's business to be sent to.
 */
#ifndef OUTBOUND_PUBLIC_ADDRESS_H
#define OUTBOUND_PUBLIC_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for any family but IPv4 and IPv6. */
bool public_address(const struct sockaddr *address);

#endif
