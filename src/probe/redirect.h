/*
 * Whether plain HTTP leads to HTTPS as it must before a promise: for every name through every listener, on the same
 * host first (only there does a browser note the promise), to the port where HTTPS is. And whether somebody sends
 * Strict-Transport-Security where it must not stand (RFC 6797 section 7.2).
 */
#ifndef PROBE_REDIRECT_H
#define PROBE_REDIRECT_H

#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/target.h"

/* Fills OBSERVED_REDIRECT. */
void redirect_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret);
/*
 * The port at which a bound browser looks for HTTPS when it was told to go to plain HTTP at `http_port` (RFC 6797
 * section 8.3): 443 instead of 80, any other as it is.
 */
uint16_t redirect_mapped_port(uint16_t http_port);

#endif
