/* Days of clients, added up for the guard: which days, whom it counts as people, and what most of them are. */
#include "clients_fixture.h"

#include "control/facts_stranded.h"
#include "http/agent.h"

#define SITE   "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define DAY_S  86400
#define PEOPLE (CLIENTS_HTTP | CLIENTS_REDIRECTED | CLIENTS_UPGRADES)

static struct fixture *fixture_with_clients(void)
{
    struct fixture *f = fixture_new();
    f->wall_shift_s = clock_wall_s() / DAY_S * DAY_S + DAY_S / 2 - clock_wall_s(); /* at noon */
    clients_begin(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    return f;
}

static const struct site *site(struct fixture *f)
{
    return state_find(&f->core.state, STR("a.test"));
}

/* So many of a class and a network, early today. */
static void come(struct fixture *f, uint64_t first, uint64_t count, enum http_agent class, uint8_t net, uint8_t signs)
{
    struct clients *clients = f->core.clients;
    const uint8_t address[4] = {10, net};
    counter_add(&f->counters->blocks[0].sites[site(f)->slot].requests_http, count);
    for (uint64_t i = first; i < first + count; i++)
        clients_put(&clients->sites[clients->day % 2][site(f)->slot].http,
                    &(struct clients_note){.hash = i * 0x9e3779b97f4a7c15u,
                                           .class = (uint8_t) class,
                                           .network = clients_network_4(address),
                                           .signs = signs});
}

static void keep(struct fixture *f, uint64_t day, uint32_t sent, uint32_t stranded)
{
    struct clients_day row = {.day = day, .made_at_s = 1, .at_s = 1, .sum = {.http = sent, .stranded = stranded}};
    const struct store_clients_day put = {.site = STR("a.test"), .day = &row};
    row.sum.sent_browsers_by_class[HTTP_AGENT_FIREFOX] = sent;
    row.sum.https_by_class[HTTP_AGENT_FIREFOX] = 10 * stranded;
    row.sum.stranded_browsers_by_class[HTTP_AGENT_FIREFOX] = row.sum.stranded_by_class[HTTP_AGENT_FIREFOX] = stranded;
    assert_true(store_put_clients_days(f->core.store, &put, 1, NULL));
}

static struct guard_stranded facts_of(struct fixture *f, struct arena *arena)
{
    struct guard_stranded facts;
    struct err err = {0};
    arena_init(arena, 65536);
    if (!facts_stranded(&f->core, site(f), arena, &facts, &err))
        fail_msg("%s", err.text);
    return facts;
}

static void check_counts(struct fixture *f, uint64_t sent, uint64_t stranded)
{
    struct arena arena;
    struct guard_stranded facts = facts_of(f, &arena);
    assert_true(facts.is_noted);
    assert_int_equal((uint64_t)facts.browsers.sent, sent);
    assert_int_equal((uint64_t)facts.browsers.stranded, stranded);
    arena_fini(&arena);
}

static void people_are_those_that_are_browsers_and_ask_as_one(void **state)
{
    struct fixture *f = fixture_with_clients();
    struct arena arena;
    (void)state;
    come(f, 1, 40, HTTP_AGENT_FIREFOX, 20, PEOPLE | CLIENTS_HTTPS);
    come(f, 101, 5, HTTP_AGENT_FIREFOX, 20, PEOPLE);
    come(f, 201, 6, HTTP_AGENT_CHROMIUM, 20, PEOPLE);
    come(f, 301, 2, HTTP_AGENT_SAFARI, 30, PEOPLE);
    come(f, 401, 7, HTTP_AGENT_CURL, 40, PEOPLE);                               /* says what it likes */
    come(f, 501, 9, HTTP_AGENT_FIREFOX, 50, CLIENTS_HTTP | CLIENTS_REDIRECTED); /* a scanner in disguise */
    come(f, 601, 3, HTTP_AGENT_BOT, 40, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    come(f, 701, 1, HTTP_AGENT_PYTHON, 40, CLIENTS_HTTP | CLIENTS_REDIRECTED);
    come(f, 801, 8, HTTP_AGENT_FIREFOX, 60, CLIENTS_HTTP | CLIENTS_UPGRADES); /* was answered, not sent anywhere */
    struct guard_stranded facts = facts_of(f, &arena);
    assert_int_equal((uint64_t)facts.browsers.sent, 53);
    assert_int_equal((uint64_t)facts.browsers.stranded, 13);
    assert_str(facts.class, STR("Chrome, Edge and their family"));
    assert_int_equal(facts.class_count, 6);
    assert_str(facts.network, STR("10.20.0.0/16"));
    assert_int_equal(facts.network_count, 11);
    assert_int_equal(facts.programs_count, 20);
    assert_str(facts.programs, STR("Firefox, curl, search engines and other crawlers and others"));
    arena_fini(&arena);
    clients_end(f);
}

static void days_count_since_the_rung_began_and_for_a_week(void **state)
{
    struct fixture *f = fixture_with_clients();
    uint64_t today = came_day(&f->core);
    (void)state;
    for (uint64_t back = 1; back < 20; back++)
        keep(f, today - back, 100, (uint32_t)back);
    come(f, 1, 10, HTTP_AGENT_FIREFOX, 20, PEOPLE);
    struct site *changed = (struct site *)(uintptr_t)site(f);
    changed->hsts.since_s = (int64_t)(today - 2) * DAY_S + 100;
    check_counts(f, 10 + 200, 10 + 1 + 2);
    struct arena arena;
    assert_int_equal(facts_of(f, &arena).https_browsers, 20); /* the day with most */
    arena_fini(&arena);
    changed->hsts.since_s = (int64_t)today * DAY_S + 100;
    check_counts(f, 10, 10);
    changed->hsts.since_s = 0;
    check_counts(f, 10 + 600, 10 + 1 + 2 + 3 + 4 + 5 + 6);
    changed->hsts.since_s = INT64_MAX; /* of a clock that was wrong */
    check_counts(f, 10, 10);
    clients_end(f);
}

static void without_memory_nothing_is_known(void **state)
{
    struct fixture *f = fixture_new();
    struct arena arena;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    struct guard_stranded facts = facts_of(f, &arena);
    assert_false(facts.is_noted);
    arena_fini(&arena);
    clients_end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_those_that_are_browsers_and_ask_as_one),
        cmocka_unit_test(days_count_since_the_rung_began_and_for_a_week),
        cmocka_unit_test(without_memory_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
