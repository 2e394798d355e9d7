/*
 * What Strictgate does by itself on the ladder: climbs where the wish is automatic, the rung was held long enough and
 * every guard passes or only warns; ends a release when everybody is free. It never releases, and never overrides.
 */
#ifndef CONTROL_AUTOPILOT_H
#define CONTROL_AUTOPILOT_H

#include "control/core.h"

/* Looks at every site; once a minute is often enough for rungs of minutes and years. Logs what it does. */
void autopilot_turn(struct core *core);

#endif
