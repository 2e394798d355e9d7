/*
 * How a site stands with its automatic certificate, in words and moments: one place for all who show it.
 */
#ifndef CONTROL_ACME_STATE_H
#define CONTROL_ACME_STATE_H

#include "control/core.h"
#include "store/acme_order.h"
#include "store/jsonout.h"

struct acme_state {
    bool wanted; /* the site gets its certificate by itself */
    /*
     * "off", "waiting" (for the next attempt after a failure), "queued", a phase of the job that is under way
     * ("account", "order", "prove", …), "idle".
     */
    const char *phase;
    bool rehearses;    /* a rehearsal is under way */
    const char *ca;    /* of the attempt under way or the last one, else of the present certificate; or "" */
    int64_t renewal_s; /* when the present certificate is to be renewed; 0: it has none of this kind */
    int64_t next_s;    /* the next attempt; 0: none is planned but that */
    const struct acme_order *order, *rehearsal; /* views; NULL while there never was one */
};

void acme_state_of(const struct core *core, const struct site *site, struct acme_state *ret);
/* As the member "automatic" of an open object; nothing when there is nothing to tell. */
void acme_state_write(const struct core *core, const struct site *site, struct jsonout *out);

#endif
