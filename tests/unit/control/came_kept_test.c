/* Days of clients on disk: written by the hour and when they are over, found again after midnights and restarts. */
#include "clients_fixture.h"

#include "codec/date.h"
#include "control/came_kept.h"
#include "control/metrics.h"

#define SITE    "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define DAY_S   86400
#define HOUR_S  3600
#define FIREFOX 3

/* The day on which the tests begin, at noon: this one, for the ledger's clock is not turned. */
static int64_t first_day(const struct fixture *f)
{
    return (f->core.started_s - 12 * HOUR_S) / DAY_S;
}

static struct fixture *fixture_with_clients(void)
{
    struct fixture *f = fixture_new();
    fixture_stop_clock(f);
    f->core.started_s = f->began.wall_s / DAY_S * DAY_S + 12 * HOUR_S;
    f->wall_shift_s = f->core.started_s - f->began.wall_s;
    clients_begin(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    return f;
}

static const struct site *site(struct fixture *f)
{
    return state_find(&f->core.state, STR("a.test"));
}

/* As a worker does. */
static void come(struct fixture *f, uint64_t client, uint8_t signs)
{
    struct clients *clients = f->core.clients;
    uint32_t slot = site(f)->slot;
    struct clients_site *today = &clients->sites[clients->day % 2][slot];
    int64_t now_s = f->core.read_clock(&f->core).wall_s;
    const struct clients_note note = {
        .hash = client << 32 | client * 77777, .signs = signs, .class = FIREFOX, .time_s = (uint32_t)(now_s % DAY_S)};
    counter_add(&f->counters->blocks[0].sites[slot].requests_http, 1);
    clients_put(signs & CLIENTS_HTTP ? &today->http : &today->https, &note);
}

static void turn_with(struct fixture *f, bool (*turn)(struct core *, bool *, struct err *))
{
    struct err err = {0};
    bool more = true;
    int rounds = 0;
    came_turn(&f->core);
    while (more) {
        if (!turn(&f->core, &more, &err))
            fail_msg("%s", err.text);
        assert_true(++rounds < 20);
    }
}

static void turn(struct fixture *f)
{
    turn_with(f, came_kept_turn);
}

struct sight {
    struct buf text;
    int64_t first_day;
};

static bool see(void *context, const struct clients_day *day)
{
    struct sight *sight = context;
    return buf_printf(&sight->text, "%d:%u/%u/%u ", (int)((int64_t)day->day - sight->first_day), day->sum.http,
                      day->sum.waiting, day->sum.stranded);
}

/* "DAY:http/waiting/stranded", DAY since the first; of the store alone. */
static void check_stored(struct fixture *f, const char *expected)
{
    struct sight sight = {.first_day = first_day(f)};
    struct err err = {0};
    buf_init(&sight.text, 1 << 16);
    assert_true(store_clients_days(f->core.store, STR("a.test"), 0, UINT64_MAX, see, &sight, &err));
    assert_str(buf_str(&sight.text), str_from(expected));
    buf_fini(&sight.text);
}

/* Together with what is in the memory. */
static void check_known(struct fixture *f, const char *expected)
{
    struct sight sight = {.first_day = first_day(f)};
    struct err err = {0};
    buf_init(&sight.text, 1 << 16);
    assert_true(came_kept_days(&f->core, site(f), 0, UINT64_MAX, see, &sight, &err));
    assert_str(buf_str(&sight.text), str_from(expected));
    buf_fini(&sight.text);
}

static void a_day_is_written_by_the_hour_and_when_it_is_over(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    turn(f);
    check_stored(f, ""); /* nobody came, so there is no row */
    come(f, 1, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    turn(f);
    check_stored(f, "");
    check_known(f, "0:1/1/0 "); /* what is not written is known all the same */
    f->passed_s += HOUR_S;
    turn(f);
    check_stored(f, "0:1/0/1 ");
    f->passed_s += 11 * HOUR_S - 60; /* a minute before midnight */
    come(f, 2, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    turn(f);
    f->passed_s += 120;
    turn(f); /* who came a moment ago is waited for */
    check_stored(f, "0:2/1/1 ");
    f->passed_s += CLIENTS_PATIENCE_S;
    turn(f);
    check_stored(f, "0:2/0/2 ");
    check_known(f, "1:0/0/0 0:2/0/2 ");
    clients_end(f);
}

static void a_control_that_was_down_over_midnight_finds_yesterday(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, 1, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    fixture_restart(f);
    f->core.came_round = (struct came_round){0};
    f->passed_s += 20 * HOUR_S;
    turn(f);
    check_stored(f, "0:1/0/1 ");
    f->passed_s += 30 * DAY_S; /* and when the memory is another day's, what was written stands */
    turn(f);
    check_stored(f, "0:1/0/1 ");
    check_known(f, "31:0/0/0 0:1/0/1 ");
    clients_end(f);
}

static void what_came_since_the_last_hour_is_written_when_control_stops(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    turn(f);
    come(f, 1, CLIENTS_HTTP);
    turn_with(f, came_kept_end);
    check_stored(f, "0:1/0/0 ");
    /* within the patience after midnight the day before goes along */
    f->passed_s += 12 * HOUR_S - 1;
    come(f, 2, CLIENTS_HTTP);
    f->passed_s += 2;
    f->core.came_round.is_ended = false; /* another control */
    turn_with(f, came_kept_end);
    check_stored(f, "0:2/0/0 ");
    clients_end(f);
}

/* A laptop that was closed for days: the memory still has the day on which it was, until its turn comes again. */
static void a_machine_that_slept_for_days_finds_the_day_before(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    turn(f);
    come(f, 1, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    f->passed_s += 3 * DAY_S;
    turn(f);
    check_stored(f, "0:1/0/1 ");
    check_known(f, "3:0/0/0 0:1/0/1 ");
    f->passed_s += DAY_S;
    turn(f);
    check_known(f, "4:0/0/0 3:0/0/0 0:1/0/1 ");
    clients_end(f);
}

/* The whole service is restarted: its memory begins anew, and so would the day. */
static void a_memory_that_is_lost_loses_no_day(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    for (uint64_t i = 1; i <= 5; i++)
        come(f, i, CLIENTS_HTTP);
    turn_with(f, came_kept_end);
    f->passed_s += 60;
    clients_begin(f);
    f->core.came_round = (struct came_round){0};
    come(f, 9, CLIENTS_HTTP);
    turn(f);
    check_stored(f, "0:5/0/0 ");
    check_known(f, "0:5/0/0 ");
    for (uint64_t i = 10; i <= 16; i++)
        come(f, i, CLIENTS_HTTP);
    check_known(f, "0:8/0/0 ");
    clients_end(f);
}

static void days_go_with_their_site_and_with_time(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, 1, CLIENTS_HTTP);
    turn_with(f, came_kept_end);
    f->passed_s += (CLIENTS_DAYS_KEPT + 1) * (int64_t)DAY_S;
    turn(f);
    check_stored(f, "");
    come(f, 1, CLIENTS_HTTP);
    f->core.came_round.is_ended = false;
    turn_with(f, came_kept_end);
    check_stored(f, "401:1/0/0 ");
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", NULL, 200, NULL);
    check_stored(f, "");
    clients_end(f);
}

static void a_clock_that_is_set_back_makes_nothing_wait_for_long(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    turn(f);
    come(f, 1, CLIENTS_HTTP);
    f->wall_shift_s -= 5 * HOUR_S;
    turn(f);
    check_stored(f, "0:1/0/0 ");
    clients_end(f);
}

/* The days of the answer, as "DAY:http"; the moments are since the first day's midnight, negative: not asked for. */
static void check_evidence(struct fixture *f, int64_t since_s, int64_t until_s, const char *expected)
{
    char target[160], since[DATE_ISO_SIZE], until[DATE_ISO_SIZE];
    struct buf body, days;
    struct str from = date_write_iso((first_day(f) * DAY_S + since_s) * 1000, since);
    struct str to = date_write_iso((first_day(f) * DAY_S + until_s) * 1000, until);
    int size = snprintf(target, sizeof target, "/v1/sites/a.test/evidence?");
    if (since_s >= 0)
        size += snprintf(target + size, sizeof target - (size_t)size, "since=%.*s", STR_ARG(from));
    if (until_s >= 0)
        (void)snprintf(target + size, sizeof target - (size_t)size, "&until=%.*s", STR_ARG(to));
    assert_int_equal(ask(f, "GET", target, "application/json", NULL, &body), 200);
    buf_init(&days, 1024);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    for (size_t i = 0; i < json_array_size(json_object_get(json, "clients")); i++) {
        const json_t *day = json_array_get(json_object_get(json, "clients"), i);
        int64_t at_s;
        bool has_time;
        assert_true(date_parse_iso(str_from(json_string_value(json_object_get(day, "day"))), &at_s, &has_time));
        assert_true(buf_printf(&days, "%d:%d ", (int)(at_s / DAY_S - first_day(f)),
                               (int)json_integer_value(json_object_get(json_object_get(day, "http"), "count"))));
    }
    assert_str(buf_str(&days), str_from(expected));
    json_decref(json);
    buf_fini(&days);
    buf_fini(&body);
}

static void the_evidence_has_the_days_that_are_asked_for(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, 1, CLIENTS_HTTP);
    come(f, 2, CLIENTS_HTTP);
    turn_with(f, came_kept_end);
    f->passed_s += 3 * DAY_S;
    came_turn(&f->core);
    come(f, 1, CLIENTS_HTTP);
    check_evidence(f, -1, -1, "3:1 0:2 ");
    check_evidence(f, DAY_S, -1, "3:1 ");
    /* a day that it touches is there, and the present one in any case */
    check_evidence(f, DAY_S - HOUR_S, -1, "3:1 0:2 ");
    check_evidence(f, 5 * HOUR_S, 9 * HOUR_S, "3:1 0:2 ");
    clients_end(f);
}

static void metrics_tell_who_never_arrived_today(void **state)
{
    struct fixture *f = fixture_with_clients();
    struct buf out;
    (void)state;
    for (uint64_t i = 1; i <= 8; i++)
        come(f, i, CLIENTS_HTTP | CLIENTS_REDIRECTED | (i > 2 ? CLIENTS_HTTPS : 0));
    f->passed_s += CLIENTS_PATIENCE_S + CLIENTS_STEP_S;
    buf_init(&out, 1 << 20);
    metrics_write(&f->core, &out);
    assert_true(buf_put_char(&out, '\0'));
    assert_non_null(strstr(buf_str(&out).data, "\n# TYPE strictgate_site_clients_stranded gauge\n"
                                               "strictgate_site_clients_stranded{site=\"a.test\"} 2\n# HELP"));
    assert_non_null(strstr(buf_str(&out).data, "\nstrictgate_site_clients_stranded_ratio{site=\"a.test\"} 0.2500\n"));
    buf_fini(&out);
    f->passed_s += DAY_S;
    came_turn(&f->core); /* a new day: of nobody there is no share */
    buf_init(&out, 1 << 20);
    metrics_write(&f->core, &out);
    assert_true(buf_put_char(&out, '\0'));
    assert_non_null(strstr(buf_str(&out).data, "\nstrictgate_site_clients_stranded{site=\"a.test\"} 0\n"));
    assert_null(strstr(buf_str(&out).data, "\nstrictgate_site_clients_stranded_ratio{"));
    buf_fini(&out);
    clients_end(f);
}

static void without_memory_nothing_is_written(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    turn(f);
    turn_with(f, came_kept_end);
    check_known(f, "");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_written_by_the_hour_and_when_it_is_over),
        cmocka_unit_test(a_control_that_was_down_over_midnight_finds_yesterday),
        cmocka_unit_test(what_came_since_the_last_hour_is_written_when_control_stops),
        cmocka_unit_test(a_machine_that_slept_for_days_finds_the_day_before),
        cmocka_unit_test(a_memory_that_is_lost_loses_no_day),
        cmocka_unit_test(days_go_with_their_site_and_with_time),
        cmocka_unit_test(a_clock_that_is_set_back_makes_nothing_wait_for_long),
        cmocka_unit_test(the_evidence_has_the_days_that_are_asked_for),
        cmocka_unit_test(metrics_tell_who_never_arrived_today),
        cmocka_unit_test(without_memory_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
