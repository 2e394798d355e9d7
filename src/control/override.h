/*
 * Overriding guards: what a request says about it, {"override": {"guards": ["dwell"], "reason": "…", "confirm":
 * "app.example.org"}}, and whether that is enough for what the guards found. The name is typed again on purpose; the
 * reason goes into the audit log.
 */
#ifndef CONTROL_OVERRIDE_H
#define CONTROL_OVERRIDE_H

#include <jansson.h>

#include "base/buf.h"
#include "hsts/guard.h"

/* A sentence or two. */
#define OVERRIDE_REASON_SIZE_MAX 1000
#define OVERRIDE_LIST_SIZE       512

struct override {
    struct str guards[GUARD_COUNT_MAX]; /* views into the request */
    size_t count;
    struct str reason;
};

/* `json` may be NULL: nothing is overridden. ERR_INPUT names the member: an unknown guard, one that cannot be
 * overridden, a name that is not `site`, no reason. */
NODISCARD bool override_read(const json_t *json, struct str site, struct override *ret, struct err *err);
/*
 * Whether the move or change may go on: every guard that blocks is overridden. Else ERR_CONFLICT with the why and the
 * fix of the first one that is not. `ret_used` gets the names of those that were needed, separated by spaces.
 */
NODISCARD bool override_settles(const struct override *override, const struct guard_result *results, size_t count,
                                struct str site, char ret_used[static OVERRIDE_LIST_SIZE], struct err *err);

#endif
