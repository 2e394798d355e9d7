/* Rungs of a site compared: read from the ledger whatever stands in it, each with what came in its time. */
#include "api_ask.h"
#include "codec/date.h"
#include "store/store_parts.h"

#define SITE  "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define HOUR  ((int64_t)3600)
#define DAY   ((int64_t)86400)
#define WEEK  (7 * DAY)
#define MONTH (30 * DAY)

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    fixture_stop_clock(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    f->core.started_s = core_over_s(&f->core);
    return f;
}

/* Midnight of the day on which the test began, by the ledger's clock. */
static int64_t today_s(const struct fixture *f)
{
    return f->core.started_s / DAY * DAY;
}

static void promise(struct fixture *f, uint64_t id, int64_t max_age_s, int64_t from_s, int64_t to_s)
{
    const struct ledger_entry entry = {
        .id = id, .promise = {.max_age_s = max_age_s, .cap_s = (int64_t)id}, .from_s = from_s, .to_s = to_s};
    assert_true(store_ledger_put(f->core.store, STR("a.test"), &entry, NULL));
}

static void count(struct fixture *f, int64_t at_s, uint64_t https, uint64_t http)
{
    const struct evidence_row row = {
        .site = STR("a.test"), .known_s = at_s, .counts = {.https_requests = https, .http_requests = http}};
    assert_true(store_add_counts(f->core.store, at_s, &row, 1, NULL));
}

static void keep(struct fixture *f, int64_t at_s, uint32_t redirected, uint32_t stranded, uint64_t level)
{
    const struct clients_day day = {.day = (uint64_t)(at_s / DAY),
                                    .made_at_s = 1,
                                    .at_s = at_s,
                                    .sum = {.level = level,
                                            .http = redirected + 1,
                                            .redirected = redirected,
                                            .stranded = stranded,
                                            .arrived = redirected - stranded}};
    const struct store_clients_day row = {.site = STR("a.test"), .day = &day};
    assert_true(store_put_clients_days(f->core.store, &row, 1, NULL));
}

static void add_number(struct buf *text, const json_t *value)
{
    if (json_is_null(value))
        assert_true(buf_put_str(text, STR("-")));
    else
        assert_true(buf_printf(text, "%.1f", json_number_value(value)));
}

/* "max-age@hours from today's midnight..hours https/http=percent http,redirected,stranded=percent; …" */
static void check(struct fixture *f, const char *question, const char *expected)
{
    struct buf body, text;
    char target[200];
    buf_init(&text, 65536);
    (void)snprintf(target, sizeof target, "/v1/sites/a.test/evidence%s", question);
    assert_int_equal(ask(f, "GET", target, "application/json", NULL, &body), 200);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    for (size_t i = 0; i < json_array_size(json_object_get(json, "trend")); i++) {
        const json_t *rung = json_array_get(json_object_get(json, "trend"), i);
        const json_t *clients = json_object_get(rung, "clients");
        static const char *const members[] = {"http", "redirected", "stranded"};
        const char *ends[] = {json_string_value(json_object_get(rung, "since")),
                              json_string_value(json_object_get(rung, "until"))};
        assert_true(buf_printf(&text, "%lld@", (long long)json_integer_value(json_object_get(rung, "max_age_s"))));
        for (size_t k = 0; k < 2; k++) {
            int64_t at_s = 0;
            if (ends[k])
                assert_true(date_parse_rfc3339(str_from(ends[k]), &at_s));
            assert_true(ends[k] ? buf_printf(&text, "%s%lld", k ? ".." : "", (long long)((at_s - today_s(f)) / HOUR))
                                : buf_put_str(&text, STR("..now")));
        }
        assert_true(buf_printf(&text,
                               " %lld/%lld=", (long long)json_integer_value(json_object_get(rung, "https_requests")),
                               (long long)json_integer_value(json_object_get(rung, "http_requests"))));
        add_number(&text, json_object_get(rung, "http_percent"));
        for (size_t k = 0; k < 3; k++) {
            const json_t *figure = json_object_get(clients, members[k]);
            long long error = (long long)json_integer_value(json_object_get(figure, "error"));
            assert_true(buf_printf(&text, "%s%lld", k ? "," : " ",
                                   (long long)json_integer_value(json_object_get(figure, "count"))));
            assert_true(!error || buf_printf(&text, "±%lld", error));
        }
        assert_true(buf_put_char(&text, '='));
        add_number(&text, json_object_get(rung, "stranded_percent"));
        assert_true(buf_put_str(&text, STR("; ")));
    }
    assert_str(buf_str(&text), str_from(expected));
    json_decref(json);
    buf_fini(&text);
    buf_fini(&body);
}

static void without_a_promise_there_is_no_rung(void **state)
{
    struct fixture *f = begin();
    (void)state;
    check(f, "", "");
    fixture_free(f);
}

