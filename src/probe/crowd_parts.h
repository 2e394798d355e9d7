/* What the files of the crowd share; for them alone. */
#ifndef PROBE_CROWD_PARTS_H
#define PROBE_CROWD_PARTS_H

/* The oldest c-ares that is to be had (1.18) knows no other function for records than one that 1.28 calls old. */
#define CARES_NO_DEPRECATED
#include <ares.h>

#include "probe/fetch_parts.h"
#include "probe/gate.h"

struct crowd_transfer {
    struct transfer transfer;
    CURLSH *share; /* its own memory of names: one of all transfers is walked at each */
    struct crowd_fetch *fetch;
    struct crowd_transfer *next, **link; /* of those in flight */
};

struct crowd {
    struct loop *loop;
    CURLM *multi;
    ares_channel ares;
    struct crowd_options options;
    struct gate gate;
    struct watched *watched;
    struct crowd_transfer *transfers;
    struct crowd_question *found; /* to be told in the next turn, as the two below */
    struct crowd_records *answered;
    struct crowd_fetch *fetched;
    int64_t curl_at_ms; /* when libcurl wants to be called; -1: never */
    bool freeing, was_idle;
};

/* It is told in the next turn. */
void crowd_found(struct crowd *crowd, struct crowd_question *question);

#endif
