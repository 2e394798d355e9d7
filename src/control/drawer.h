/*
 * The drawer: certificates that are kept ready beside a site's own, best from another authority, so that one command
 * puts them in its place. One that has ended unnoticed is worth nothing, so each is looked at every day, and people are
 * told when it would not do any more.
 */
#ifndef CONTROL_DRAWER_H
#define CONTROL_DRAWER_H

#include "control/core.h"
#include "store/jsonout.h"

#define DRAWER_INTERVAL_MS ((int64_t)24 * 3600 * 1000)
/* Judging a chain takes some ten milliseconds, of the thread that answers the API, too. */
#define DRAWER_TURN_MS 500

/* Where the round of the day is; begins as zeroes. */
struct drawer_round {
    int64_t next_ms;  /* when it goes on, monotonic */
    size_t site_next; /* with this one, in the list of sites */
};

/* Once a minute: goes on with the round, as far as it comes. A clock that is not trusted holds it up: by it nothing is
 * said about certificates. */
void drawer_turn(struct core *core, struct drawer_round *round, int64_t now_ms);
/* Looks at the site's and has people told what is wrong or is not any more (control/notify). */
void drawer_look(struct core *core, const struct site *site);
/* Appends what is wrong with it to an open array of warnings. */
void drawer_warn(struct core *core, const struct site *site, struct jsonout *out);

#endif
