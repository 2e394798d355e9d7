/*
 * The way up the ladder, from off to permanent, and the ways back. What the operator wants is the *wish*; what is true
 * is the *phase*, which is always worked out from the wish and the ledger, never remembered.
 *
 *                    start            climb                climb
 *        ┌─────┐ ───────────▶ ┌───────┐ ────▶ ┌──────────┐ ────▶ ┌───────────┐
 *        │ OFF │              │ TRIAL │       │ CLIMBING │       │ PERMANENT │   hold: stay, in every phase that sends
 *        └─────┘ ◀── free ─┐  └───┬───┘       └────┬─────┘       └─────┬─────┘
 *           │              │      └──── release ───┴───── release ─────┘
 *           │        ┌─────┴─────┐ ◀─────┘              │
 *           │        │ RELEASING │  max-age=0 until the ledger says that everybody is free
 *           │        └───────────┘ ── start: after all ─▶ TRIAL
 *     bound, but nothing is sent: LEFT (a state from elsewhere, an override): start or release
 *
 * Invariant: the field sent is never longer than the wish's rung, and never 0 but in RELEASING.
 */
#ifndef HSTS_WISH_H
#define HSTS_WISH_H

#include "hsts/ladder.h"
#include "hsts/ledger.h"

enum hsts_mode {
    HSTS_OFF,     /* send no field */
    HSTS_HOLD,    /* send max_age_s and stay there */
    HSTS_AUTO,    /* send max_age_s and climb to target_s when dwell, traffic and guards allow it */
    HSTS_RELEASE, /* send max-age=0 until everybody is free, then no field */
    HSTS_MODES_COUNT,
};

struct hsts_wish {
    enum hsts_mode mode;
    uint32_t max_age_s; /* the rung; 0 in OFF and RELEASE */
    uint32_t target_s;  /* of AUTO; else 0 */
    bool include_subdomains;
    bool preload;
    int64_t since_s; /* when this rung began (ledger clock), for dwell; 0 in OFF */
    struct ladder ladder;
};

enum hsts_phase {
    HSTS_PHASE_OFF,
    HSTS_PHASE_TRIAL,     /* on the first rung */
    HSTS_PHASE_CLIMBING,  /* on a rung between */
    HSTS_PHASE_PERMANENT, /* on ladder_permanent or above */
    HSTS_PHASE_RELEASING,
    HSTS_PHASE_LEFT, /* nothing is sent, but browsers are bound */
    HSTS_PHASES_COUNT,
};

enum hsts_move {
    HSTS_MOVE_START,
    HSTS_MOVE_CLIMB,     /* to the next rung */
    HSTS_MOVE_PERMANENT, /* go on to ladder_permanent, rung by rung, by itself */
    HSTS_MOVE_HOLD,      /* climb no further by itself */
    HSTS_MOVE_RELEASE,
    HSTS_MOVE_SUBDOMAINS_ON, /* begins again on the first rung: the names below are new to it */
    HSTS_MOVE_SUBDOMAINS_OFF,
    HSTS_MOVE_PRELOAD_ON,
    HSTS_MOVE_PRELOAD_OFF,
    HSTS_MOVES_COUNT,
};

/* Off, with the default ladder. */
void hsts_wish_init(struct hsts_wish *wish);
/*
 * Whether this is a wish at all, as somebody may declare one: a max-age that is a rung of its ladder (or that of
 * `present`, which a changed ladder may have left behind; NULL is allowed) and a target not below it where a field is
 * sent, nothing where none is; preload only with subdomains and a year. ERR_INPUT about "max_age", "target",
 * "include_subdomains" or "preload".
 */
NODISCARD bool hsts_wish_check(const struct hsts_wish *wish, const struct hsts_wish *present, struct err *err);
/* Whether two wishes want the same, whenever they began and whatever their ladders. */
bool hsts_wish_same(const struct hsts_wish *a, const struct hsts_wish *b);
/* `bound`: whether the ledger says that anybody may be bound under the site's names. */
enum hsts_phase hsts_phase(const struct hsts_wish *wish, bool bound);
/* Whether the drawing has this edge. */
bool hsts_may(enum hsts_phase phase, enum hsts_move move);
/*
 * What the wish becomes by the move (at `now_s`, the ledger's clock). ERR_CONFLICT with reason and fix when the phase
 * does not have the move, or it would change nothing (climb on the last rung, preload without subdomains or below a
 * year). Guards are asked elsewhere.
 */
NODISCARD bool hsts_wish_move(const struct hsts_wish *wish, bool bound, enum hsts_move move, int64_t now_s,
                              struct hsts_wish *ret, struct err *err);
/* What an automatic climb would do next: HSTS_MOVE_CLIMB, or HSTS_MOVES_COUNT for nothing. */
enum hsts_move hsts_wish_next(const struct hsts_wish *wish);
/*
 * The moves that lead from one wish to another (for declarative changes), in their order. At most HSTS_MOVES_COUNT;
 * returns how many. A longer max-age is one or more climbs, told as one HSTS_MOVE_CLIMB; a shorter one begins again:
 * release, start. Whether each move is allowed is told when it is made.
 */
size_t hsts_wish_moves(const struct hsts_wish *from, const struct hsts_wish *to,
                       enum hsts_move ret[static HSTS_MOVES_COUNT]);

/*
 * The promise that a snapshot shall carry for this wish, before `cap_s` bounds it: false when no field is sent at all
 * (off; or a release that is over: nobody is bound). `cap_s`: see ledger.h, 0 when renewal is proven.
 * The ledger is told the promise with cap_s 0 while hsts_clock_bounds says so.
 */
bool hsts_wish_promise(const struct hsts_wish *wish, bool bound, int64_t cap_s, struct ledger_promise *ret);
/*
 * max-age at the moment `now_s` of the wall clock (RFC 6797 section 11.2, a fixed point in time): min(max_age, what is
 * left until the cap), that from an hour on in whole hours, below in whole minutes, the same for every visitor. False
 * when nothing is left to promise: then no field is sent, which leaves browsers with what they were told, all of which
 * ends before the cap. Never 0 but for a release.
 */
bool hsts_promise_max_age(const struct ledger_promise *promise, int64_t now_s, int64_t *ret_max_age_s);

/* Words for API, command line and log: "start", "include-subdomains-on"; "hold"; "trial". */
const char *hsts_move_name(enum hsts_move move);
const char *hsts_mode_name(enum hsts_mode mode);
const char *hsts_phase_name(enum hsts_phase phase);
NODISCARD bool hsts_move_find(struct str name, enum hsts_move *ret);

#endif
