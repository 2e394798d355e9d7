/*
 * Whether the certificate that the store has is the one that is served, by every HTTPS listener for every name, and who
 * vouches for it: a renewal on disk that is not served takes every bound user offline.
 */
#ifndef PROBE_SERVED_H
#define PROBE_SERVED_H

#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/target.h"

/*
 * Fills OBSERVED_SERVED, OBSERVED_CHAIN and the trust: the worst of what was met. The trust says whose root the chain
 * leads to; when the certificate is bad all the same (expired, another name), the fact does.
 */
void served_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret);

#endif
