/*
 * Other services of the same host that speak plain HTTP: a promise binds a name on all its ports (RFC 6797 section 8.3
 * keeps the port), so that a bound browser asks those for TLS, which they do not speak. Looked for at the ports where
 * such services usually are, on the addresses of this machine only.
 */
#ifndef PROBE_PORTS_H
#define PROBE_PORTS_H

#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/target.h"

/* A host that is near answers at once; a firewall that drops packets must not cost the look more than this. */
#define PORTS_ANSWER_MS_MAX 2000
/* Connections at a time, far below what a process may have open. */
#define PORTS_AT_ONCE_MAX 64

/* Fills OBSERVED_PORTS. */
void ports_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret);

#endif