static void each_rung_has_what_came_in_its_time(void **state)
{
    struct fixture *f = begin();
    (void)state;
    int64_t t = today_s(f);
    promise(f, 1, 300, t - 5 * DAY, t - 4 * DAY + 60); /* ends a moment after the next one began */
    promise(f, 2, DAY, t - 4 * DAY, t - 3 * DAY);      /* the same rung in two promises: */
    promise(f, 3, DAY, t - 3 * DAY, t - 1 * DAY);      /* another certificate bounds it */
    promise(f, 4, WEEK, t - 1 * DAY, LEDGER_OPEN);
    count(f, t - 5 * DAY + HOUR, 90, 10);
    count(f, t - 4 * DAY + HOUR, 190, 10);
    count(f, t - 2 * DAY, 100, 0);
    count(f, t - DAY + HOUR, 1000, 1);
    keep(f, t - 5 * DAY, 100, 10, 0);
    keep(f, t - 4 * DAY, 100, 4, 0);
    keep(f, t - 2 * DAY, 100, 1, 0);
    keep(f, t - 1 * DAY, 10, 0, 0);
    check(f, "",
          "300@-120..-96 90/10=10.0 101,100,10=10.0; 86400@-96..-24 290/10=3.3 202,200,5=2.5; "
          "604800@-24..now 1000/1=0.1 11,10,0=0.0; ");
    fixture_free(f);
}

static void only_rungs_of_the_span_are_told_and_those_whole(void **state)
{
    struct fixture *f = begin();
    char question[80], since[DATE_ISO_SIZE];
    (void)state;
    int64_t t = today_s(f);
    promise(f, 1, 300, t - 5 * DAY, t - 4 * DAY);
    promise(f, 2, DAY, t - 4 * DAY, t - 2 * DAY);
    promise(f, 3, WEEK, t - 2 * DAY, LEDGER_OPEN);
    struct str from = date_write_iso((t - 3 * DAY) * 1000, since);
    (void)snprintf(question, sizeof question, "?since=%.*s", STR_ARG(from));
    check(f, question, "86400@-96..-48 0/0=- 0,0,0=-; 604800@-48..now 0/0=- 0,0,0=-; ");
    fixture_free(f);
}

/* Off for a while, released, and the same rung again; a release is no rung. */
static void a_rung_that_was_left_and_begun_again_is_two(void **state)
{
    struct fixture *f = begin();
    (void)state;
    int64_t t = today_s(f);
    promise(f, 1, DAY, t - 6 * DAY, t - 5 * DAY);
    promise(f, 2, DAY, t - 4 * DAY, t - 3 * DAY);
    promise(f, 3, 0, t - 3 * DAY, t - 2 * DAY);
    promise(f, 4, DAY, t - 1 * DAY, LEDGER_OPEN);
    check(f, "", "86400@-144..-120 0/0=- 0,0,0=-; 86400@-96..-72 0/0=- 0,0,0=-; 86400@-24..now 0/0=- 0,0,0=-; ");
    fixture_free(f);
}

static void of_many_rungs_the_newest_are_told(void **state)
{
    struct fixture *f = begin();
    (void)state;
    int64_t t = today_s(f);
    for (uint64_t i = 0; i < 60; i++)
        promise(f, i + 1, i % 2 ? 300 : DAY, t - (int64_t)(60 - i) * HOUR,
                i == 59 ? LEDGER_OPEN : t - (int64_t)(59 - i) * HOUR);
    struct buf body;
    assert_int_equal(ask(f, "GET", "/v1/sites/a.test/evidence", "application/json", NULL, &body), 200);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "trend")), 24);
    assert_true(json_is_null(json_object_get(json_array_get(json_object_get(json, "trend"), 23), "until")));
    json_decref(json);
    buf_fini(&body);
    fixture_free(f);
}

static void errors_of_days_add_up_as_such_do(void **state)
{
    struct fixture *f = begin();
    (void)state;
    int64_t t = today_s(f);
    promise(f, 1, MONTH, t - 4 * DAY, LEDGER_OPEN);
    keep(f, t - 4 * DAY, 99, 0, 1); /* 200 ± 28 each */
    keep(f, t - 3 * DAY, 99, 0, 1);
    check(f, "", "2592000@-96..now 0/0=- 400±40,396±40,0±9=0.0; ");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_promise_there_is_no_rung),
        cmocka_unit_test(each_rung_has_what_came_in_its_time),
        cmocka_unit_test(only_rungs_of_the_span_are_told_and_those_whole),
        cmocka_unit_test(a_rung_that_was_left_and_begun_again_is_two),
        cmocka_unit_test(of_many_rungs_the_newest_are_told),
        cmocka_unit_test(errors_of_days_add_up_as_such_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
