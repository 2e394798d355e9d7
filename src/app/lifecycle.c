/* The table behind the drawing in the header. */
#include "app/lifecycle.h"

static const char *const state_names[LIFECYCLE_STATES_COUNT] = {
    [LIFECYCLE_ABSENT] = "absent",   [LIFECYCLE_STARTING] = "starting", [LIFECYCLE_SERVING] = "serving",
    [LIFECYCLE_LEAVING] = "leaving", [LIFECYCLE_KILLED] = "killed",     [LIFECYCLE_DISMISSED] = "dismissed",
};

static const uint64_t allowed[LIFECYCLE_STATES_COUNT] = {
    [LIFECYCLE_ABSENT] = SM_TO(LIFECYCLE_STARTING),
    [LIFECYCLE_STARTING] =
        SM_TO(LIFECYCLE_ABSENT) | SM_TO(LIFECYCLE_SERVING) | SM_TO(LIFECYCLE_LEAVING) | SM_TO(LIFECYCLE_KILLED),
    [LIFECYCLE_SERVING] = SM_TO(LIFECYCLE_ABSENT) | SM_TO(LIFECYCLE_LEAVING) | SM_TO(LIFECYCLE_KILLED),
    [LIFECYCLE_LEAVING] = SM_TO(LIFECYCLE_ABSENT) | SM_TO(LIFECYCLE_DISMISSED),
    [LIFECYCLE_KILLED] = SM_TO(LIFECYCLE_ABSENT) | SM_TO(LIFECYCLE_DISMISSED),
    [LIFECYCLE_DISMISSED] = SM_TO(LIFECYCLE_ABSENT),
};

const struct sm_model lifecycle_model = {
    .name = "child",
    .states = state_names,
    .states_count = LIFECYCLE_STATES_COUNT,
    .allowed = allowed,
};

/* What is not in the table is an event that changes nothing there (a READY said twice, a channel lost on the way out).
 */
static const struct {
    enum lifecycle_state from;
    enum lifecycle_event event;
    enum lifecycle_state to;
    enum lifecycle_action action;
} edges[] = {
    {LIFECYCLE_ABSENT, LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},

    {LIFECYCLE_STARTING, LIFECYCLE_READY, LIFECYCLE_SERVING, LIFECYCLE_DO_WELCOME},
    {LIFECYCLE_STARTING, LIFECYCLE_TOLD, LIFECYCLE_LEAVING, LIFECYCLE_DO_TELL},
    {LIFECYCLE_STARTING, LIFECYCLE_LATE, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
    {LIFECYCLE_STARTING, LIFECYCLE_LOST, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
    {LIFECYCLE_STARTING, LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART},

    {LIFECYCLE_SERVING, LIFECYCLE_TOLD, LIFECYCLE_LEAVING, LIFECYCLE_DO_TELL},
    {LIFECYCLE_SERVING, LIFECYCLE_LATE, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
    {LIFECYCLE_SERVING, LIFECYCLE_LOST, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
    {LIFECYCLE_SERVING, LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART},

    {LIFECYCLE_LEAVING, LIFECYCLE_LATE, LIFECYCLE_DISMISSED, LIFECYCLE_DO_KILL},
    {LIFECYCLE_LEAVING, LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_FORGET},

    {LIFECYCLE_KILLED, LIFECYCLE_TOLD, LIFECYCLE_DISMISSED, LIFECYCLE_DO_NOTHING},
    {LIFECYCLE_KILLED, LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART},

    {LIFECYCLE_DISMISSED, LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_FORGET},
};

enum lifecycle_action lifecycle_on(struct sm *sm, enum lifecycle_event event)
{
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        if (edges[i].from != sm->state || edges[i].event != event)
            continue;
        sm_move(sm, edges[i].to);
        return edges[i].action;
    }
    return LIFECYCLE_DO_NOTHING;
}
