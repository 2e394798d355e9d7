/*
 * The ledger's clock. Promises are kept by it, so it must not be fooled. It moves with elapsed time only while the
 * process runs, goes on from where it was stored when the next one starts, and so is late by the time between until it
 * is put right by the wall clock. Whatever it gains then beyond the time that has certainly passed, everything that was
 * written by it and may have been written too early gains as well (a mend), durably and first:
 *
 *     look ──▶ a mend? ──▶ book_plan_mend ──save, synced──▶ book_apply ──▶ hsts_clock_mended: now it is right
 *
 * Two questions have two answers, each on the safe side:
 *
 *     "until when may somebody be bound?"   the latest that it may be      (hsts_clock_latest)
 *     "is it over?"                         the earliest that it may be    (hsts_clock_over)
 *
 * Whether it is good enough to promise more by is a third question, with a reason when it is not. Pure: wall clock and
 * elapsed time (CLOCK_BOOTTIME, which counts suspends) are arguments.
 *
 * What is guaranteed: between an end that was stamped and a later reading of hsts_clock_over no more time is counted
 * than has passed (and HSTS_CLOCK_JUMP_S twice), over restarts, jumps and mends. It rests on elapsed time never running
 * ahead, and on the wall clock being right when the operator says so or, for an hour, a time server; on nothing else.
 * docs/internals/hsts.md tells why.
 */
#ifndef HSTS_CLOCK_H
#define HSTS_CLOCK_H

#include "base/str.h"
#include "hsts/ledger.h"

/* A wall clock that differs from elapsed time by more than this has jumped: no correction of a healthy clock does. */
#define HSTS_CLOCK_JUMP_S 300
/* What no time server vouches for is believed after a day without a jump. */
#define HSTS_CLOCK_SETTLE_S 86400
/* At a start the wall clock may be ahead of what was stored by as much as this before it is doubted: downtime. */
#define HSTS_CLOCK_DOWNTIME_S 3600
/* So long a time server needs to notice that a virtual machine was stopped: until then it vouches for a wrong clock. */
#define HSTS_CLOCK_NOTICE_S 3600
/* How often the clock wants to be stored at least: what is not stored counts as downtime. */
#define HSTS_CLOCK_STORE_S 60

/* What is told at each look: the wall clock, elapsed time, and whether a time server keeps the wall clock right
 * (adjtimex without STA_UNSYNC). */
struct hsts_clock_reading {
    int64_t wall_s;
    int64_t elapsed_s;
    bool synchronised;
};

/* What is stored, in the transaction of every change of the ledger, and every HSTS_CLOCK_STORE_S. */
struct hsts_clock_saved {
    int64_t over_s; /* 0: never */
    int64_t sure_s; /* what the clock wrote before then was not written too early; 0: nothing is known */
};

enum hsts_clock_doubt { HSTS_CLOCK_NO_DOUBT, HSTS_CLOCK_WENT_FORWARD, HSTS_CLOCK_WENT_BACK };

struct hsts_clock {
    int64_t base_s; /* the clock at base_elapsed_s */
    int64_t base_elapsed_s;
    int64_t sure_s;              /* see hsts_clock_saved */
    bool was_right;              /* somebody vouched for the wall clock, and the clock followed, in this process */
    bool confirmed;              /* by the operator, since the last jump */
    int64_t wall_offset_s;       /* wall clock less elapsed time, as last believed */
    int64_t steady_s;            /* elapsed time at the start or the last jump */
    enum hsts_clock_doubt doubt; /* which way the wall clock went then */
    int64_t bounded_s;           /* the clock when the wall clock was last seen not to be behind it */
    int64_t seen_s;              /* the newest moment that is said to have been; 0: none */
};

enum hsts_clock_trust {
    HSTS_CLOCK_GOOD,
    HSTS_CLOCK_BEHIND, /* the wall clock is behind a moment that has certainly been */
    HSTS_CLOCK_JUMPED, /* it was set, and nobody vouches for it yet */
    HSTS_CLOCK_TRUST_COUNT,
};

/*
 * `saved` as it was stored last. With over_s 0 the wall clock is believed: right for a ledger that is empty; one that
 * is not, and lost its clock, starts from book_newest_s. Look at once afterwards.
 */
void hsts_clock_start(struct hsts_clock *clock, const struct hsts_clock_saved *saved,
                      const struct hsts_clock_reading *reading);
/*
 * Looks at the wall clock: notices jumps, believes what may be believed. True when the ledger has to be mended: before
 * the clock can be put right, or because the gateways' clock, the wall clock, is behind ours and bounded promises reach
 * past their caps. Asks again at every look until it is done or no longer needed; a plan without changes may follow.
 */
NODISCARD bool hsts_clock_look(struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                               struct ledger_mend *ret);
/* The mend that the last look asked for is durable and applied. */
void hsts_clock_mended(struct hsts_clock *clock, const struct ledger_mend *mend);
void hsts_clock_save(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                     struct hsts_clock_saved *ret);
/*
 * A moment that somebody else says has been: an HTTP Date, a notBefore in service. Never one that comes from our own
 * wall clock (the local CA's). A wrong one stops promises from growing, but ends none early.
 */
void hsts_clock_saw(struct hsts_clock *clock, int64_t moment_s);
/* The operator says that the wall clock is right as it is. The next look takes it in. */
void hsts_clock_confirm(struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* The ledger's clock: for what is written, and for "is it over?". It never goes back while the process lives. */
int64_t hsts_clock_over(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* For "until when?": the latest of all opinions. */
int64_t hsts_clock_latest(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/*
 * Whether the cap of a bounded promise counts: the gateways bound it by the wall clock, which must not be behind ours.
 * When it does not, the ledger has to be told the promise with cap_s 0, as long as it lasts.
 */
bool hsts_clock_bounds(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
enum hsts_clock_trust hsts_clock_trust(const struct hsts_clock *clock, const struct hsts_clock_reading *reading);
/* One sentence on why it is not trusted, empty when it is. `room` holds it. */
#define HSTS_CLOCK_WHY_SIZE 200
struct str hsts_clock_why(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                          char room[static HSTS_CLOCK_WHY_SIZE]);
/*
 * A backup is restored: what is to be stored of the two records, and how the backup's entries have to be mended before
 * they are merged (book_plan_merge).
 */
void hsts_clock_merge(const struct hsts_clock_saved *here, const struct hsts_clock_saved *backup,
                      struct hsts_clock_saved *ret, struct ledger_mend *ret_mend);

#endif
