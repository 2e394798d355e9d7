/* Moves along the edges of a table, and checks of such tables for the tests. */
#include "base/sm.h"

#include <assert.h>

#include "base/log.h"

void sm_init(struct sm *sm, const struct sm_model *model, const char *id, unsigned initial)
{
    assert(initial < model->states_count);
    *sm = (struct sm){.model = model, .id = id, .state = initial};
}

bool sm_may(const struct sm *sm, unsigned to)
{
    return to < sm->model->states_count && (sm->model->allowed[sm->state] & SM_TO(to)) != 0;
}

void sm_move(struct sm *sm, unsigned to)
{
    assert(sm_may(sm, to));
    log_debug("%s %s: %s -> %s", sm->model->name, sm->id, sm_name(sm), sm->model->states[to]);
    sm->state = to;
}

const char *sm_name(const struct sm *sm)
{
    return sm->model->states[sm->state];
}

bool sm_model_is_sound(const struct sm_model *model)
{
    if (model->states_count == 0 || model->states_count > SM_STATES_COUNT_MAX)
        return false;
    uint64_t known = model->states_count == SM_STATES_COUNT_MAX ? UINT64_MAX : SM_TO(model->states_count) - 1;
    for (size_t i = 0; i < model->states_count; i++)
        if (!model->states[i] || (model->allowed[i] & ~known) != 0)
            return false;
    return true;
}

bool sm_model_is_connected(const struct sm_model *model, unsigned initial)
{
    uint64_t reached = SM_TO(initial), before = 0;
    while (reached != before) {
        before = reached;
        for (size_t i = 0; i < model->states_count; i++)
            if (reached & SM_TO(i))
                reached |= model->allowed[i];
    }
    for (size_t i = 0; i < model->states_count; i++)
        if (!(reached & SM_TO(i)))
            return false;
    return true;
}
