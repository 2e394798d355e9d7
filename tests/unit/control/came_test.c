/* Days and weeks of clients: each begins with nothing, and no site has another's. */
#include "clients_fixture.h"

#define SITE_A  "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define SITE_B  "{\"name\":\"b.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define DAY_S   86400
#define MONDAY  1700438400 /* 2023-11-20, 00:00 UTC */
#define FIREFOX 3

static struct fixture *fixture_with_clients(void)
{
    struct fixture *f = fixture_new();
    f->wall_shift_s = MONDAY + 3600 - clock_wall_s();
    clients_begin(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    return f;
}

static const struct site *site(struct fixture *f, const char *name)
{
    return state_find(&f->core.state, str_from(name));
}

/* As a worker does. */
static void come(struct fixture *f, const char *name, uint64_t client, uint8_t signs)
{
    struct clients *clients = f->core.clients;
    uint32_t slot = site(f, name)->slot;
    struct clients_site *today = &clients->sites[clients->day % 2][slot];
    const struct clients_note note = {.hash = client << 32 | client * 77777, .signs = signs, .class = FIREFOX};
    counter_add(&f->counters->blocks[0].sites[slot].requests_http, 1);
    clients_put(signs & CLIENTS_HTTP ? &today->http : &today->https, &note);
    const struct clients_note of_week = {.hash = note.hash,
                                         .class = FIREFOX,
                                         .signs = CLIENTS_HTTPS,
                                         .days = WEEKS_SINCE_RUNG | weeks_day_bit(clients->day)};
    if (signs & CLIENTS_HTTPS)
        clients_put(&clients->weeks[clients->week % 2][slot], &of_week);
}

static struct clients_sum sum_of(struct fixture *f, const char *name, uint64_t days_back)
{
    struct clients_sum sum;
    if (!came_sum(&f->core, site(f, name), came_day(&f->core) - days_back, &sum))
        return (struct clients_sum){.http = UINT32_MAX};
    return sum;
}

static struct weeks_sum week_of(struct fixture *f, const char *name, uint64_t weeks_back)
{
    const struct clients_sample *sample = came_sample(&f->core, site(f, name), came_week(&f->core) - weeks_back);
    struct weeks_sum sum = {.https = UINT32_MAX};
    if (sample)
        weeks_sum(sample, &sum);
    return sum;
}

static void a_day_begins_with_nothing_and_yesterday_is_kept(void **state)
{
    struct fixture *f = fixture_with_clients();
    struct clients *clients = f->core.clients;
    uint8_t first_key[16];
    (void)state;
    assert_int_equal(came_day(&f->core), MONDAY / DAY_S);
    memcpy(first_key, clients->day_salts[clients->day % 2].key, sizeof first_key);
    for (uint64_t i = 1; i <= 5; i++)
        come(f, "a.test", i, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    assert_int_equal(sum_of(f, "a.test", 0).http, 5);
    assert_int_equal(sum_of(f, "a.test", 1).http, UINT32_MAX); /* of before it began nothing is known */
    came_turn(&f->core);                                       /* the same day: nothing changes */
    assert_int_equal(sum_of(f, "a.test", 0).http, 5);
    f->passed_s += DAY_S;
    came_turn(&f->core);
    assert_memory_not_equal(first_key, clients->day_salts[clients->day % 2].key, sizeof first_key);
    come(f, "a.test", 1, CLIENTS_HTTP);
    assert_int_equal(sum_of(f, "a.test", 0).http, 1);
    assert_int_equal(sum_of(f, "a.test", 1).http, 5);
    assert_int_equal(sum_of(f, "a.test", 1).stranded, 5); /* the day is over: nobody is waited for */
    f->passed_s += DAY_S;
    came_turn(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 0);
    assert_int_equal(sum_of(f, "a.test", 1).http, 1);
    assert_int_equal(sum_of(f, "a.test", 2).http, UINT32_MAX);
    f->passed_s += 30 * DAY_S; /* a machine that slept */
    came_turn(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 0);
    assert_int_equal(sum_of(f, "a.test", 1).http, UINT32_MAX);
    clients_end(f);
}

/* A time server that corrects the clock around midnight. */
static void a_clock_set_back_over_midnight_loses_nothing(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, "a.test", 1, CLIENTS_HTTP);
    f->wall_shift_s += DAY_S;
    came_turn(&f->core);
    come(f, "a.test", 2, CLIENTS_HTTP);
    f->wall_shift_s -= DAY_S;
    came_turn(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 1);
    come(f, "a.test", 1, CLIENTS_HTTP); /* under the same salt */
    assert_int_equal(sum_of(f, "a.test", 0).http, 1);
    f->wall_shift_s += DAY_S;
    came_turn(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 1);
    assert_int_equal(sum_of(f, "a.test", 1).http, 1);
    clients_end(f);
}

static void a_week_begins_on_monday(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, "a.test", 1, CLIENTS_HTTPS);
    f->passed_s += 6 * DAY_S;
    came_turn(&f->core);
    come(f, "a.test", 1, CLIENTS_HTTPS);
    come(f, "a.test", 2, CLIENTS_HTTPS);
    assert_int_equal(week_of(f, "a.test", 0).https, 2);
    assert_int_equal(week_of(f, "a.test", 0).returning, 1);
    assert_int_equal(week_of(f, "a.test", 1).https, UINT32_MAX); /* of before it began nothing is known */
    f->passed_s += DAY_S;
    came_turn(&f->core);
    assert_int_equal(week_of(f, "a.test", 0).https, 0);
    assert_int_equal(week_of(f, "a.test", 1).https, 2);
    clients_end(f);
}

