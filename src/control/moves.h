/*
 * Moves on the ladder: asks the ladder whether there is such a move, the guards whether it may be made, the override
 * whether it is made all the same, and then makes it, with its entry in the audit log. A refused move is recorded, too.
 */
#ifndef CONTROL_MOVES_H
#define CONTROL_MOVES_H

#include <jansson.h>

#include "control/core.h"
#include "hsts/guard.h"

/* What the guards said, for the answer. */
struct move_outcome {
    struct guard_result results[GUARD_COUNT_MAX];
    size_t count;
};

struct move_asked {
    struct str actor;           /* who, for the audit log */
    struct str act;             /* "hsts.climb" */
    const json_t *override;     /* of the request, or NULL */
    struct str idempotency_key; /* saved with the move, so that it is made once; or empty */
    struct str request;         /* the request as it came, to tell another one under the same key */
};

/*
 * What the guards say of a move now, without making it. False with ERR_CONFLICT when the ladder does not have it from
 * here (the outcome is empty then).
 */
NODISCARD bool moves_evaluate(struct core *core, const struct site *site, enum hsts_move move, struct move_outcome *ret,
                              struct err *err);
/* Makes it. On success core->state.generation is on its way. */
NODISCARD bool moves_make(struct core *core, const struct site *site, enum hsts_move move,
                          const struct move_asked *asked, struct move_outcome *ret, struct err *err);
/*
 * Brings the site to this wish (ladder and since_s are the site's own), by the moves that lead there; all their guards
 * must be content, and all is done or nothing. The same wish is no change and succeeds: *ret_changed says so.
 */
NODISCARD bool moves_declare(struct core *core, const struct site *site, const struct hsts_wish *wanted,
                             const struct move_asked *asked, bool *ret_changed, struct move_outcome *ret,
                             struct err *err);
/* The same without making them: what the guards say, and in `ret_after` the wish as it would be. */
NODISCARD bool moves_rehearse(struct core *core, const struct site *site, const struct hsts_wish *wanted,
                              bool *ret_changed, struct hsts_wish *ret_after, struct move_outcome *ret,
                              struct err *err);
/* Whether any move that leads to this wish promises more, so that a fresh look at the site is wanted first. */
bool moves_promise_more(const struct hsts_wish *before, const struct hsts_wish *after);

#endif
