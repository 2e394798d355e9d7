/* Reports of browsers in control: what is told to browsers, and figures that outlive the minute, the day, the rung and
 * the gateway. */
#include "clients_fixture.h"

#include "control/reports.h"

#define SITE_A "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"reports\":\"on\"}"
#define SITE_R "{\"name\":\"reports.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define DAY_S  86400
#define MONDAY 1700438400 /* 2023-11-20, 00:00 UTC */

static struct fixture *fixture_with_clients(void)
{
    struct fixture *f = fixture_new();
    f->wall_shift_s = MONDAY + 3600 - clock_wall_s();
    clients_begin(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    return f;
}

static const struct site *site(struct fixture *f)
{
    return state_find(&f->core.state, STR("a.test"));
}

/* As a worker does. */
static void come(struct fixture *f, uint64_t reporter, enum report_type type)
{
    struct clients *clients = f->core.clients;
    reports_put(&clients->reports[clients->day % 2][site(f)->slot], reporter << 32 | reporter * 77777, type);
}

static int64_t now_s(struct fixture *f)
{
    return f->core.read_clock(&f->core).wall_s;
}

static struct reports_sum sum_of(struct fixture *f, int64_t since_s, int64_t until_s)
{
    struct reports_sum sum;
    struct err err = {0};
    if (!reports_sum(&f->core, site(f), since_s, until_s, &sum, &err))
        fail_msg("%s", err.text);
    return sum;
}

static void check(struct fixture *f, int64_t since_s, int64_t until_s, uint64_t count, uint64_t reporters)
{
    struct reports_sum sum = sum_of(f, since_s, until_s);
    assert_int_equal(sum.types[REPORT_TLS_CERT_DATE].count, count);
    assert_int_equal(sum.types[REPORT_TLS_CERT_DATE].reporters, reporters);
}

static void day_passes(struct fixture *f)
{
    f->passed_s += DAY_S;
    reports_turn(&f->core);
    came_turn(&f->core);
}

static void what_came_is_told_at_once_and_written_down_once(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    for (uint64_t i = 1; i <= 3; i++)
        come(f, i, REPORT_TLS_CERT_DATE);
    come(f, 1, REPORT_TLS_CERT_NAME);
    check(f, 0, INT64_MAX, 3, 3);
    for (int times = 0; times < 3; times++)
        reports_turn(&f->core);
    check(f, 0, INT64_MAX, 3, 3);
    come(f, 1, REPORT_TLS_CERT_DATE);
    check(f, 0, INT64_MAX, 4, 3);
    reports_turn(&f->core);
    check(f, 0, INT64_MAX, 4, 3);
    assert_int_equal(sum_of(f, 0, INT64_MAX).tls.count, 5);
    assert_int_equal(sum_of(f, 0, INT64_MAX).tls.reporters, 3); /* one of them sent both */
    check(f, MONDAY, MONDAY + DAY_S, 4, 3);
    check(f, 0, MONDAY, 0, 0);
    check(f, MONDAY + DAY_S, INT64_MAX, 0, 0);
    clients_end(f);
}

static void days_are_added_up_and_the_busiest_counts_for_certain(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    for (uint64_t i = 1; i <= 7; i++)
        come(f, i, REPORT_TLS_CERT_DATE);
    day_passes(f);
    for (uint64_t i = 1; i <= 4; i++)
        come(f, i, REPORT_TLS_CERT_DATE);
    day_passes(f);
    day_passes(f);
    check(f, 0, INT64_MAX, 11, 11);
    check(f, MONDAY + DAY_S, INT64_MAX, 4, 4);
    assert_int_equal(sum_of(f, 0, INT64_MAX).tls_reporters_certain, 7);
    clients_end(f);
}

static void a_new_memory_adds_reports_and_no_reporters(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    for (uint64_t i = 1; i <= 3; i++)
        come(f, i, REPORT_TLS_CERT_DATE);
    reports_turn(&f->core);
    memset(&f->core.clients->reports, 0,
           sizeof f->core.clients->reports[0][0] * 16); /* as a restart of all leaves it */
    for (uint64_t i = 2; i <= 3; i++)
        come(f, i, REPORT_TLS_CERT_DATE);
    check(f, 0, INT64_MAX, 5, 3);
    reports_turn(&f->core);
    check(f, 0, INT64_MAX, 5, 3);
    clients_end(f);
}

/* As a climb does, whatever its guards would say. */
static void begin_rung(struct fixture *f)
{
    struct state changed, before = f->core.state;
    struct err err = {0};
    struct site *copy = site_copy(site(f));
    assert_non_null(copy);
    copy->hsts.mode = HSTS_HOLD;
    copy->hsts.max_age_s = 300;
    copy->hsts.since_s = now_s(f);
    assert_true(state_copy(&f->core.state, &changed, &err));
    state_replace(&changed, copy);
    site_unref(copy);
    f->core.state = changed;
    reports_committed(&f->core, &before);
    state_fini(&before);
}

static uint64_t of_rung(struct fixture *f)
{
    struct reports_sum sum;
    struct err err = {0};
    assert_true(reports_sum_rung(&f->core, site(f), &sum, &err));
    return sum.types[REPORT_TLS_CERT_DATE].count;
}

static void what_was_reported_before_a_rung_is_no_part_of_it(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, 1, REPORT_TLS_CERT_DATE);
    assert_int_equal(of_rung(f), 0); /* none is held */
    begin_rung(f);
    assert_int_equal(of_rung(f), 0);
    come(f, 1, REPORT_TLS_CERT_DATE);
    come(f, 2, REPORT_TLS_CERT_DATE);
    assert_int_equal(of_rung(f), 2);
    reports_turn(&f->core);
    assert_int_equal(of_rung(f), 2);
    check(f, 0, INT64_MAX, 3, 3);
    f->passed_s += 3600;
    begin_rung(f);
    assert_int_equal(of_rung(f), 0);
    day_passes(f);
    come(f, 5, REPORT_TLS_CERT_DATE);
    day_passes(f);
    assert_int_equal(of_rung(f), 1);
    check(f, 0, INT64_MAX, 4, 4);
    clients_end(f);
}

