/* The state and its file: nothing is lost, nothing is guessed. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "os/file.h"
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
    const struct promise promise = {2000000000, 300, true};
    state_init(state);
    sites[0]->hsts_max_age_s = 86400;
    sites[0]->promise = promise;
    assert_true(site_set_certificates(sites[0], SITE_SOURCE_FILE, STR("00112233445566778899aabbccddeeff"), STR("")));
    assert_true(state_add(state, sites, 2, NULL));
    assert_true(state_assign_slots(state, NULL));
    assert_true(state_bury(state, STR("old.example"), &promise, 1700000000, STR("moved \"away\""), NULL));
    state->generation = 41;
    state->clock_s = 1700000001;
    site_unref(sites[0]);
    site_unref(sites[1]);
}

static void to_text(const struct state *state, struct buf *text)
{
    buf_init(text, STATE_FILE_SIZE_MAX);
    state_write(state, text);
    assert_true(buf_ok(text));
}

static void a_state_survives_its_file(void **unused)
{
    struct state state, again;
    struct buf first, second;
    struct err err = {0};
    (void)unused;
    fill(&state);
    to_text(&state, &first);
    if (!state_read(buf_str(&first), &again, &err))
        fail_msg("%s %s", err.field, err.text);
    to_text(&again, &second);
    assert_str(buf_str(&second), buf_str(&first));
    assert_str(again.sites[0]->name, STR("a.example"));
    assert_int_equal(again.sites[1]->promise.open_max_age_s, 300);
    assert_int_equal(again.generation, 41);
    buf_fini(&first);
    buf_fini(&second);
    state_fini(&state);
    state_fini(&again);
}

static void a_file_cut_anywhere_is_refused_or_the_same(void **unused)
{
    struct state state;
    struct buf text;
    (void)unused;
    fill(&state);
    to_text(&state, &text);
    for (size_t size = 0; size < text.size; size++) {
        struct state cut;
        struct err err = {0};
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, buf_str(&text).data, size);
        if (state_read(str_make(copy, size), &cut, &err)) {
            struct buf again;
            to_text(&cut, &again);
            assert_str(buf_str(&again), buf_str(&text));
            buf_fini(&again);
            state_fini(&cut);
            assert_int_equal(size, text.size - 1); /* only the last line end may be missing */
        } else {
            assert_int_not_equal(err.text[0], 0);
        }
        free(copy);
    }
    buf_fini(&text);
    state_fini(&state);
}

static void what_is_not_understood_is_refused(void **unused)
{
    static const struct {
        const char *text, *field;
    } cases[] = {
        {"[]", "version"},
        {"{}", "version"},
        {"{\"version\":2,\"sites\":[]}", "version"},
        {"{\"version\":\"1\",\"sites\":[]}", "version"},
        {"{\"version\":1}", "sites"},
        {"{\"version\":1,\"\\u0073ites\":[1]}", "sites"},
        {"{\"version\":1,\"sites\":[1,]}", "sites"},
        {"{\"version\":1,\"sites\":[],]}", ""},
        {"{\"version\":1,\"sites\":{}}", "sites"},
        {"{\"version\":1,\"sites\":[],\"future\":1}", "future"},
        {"{\"version\":1,\"version\":1,\"sites\":[]}", ""},
        {"{\"version\":1,\"sites\":[{\"name\":\"a.example\"}]}", "sites[0].routes"},
        {"{\"version\":1,\"sites\":[],\"settings\":{\"limits\":{\"head_size_max\":1}}}",
         "settings.limits.head_size_max"},
        {"{\"version\":1,\"sites\":[],\"settings\":{\"limits\":{\"x\":1}}}", "settings.limits.x"},
        {"{\"version\":1,\"sites\":[],\"tombstones\":[{\"name\":\"a\"}]}", "tombstones[0].promise"},
        {"{\"version\":1,\"sites\":[],\"generation\":-1}", "generation"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct state state;
        struct err err = {0};
        if (state_read(str_from(cases[i].text), &state, &err))
            fail_msg("taken: %s", cases[i].text);
        if (strcmp(err.field, cases[i].field) != 0)
            fail_msg("%s: field \"%s\" (%s)", cases[i].text, err.field, err.text);
    }
}

static void a_broken_file_is_left_as_it_is(void **unused)
{
    char folder[] = "/tmp/strictgate-state-XXXXXX", path[64];
    struct state state;
    struct buf content;
    struct err err = {0};
    (void)unused;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/state.json", folder);
    assert_true(state_load(path, &state, &err)); /* not there: a first start */
    assert_int_equal(state.sites_count, 0);
    state_fini(&state);
    assert_true(file_replace(path, STR("{\"version\":1,"), 0600, NULL));
    assert_false(state_load(path, &state, &err));
    assert_non_null(strstr(err.text, path));
    assert_true(file_read(path, 100, &content, NULL));
    assert_str(buf_str(&content), STR("{\"version\":1,"));
    buf_fini(&content);
    fill(&state);
    assert_true(state_save(&state, path, &err));
    state_fini(&state);
    assert_true(state_load(path, &state, &err));
    assert_int_equal(state.sites_count, 2);
    state_fini(&state);
    (void)unlink(path);
    (void)rmdir(folder);
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

static void slots_stay_and_a_name_that_comes_back_keeps_its_promise(void **unused)
{
    struct state state, copy;
    (void)unused;
    fill(&state);
    uint32_t slot = state_find(&state, STR("a.example"))->slot;
    assert_true(state_copy(&state, &copy, NULL));
    state_remove(&copy, STR("b.example"));
    struct site *back = make_site("new.example", "old.example");
    assert_true(state_add(&copy, &back, 1, NULL));
    assert_true(state_assign_slots(&copy, NULL));
    assert_int_equal(state_find(&copy, STR("a.example"))->slot, slot);
    assert_int_not_equal(back->slot, state_find(&state, STR("b.example"))->slot);
    state_revive(&copy, 1700000000);
    assert_int_equal(back->promise.until_s, 2000000000);
    assert_int_equal(copy.tombstones_count, 0);
    assert_int_equal(state.tombstones_count, 1);
    assert_ptr_equal(state_find_any(&copy, STR("old.example")), back);
    site_unref(back);
    state_fini(&copy);
    state_fini(&state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_survives_its_file),
        cmocka_unit_test(a_file_cut_anywhere_is_refused_or_the_same),
        cmocka_unit_test(what_is_not_understood_is_refused),
        cmocka_unit_test(a_broken_file_is_left_as_it_is),
        cmocka_unit_test(no_name_belongs_to_two_sites),
        cmocka_unit_test(slots_stay_and_a_name_that_comes_back_keeps_its_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
