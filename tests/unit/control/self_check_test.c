/* Who is looked at when, and what becomes of it. What a look finds is the test's own: errands wait here until it says.
 */
#include "control/self_check.h"

#include "api_ask.h"
#include "control/errands.h"
#include "control/notify.h"
#include "control/preload.h"
#include "control/self_check_job.h"

#define DAY     ((int64_t)86400)
#define HOUR    ((int64_t)3600)
#define PUT_OFF "{\"self_check\":{\"every_days\":0}}"

#define JOBS_COUNT_MAX 8
static struct errand *waiting[JOBS_COUNT_MAX];
static size_t waiting_count;

void __wrap_errands_put(struct errands *errands, struct errand *errand);

void __wrap_errands_put(struct errands *errands, struct errand *errand)
{
    (void)errands;
    assert_true(waiting_count < JOBS_COUNT_MAX);
    waiting[waiting_count++] = errand;
}

static void add_site(struct fixture *f, const char *name)
{
    char content[300];
    (void)snprintf(content, sizeof content, "{\"name\":\"%s\",\"upstreams\":[\"http://127.0.0.1:1\"]}", name);
    RUN_ONE(f, "POST", "/v1/sites", content, 201, NULL);
}

static void start(struct fixture *f)
{
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(self_checker_new(&f->core, &f->core.self_checker, NULL));
}

static void stop(struct fixture *f)
{
    for (; waiting_count > 0; waiting_count--)
        waiting[waiting_count - 1]->on_done(waiting[waiting_count - 1], true);
    errands_free(f->core.errands);
    self_checker_free(f->core.self_checker);
    f->core.errands = NULL;
    f->core.self_checker = NULL;
}

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    start(f);
    add_site(f, "a.test");
    return f;
}

static void end(struct fixture *f)
{
    stop(f);
    fixture_free(f);
}

static void turn_after(struct fixture *f, int64_t passed_s)
{
    f->passed_s += passed_s;
    self_check_turn(&f->core);
}

/* How many sites are being looked at now. */
static size_t under_way(void)
{
    size_t count = 0;
    for (size_t i = 0; i < waiting_count; i++)
        count += container_of(waiting[i], struct self_check_job, errand)->items_count;
    return count;
}

/* The look that was begun first ends: each site of it lacks what `code` is about, or nothing (PRELOAD_CODES_COUNT). */
static void finish_with(enum preload_code code, bool is_mended, enum self_check_sight sight)
{
    assert_true(waiting_count > 0);
    struct errand *first = waiting[0];
    struct self_check_job *job = container_of(first, struct self_check_job, errand);
    memmove(waiting, waiting + 1, --waiting_count * sizeof *waiting);
    for (size_t i = 0; i < job->items_count; i++) {
        struct self_check_report *report = &job->items[i].report;
        report->domain = job->items[i].names[0];
        report->sight = sight;
        finding_add(&report->more, FINDING_FIELD_VARIES, "seen at /%zu", i);
        if (code < PRELOAD_CODES_COUNT) {
            report->found.findings.items[0].code = code;
            report->found.findings.count = 1;
            report->found.mended[0] = is_mended;
        }
    }
    first->on_done(first, false);
}

static void finish(enum preload_code code)
{
    finish_with(code, false, SELF_CHECK_SEEN);
}

#define NOTHING PRELOAD_CODES_COUNT

static struct site *site_of(struct fixture *f, const char *name)
{
    struct site *site = state_find(&f->core.state, str_from(name));
    assert_non_null(site);
    return site;
}

static size_t errors_of(struct fixture *f, const char *name)
{
    const struct self_check *last = self_check_last(&f->core, str_from(name));
    assert_non_null(last);
    return last->errors_count;
}

/* As its moves would have made it. */
static void send_preload(struct fixture *f, const char *name)
{
    struct site *site = site_of(f, name);
    site->hsts.mode = HSTS_HOLD;
    site->hsts.max_age_s = 31536000;
    site->hsts.include_subdomains = site->hsts.preload = true;
}

/* ---- when ---- */

static void a_site_is_looked_at_some_minutes_after_it_came_and_then_daily(void **state)
{
    struct fixture *f = begin();
    (void)state;
    turn_after(f, 0);
    assert_int_equal(under_way(), 0);
    assert_null(self_check_last(&f->core, STR("a.test")));
    turn_after(f, 400);
    assert_int_equal(under_way(), 1);
    turn_after(f, 60); /* it takes its time, and is not begun anew */
    assert_int_equal(under_way(), 1);
    finish(NOTHING);
    turn_after(f, DAY - 60);
    assert_int_equal(under_way(), 0);
    turn_after(f, 60);
    assert_int_equal(under_way(), 1);
    finish(PRELOAD_FIELD_NONE);
    turn_after(f, DAY - 60); /* errors of a site that wants no preload are no reason to hurry */
    assert_int_equal(under_way(), 0);
    end(f);
}

