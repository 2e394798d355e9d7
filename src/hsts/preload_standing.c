#include "hsts/preload_standing.h"

#include <assert.h>
#include <stdio.h>

#include "hsts/guard_judge.h"

#define NAME_SHOWN_SIZE_MAX 253

static const char *const names[PRELOAD_STATES_COUNT] = {
    [PRELOAD_STATE_UNKNOWN] = "unknown",
    [PRELOAD_STATE_PENDING] = "pending",
    [PRELOAD_STATE_PRELOADED] = "preloaded",
    [PRELOAD_STATE_REJECTED] = "rejected",
    [PRELOAD_STATE_REMOVED] = "removed",
    [PRELOAD_STATE_PENDING_REMOVAL] = "pending-removal",
    [PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL] = "pending-automated-removal",
};

static void only(struct preload_findings *ret, enum preload_code code, struct str above)
{
    ret->count = 1;
    ret->items[0].code = code;
    if (above.size)
        (void)snprintf(ret->items[0].detail, sizeof ret->items[0].detail, "the entry is %.*s",
                       STR_ARG(guard_clip(above, NAME_SHOWN_SIZE_MAX)));
}

void preload_standing_submission(const struct preload_standing *standing, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (standing->state == PRELOAD_STATE_PENDING)
        only(ret, PRELOAD_LIST_PENDING, STR(""));
    else if (standing->state == PRELOAD_STATE_PRELOADED)
        only(ret, PRELOAD_LIST_PRELOADED, STR(""));
}

/* Of an entry of its own. */
static void removal_of_entry(const struct preload_standing *standing, struct preload_findings *ret)
{
    switch (standing->state) {
    case PRELOAD_STATE_PRELOADED:
        if (!standing->is_bulk)
            only(ret, PRELOAD_LIST_PROTECTED, STR(""));
        return;
    case PRELOAD_STATE_PENDING: return;
    case PRELOAD_STATE_PENDING_REMOVAL:
    case PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL: only(ret, PRELOAD_LIST_REMOVAL_PENDING, STR("")); return;
    case PRELOAD_STATE_REMOVED: only(ret, PRELOAD_LIST_REMOVED, STR("")); return;
    default: only(ret, PRELOAD_LIST_NOT_PRELOADED, STR("")); return;
    }
}

void preload_standing_removal(const struct preload_standing *standing, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (standing->covered_by.size)
        only(ret, standing->covered_by_suffix ? PRELOAD_LIST_BELOW_SUFFIX : PRELOAD_LIST_BELOW_LISTED,
             standing->covered_by);
    else
        removal_of_entry(standing, ret);
}

const char *preload_state_name(enum preload_state state)
{
    assert(state < PRELOAD_STATES_COUNT);
    return names[state];
}

bool preload_state_from(struct str name, enum preload_state *ret)
{
    for (size_t i = 0; i < PRELOAD_STATES_COUNT; i++)
        if (str_eq(name, str_from(names[i]))) {
            *ret = (enum preload_state)i;
            return true;
        }
    return false;
}
