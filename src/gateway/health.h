/*
 * Active health checks of one endpoint: a GET at intervals, by a link of its own. Two failures in a row take it out of
 * the choice, one success brings it back.
 */
#ifndef GATEWAY_HEALTH_H
#define GATEWAY_HEALTH_H

#include "gateway/upstream.h"

/* One lost packet is no failure. */
#define HEALTH_FAILURES_COUNT 2

/* Starts checking; NULL when memory ran out. */
struct health *health_new(struct endpoint *endpoint, const struct snapshot *snapshot, const struct snap_group *group);
/* It checks just as this group asks for. */
bool health_is_for(const struct health *health, const struct snapshot *snapshot, const struct snap_group *group);
/* Stops; NULL is allowed. */
void health_free(struct health *health);

#endif