static void it_can_be_seldom_or_never(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"self_check\":{\"every_days\":3}}", 200, "\"every_days\":3");
    turn_after(f, 0);
    turn_after(f, 400);
    finish(NOTHING);
    turn_after(f, 3 * DAY - 60);
    assert_int_equal(under_way(), 0);
    RUN_ONE(f, "PATCH", "/v1/settings", PUT_OFF, 200, NULL);
    turn_after(f, 3 * DAY);
    assert_int_equal(under_way(), 0);
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"next_check\":null,\"every_days\":0");
    RUN_ONE(f, "POST", "/v1/sites/a.test/check", NULL, 202, "\"running\":true");
    assert_int_equal(under_way(), 1);
    end(f);
}

static void settings_that_cannot_be_are_refused(void **state)
{
    struct fixture *f = begin();
    (void)state;
    const struct step steps[] = {
        {"PATCH", "/v1/settings", "{\"self_check\":{\"every_days\":31}}", 400, "self_check.every_days"},
        {"PATCH", "/v1/settings", "{\"self_check\":{\"address\":\"example.org\"}}", 400, "self_check.address"},
        {"PATCH", "/v1/settings", "{\"self_check\":{\"address\":\"[::1]\"}}", 400, "self_check.address"},
        {"PATCH", "/v1/settings", "{\"self_check\":{\"hosts\":1}}", 400, "self_check.hosts"},
        {"PATCH", "/v1/settings", "{\"self_check\":{\"address\":\"2001:db8::7\"}}", 200, "2001:db8::7"},
        {"PATCH", "/v1/settings", "{\"self_check\":{\"address\":\"\"}}", 200, "\"address\":\"\""},
    };
    RUN(f, steps);
    end(f);
}

static void many_sites_are_spread_out(void **state)
{
    struct fixture *f = begin();
    size_t turns = 0, most = 0, done = 0;
    (void)state;
    for (int i = 0; i < 40; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "s%02d.test", i);
        add_site(f, name);
    }
    self_check_turn(&f->core);
    f->passed_s += 400; /* they were all met by now, and all are due within the minute */
    while (done < 41 && turns++ < 10) {
        turn_after(f, 60);
        most = under_way() > most ? under_way() : most;
        done += under_way();
        if (under_way())
            finish(NOTHING);
    }
    assert_int_equal(done, 41);
    assert_int_equal(most, SELF_CHECK_BATCH_COUNT_MAX);
    end(f);
}

static void a_change_brings_it_sooner_but_never_at_once(void **state)
{
    struct fixture *f = begin();
    (void)state;
    turn_after(f, 0);
    turn_after(f, 400);
    finish(NOTHING);
    turn_after(f, HOUR);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"redirect\":\"permanent\"}", 200, NULL);
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"changed_since\":true");
    turn_after(f, 0);
    turn_after(f, SELF_CHECK_SETTLE_S - 60); /* the test itself takes its time */
    assert_int_equal(under_way(), 0);
    turn_after(f, 60);
    assert_int_equal(under_way(), 1);
    finish(NOTHING);
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"changed_since\":false");
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"redirect\":\"temporary\"}", 200, NULL);
    turn_after(f, 0);
    turn_after(f, SELF_CHECK_PAUSE_S - 60); /* whoever changes it all the time is not looked at all the time */
    assert_int_equal(under_way(), 0);
    turn_after(f, 60);
    assert_int_equal(under_way(), 1);
    end(f);
}

static void a_clock_that_was_set_back_makes_nobody_wait(void **state)
{
    struct fixture *f = begin();
    (void)state;
    f->passed_s = 100 * DAY;
    turn_after(f, 0);
    turn_after(f, 400);
    finish(NOTHING);
    turn_after(f, -90 * DAY);
    assert_int_equal(under_way(), 1);
    end(f);
}

