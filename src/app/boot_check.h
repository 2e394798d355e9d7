/*
 * From single values to a whole: the listeners that [Server] means, the defaults that depend on other keys, and what
 * must hold between keys.
 */
#ifndef APP_BOOT_CHECK_H
#define APP_BOOT_CHECK_H

#include "app/boot_keys.h"

/* Adds what follows from other keys: listeners of [Server], public ports, the access log, the static root. */
NODISCARD bool boot_complete(struct boot_reader *r, struct err *err);
/* What no single key can show: no listener at all, an address twice, PROXY without trusted peers, paths too long. */
NODISCARD bool boot_check(const struct boot_reader *r, struct err *err);
/* Whether both cannot be listened on at the same time. */
bool boot_endpoints_collide(const struct boot_endpoint *a, const struct boot_endpoint *b);

#endif
