/* What is kept ready is looked at every day; when it would not do, people are told, quietly and until it is over. */
#include "control/drawer.h"

#include "api_ask.h"
#include "control/errands.h"
#include "control/notify.h"
#include "test_ca.h"

#define DAY  ((int64_t)86400)
#define SITE "{\"name\":\"a.test\",\"aliases\":[\"b.test\"],\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"

static void start(struct fixture *f)
{
    struct err err = {0};
    if (!errands_new(f->core.loop, &f->core.errands, &err) || !notifier_new(&f->core, &f->core.notifier, &err))
        fail_msg("%s", err.text);
}

static void stop(struct fixture *f)
{
    errands_free(f->core.errands);
    notifier_free(f->core.notifier);
    f->core.errands = NULL;
    f->core.notifier = NULL;
}

static void crash(struct fixture *f)
{
    stop(f);
    fixture_restart(f);
    start(f);
}

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    start(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    return f;
}

static void end(struct fixture *f)
{
    stop(f);
    fixture_free(f);
}

static bool note(void *context, const struct notification *n, const struct notify_delivery *d)
{
    (void)d;
    return buf_printf(context, "%s:%s:%.*s:%s ", notify_kind_names[n->kind], notify_phase_names[n->phase],
                      STR_ARG(n->stage), notify_severity_names[n->severity]);
}

/* The newest first. */
static void check_told(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_notifications(f->core.store, 0, 0, 100, note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void declare_root(struct fixture *f, struct str pem)
{
    json_t *json = json_pack("{s:s%}", "certificate_pem", pem.data, pem.size);
    char *text = json_dumps(json, 0);
    RUN_ONE(f, "POST", "/v1/private-roots", text, 200, NULL);
    free(text);
    json_decref(json);
}

/* Into the drawer of a.test comes a certificate for these names, with so many days left (0: for long). */
static void put_of(struct fixture *f, struct test_ca *ca, const char *const *names, int64_t days)
{
    const struct test_ca_leaf leaf = {.names = names,
                                      .not_before_s = days ? clock_wall_s() - 3600 : 0,
                                      .not_after_s = days ? clock_wall_s() + days * DAY + 3600 : 0};
    struct test_ca_made made = test_ca_make(ca, &leaf);
    json_t *json = json_pack("{s:s%,s:s%}", "certificate_pem", buf_str(&made.chain).data, buf_str(&made.chain).size,
                             "key_pem", buf_str(&made.key).data, buf_str(&made.key).size);
    char *text = json_dumps(json, 0);
    RUN_ONE(f, "PUT", "/v1/sites/a.test/drawer", text, 200, NULL);
    free(text);
    json_decref(json);
    test_ca_made_free(&made);
}

/* Of an authority that nobody knows. */
static void put(struct fixture *f, const char *const *names)
{
    struct test_ca *ca = test_ca_new();
    put_of(f, ca, names, 0);
    test_ca_free(ca);
}

/* A whole round: the time of a turn may be over before it has looked at a site. */
static void go_round(struct fixture *f, struct drawer_round *round, int64_t now_ms)
{
    int64_t before_ms = round->next_ms;
    while (round->next_ms == before_ms)
        drawer_turn(&f->core, round, now_ms);
    assert_true(round->next_ms == now_ms + DRAWER_INTERVAL_MS);
}

static void look(struct fixture *f)
{
    struct drawer_round round = {0};
    go_round(f, &round, 1000);
}

static void what_would_not_do_is_told_once_again_after_a_day_and_when_it_is_over(void **state)
{
    static const char *const wrong[] = {"elsewhere.test", NULL};
    struct fixture *f = begin();
    (void)state;
    look(f);
    check_told(f, ""); /* an empty drawer is no problem */
    put(f, wrong);
    check_told(f, "drawer:begun:wrong_name:warning ");
    RUN_ONE(f, "GET", "/v1/notify/log", "", 200, "does not cover a.test");
    look(f);
    crash(f);
    look(f);
    check_told(f, "drawer:begun:wrong_name:warning ");
    f->passed_s = DAY;
    look(f);
    check_told(f, "drawer:still:wrong_name:warning drawer:begun:wrong_name:warning ");
    RUN_ONE(f, "DELETE", "/v1/sites/a.test/drawer", "", 200, NULL);
    look(f);
    check_told(f,
               "drawer:resolved:wrong_name:warning drawer:still:wrong_name:warning drawer:begun:wrong_name:warning ");
    end(f);
}

static void a_name_that_the_site_gains_is_missing_in_the_drawer(void **state)
{
    static const char *const names[] = {"a.test", "b.test", NULL};
    struct fixture *f = begin();
    (void)state;
    put(f, names);
    check_told(f, "drawer:begun:chain:warning "); /* nobody knows the test's authority */
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"aliases\":[\"b.test\",\"c.test\"]}", 200, NULL);
    check_told(f, "drawer:begun:chain:warning "); /* no worse than it was, in our terms */
    f->passed_s = DAY;
    look(f);
    check_told(f, "drawer:still:wrong_name:warning drawer:begun:chain:warning ");
    RUN_ONE(f, "GET", "/v1/notify/log?limit=1", "", 200, "does not cover c.test");
    RUN_ONE(f, "GET", "/v1/notify/log?limit=1", "", 200, "Browsers would not trust it");
    end(f);
}

static void what_ends_soon_is_told_as_that_and_worse_at_once_when_a_file_takes_a_name_in(void **state)
{
    static const char *const names[] = {"a.test", "b.test", NULL};
    struct fixture *f = begin();
    struct test_ca *ca = test_ca_new();
    (void)state;
    declare_root(f, test_ca_root_pem(ca));
    put_of(f, ca, names, 0);
    check_told(f, "");
    put_of(f, ca, names, 10);
    check_told(f, "drawer:begun:expiring:warning ");
    RUN_ONE(f, "GET", "/v1/notify/log", "", 200, "ends in 10 days");
    RUN_ONE(f, "POST", "/v1/apply",
            "{\"sites\":[{\"name\":\"a.test\",\"aliases\":[\"c.test\"],\"upstreams\":[\"http://127.0.0.1:1\"]}]}", 200,
            NULL);
    check_told(f, "drawer:worse:wrong_name:warning drawer:begun:expiring:warning ");
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"aliases\":[]}", 200, NULL);
    check_told(f, "drawer:resolved:wrong_name:warning drawer:worse:wrong_name:warning drawer:begun:expiring:warning ");
    RUN_ONE(f, "GET", "/v1/notify/log?limit=1", "", 200, "What remains: The certificate ends in 10 days");
    put_of(f, ca, names, 0);
    RUN_ONE(f, "GET", "/v1/notify/log?limit=1", "", 200, "is no problem any more");
    test_ca_free(ca);
    end(f);
}