static void whoever_asks_does_not_wait_for_the_others(void **state)
{
    struct fixture *f = begin();
    (void)state;
    add_site(f, "b.test");
    turn_after(f, 0);
    turn_after(f, 400);
    assert_int_equal(waiting_count, 1);
    add_site(f, "c.test");
    RUN_ONE(f, "POST", "/v1/sites/c.test/check", NULL, 202, NULL);
    RUN_ONE(f, "POST", "/v1/sites/c.test/check", "{}", 202, NULL);
    assert_int_equal(waiting_count, 2);
    assert_int_equal(under_way(), 3);
    RUN_ONE(f, "POST", "/v1/sites/a.test/check", NULL, 202, NULL); /* under way: that one will do */
    finish(NOTHING);
    assert_false(self_check_is_running(&f->core, STR("a.test")));
    finish(NOTHING);
    assert_int_equal(waiting_count, 0);
    end(f);
}

/* ---- what becomes of it ---- */

static void what_was_found_is_told_whole(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200,
            "{\"site\":\"a.test\",\"state\":\"never\",\"checked_at\":null");
    self_check_want(&f->core, STR("a.test"));
    finish_with(PRELOAD_FIELD_PRELOAD_MISSING, true, SELF_CHECK_SEEN);
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200,
            "\"running\":false,\"changed_since\":false,\"listed\":false,\"matters\":false,\"ready_for_preload\":true");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200,
            "\"code\":\"header.preloadable.preload.missing\",\"summary\":\"The field does not say preload.\"");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"mend\":\"preload\",\"mended_by_preload\":true");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"findings\":[{\"code\":\"field.varies\",\"severity\":\"");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"message\":\"seen at /0\"");
    RUN_ONE(f, "GET", "/v1/status", NULL, 200, "\"self_check\":{\"state\":\"errors\",\"checked_at\":\"");
    RUN_ONE(f, "GET", "/v1/status", NULL, 200, "\"errors\":1,\"warnings\":0}");
    end(f);
}

static void what_could_not_be_seen_says_why_and_no_error(void **state)
{
    struct fixture *f = begin();
    (void)state;
    self_check_want(&f->core, STR("a.test"));
    finish_with(NOTHING, false, SELF_CHECK_INSIDE);
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"state\":\"unseen\"");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"ready_for_preload\":null");
    RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200,
            "\"sight\":\"inside\",\"why\":\"The name leads to an address that only this network has\"");
    assert_int_equal(errors_of(f, "a.test"), 0);
    end(f);
}

static void errors_of_a_site_that_matters_are_seen_twice_before_they_count(void **state)
{
    struct fixture *f = begin();
    (void)state;
    send_preload(f, "a.test");
    self_check_want(&f->core, STR("a.test"));
    finish(NOTHING);
    self_check_want(&f->core, STR("a.test"));
    finish(PRELOAD_HTTP_NO_REDIRECT);
    assert_int_equal(errors_of(f, "a.test"), 0);
    assert_int_equal(under_way(), 1); /* at once once more */
    finish(PRELOAD_HTTP_NO_REDIRECT);
    assert_int_equal(errors_of(f, "a.test"), 1);
    assert_int_equal(under_way(), 0);
    RUN_ONE(
        f, "GET", "/v1/status", NULL, 200,
        "a.test sends preload, but would not be taken into the preload list (redirects.http.no_redirect): Plain HTTP "
        "does not redirect to HTTPS.");
    turn_after(f, 0);
    turn_after(f, SELF_CHECK_WRONG_INTERVAL_S); /* and by itself sooner than in a day */
    assert_int_equal(under_way(), 1);
    finish(NOTHING);
    assert_int_equal(errors_of(f, "a.test"), 0);
    self_check_want(&f->core, STR("a.test")); /* of a moment only */
    finish(PRELOAD_TLS_NONE);
    finish(NOTHING);
    assert_int_equal(errors_of(f, "a.test"), 0);
    end(f);
}

