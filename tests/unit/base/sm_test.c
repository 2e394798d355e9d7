#include "check.h"

#include "base/sm.h"

/* shut <-> open -> broken */
enum { SHUT, OPEN, BROKEN };
static const char *const names[] = {"shut", "open", "broken"};
static const uint64_t allowed[] = {
    [SHUT] = SM_TO(OPEN),
    [OPEN] = SM_TO(SHUT) | SM_TO(OPEN) | SM_TO(BROKEN),
    [BROKEN] = 0,
};
static const struct sm_model door = {.name = "door", .states = names, .states_count = 3, .allowed = allowed};

static void moves_follow_the_table(void **state)
{
    (void)state;
    struct sm sm;
    sm_init(&sm, &door, "front", SHUT);
    assert_string_equal(sm_name(&sm), "shut");
    assert_false(sm_may(&sm, SHUT));
    assert_false(sm_may(&sm, BROKEN));
    assert_false(sm_may(&sm, 3));
    assert_false(sm_may(&sm, 64));
    sm_move(&sm, OPEN);
    assert_true(sm_may(&sm, OPEN));
    sm_move(&sm, BROKEN);
    assert_int_equal(sm.state, BROKEN);
    for (unsigned to = 0; to < 4; to++)
        assert_false(sm_may(&sm, to));
}

static void a_model_is_sound_when_no_edge_leads_out_of_it(void **state)
{
    (void)state;
    assert_true(sm_model_is_sound(&door));
    const uint64_t wild[] = {SM_TO(1), SM_TO(3), 0};
    const struct sm_model bad = {.name = "bad", .states = names, .states_count = 3, .allowed = wild};
    assert_false(sm_model_is_sound(&bad));
    const char *const nameless[] = {"a", NULL, "c"};
    const struct sm_model unnamed = {.name = "bad", .states = nameless, .states_count = 3, .allowed = allowed};
    assert_false(sm_model_is_sound(&unnamed));
    const struct sm_model empty = {.name = "bad", .states = names, .states_count = 0, .allowed = allowed};
    assert_false(sm_model_is_sound(&empty));
}

static void a_model_is_connected_when_every_state_can_be_reached(void **state)
{
    (void)state;
    assert_true(sm_model_is_connected(&door, SHUT));
    assert_false(sm_model_is_connected(&door, BROKEN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_follow_the_table),
        cmocka_unit_test(a_model_is_sound_when_no_edge_leads_out_of_it),
        cmocka_unit_test(a_model_is_connected_when_every_state_can_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