static void a_site_in_another_ones_place_begins_with_nothing(void **state)
{
    struct fixture *f = fixture_with_clients();
    uint32_t slot = site(f, "a.test")->slot;
    (void)state;
    come(f, "a.test", 1, CLIENTS_HTTP);
    come(f, "a.test", 2, CLIENTS_HTTPS);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", NULL, 200, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE_B, 201, NULL);
    f->core.state.sites[0]->slot = slot; /* wherever it was put: here another one was */
    came_keep(&f->core);
    assert_int_equal(sum_of(f, "b.test", 0).http, 0);
    assert_int_equal(sum_of(f, "b.test", 0).https, 0);
    assert_int_equal(week_of(f, "b.test", 0).https, 0);
    come(f, "b.test", 1, CLIENTS_HTTP);
    came_keep(&f->core); /* its own it keeps */
    assert_int_equal(sum_of(f, "b.test", 0).http, 1);
    clients_end(f);
}

static void a_site_that_is_removed_and_made_again_begins_with_nothing(void **state)
{
    struct fixture *f = fixture_with_clients();
    uint32_t slot = site(f, "a.test")->slot;
    (void)state;
    come(f, "a.test", 1, CLIENTS_HTTP);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", NULL, 200, NULL);
    struct clients_sum left;
    clients_sum(&f->core.clients->sites[f->core.clients->day % 2][slot], 0, &left);
    assert_int_equal(left.http, 0);
    /* a gateway that drains writes there once more */
    clients_put(&f->core.clients->sites[f->core.clients->day % 2][slot].http,
                &(struct clients_note){.hash = 1ull << 40, .signs = CLIENTS_HTTP});
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    f->core.state.sites[0]->slot = slot;
    came_keep(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 0);
    clients_end(f);
}

static void a_new_control_goes_on_with_the_day(void **state)
{
    struct fixture *f = fixture_with_clients();
    (void)state;
    come(f, "a.test", 1, CLIENTS_HTTP);
    fixture_restart(f);
    came_turn(&f->core);
    came_keep(&f->core);
    assert_int_equal(sum_of(f, "a.test", 0).http, 1);
    clients_end(f);
}

static void without_memory_nobody_is_noted(void **state)
{
    struct fixture *f = fixture_new();
    struct clients_sum sum;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    came_turn(&f->core);
    came_keep(&f->core);
    assert_int_equal(came_day(&f->core), 0);
    assert_false(came_sum(&f->core, site(f, "a.test"), 19000, &sum));
    assert_false(came_sum(&f->core, site(f, "a.test"), 0, &sum));
    assert_int_equal(week_of(f, "a.test", 0).https, UINT32_MAX);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"clients\":[]");
    fixture_free(f);
}

static void the_evidence_tells_who_and_from_where(void **state)
{
    struct fixture *f = fixture_with_clients();
    struct clients *clients = f->core.clients;
    struct clients_sample *http = &clients->sites[clients->day % 2][site(f, "a.test")->slot].http;
    const uint8_t v4[4] = {10, 20, 1, 1}, v6[16] = {0x20, 1, 0x0d, 0xb8};
    (void)state;
    counter_add(&f->counters->blocks[0].sites[site(f, "a.test")->slot].requests_http, 2);
    clients_put(http, &(struct clients_note){.hash = 1ull << 40,
                                             .network = clients_network_4(v4),
                                             .class = FIREFOX,
                                             .signs = CLIENTS_HTTP | CLIENTS_REDIRECTED});
    clients_put(http, &(struct clients_note){.hash = 1ull << 41,
                                             .network = clients_network_6(v6),
                                             .class = 19,
                                             .ipv6 = true,
                                             .signs = CLIENTS_HTTP | CLIENTS_REDIRECTED | CLIENTS_SECRET});
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"day\":\"2023-11-20\"");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"stranded\":{\"count\":2,\"error\":0}");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200,
            "\"stranded_classes\":[{\"class\":\"firefox\",\"count\":1,\"error\":0},{\"class\":\"curl\",\"count\":1");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200,
            "\"networks\":[{\"network\":\"10.20.0.0/16\",\"count\":1,\"error\":0},{\"network\":\"2001:db8::/32\"");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"in_clear\":{\"count\":1,\"error\":0}");
    clients_end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_begins_with_nothing_and_yesterday_is_kept),
        cmocka_unit_test(a_clock_set_back_over_midnight_loses_nothing),
        cmocka_unit_test(a_week_begins_on_monday),
        cmocka_unit_test(a_site_in_another_ones_place_begins_with_nothing),
        cmocka_unit_test(a_site_that_is_removed_and_made_again_begins_with_nothing),
        cmocka_unit_test(a_new_control_goes_on_with_the_day),
        cmocka_unit_test(without_memory_nobody_is_noted),
        cmocka_unit_test(the_evidence_tells_who_and_from_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