static void an_entry_of_its_own_makes_a_site_matter(void **state)
{
    static const char list[] =
        "{\"entries\":[{\"name\":\"a.test\",\"policy\":\"bulk-18-weeks\",\"mode\":\"force-https\","
        "\"include_subdomains\":true},{\"name\":\"b.test\",\"policy\":\"custom\",\"mode\":"
        "\"force-https\",\"include_subdomains\":true}]}";
    struct fixture *f = begin();
    (void)state;
    add_site(f, "b.test");
    add_site(f, "c.a.test");
    assert_true(preload_new(&f->core, &f->core.preload, NULL));
    RUN_ONE(f, "PUT", "/v1/preload?force=true", list, 202, NULL);
    assert_int_equal(waiting_count, 1);
    const struct deadline deadline = {.until_ms = INT64_MAX};
    struct errand *fetch = waiting[--waiting_count];
    fetch->work(fetch, &deadline);
    fetch->on_done(fetch, false);
    assert_true(self_check_matters(&f->core, site_of(f, "a.test")));
    assert_false(self_check_matters(&f->core, site_of(f, "b.test")));   /* kept by hand, whatever it sends */
    assert_false(self_check_matters(&f->core, site_of(f, "c.a.test"))); /* the entry is another's */
    self_check_want(&f->core, STR("a.test"));
    assert_int_equal(container_of(waiting[0], struct self_check_job, errand)->items[0].report.policy,
                     PRELOAD_POLICY_BULK_18_WEEKS);
    finish(PRELOAD_FIELD_NONE);
    finish(PRELOAD_FIELD_NONE);
    RUN_ONE(f, "GET", "/v1/status", NULL, 200,
            "a.test is on the browsers' preload list, and its self-check found what takes a domain off after a month "
            "(response.no_header)");
    preload_free(f->core.preload);
    f->core.preload = NULL;
    end(f);
}

static void what_was_seen_of_another_form_does_not_count(void **state)
{
    struct fixture *f = begin();
    (void)state;
    self_check_want(&f->core, STR("a.test"));
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"redirect\":\"permanent\"}", 200, NULL);
    finish(PRELOAD_HTTP_NO_REDIRECT);
    assert_null(self_check_last(&f->core, STR("a.test")));
    assert_int_equal(under_way(), 1); /* whoever asked goes on waiting */
    finish(NOTHING);
    assert_true(self_check_is_fresh(&f->core, site_of(f, "a.test")));
    f->passed_s += SELF_CHECK_FRESH_S + 1;
    assert_false(self_check_is_fresh(&f->core, site_of(f, "a.test")));
    end(f);
}

static void a_site_that_goes_is_forgotten(void **state)
{
    struct fixture *f = begin();
    (void)state;
    self_check_want(&f->core, STR("a.test"));
    finish(PRELOAD_FIELD_NONE);
    self_check_want(&f->core, STR("a.test"));
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", NULL, 200, NULL);
    add_site(f, "a.test");
    finish(PRELOAD_FIELD_NONE); /* of the one that is gone */
    assert_null(self_check_last(&f->core, STR("a.test")));
    stop(f);
    start(f);
    assert_null(self_check_last(&f->core, STR("a.test")));
    end(f);
}

static void what_was_found_outlives_a_restart(void **state)
{
    struct fixture *f = begin();
    (void)state;
    self_check_want(&f->core, STR("a.test"));
    finish(PRELOAD_WAY_TOO_MANY);
    stop(f);
    fixture_restart(f);
    start(f);
    assert_int_equal(errors_of(f, "a.test"), 1);
    assert_true(self_check_is_present(&f->core, site_of(f, "a.test")));
    turn_after(f, DAY - 60); /* it is not looked at anew for that */
    assert_int_equal(under_way(), 0);
    turn_after(f, 60);
    assert_int_equal(under_way(), 1);
    end(f);
}

static void what_is_stored_and_no_self_check_is_left_out(void **state)
{
    static const char *const contents[] = {"", "[]", "{", "{\"domain\":\"a.test\"}",
                                           "{\"domain\":\"a.test\",\"sight\":\"dreamt\"}"};
    struct fixture *f = begin();
    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        const struct store_self_check row = {
            .site = STR("a.test"), .at_s = 5, .form = UINT64_MAX, .content = str_from(contents[i])};
        assert_true(store_put_self_check(f->core.store, &row, NULL));
        stop(f);
        start(f);
        assert_null(self_check_last(&f->core, STR("a.test")));
        RUN_ONE(f, "GET", "/v1/sites/a.test/check", NULL, 200, "\"state\":\"never\"");
    }
    end(f);
}

static void addresses_and_wildcards_are_not_looked_at(void **state)
{
    struct fixture *f = begin();
    (void)state;
    add_site(f, "192.0.2.7");
    RUN_ONE(f, "GET", "/v1/sites/192.0.2.7/check", NULL, 200, "\"state\":\"none\"");
    RUN_ONE(f, "POST", "/v1/sites/192.0.2.7/check", NULL, 409, "no host name that could be looked at");
    RUN_ONE(f, "POST", "/v1/sites/a.test/check", "{\"now\":true}", 400, "now");
    RUN_ONE(f, "POST", "/v1/sites/none.test/check", NULL, 404, NULL);
    RUN_ONE(f, "GET", "/v1/sites/none.test/check", NULL, 404, NULL);
    assert_int_equal(under_way(), 0);
    assert_true(self_check_is_fresh(&f->core, site_of(f, "192.0.2.7")));
    end(f);
}

