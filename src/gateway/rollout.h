/*
 * How a generation comes to be served, as the gateway's main thread sees it: offered to every worker, taken by each at
 * its next turn, and only then *served*. One that a worker cannot take is taken back from those that could, so that
 * all serve by the same one again. What is to be told to control comes out of rollout_look; here nothing is sent.
 *
 *     served(a) ──offer b──▶ b under way ──all took it──▶ served(b)               SERVED b
 *                                 └──one cannot──▶ a under way ──▶ served(a)      REFUSED b, SERVED a
 *                                                       └──one cannot──▶ mixed    STUCK
 *
 * Of a mixed gateway nothing is acknowledged; the next offer, whatever its number, ends it.
 */
#ifndef GATEWAY_ROLLOUT_H
#define GATEWAY_ROLLOUT_H

#include "base/err.h"
#include "gateway/generation.h"

struct worker;

struct rollout {
    struct worker *workers;
    uint32_t workers_count;
    struct generation *served;  /* the last one that all workers took; NULL: none yet */
    struct generation *offered; /* what they were given last; the same when nothing is under way; NULL: nothing */
    bool under_way;             /* some have not answered */
    bool mixed;
};

enum rollout_event {
    ROLLOUT_NOTHING,
    ROLLOUT_SERVED,  /* every worker serves by the generation, and by nothing else */
    ROLLOUT_REFUSED, /* a worker cannot take it: err says why; the one before is offered again */
    ROLLOUT_STUCK,   /* a worker cannot go back to it either */
};

struct rollout_news {
    enum rollout_event event;
    uint64_t generation;
    uint32_t worker; /* who could not */
};

void rollout_init(struct rollout *rollout, struct worker *workers, uint32_t workers_count);
/* When the workers are gone or never were. */
void rollout_fini(struct rollout *rollout);
/* Gives it to every worker, instead of what may still be under way. Takes one reference. */
void rollout_offer(struct rollout *rollout, struct generation *take);
/* The workers have answered something. *err is filled with REFUSED and STUCK. */
struct rollout_news rollout_look(struct rollout *rollout, struct err *err);
/* The number of the generation that is served or under way; 0: none. */
uint64_t rollout_offered(const struct rollout *rollout);
/* Whether every worker serves by what was offered last. */
bool rollout_is_settled(const struct rollout *rollout);

#endif
