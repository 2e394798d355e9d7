/* What control tells the supervisor of bound browsers, and what it records when the port changed all the same. */
#include "api_ask.h"
#include "control/listeners.h"
#include "store/bound.h"

#define SITE(name) "{\"name\":\"" name "\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"

static struct bound load(struct fixture *f)
{
    struct bound bound;
    struct err err = {0};
    if (!bound_load(f->directory, &bound, &err))
        fail_msg("%s", err.text);
    return bound;
}

static void assert_name(const struct bound *bound, const char *name)
{
    assert_string_equal(bound->name.text, name);
}

/* Two sites, the first of which makes a promise of 300 s. */
static struct fixture *bound_fixture(void)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", SITE("a.test"), 201, NULL},
        {"POST", "/v1/sites", SITE("b.test"), 201, NULL},
    };
    struct fixture *f = fixture_new();
    RUN(f, steps);
    fixture_prove_renewals(f, "a.test");
    fixture_prove_renewals(f, "b.test");
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    fixture_look(f, "b.test", OBSERVED_TRUST_SYSTEM);
    assert_int_equal(load(f).name.size, 0);
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300}", 200, NULL);
    return f;
}

static void the_file_is_there_as_soon_as_a_promise_is_and_goes_when_all_are_free(void **state)
{
    struct fixture *f = bound_fixture();
    struct bound bound = load(f);
    (void)state;
    assert_name(&bound, "a.test");
    assert_int_equal(bound.https_port, 443);
    assert_int_equal(bound.http_port, 80);
    assert_true(bound.is_open);
    assert_true(bound.until_s >= core_latest_s(&f->core) + 300);
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"mode\":\"release\"}", 200, NULL);
    fixture_settle(f);
    bound = load(f);
    assert_false(bound.is_open);
    int64_t left_s = bound.until_s - core_latest_s(&f->core);
    assert_true(left_s >= 300 + LEDGER_SLACK_S - 60 && left_s <= 300 + LEDGER_SLACK_S + 60);
    f->passed_s += left_s - 120;
    commit_save_clock(&f->core);
    assert_int_equal(load(f).until_s, bound.until_s); /* a date that stands */
    f->passed_s += 240;
    commit_save_clock(&f->core);
    assert_int_equal(load(f).name.size, 0);
    fixture_free(f);
}

static void the_longest_of_several_is_told_and_a_name_nobody_serves_is_left_out(void **state)
{
    struct fixture *f = bound_fixture();
    (void)state;
    RUN_ONE(f, "PATCH", "/v1/sites/b.test", "{\"ladder\":[900]}", 200, NULL);
    RUN_ONE(
        f, "PUT", "/v1/sites/b.test/hsts",
        "{\"max_age\":900,\"override\":{\"guards\":[\"dwell\",\"traffic\"],\"reason\":\"x\",\"confirm\":\"b.test\"}}",
        200, NULL);
    struct bound bound = load(f);
    assert_name(&bound, "b.test");
    RUN_ONE(f, "DELETE", "/v1/sites/b.test",
            "{\"override\":{\"guards\":[\"keep-name\"],\"reason\":\"x\",\"confirm\":\"b.test\"}}", 200, NULL);
    bound = load(f);
    assert_name(&bound, "a.test");
    fixture_free(f);
}

static void the_file_is_written_only_when_it_says_something_else(void **state)
{
    struct fixture *f = bound_fixture();
    struct stat first, second;
    char path[80];
    struct err err = {0};
    (void)state;
    (void)snprintf(path, sizeof path, "%s/" BOUND_FILE_NAME, f->directory);
    commit_save_clock(&f->core);
    assert_int_equal(stat(path, &first), 0);
    commit_save_clock(&f->core);
    assert_int_equal(stat(path, &second), 0);
    assert_int_equal(first.st_ino, second.st_ino);
    assert_true(file_replace(path, STR("garbage"), 0600, &err));
    commit_save_clock(&f->core);
    struct bound bound = load(f);
    assert_name(&bound, "a.test"); /* a damaged one is mended */
    fixture_free(f);
}

static void a_port_that_changed_is_recorded_once_with_its_reason(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"act\":\"listener.change\""},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"actor\":\"boot file\""},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"before\":{\"https\":443,\"http\":80}"},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"after\":{\"https\":8443,\"http\":80}"},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"override\":\"keep-listener\",\"reason\":\"moved\""},
    };
    struct fixture *f = bound_fixture();
    struct buf body;
    (void)state;
    fixture_restart(f);
    f->boot.https_port = f->boot.served_https_port = 8443;
    f->boot.listener_reason = "moved";
    commit_save_clock(&f->core);
    assert_int_equal(load(f).https_port, 8443);
    RUN(f, steps);
    commit_save_clock(&f->core);
    assert_int_equal(ask(f, "GET", "/v1/audit?site=a.test", "", "", &body), 200);
    const char *found = strstr(buf_str(&body).data, "listener.change");
    assert_non_null(found);
    assert_null(strstr(found + 1, "listener.change"));
    buf_fini(&body);
    f->boot.served_https_port = 0; /* closed, and without an override: the supervisor could not know */
    f->boot.listener_reason = NULL;
    commit_save_clock(&f->core);
    RUN_ONE(f, "GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"after\":{\"https\":0,\"http\":80},");
    RUN_ONE(f, "GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"override\":null,\"reason\":null");
    fixture_free(f);
}

static void names_below_keep_the_listener_when_the_site_above_is_gone(void **state)
{
    struct fixture *f = fixture_new();
    struct book_plan plan;
    const struct ledger_promise plain = {.max_age_s = 600}, wide = {.max_age_s = 300, .include_subdomains = true};
    (void)state;
    book_plan_init(&plan, &f->core.book);
    assert_true(book_plan_open(&plan, &f->core.book, STR("gone.test"), &plain, core_over_s(&f->core)));
    assert_true(book_apply(&f->core.book, &plan));
    book_plan_fini(&plan);
    listeners_keep(&f->core, &f->core.state);
    assert_int_equal(load(f).name.size, 0);
    book_plan_init(&plan, &f->core.book);
    assert_true(book_plan_open(&plan, &f->core.book, STR("above.test"), &wide, core_over_s(&f->core)));
    assert_true(book_apply(&f->core.book, &plan));
    book_plan_fini(&plan);
    listeners_keep(&f->core, &f->core.state);
    struct bound bound = load(f);
    assert_name(&bound, "above.test");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_there_as_soon_as_a_promise_is_and_goes_when_all_are_free),
        cmocka_unit_test(the_longest_of_several_is_told_and_a_name_nobody_serves_is_left_out),
        cmocka_unit_test(the_file_is_written_only_when_it_says_something_else),
        cmocka_unit_test(a_port_that_changed_is_recorded_once_with_its_reason),
        cmocka_unit_test(names_below_keep_the_listener_when_the_site_above_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