static void what_nobody_sane_wrote_is_borne(void **state)
{
    struct fixture *f = fixture_with_clients();
    struct reports_site *memory = &f->core.clients->reports[f->core.clients->day % 2][site(f)->slot];
    (void)state;
    memset(memory, 0xff, sizeof *memory);
    memory->written[REPORT_TLS_CERT_DATE] = 0;
    for (int times = 0; times < 3; times++) {
        reports_turn(&f->core);
        (void)sum_of(f, 0, INT64_MAX);
    }
    assert_int_equal(sum_of(f, 0, MONDAY).tls.count, 0);
    assert_true(sum_of(f, MONDAY, MONDAY + DAY_S).tls.count > 0);
    assert_int_equal(sum_of(f, MONDAY + DAY_S, INT64_MAX).tls.count, 0);
    begin_rung(f);
    assert_int_equal(of_rung(f), 0);
    clients_end(f);
}

static const uint8_t key[SEAL_KEY_SIZE] = {7};

static struct build_reports texts_of(struct arena *arena, struct reports_source source)
{
    struct build_reports texts;
    struct err err = {0};
    source.key = source.key ? source.key : key;
    if (!reports_texts(&source, arena, &texts, &err))
        fail_msg("%s", err.text);
    return texts;
}

static void browsers_are_told_where_to_and_for_how_long(void **state)
{
    static const uint8_t other_key[SEAL_KEY_SIZE] = {8};
    struct reports_source source = {
        .site = STR("a.test"), .collector = STR("r.test"), .https_port = 443, .max_age_s = 2592000};
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    struct build_reports texts = texts_of(&arena, source);
    assert_int_equal(texts.token.size, 22);
    struct str url =
        arena_printf(&arena, "https://r.test/.well-known/strictgate/reports/a.test/%.*s", STR_ARG(texts.token));
    struct str to = arena_printf(
        &arena, "{\"group\":\"strictgate\",\"max_age\":2592000,\"endpoints\":[{\"url\":\"%.*s\"}]}", STR_ARG(url));
    assert_str(texts.report_to, to);
    assert_str(texts.endpoints, arena_printf(&arena, "strictgate=\"%.*s\"", STR_ARG(url)));
    assert_str(texts_of(&arena, source).token, texts.token);
    source.https_port = 8443;
    assert_true(str_starts(texts_of(&arena, source).endpoints, STR("strictgate=\"https://r.test:8443/.well-known/")));
    source.site = STR("b.test");
    assert_false(str_eq(texts_of(&arena, source).token, texts.token));
    source.site = STR("a.test");
    source.key = other_key;
    assert_false(str_eq(texts_of(&arena, source).token, texts.token));
    arena_fini(&arena);
}

static void browsers_are_told_to_forget_it_without_a_collector_or_a_time(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    for (int i = 0; i < 2; i++) {
        struct build_reports texts = texts_of(&arena, (struct reports_source){.site = STR("a.test"),
                                                                              .collector = i ? STR("r.test") : STR(""),
                                                                              .max_age_s = i ? 0 : 300});
        assert_str(texts.nel, STR("{\"report_to\":\"strictgate\",\"max_age\":0}"));
        assert_str(texts.report_to, STR("{\"group\":\"strictgate\",\"max_age\":0,\"endpoints\":[]}"));
        assert_int_equal(texts.token.size + texts.endpoints.size + texts.csp.size, 0);
    }
    arena_fini(&arena);
}