/* ---- who is told ---- */

static bool note(void *context, const struct notification *n, const struct notify_delivery *d)
{
    (void)d;
    return buf_printf(context, "%s:%s:%.*s:%.*s ", notify_kind_names[n->kind], notify_phase_names[n->phase],
                      STR_ARG(n->site), STR_ARG(n->stage));
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

static void errors_are_told_when_they_come_and_when_they_go(void **state)
{
    struct fixture *f = begin();
    (void)state;
    assert_true(notifier_new(&f->core, &f->core.notifier, NULL));
    add_site(f, "b.test");
    self_check_want(&f->core, STR("b.test")); /* which wants no preload */
    finish(PRELOAD_FIELD_NONE);
    send_preload(f, "a.test");
    self_check_want(&f->core, STR("a.test"));
    finish(NOTHING);
    check_told(f, "");
    self_check_want(&f->core, STR("a.test"));
    finish(PRELOAD_HTTP_NO_REDIRECT);
    check_told(f, "");
    finish(PRELOAD_HTTP_NO_REDIRECT);
    check_told(f, "check:begun:a.test:redirects.http.no_redirect ");
    self_check_want(&f->core, STR("a.test"));
    finish(PRELOAD_TLS_CHAIN); /* another one is no other matter */
    self_check_want(&f->core, STR("a.test"));
    finish_with(NOTHING, false, SELF_CHECK_UNREACHABLE); /* and that nobody could see is not that it is over */
    notify_turn(&f->core);
    check_told(f, "check:begun:a.test:redirects.http.no_redirect ");
    self_check_want(&f->core, STR("a.test"));
    finish(NOTHING);
    check_told(f, "check:resolved:a.test:redirects.http.no_redirect check:begun:a.test:redirects.http.no_redirect ");
    notifier_free(f->core.notifier);
    f->core.notifier = NULL;
    end(f);
}

/* ---- waiting ---- */

static int told;

static void on_told(struct self_check_waiter *waiter)
{
    (void)waiter;
    told++;
}

static void whoever_waits_is_told_once(void **state)
{
    struct fixture *f = begin();
    struct self_check_waiter waiter = {.on_done = on_told}, late = {.on_done = on_told}, gone = {.on_done = on_told};
    (void)state;
    told = 0;
    self_check_wait(&f->core, &waiter, STR("a.test"));
    self_check_wait(&f->core, &gone, STR("a.test"));
    self_check_leave(&f->core, &gone);
    assert_int_equal(told, 0);
    finish(PRELOAD_FIELD_NONE);
    assert_int_equal(told, 1);
    self_check_wait(&f->core, &late, STR("a.test")); /* and no longer than is fit */
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + SELF_CHECK_WAIT_MS + 1000);
    assert_int_equal(told, 2);
    finish(NOTHING);
    assert_int_equal(told, 2);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_looked_at_some_minutes_after_it_came_and_then_daily),
        cmocka_unit_test(it_can_be_seldom_or_never),
        cmocka_unit_test(settings_that_cannot_be_are_refused),
        cmocka_unit_test(many_sites_are_spread_out),
        cmocka_unit_test(a_change_brings_it_sooner_but_never_at_once),
        cmocka_unit_test(a_clock_that_was_set_back_makes_nobody_wait),
        cmocka_unit_test(whoever_asks_does_not_wait_for_the_others),
        cmocka_unit_test(what_was_found_is_told_whole),
        cmocka_unit_test(what_could_not_be_seen_says_why_and_no_error),
        cmocka_unit_test(errors_of_a_site_that_matters_are_seen_twice_before_they_count),
        cmocka_unit_test(an_entry_of_its_own_makes_a_site_matter),
        cmocka_unit_test(what_was_seen_of_another_form_does_not_count),
        cmocka_unit_test(a_site_that_goes_is_forgotten),
        cmocka_unit_test(what_was_found_outlives_a_restart),
        cmocka_unit_test(what_is_stored_and_no_self_check_is_left_out),
        cmocka_unit_test(addresses_and_wildcards_are_not_looked_at),
        cmocka_unit_test(errors_are_told_when_they_come_and_when_they_go),
        cmocka_unit_test(whoever_waits_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
