/*
 * The counters' memory in the supervisor's hands: it outlives every gateway, and each gateway gets a run of blocks that
 * no other living one writes to, so that two gateways may overlap at a reload. Sums go over all blocks that were ever
 * used; therefore the gauges of a gateway that is gone are set to 0 here, its counters stay.
 */
#ifndef APP_TALLY_H
#define APP_TALLY_H

#include "base/err.h"
#include "snapshot/clients.h"
#include "snapshot/counters.h"

struct tally {
    int fd;         /* memfd of struct counters, for all blocks there may be */
    int clients_fd; /* memfd of struct clients: its salts end with the supervisor */
    struct counters *counters;
    bool taken[COUNTERS_BLOCKS_MAX];
};

/* A run of blocks. */
struct tally_run {
    uint32_t first;
    uint32_t count; /* 0: not its own */
};

void tally_init(struct tally *tally);
NODISCARD bool tally_open(struct tally *tally, struct err *err);
void tally_close(struct tally *tally);
/* A run for `count` workers. When too many gateways overlap it is one of another's: counts may get lost then. */
struct tally_run tally_take(struct tally *tally, uint32_t count);
/* Its gateway is gone. */
void tally_give_back(struct tally *tally, struct tally_run run);

#endif
