/* The state: names belong to one site, slots stay with their owners, copies share what did not change. */
#include "check.h"
#include "store/state.h"

static struct site *make_site(const char *name, const char *alias)
{
    struct site *site;
    json_t *json = json_pack("{s:s, s:[s], s:[s]}", "name", name, "aliases", alias, "upstreams", "http://127.0.0.1:80");
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, NULL));
    json_decref(json);
    return site;
}

static void fill(struct state *state)
{
    struct site *sites[] = {make_site("b.example", "www.b.example"), make_site("a.example", "*.a.example")};
    state_init(state);
    assert_true(state_add(state, sites, 2, NULL));
    assert_true(state_assign_slots(state, NULL));
    state->generation = 41;
    state->clock.over_s = 1700000001;
    site_unref(sites[0]);
    site_unref(sites[1]);
}

static void no_name_belongs_to_two_sites(void **unused)
{
    static const struct {
        const char *name, *alias, *field;
    } cases[] = {
        {"a.example", "x.example", "[0].name"},
        {"www.b.example", "x.example", "[0].name"},
        {"x.example", "a.example", "[0].aliases[0]"},
        {"x.example", "*.a.example", "[0].aliases[0]"},
        {"x.example", "y.example", NULL},
    };
    struct state state;
    (void)unused;
    fill(&state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct site *site = make_site(cases[i].name, cases[i].alias);
        assert_int_equal(state_check(&state, NULL, &site, 1, true, &err), cases[i].field == NULL);
        if (cases[i].field) {
            assert_string_equal(err.field, cases[i].field);
            assert_int_equal(err.code, ERR_CONFLICT);
        }
        site_unref(site);
    }
    struct site *same = make_site("a.example", "*.a.example");
    assert_true(state_check(&state, state_find(&state, STR("a.example")), &same, 1, false, NULL));
    site_unref(same);
    state_fini(&state);
}

static void slots_stay_with_their_owners(void **unused)
{
    struct state state, copy;
    (void)unused;
    fill(&state);
    uint32_t slot = state_find(&state, STR("a.example"))->slot;
    assert_true(state_copy(&state, &copy, NULL));
    state_remove(&copy, STR("b.example"));
    struct site *fresh = make_site("new.example", "old.example");
    assert_true(state_add(&copy, &fresh, 1, NULL));
    assert_true(state_assign_slots(&copy, NULL));
    assert_int_equal(state_find(&copy, STR("a.example"))->slot, slot);
    assert_int_not_equal(fresh->slot, state_find(&state, STR("b.example"))->slot);
    assert_ptr_equal(state_find_any(&copy, STR("old.example")), fresh);
    site_unref(fresh);
    state_fini(&copy);
    state_fini(&state);
}

static void a_copy_shares_its_sites_and_keeps_the_rest(void **unused)
{
    struct state state, copy;
    (void)unused;
    fill(&state);
    assert_true(state_copy(&state, &copy, NULL));
    assert_int_equal(copy.sites_count, 2);
    assert_ptr_equal(copy.sites[0], state.sites[0]);
    assert_int_equal(copy.generation, 41);
    assert_int_equal(copy.clock.over_s, 1700000001);
    state_fini(&state);
    assert_str(copy.sites[0]->name, STR("a.example"));
    state_fini(&copy);
}

static void sites_are_in_the_order_of_their_names(void **unused)
{
    static const char *const names[] = {"b.example", "a.example", "a.example.org", "a-b.example", "c.example"};
    struct state state;
    (void)unused;
    state_init(&state);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct site *site = make_site(names[i], "x.example");
        assert_true(state_add(&state, &site, 1, NULL));
        site_unref(site);
    }
    for (size_t i = 1; i < state.sites_count; i++)
        assert_true(state_compare_names(state.sites[i - 1]->name, state.sites[i]->name) < 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_str(state_find(&state, str_from(names[i]))->name, str_from(names[i]));
    state_fini(&state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_belongs_to_two_sites),
        cmocka_unit_test(slots_stay_with_their_owners),
        cmocka_unit_test(a_copy_shares_its_sites_and_keeps_the_rest),
        cmocka_unit_test(sites_are_in_the_order_of_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