static void by_a_clock_that_is_not_trusted_nothing_is_said_and_the_round_waits(void **state)
{
    static const char *const wrong[] = {"elsewhere.test", NULL};
    struct fixture *f = begin();
    struct drawer_round round = {0};
    (void)state;
    f->wall_shift_s = 3000 * DAY;
    commit_look_at_clock(&f->core);
    put(f, wrong);
    drawer_turn(&f->core, &round, 1000);
    check_told(f, "");
    assert_int_equal(round.next_ms, 0);
    RUN_ONE(f, "POST", "/v1/clock", "{\"confirm\":true}", 200, NULL);
    go_round(f, &round, 2000);
    check_told(f, "drawer:begun:wrong_name:critical ");
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 200, NULL);
    drawer_turn(&f->core, &round, 3000); /* not before tomorrow, and of nothing */
    drawer_turn(&f->core, &round, 2000 + DRAWER_INTERVAL_MS);
    check_told(f, "drawer:begun:wrong_name:critical ");
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_not_do_is_told_once_again_after_a_day_and_when_it_is_over),
        cmocka_unit_test(a_name_that_the_site_gains_is_missing_in_the_drawer),
        cmocka_unit_test(what_ends_soon_is_told_as_that_and_worse_at_once_when_a_file_takes_a_name_in),
        cmocka_unit_test(by_a_clock_that_is_not_trusted_nothing_is_said_and_the_round_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
