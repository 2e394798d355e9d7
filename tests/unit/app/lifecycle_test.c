#include "check.h"

#include "app/lifecycle.h"

static void the_model_is_sound_and_connected(void **state)
{
    (void)state;
    assert_true(sm_model_is_sound(&lifecycle_model));
    assert_true(sm_model_is_connected(&lifecycle_model, LIFECYCLE_ABSENT));
}

static void every_event_in_every_state_keeps_to_the_model_and_a_death_always_ends_in_absent(void **state)
{
    (void)state;
    for (unsigned from = 0; from < LIFECYCLE_STATES_COUNT; from++) {
        for (unsigned event = 0; event < LIFECYCLE_EVENTS_COUNT; event++) {
            struct sm sm;
            sm_init(&sm, &lifecycle_model, "test", from);
            (void)lifecycle_on(&sm, event); /* an edge outside of the model would abort here */
            if (event == LIFECYCLE_DIED)
                assert_int_equal(sm.state, LIFECYCLE_ABSENT);
        }
    }
}

struct step {
    enum lifecycle_event event;
    enum lifecycle_state to;
    enum lifecycle_action action;
};

static void walk(const struct step *steps, size_t count)
{
    struct sm sm;
    sm_init(&sm, &lifecycle_model, "test", LIFECYCLE_ABSENT);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lifecycle_on(&sm, steps[i].event), steps[i].action);
        assert_int_equal(sm.state, steps[i].to);
    }
}

#define WALK(...)                                                                                                      \
    do {                                                                                                               \
        const struct step steps[] = {__VA_ARGS__};                                                                     \
        walk(steps, sizeof steps / sizeof *steps);                                                                     \
    } while (0)

static void a_child_that_dies_while_it_is_wanted_is_restarted(void **state)
{
    (void)state;
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART});
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_READY, LIFECYCLE_SERVING, LIFECYCLE_DO_WELCOME},
         {LIFECYCLE_READY, LIFECYCLE_SERVING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART});
}

static void a_child_that_is_late_or_lost_is_killed_once_and_restarted(void **state)
{
    (void)state;
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_LATE, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
         {LIFECYCLE_LOST, LIFECYCLE_KILLED, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_LATE, LIFECYCLE_KILLED, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART});
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_READY, LIFECYCLE_SERVING, LIFECYCLE_DO_WELCOME},
         {LIFECYCLE_LOST, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_RESTART});
}

static void a_child_that_was_told_to_go_is_never_restarted(void **state)
{
    (void)state;
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_READY, LIFECYCLE_SERVING, LIFECYCLE_DO_WELCOME},
         {LIFECYCLE_TOLD, LIFECYCLE_LEAVING, LIFECYCLE_DO_TELL},
         {LIFECYCLE_TOLD, LIFECYCLE_LEAVING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_LOST, LIFECYCLE_LEAVING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_FORGET});
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_TOLD, LIFECYCLE_LEAVING, LIFECYCLE_DO_TELL},
         {LIFECYCLE_LATE, LIFECYCLE_DISMISSED, LIFECYCLE_DO_KILL},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_FORGET});
    WALK({LIFECYCLE_SPAWNED, LIFECYCLE_STARTING, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_LATE, LIFECYCLE_KILLED, LIFECYCLE_DO_KILL},
         {LIFECYCLE_TOLD, LIFECYCLE_DISMISSED, LIFECYCLE_DO_NOTHING},
         {LIFECYCLE_DIED, LIFECYCLE_ABSENT, LIFECYCLE_DO_FORGET});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_is_sound_and_connected),
        cmocka_unit_test(every_event_in_every_state_keeps_to_the_model_and_a_death_always_ends_in_absent),
        cmocka_unit_test(a_child_that_dies_while_it_is_wanted_is_restarted),
        cmocka_unit_test(a_child_that_is_late_or_lost_is_killed_once_and_restarted),
        cmocka_unit_test(a_child_that_was_told_to_go_is_never_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
