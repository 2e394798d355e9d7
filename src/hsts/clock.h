/*
 * The ledger's clock. Promises are kept by it, so it must not be fooled: it never goes back over restarts, and while
 * the process runs it moves with elapsed time only. Two questions have two answers, each on the safe side:
 *
 *     "until when may somebody be bound?"   the latest that it may be      (hsts_clock_latest)
 *     "is it over?"                         the earliest that it may be    (hsts_clock_over)
 *
 * Whether it is good enough to promise more by is a third question, with a reason when it is not. Pure: wall clock and
 * elapsed time (CLOCK_BOOTTIME, which counts suspends) are arguments.
 */
#ifndef HSTS_CLOCK_H
#define HSTS_CLOCK_H

#include "base/str.h"

/* A wall clock that differs from elapsed time by more than this has jumped: no correction of a healthy clock does. */
#define HSTS_CLOCK_JUMP_S 300
/* A jump that no time server vouches for is believed after a day without another. */
#define HSTS_CLOCK_SETTLE_S 86400
/* At a start the wall clock may be ahead of what was stored by as much as this before it is doubted: downtime. */
#define HSTS_CLOCK_DOWNTIME_S 3600

struct hsts_clock {
    int64_t over_base_s;   /* "is it over?" at base_elapsed_s */
    int64_t latest_base_s; /* "until when?" at base_elapsed_s, without the wall clock's own opinion */
    int64_t wall_base_s;   /* the wall clock that was last believed, at base_elapsed_s */
    int64_t base_elapsed_s;
    int64_t seen_s;   /* the newest moment that has certainly been: a notBefore in service, an HTTP Date; 0: none */
    int64_t jumped_s; /* elapsed time of the last jump; -1: none that still counts */
    bool jumped_back; /* which way it went */
};

enum hsts_clock_trust {
    HSTS_CLOCK_GOOD,
    HSTS_CLOCK_BEHIND, /* the wall clock is behind a moment that has certainly been */
    HSTS_CLOCK_JUMPED, /* it was set, and nobody vouches for it yet */
    HSTS_CLOCK_TRUST_COUNT,
};

/* What is told at each look: the wall clock, elapsed time, and whether a time server keeps the wall clock right
 * (adjtimex without STA_UNSYNC). */
struct hsts_clock_reading {
    int64_t wall_s;
    int64_t elapsed_s;
    bool synchronised;
};

/* `last_s` is hsts_clock_over as it was stored last; 0: this is the first start, the wall clock is believed. */
void hsts_clock_start(struct hsts_clock *clock, int64_t last_s, const struct hsts_clock_reading *reading);
/*
 * Looks at the wall clock: notices jumps, believes what may be believed. True when it found that the wall clock had
 * been behind until now (it jumped forward): caps of open promises are worth nothing then (ledger_drop_caps).
 */
bool hsts_clock_look(struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* A moment that has certainly been reached. */
void hsts_clock_saw(struct hsts_clock *clock, int64_t moment_s);
/* The operator says that the wall clock is right as it is. */
void hsts_clock_confirm(struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* For "is it over?": never ahead of the true time by a clock that jumped forward unconfirmed, never going back. */
int64_t hsts_clock_over(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* For "until when?": the later of all opinions. */
int64_t hsts_clock_latest(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
enum hsts_clock_trust hsts_clock_trust(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* One sentence on why it is not trusted, empty when it is. `room` holds it. */
#define HSTS_CLOCK_WHY_SIZE 200
struct str hsts_clock_why(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                          char room[static HSTS_CLOCK_WHY_SIZE]);

#endif
