/*
 * What Strictgate does by itself on the ladder: climbs where the wish is automatic, the rung was held long enough and
 * every guard passes or only warns; ends a release when everybody is free. It never releases, and never overrides.
 */
#ifndef CONTROL_AUTOPILOT_H
#define CONTROL_AUTOPILOT_H

#include "control/core.h"

/* A turn takes no longer than this beyond one site, so that the API is answered meanwhile. */
#define AUTOPILOT_TURN_MS 1000

/* Looks at every site, as far as it comes, and goes on there with the next turn; once a minute is often enough for
 * rungs of minutes and years. Logs what it does. */
void autopilot_turn(struct core *core);

#endif