static void what_is_remembered_outlives_the_promise(void **state)
{
    (void)state;
    assert_int_equal(reports_max_age_s(0), REPORTS_MAX_AGE_S_MIN);
    assert_int_equal(reports_max_age_s(300), REPORTS_MAX_AGE_S_MIN);
    assert_int_equal(reports_max_age_s(31536000), 31536000 + REPORTS_MARGIN_S);
}

static void switched_off_is_said_for_as_long_as_it_was_remembered(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    assert_true(site(f)->reports);
    assert_int_equal(site(f)->reports_over_s, 0);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"reports\":\"off\"}", 200, "\"reports\":\"off\"");
    assert_false(site(f)->reports);
    int64_t over_s = site(f)->reports_over_s;
    assert_in_range(over_s - now_s(f), REPORTS_MAX_AGE_S_MIN - 60, REPORTS_MAX_AGE_S_MIN);
    f->passed_s += 3600;
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"canonical\":true}", 200, NULL);
    assert_int_equal(site(f)->reports_over_s, over_s);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"reports\":\"on\"}", 200, "\"reports\":\"on\"");
    assert_int_equal(site(f)->reports_over_s, 0);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"reports\":\"maybe\"}", 400, "reports");
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"reports_over\":1}", 400, "reports_over");
    clients_end(f);
}

static void what_keeps_reports_from_coming_is_told(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    RUN_ONE(f, "GET", "/v1/sites/a.test", NULL, 200, "but no site takes reports");
    RUN_ONE(f, "GET", "/v1/status", NULL, 200, "but no site takes reports");
    RUN_ONE(f, "POST", "/v1/sites", SITE_R, 201, NULL);
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"reports.test\"}", 200, NULL);
    RUN_ONE(f, "GET", "/v1/sites/a.test", NULL, 200, "but reports.test, which takes reports, is no site here with");
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"local_ca\":true}", 200, NULL);
    RUN_ONE(f, "PATCH", "/v1/sites/reports.test", "{\"local_ca\":true}", 200, NULL);
    struct buf body;
    assert_int_equal(ask(f, "GET", "/v1/sites/a.test", NULL, NULL, &body), 200);
    assert_null(strstr(buf_str(&body).data, "which takes"));
    buf_fini(&body);
    struct site *collector = state_find(&f->core.state, STR("reports.test"));
    assert_true(site_set_certificates(collector, SITE_SOURCE_FILE, site(f)->ecdsa, site(f)->rsa));
    RUN_ONE(f, "GET", "/v1/sites/a.test", NULL, 200, "have the same certificate");
    clients_end(f);
}

static void the_collector_is_a_site_of_here(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"reports.test\"}", 400, "report_collector");
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"*.test\"}", 400, "report_collector");
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"192.0.2.1\"}", 400, "report_collector");
    RUN_ONE(f, "POST", "/v1/sites", SITE_R, 201, NULL);
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"Reports.TEST.\"}", 200,
            "\"report_collector\":\"reports.test\"");
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"tls_profile\":\"modern\"}", 200, "\"report_collector\":\"reports.test\"");
    RUN_ONE(f, "DELETE", "/v1/sites/reports.test", NULL, 200, NULL);
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"tls_profile\":\"intermediate\"}", 200, NULL); /* it is told elsewhere */
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"report_collector\":\"\"}", 200, "\"report_collector\":\"\"");
    clients_end(f);
}

static void a_file_brings_the_collector_and_its_site_at_once(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    RUN_ONE(f, "POST", "/v1/apply", "{\"settings\":{\"report_collector\":\"reports.test\"}}", 400,
            "settings.report_collector");
    RUN_ONE(f, "POST", "/v1/apply",
            "{\"sites\":[" SITE_A "," SITE_R "],\"settings\":{\"report_collector\":\"reports.test\"}}", 200,
            "report_collector");
    assert_string_equal(f->core.state.settings.report_collector, "reports.test");
    RUN_ONE(f, "POST", "/v1/apply", "{\"settings\":{\"report_collector\":\"\"}}", 200, "report_collector");
    assert_string_equal(f->core.state.settings.report_collector, "");
    clients_end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_is_told_at_once_and_written_down_once),
        cmocka_unit_test(days_are_added_up_and_the_busiest_counts_for_certain),
        cmocka_unit_test(a_new_memory_adds_reports_and_no_reporters),
        cmocka_unit_test(what_was_reported_before_a_rung_is_no_part_of_it),
        cmocka_unit_test(what_nobody_sane_wrote_is_borne),
        cmocka_unit_test(browsers_are_told_where_to_and_for_how_long),
        cmocka_unit_test(browsers_are_told_to_forget_it_without_a_collector_or_a_time),
        cmocka_unit_test(what_is_remembered_outlives_the_promise),
        cmocka_unit_test(switched_off_is_said_for_as_long_as_it_was_remembered),
        cmocka_unit_test(what_keeps_reports_from_coming_is_told),
        cmocka_unit_test(a_file_brings_the_collector_and_its_site_at_once),
        cmocka_unit_test(the_collector_is_a_site_of_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
