/*
 * Time as it is, which only the oracle may know, and the clocks of the machine, which is all that the code is told. A
 * time server tells the truth when it vouches; nothing else has to.
 */
#ifndef PROMISE_WORLD_H
#define PROMISE_WORLD_H

#include "dice.h"
#include "hsts/clock.h"

struct world {
    int64_t true_s;
    int64_t wall_error_s; /* wall clock less true time */
    int64_t uncounted_s;  /* true time less elapsed time: before boot, and while a virtual machine was stopped */
    bool synchronised;
    int64_t notices_s; /* when the time server will notice that the machine was stopped; 0: it was not */
    /*
     * The wall clock was set back, and control has not looked since, or not written down what it saw. How far what is
     * sent meanwhile reaches past its cap, nobody can know yet: nothing is claimed of a control that has not looked, or
     * of the disk, and the clock is not set forward again before (docs/internals/hsts.md, what no arithmetic can see).
     */
    bool went_back_unseen, went_back_unwritten;
};

void world_init(struct world *world, struct dice *dice);
struct hsts_clock_reading world_reading(const struct world *world);
void world_pass(struct world *world, int64_t span_s);
/* Somebody sets the wall clock, by anything. */
void world_jump(struct world *world, struct dice *dice);
/* A time server sets the wall clock right and vouches for it, or stops to. */
void world_synchronise(struct world *world, struct dice *dice);
void world_lose_time_server(struct world *world);
/* A virtual machine is stopped for a while: no clock of it counts, and the time server notices later. */
void world_stop(struct world *world, struct dice *dice);
/* The machine was off for a while and boots. Its battery may have kept the time, or it goes on from where it was. */
void world_boot(struct world *world, struct dice *dice);
/* The wall clock is right, whether anybody vouches or not. */
bool world_is_right(const struct world *world);

#endif
