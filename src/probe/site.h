/*
 * One look at one site from outside: every fact that guards ask for. Blocking, for a thread of its own; any number of
 * them may look at the same time (what they share is said in probe/fetch.h). It changes nothing but counters of whoever
 * answers: the gateway counts its requests, which name themselves "strictgate-probe" in User-Agent.
 */
#ifndef PROBE_SITE_H
#define PROBE_SITE_H

#include "hsts/observation.h"
#include "probe/served.h"
#include "probe/target.h"

/*
 * Looks and fills all of *ret, and the report place by place (NULL: nobody wants it). It takes target->length_ms at
 * most, and a moment; once the flag is raised it returns within a second or two. What was not seen by then is
 * OBSERVED_FAILED and says so.
 */
void probe_site(const struct probe_target *target, struct hsts_observation *ret, struct served_report *report);

#endif
