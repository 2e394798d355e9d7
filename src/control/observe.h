/*
 * Looking at sites from outside: a few threads (control/observe_pool, which sets the pace) ask the gateway's listeners
 * as a browser would (src/probe), the loop takes what they saw (control/watch). A site is looked at when somebody wants
 * to know, after its certificate changed, and once a day. As long as sites are due, a look that has ended makes room
 * for the next.
 *
 *     want ──▶ pool ──thread: observe_job_look──▶ result ──▶ loop: watch, waiters
 */
#ifndef CONTROL_OBSERVE_H
#define CONTROL_OBSERVE_H

#include "base/list.h"
#include "control/core.h"

/* What was seen a minute ago need not be looked at again for a click … */
#define OBSERVE_FRESH_S 60
/* … and by itself Strictgate asks a site that cannot climb yet no more often than this. */
#define OBSERVE_PATIENT_S 900
/* Nobody waits longer than this for a look; what was seen until then counts. */
#define OBSERVE_WAIT_MS 25000
/* Every site once a day. */
#define OBSERVE_INTERVAL_S 86400

struct observe_waiter {
    struct list node;
    struct timer timer;
    char site[NAME_SIZE_MAX + 1];
    bool is_late; /* a look was under way when it came: what that sees may be of before */
    void (*on_done)(struct observe_waiter *waiter);
};

/* NULL-safe: a core without an observer has nobody to ask, and takes what is known for fresh. */
NODISCARD bool observer_new(struct core *core, struct observer **ret, struct err *err);
/* Ends looks that are under way. NULL is allowed. */
void observer_free(struct observer *observer);

/* Whether the site, as it is now, was looked at within the last age_s seconds. */
bool observe_is_fresh(const struct core *core, const struct site *site, int64_t age_s);
/* Whether a site may be looked at that nobody waits for: only so many do at a time. */
bool observe_has_room(const struct core *core);
/* Looks at the site soon; once, however often it is asked for. */
void observe_want(struct core *core, struct str site);
/* The same of a site that is due, as far as there is room: the others get their turn as room becomes free. */
void observe_soon(struct core *core, struct str site);
/*
 * The same, before those that nobody waits for, and tells the waiter when a look that began after this has been done,
 * or after OBSERVE_WAIT_MS.
 */
void observe_wait(struct core *core, struct observe_waiter *waiter, struct str site);
/* The waiter is not called any more. */
void observe_forget(struct core *core, struct observe_waiter *waiter);
/* Sites that were not looked at for a day, or whose certificate is newer than the last look. */
void observe_turn(struct core *core);

#endif
