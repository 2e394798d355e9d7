/* What the chain of certificates that a site serves says about its renewal and its making. */
#ifndef PROBE_SITE_CHAIN_H
#define PROBE_SITE_CHAIN_H

#include "base/arena.h"
#include "hsts/site_seen.h"

/*
 * Of a chain (DER, leaf first) that a client verified; `is_public` when by the system's roots alone, which browsers ask
 * for shorter lives. Leaves *ret zero where it cannot be read. False: the room is too small.
 */
NODISCARD bool site_chain(const struct str *chain, size_t chain_count, bool is_public, struct arena *room,
                          struct site_certificate *ret);

#endif
