/* /v1/evidence: what is asked for, what is refused and why, and that the answer adds up. */
#include "api_ask.h"
#include "codec/date.h"
#include "http/agent.h"

#define SITE       "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define UNKNOWN_CA 11 /* in counters_causes */
#define VERSION    4
#define PLAIN_HTTP 14
#define HOUR       3600

static json_t *get(struct fixture *f, const char *target)
{
    struct buf body;
    unsigned status = ask(f, "GET", target, NULL, "", &body);
    if (status != 200)
        fail_msg("%s: %u %s", target, status, buf_str(&body).data);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    assert_non_null(json);
    buf_fini(&body);
    return json;
}

/* One number: "totals.handshakes", "buckets.0.failures.version". -1: it is not there. */
static int64_t number(const json_t *json, const char *path)
{
    for (struct str rest = str_from(path); json && rest.data;) {
        char name[32];
        uint64_t index;
        struct str part = str_cut(&rest, '.');
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(part));
        json = str_to_u64(part, 1000, &index) ? json_array_get(json, (size_t)index) : json_object_get(json, name);
    }
    return json ? json_integer_value(json) : -1;
}

static const char *text(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static int64_t moment(const json_t *json, const char *name)
{
    int64_t moment_s = 0;
    assert_true(date_parse_rfc3339(str_from(text(json, name)), &moment_s));
    return moment_s;
}

static struct fixture *fixture_with_traffic(void)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    bool more;
    fixture_stop_clock(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    struct counters_block *block = &f->counters->blocks[0];
    counter_add(&block->sites[site->slot].requests_https, 10);
    counter_add(&block->sites[site->slot].handshakes, 4);
    counter_add_failure(block, site->slot, VERSION);
    counter_add(&block->worker.failures_nameless.by_cause[PLAIN_HTTP], 7);
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    f->passed_s += 2 * HOUR;
    counter_add(&block->sites[site->slot].requests_http, 3);
    counter_add(&block->sites[site->slot].redirects, 2);
    counter_add_failure(block, site->slot, UNKNOWN_CA);
    counter_add_failure(block, site->slot, UNKNOWN_CA);
    return f; /* of the second part nothing is written down */
}

static void a_site_is_told_of_by_the_hour(void **state)
{
    struct fixture *f = fixture_with_traffic();
    (void)state;
    json_t *json = get(f, "/v1/sites/a.test/evidence");
    assert_string_equal(text(json, "name"), "a.test");
    assert_string_equal(text(json, "step"), "hour");
    assert_int_equal(moment(json, "until") - moment(json, "since"), 7 * 24 * HOUR + HOUR);
    assert_int_equal(moment(json, "since") % HOUR, 0);
    assert_in_range(core_over_s(&f->core) - moment(json, "known_from"), 2 * HOUR, 2 * HOUR + 60);
    assert_int_equal(number(json, "totals.https_requests"), 10);
    assert_int_equal(number(json, "totals.http_requests"), 3);
    assert_int_equal(number(json, "totals.redirects"), 2);
    assert_int_equal(number(json, "totals.handshakes"), 4);
    assert_int_equal(number(json, "totals.handshakes_failed"), 3);
    assert_int_equal(json_array_size(json_object_get(json, "failures")), 2);
    assert_string_equal(text(json_array_get(json_object_get(json, "failures"), 0), "cause"), "unknown_ca");
    assert_int_equal(number(json, "failures.0.count"), 2);
    assert_int_equal(number(json, "failures.1.count"), 1);
    assert_int_equal(json_array_size(json_object_get(json, "buckets")), 2);
    assert_int_equal(number(json, "buckets.0.handshakes"), 4);
    assert_int_equal(number(json, "buckets.0.failures.version"), 1);
    assert_int_equal(number(json, "buckets.0.failures.unknown_ca"), -1);
    assert_int_equal(number(json, "buckets.1.http_requests"), 3);
    assert_int_equal(number(json, "buckets.1.failures.unknown_ca"), 2);
    assert_int_equal(moment(json_array_get(json_object_get(json, "buckets"), 1), "at"),
                     core_over_s(&f->core) / HOUR * HOUR);
    json_decref(json);
    fixture_free(f);
}

static void the_gateway_has_what_no_site_is_known_for(void **state)
{
    struct fixture *f = fixture_with_traffic();
    (void)state;
    json_t *json = get(f, "/v1/evidence?step=day");
    assert_null(json_object_get(json, "name"));
    assert_string_equal(text(json_array_get(json_object_get(json, "failures"), 0), "cause"), "plain_http");
    assert_int_equal(number(json, "failures.0.count"), 7);
    assert_int_equal(number(json, "totals.handshakes_failed"), 10);
    assert_int_equal(number(json, "totals.https_requests"), 10);
    json_decref(json);
    fixture_free(f);
}

/* Asking is not writing: twice gives the same. */
static void an_answer_changes_nothing(void **state)
{
    struct fixture *f = fixture_with_traffic();
    (void)state;
    for (int i = 0; i < 3; i++) {
        json_t *json = get(f, "/v1/sites/a.test/evidence?step=minute");
        assert_int_equal(number(json, "totals.http_requests"), 3);
        assert_int_equal(number(json, "totals.https_requests"), 10);
        assert_int_equal(moment(json, "until") - moment(json, "since"), EVIDENCE_MINUTES_KEPT * 60 + 60);
        json_decref(json);
    }
    fixture_free(f);
}

static void what_lies_outside_is_left_out(void **state)
{
    struct fixture *f = fixture_with_traffic();
    char target[128], at[DATE_ISO_SIZE], later[DATE_ISO_SIZE];
    int64_t hour_s = core_over_s(&f->core) / HOUR * HOUR;
    (void)state;
    struct str since = date_write_iso(hour_s * 1000, at), until = date_write_iso((hour_s + 60 * HOUR) * 1000, later);
    (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?since=%.*s", STR_ARG(since));
    json_t *json = get(f, target);
    assert_int_equal(number(json, "totals.https_requests"), 0);
    assert_int_equal(number(json, "totals.http_requests"), 3);
    json_decref(json);
    (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?until=%.*s", STR_ARG(since));
    json = get(f, target);
    assert_int_equal(number(json, "totals.https_requests"), 10);
    assert_int_equal(number(json, "totals.http_requests"), 0);
    json_decref(json);
    /* an end that is to come is now, and a bucket that is not over is there whole */
    (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?until=%.*s", STR_ARG(until));
    json = get(f, target);
    assert_int_equal(number(json, "totals.http_requests"), 3);
    assert_int_equal(moment(json, "until"), hour_s + HOUR);
    json_decref(json);
    fixture_free(f);
}

/* As far back as is kept, each step; and once more a minute later, as whoever asks by his own clock would. */
static void all_that_is_kept_can_be_asked_for(void **state)
{
    struct fixture *f = fixture_with_traffic();
    (void)state;
    for (int i = 0; i < EVIDENCE_STEPS_COUNT; i++) {
        enum evidence_step step = (enum evidence_step)i;
        char target[128], at[DATE_ISO_SIZE];
        int64_t since_s = core_over_s(&f->core) - evidence_kept_s(step);
        struct str since = date_write_iso(since_s * 1000, at);
        (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?step=%s&since=%.*s", evidence_step_name(step),
                       STR_ARG(since));
        f->passed_s += 60;
        json_t *json = get(f, target);
        assert_string_equal(text(json, "step"), evidence_step_name(step));
        json_decref(json);
        since_s -= evidence_step_s(step) * 3;
        since = date_write_iso(since_s * 1000, at);
        (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?step=%s&since=%.*s", evidence_step_name(step),
                       STR_ARG(since));
        RUN_ONE(f, "GET", target, "", 400, i == EVIDENCE_DAY ? "\"since\"" : i ? "give step=day" : "give step=hour");
        (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence?since=%.*s", STR_ARG(since));
        if (step != EVIDENCE_DAY) {
            json = get(f, target);
            assert_string_equal(text(json, "step"), step == EVIDENCE_MINUTE ? "hour" : "day");
            json_decref(json);
        }
    }
    fixture_free(f);
}

static void wrong_questions_are_refused_by_name(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/evidence?since=yesterday", "", 400, "give it as RFC 3339 says"},
        {"GET", "/v1/evidence?since=", "", 400, "\"since\""},
        {"GET", "/v1/evidence?since=2026-11-23", "", 400, "\"since\""},
        {"GET", "/v1/evidence?until=%32", "", 400, "\"until\""},
        {"GET", "/v1/evidence?until=%3", "", 400, "\"until\""},
        {"GET", "/v1/evidence?until=2026-11-23T17%3A51%3A03%00Z", "", 400, "\"until\""},
        {"GET", "/v1/evidence?step=week", "", 400, "use minute, hour or day"},
        {"GET", "/v1/evidence?step=hours", "", 400, "\"step\""},
        {"GET", "/v1/evidence?step=", "", 400, "\"step\""},
        {"GET", "/v1/evidence?step=day&step=day", "", 400, "given twice"},
        {"GET", "/v1/evidence?until=2100-01-01T00:00:00Z&until=2100-01-01T00:00:00Z", "", 400, "\"until\""},
        {"GET", "/v1/evidence?from=2026-11-23T17:51:03Z", "", 400, "\"from\\\" is not understood"},
        {"GET", "/v1/evidence?since=9000-01-01T00:00:00Z", "", 400, "nothing lies between"},
        {"GET", "/v1/evidence?until=1990-01-01T00:00:00Z", "", 400, "\"until\""},
        {"GET", "/v1/evidence?until=1969-12-31T23:00:00Z&step=day", "", 400, "\"until\""},
        {"GET", "/v1/evidence?since=1969-12-31T23:00:00Z", "", 400, "three years"},
        {"GET", "/v1/evidence?since=0000-01-01T00:00:00Z&step=minute", "", 400, "\"step\""},
        {"GET", "/v1/sites/b.test/evidence", "", 404, NULL},
        {"GET", "/v1/sites/b.test/evidence?step=week", "", 404, NULL},
        {"POST", "/v1/evidence", "", 405, NULL},
        {"GET", "/v1/evidence?since=2026-11-23T17:51:03Z&until=2026-11-23T17:51:03Z", "", 400, "\"since\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void send_in_clear(struct fixture *f, const uint8_t *fields, size_t count)
{
    counter_add_census(&f->counters->blocks[0], state_find(&f->core.state, STR("a.test"))->slot, fields, count);
}

static void what_came_in_clear_is_told_by_method_kind_and_program(void **state)
{
    static const uint8_t page[] = {CENSUS_GET, CENSUS_REDIRECTED, CENSUS_BROWSERS, CENSUS_CLASS + HTTP_AGENT_FIREFOX};
    static const uint8_t post[] = {CENSUS_POST,
                                   CENSUS_REFUSED,
                                   CENSUS_BASIC,
                                   CENSUS_CONTENT,
                                   CENSUS_IN_CLEAR,
                                   CENSUS_CLASS + HTTP_AGENT_CURL,
                                   CENSUS_SENDER + HTTP_AGENT_CURL};
    struct fixture *f = fixture_new();
    struct err err = {0};
    bool more;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"http_credentials\":\"refuse\"}", 200, NULL);
    send_in_clear(f, page, sizeof page);
    send_in_clear(f, post, sizeof post);
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    send_in_clear(f, post, sizeof post); /* not written down yet */
    json_t *json = get(f, "/v1/sites/a.test/evidence");
    assert_int_equal(number(json, "census.totals.requests"), 3);
    assert_int_equal(number(json, "census.totals.safe"), 1);
    assert_int_equal(number(json, "census.totals.unsafe"), 2);
    assert_int_equal(number(json, "census.totals.redirected"), 1);
    assert_int_equal(number(json, "census.totals.refused"), 2);
    assert_int_equal(number(json, "census.totals.methods.1.count"), 2);
    assert_int_equal(number(json, "census.totals.basic"), 2);
    assert_int_equal(number(json, "census.totals.authorization"), 0);
    assert_int_equal(number(json, "census.totals.bodies"), 2);
    assert_int_equal(number(json, "census.totals.browsers"), 1);
    assert_int_equal(
        json_array_size(json_object_get(json_object_get(json_object_get(json, "census"), "totals"), "classes")), 2);
    assert_int_equal(number(json, "census.totals.authorization_classes.0.count"), 2);
    int64_t in_clear = number(json, "buckets.0.in_clear"); /* an hour may have ended in between */
    if (json_array_size(json_object_get(json, "buckets")) == 2)
        in_clear += number(json, "buckets.1.in_clear");
    assert_int_equal(in_clear, 2);
    assert_string_equal(text(json_object_get(json, "census"), "action"), "refuse");
    assert_true(json_is_null(json_object_get(json_object_get(json, "census"), "rung")));
    assert_true(json_is_null(json_object_get(json_object_get(json, "census"), "rung_since")));
    json_decref(json);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_told_of_by_the_hour),
        cmocka_unit_test(the_gateway_has_what_no_site_is_known_for),
        cmocka_unit_test(an_answer_changes_nothing),
        cmocka_unit_test(what_came_in_clear_is_told_by_method_kind_and_program),
        cmocka_unit_test(what_lies_outside_is_left_out),
        cmocka_unit_test(all_that_is_kept_can_be_asked_for),
        cmocka_unit_test(wrong_questions_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
