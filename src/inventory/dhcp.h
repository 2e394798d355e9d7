/*
 * What DHCP servers know of names: leases of dnsmasq, leases and configuration of ISC dhcpd (4 and 6), leases of Kea
 * (memfile CSV). Which one it is the first line says. Clients name themselves without a domain: a name without a dot is
 * below the domain. What they call themselves need be no host name ("Anna's phone") and is passed over then. For
 * inventory/ only.
 */
#ifndef INVENTORY_DHCP_H
#define INVENTORY_DHCP_H

#include "inventory/lines.h"
#include "inventory/words.h"

enum dhcp_kind { DHCP_UNKNOWN, DHCP_DNSMASQ, DHCP_ISC, DHCP_KEA };

/* By a line that is neither empty nor a comment. */
enum dhcp_kind dhcp_kind_of(struct str line);

struct dhcp {
    struct sink *sink;
    enum dhcp_kind kind;
    struct lines lines;
    struct words words;              /* of ISC dhcpd */
    char address[SINK_ADDRESS_SIZE]; /* of the lease under way */
    size_t address_size;
    bool had_block;                 /* ISC dhcpd: there was a "{" */
    size_t address_at, hostname_at; /* columns of Kea */
};

void dhcp_init(struct dhcp *dhcp, struct sink *sink);
void dhcp_fini(struct dhcp *dhcp);
NODISCARD bool dhcp_take(struct dhcp *dhcp, struct str bytes, struct err *err);
NODISCARD bool dhcp_end(struct dhcp *dhcp, struct err *err);

#endif
