/* Reloading a state that was changed by hand: nothing that browsers were told is forgotten. */
#include "core_fixture.h"
#include "os/user.h"
#include "test_ca.h"

#define OTHER_UID 54321
#define UNTIL_S   (clock_wall_s() + 86400)

static void add_site(struct state *state, const char *name, size_t aliases_count, const char *alias_format,
                     int64_t until_s)
{
    struct buf text;
    struct err err = {0};
    struct site *site;
    buf_init(&text, 1 << 20);
    assert_true(buf_printf(&text, "{\"name\":\"%s\",\"routes\":[{\"kind\":\"fixed\"}],\"aliases\":[", name));
    for (size_t i = 0; i < aliases_count; i++)
        assert_true(buf_printf(&text, "%s\"a%zu.%s\"", i ? "," : "", i, alias_format ? alias_format : name));
    assert_true(buf_put_str(&text, STR("]}")));
    json_t *json = json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL);
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, &err));
    site->promise.until_s = until_s;
    assert_true(state_add(state, &site, 1, &err));
    site_unref(site);
    json_decref(json);
    buf_fini(&text);
}

/* What an editor made of it. */
static void write_by_hand(struct fixture *f, const struct state *state)
{
    struct err err = {0};
    assert_true(state_save(state, f->core.paths.state, &err));
}

static int64_t bound_until(struct fixture *f, const char *name)
{
    const struct site *site = state_find_any(&f->core.state, str_from(name));
    const struct tombstone *tombstone = state_tombstone(&f->core.state, str_from(name));
    return site ? site->promise.until_s : tombstone ? tombstone->promise.until_s : 0;
}

static void a_reload_keeps_the_promises_of_what_was_edited(void **state)
{
    struct fixture *f = fixture_new();
    struct state edited;
    struct err err = {0};
    const int64_t until_s = UNTIL_S;
    (void)state;
    add_site(&f->core.state, "kept.test", 1, NULL, until_s);
    add_site(&f->core.state, "gone.test", 1, NULL, until_s);
    add_site(&f->core.state, "moved.test", 1, NULL, until_s);
    assert_true(commit_again(&f->core, &err));
    state_init(&edited);
    add_site(&edited, "kept.test", 1, NULL, 0);
    add_site(&edited, "moved.test", 0, NULL, 0);
    add_site(&edited, "other.test", 1, "moved.test", 0);
    write_by_hand(f, &edited);
    state_fini(&edited);
    assert_true(commit_reload(&f->core, &err));
    static const char *const bound[] = {"kept.test",     "a0.kept.test", "gone.test", "a0.gone.test",
                                        "a0.moved.test", "moved.test",   "other.test"};
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++)
        assert_int_equal(bound_until(f, bound[i]), until_s);
    assert_int_equal(f->core.state.tombstones_count, 2);
    fixture_free(f);
}

static void add_to(struct fixture *f, const char *name, int64_t until_s)
{
    struct err err = {0};
    struct state changed;
    assert_true(state_copy(&f->core.state, &changed, &err));
    add_site(&changed, name, 0, NULL, until_s);
    assert_true(commit_state(&f->core, &changed, &err));
}

static void a_name_that_leaves_a_wildcard_takes_its_promise_along(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    const int64_t until_s = UNTIL_S;
    const struct promise promise = {.until_s = until_s};
    (void)state;
    json_t *json =
        json_loads("{\"name\":\"w.test\",\"aliases\":[\"*.w.test\"],\"routes\":[{\"kind\":\"fixed\"}]}", 0, NULL);
    struct site *site;
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, &err));
    json_decref(json);
    site->promise = promise;
    assert_true(state_add(&f->core.state, &site, 1, &err));
    site_unref(site);
    assert_true(state_bury(&f->core.state, STR("*.gone.test"), &promise, 1, STR("x"), &err));
    add_to(f, "app.w.test", 0);
    add_to(f, "app.gone.test", 0);
    add_to(f, "two.labels.w.test", 0);
    assert_int_equal(bound_until(f, "app.w.test"), until_s);
    assert_int_equal(bound_until(f, "app.gone.test"), until_s);
    assert_int_equal(bound_until(f, "two.labels.w.test"), 0);
    assert_int_equal(bound_until(f, "*.gone.test"), until_s); /* still covers others */
    fixture_free(f);
}

static void give(const char *path, mode_t mode)
{
    assert_int_equal(chown(path, OTHER_UID, OTHER_UID), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* Renamed, but not synced: after a restart the new state counts, and its certificate must be there. */
static void a_save_that_fails_at_its_last_step_keeps_the_certificates_of_both(void **state)
{
    const struct user other = {.uid = OTHER_UID, .gid = OTHER_UID}, root = {0, 0};
    if (geteuid() != 0)
        skip();
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct err err = {0};
    struct state changed;
    char path[200];
    (void)state;
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, &err);
    const struct certificate *certificate = certificates_add(f->core.certificates, cert, &err);
    assert_non_null(certificate);
    (void)snprintf(path, sizeof path, "%s/%s.pem", f->core.paths.certificates, certificate->id);
    assert_true(state_copy(&f->core.state, &changed, &err));
    add_site(&changed, "a.test", 0, NULL, 0);
    assert_true(site_set_certificates(changed.sites[0], SITE_SOURCE_FILE, str_from(certificate->id), STR("")));
    give(f->core.paths.certificates, 0700);
    give(f->directory, 0300); /* names can be changed in it, but it cannot be opened for syncing */
    assert_true(user_files_as(&other, &err));
    bool committed = commit_state(&f->core, &changed, &err);
    assert_true(user_files_as(&root, &err));
    assert_false(committed);
    assert_int_equal(access(f->core.paths.state, F_OK), 0);
    assert_int_equal(access(path, F_OK), 0);
    cert_free(cert);
    test_ca_made_free(&made);
    test_ca_free(ca);
    fixture_free(f);
}

/* More names than tombstones are possible: those of sites that stay need none. */
static void a_reload_of_many_promises_is_no_conflict(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    const size_t sites_count = STATE_TOMBSTONES_COUNT_MAX / (SITE_ALIASES_COUNT_MAX + 1) + 2;
    (void)state;
    for (size_t i = 0; i < sites_count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "s%zu.test", i);
        add_site(&f->core.state, name, SITE_ALIASES_COUNT_MAX, NULL, UNTIL_S);
    }
    assert_true(commit_again(&f->core, &err));
    assert_true(commit_reload(&f->core, &err));
    assert_int_equal(f->core.state.tombstones_count, 0);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reload_keeps_the_promises_of_what_was_edited),
        cmocka_unit_test(a_name_that_leaves_a_wildcard_takes_its_promise_along),
        cmocka_unit_test(a_save_that_fails_at_its_last_step_keeps_the_certificates_of_both),
        cmocka_unit_test(a_reload_of_many_promises_is_no_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
