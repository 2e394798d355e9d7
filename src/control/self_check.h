/*
 * Looking at every site as hstspreload.org would: once a day unless the settings say otherwise, spread out, a few at a
 * time in one crowd (control/self_check_job.h); sooner after a change of the site, at once when somebody wants it. The
 * last result is kept, in the store whole and here in short, until the site goes. A site that sends `preload`, or is on
 * the list, *matters*: what is found of it is warned of, and looked at once more before it is believed.
 */
#ifndef CONTROL_SELF_CHECK_H
#define CONTROL_SELF_CHECK_H

#include "base/list.h"
#include "control/core.h"
#include "hsts/self_check.h"

/* A site that has just been made or changed is given time to come to rest, … */
#define SELF_CHECK_SETTLE_S 120
/* … and by itself none is looked at again sooner than this, however often it changes. */
#define SELF_CHECK_PAUSE_S 600
/* A site that matters and is not well is looked at again this often, so that its mending is told soon. */
#define SELF_CHECK_WRONG_INTERVAL_S 3600
/* Nobody waits longer than this for a look. */
#define SELF_CHECK_WAIT_MS 25000
/* What a move goes by was seen no longer ago than this. */
#define SELF_CHECK_FRESH_S 60

struct self_checker;

struct self_check_waiter {
    struct list node;
    struct timer timer;
    char site[NAME_SIZE_MAX + 1];
    void (*on_done)(struct self_check_waiter *waiter);
};

/* Takes in what was known before a restart. */
NODISCARD bool self_checker_new(struct core *core, struct self_checker **ret, struct err *err);
/* After the errands have ended. NULL is allowed. */
void self_checker_free(struct self_checker *checker);

/* Whether the site has a host name, so that it can be looked at in this way at all. */
bool self_check_is_fit(const struct site *site);
/* Whether it sends `preload`, or one of its names is on the list by its own entry that goes by the field it sends. */
bool self_check_matters(const struct core *core, const struct site *site);
/* Whether one of its names is on the list by such an entry. */
bool self_check_is_listed(const struct core *core, const struct site *site);

/* In all that follow a core without a checker knows of nothing, and nothing happens. */

/* The last result, or NULL; valid until the loop turns. */
const struct self_check *self_check_last(const struct core *core, struct str site);
/* Whether the last result is of the site as it is now. */
bool self_check_is_present(const struct core *core, const struct site *site);
/* The same, and it was seen within the last SELF_CHECK_FRESH_S: there is no need to look again. */
bool self_check_is_fresh(const struct core *core, const struct site *site);
bool self_check_is_running(const struct core *core, struct str site);
/* When it is looked at by itself next (wall clock); 0: never. */
int64_t self_check_next_s(const struct core *core, const struct site *site);

/* Looks at the site now; once, however often it is asked for. */
void self_check_want(struct core *core, struct str site);
/* The same, and tells the waiter when that is done, or after SELF_CHECK_WAIT_MS. */
void self_check_wait(struct core *core, struct self_check_waiter *waiter, struct str site);
/* The waiter is not called any more. */
void self_check_leave(struct core *core, struct self_check_waiter *waiter);
/* Once a minute: begins with those that are due. */
void self_check_turn(struct core *core);
/* The state has other sites: those that are gone are forgotten, as the store forgets them. */
void self_check_keep(struct core *core);

#endif
