/* Who comes is noted in the sample of the week: by address and program, by day, since the present rung. */
#include "check.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "gateway/client.h"
#include "gateway/exchange.h"
#include "http/agent.h"
#include "snapshot/weeks.h"

#define DAY_S    86400
#define MONDAY_S 1700438400 /* 2023-11-20, 00:00 UTC */
#define SLOT     5
#define FIREFOX  "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"

struct world {
    struct clients *clients;
    struct worker worker;
};

/* A connection and what it asks. */
struct visit {
    struct client client;
    struct exchange exchange;
    struct http_field agent;
};

static void set_time(struct world *w, int64_t now_s)
{
    uint64_t day = clients_day_of(now_s), week = clients_week_of(day);
    w->worker.wall_s = now_s;
    w->clients->day_salts[day % 2] = (struct clients_salt){.since = day, .key = {(uint8_t)day}};
    w->clients->week_salts[week % 2] = (struct clients_salt){.since = week, .key = {(uint8_t)week, 1}};
    w->clients->day = day;
    w->clients->week = week;
}

static void begin(struct world *w)
{
    *w = (struct world){.clients = mmap(NULL, sizeof *w->clients, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)};
    assert_true(w->clients != MAP_FAILED);
    w->worker.came = w->clients;
    set_time(w, MONDAY_S + 3600);
}

static void end(struct world *w)
{
    assert_int_equal(munmap(w->clients, sizeof *w->clients), 0);
}

/* A new connection from 192.0.2.x. */
static void connect_from(struct world *w, struct visit *v, uint8_t host, const char *agent)
{
    memset(v, 0, sizeof *v);
    v->client.worker = &w->worker;
    v->client.peer.v4.sin_family = AF_INET;
    v->client.peer.v4.sin_addr.s_addr = htonl(0xc0000200u + host);
    v->agent = (struct http_field){.id = HTTP_FIELD_USER_AGENT, .value = str_from(agent)};
    v->exchange.worker = &w->worker;
    v->exchange.client = &v->client;
    v->exchange.slot = SLOT;
    v->exchange.scheme_https = true;
    v->exchange.request.fields = &v->agent;
    v->exchange.request.fields_count = 1;
    v->exchange.request.path = STR("/");
}

static void ask(struct visit *v)
{
    const struct came_said said = came_said(&v->exchange);
    came_exchange(&v->exchange, &said);
}

static void come(struct world *w, uint8_t host, const char *agent)
{
    struct visit v;
    connect_from(w, &v, host, agent);
    ask(&v);
}

static struct weeks_sum sum_of(const struct world *w, uint32_t slot)
{
    struct weeks_sum sum;
    weeks_sum(&w->clients->weeks[w->clients->week % 2][slot], &sum);
    return sum;
}

static void a_client_is_an_address_and_a_kind_of_program(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    come(&w, 1, FIREFOX);
    come(&w, 1, FIREFOX);
    come(&w, 1, "curl/8.5.0");
    come(&w, 2, FIREFOX);
    struct weeks_sum sum = sum_of(&w, SLOT);
    assert_int_equal(sum.https, 3);
    assert_int_equal(sum.returning, 0);
    assert_int_equal(sum.classes[HTTP_AGENT_FIREFOX].counted, 2);
    assert_int_equal(sum.classes[HTTP_AGENT_CURL].counted, 1);
    assert_int_equal(sum_of(&w, SLOT + 1).https, 0);
    end(&w);
}

static void who_comes_on_another_day_returns(void **state)
{
    struct world w;
    struct visit v;
    (void)state;
    begin(&w);
    connect_from(&w, &v, 1, FIREFOX);
    ask(&v);
    come(&w, 2, FIREFOX);
    set_time(&w, MONDAY_S + 2 * DAY_S);
    ask(&v); /* the same connection */
    come(&w, 3, FIREFOX);
    struct weeks_sum sum = sum_of(&w, SLOT);
    assert_int_equal(sum.https, 3);
    assert_int_equal(sum.returning, 1);
    assert_int_equal(sum.classes[HTTP_AGENT_FIREFOX].days, 1 | 4);
    set_time(&w, MONDAY_S + 7 * DAY_S);
    ask(&v);
    sum = sum_of(&w, SLOT);
    assert_int_equal(sum.https, 1);
    assert_int_equal(sum.classes[HTTP_AGENT_FIREFOX].days, 1);
    end(&w);
}

static void a_connection_that_stays_is_noted_for_the_next_rung(void **state)
{
    struct world w;
    struct visit v;
    (void)state;
    begin(&w);
    connect_from(&w, &v, 1, FIREFOX);
    ask(&v);
    come(&w, 2, FIREFOX);
    assert_int_equal(sum_of(&w, SLOT).of_rung, 2);
    weeks_begin_rung(&w.clients->weeks[w.clients->week % 2][SLOT]);
    w.clients->rungs[SLOT] = MONDAY_S + 3600;
    assert_int_equal(sum_of(&w, SLOT).of_rung, 0);
    ask(&v);
    assert_int_equal(sum_of(&w, SLOT).of_rung, 1);
    assert_int_equal(sum_of(&w, SLOT).https, 2);
    end(&w);
}

/* Plain HTTP, Strictgate's own looks, a CA that looks for a proof, and a moment in which control turns the week. */
static void others_are_not_counted(void **state)
{
    struct world w;
    struct visit v;
    (void)state;
    begin(&w);
    connect_from(&w, &v, 1, FIREFOX);
    v.exchange.scheme_https = false;
    ask(&v);
    connect_from(&w, &v, 2, FIREFOX);
    v.exchange.request.path = STR("/.well-known/acme-challenge/x");
    ask(&v);
    come(&w, 4, "strictgate-probe/0.1.0");
    set_time(&w, MONDAY_S + 7 * DAY_S - 1);
    w.clients->week++; /* control has begun the week, and the day not yet */
    w.clients->week_salts[w.clients->week % 2] = (struct clients_salt){.since = w.clients->week, .key = {7}};
    come(&w, 3, FIREFOX);
    assert_int_equal(sum_of(&w, SLOT).https, 0);
    w.clients->week--;
    assert_int_equal(sum_of(&w, SLOT).https, 0);
    come(&w, 3, FIREFOX);
    assert_int_equal(sum_of(&w, SLOT).https, 1);
    end(&w);
}

/* These have the same hash under no key (snapshot/hash.h), and nobody is what another one said before. */
static void nobody_is_taken_for_who_made_a_field_for_that(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    come(&w, 1, "curl/ !  (X11; Linux) Chrome/126 u    f ");
    come(&w, 2, "Mozilla/ (X11; Linux) Chrome/126a Y{vG L");
    come(&w, 3, "curl/ !  (X11; Linux) Chrome/126 u    f ");
    struct weeks_sum sum = sum_of(&w, SLOT);
    assert_int_equal(sum.classes[HTTP_AGENT_CURL].counted, 2);
    assert_int_equal(sum.classes[HTTP_AGENT_CHROMIUM].counted, 1);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_is_an_address_and_a_kind_of_program),
        cmocka_unit_test(who_comes_on_another_day_returns),
        cmocka_unit_test(a_connection_that_stays_is_noted_for_the_next_rung),
        cmocka_unit_test(others_are_not_counted),
        cmocka_unit_test(nobody_is_taken_for_who_made_a_field_for_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
