/*
 * Whether the application answers over HTTPS and stays there: its front page through the gateway, redirects followed by
 * hand. An application that sends its users back to plain HTTP and a gateway that sends them to HTTPS make a circle;
 * under a promise nobody gets out of it. What its front page loads over plain HTTP is looked at on the way.
 */
#ifndef PROBE_APPLICATION_H
#define PROBE_APPLICATION_H

#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/target.h"

/* hstspreload.org allows 3, browsers 20: in between lies what a front page with a login may need. */
#define APPLICATION_HOPS_MAX 10
/* Names of the site whose front page is asked for; an application sees as many requests, and knows few of them apart.
 */
#define APPLICATION_NAMES_MAX 10

/* Fills OBSERVED_APPLICATION and, for the site's first name, OBSERVED_CONTENT. */
void application_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret);

#endif
