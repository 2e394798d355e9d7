/*
 * Promises that may not reach past a moment, at any time of day: the clocks of the workers are the test's (linked in
 * place of os/clock's).
 */
#include "h2_client.h"

#include <stdio.h>
#include <stdlib.h>

#include "gateway/bounded.h"
#include "snapshot/rules.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400

/* A moment in 2027 that is no whole hour. */
#define CAP_S INT64_C(1800001234)

static _Atomic int64_t wall_s, elapsed_s;

int64_t __wrap_clock_wall_s(void);
int64_t __wrap_clock_elapsed_s(void);

int64_t __wrap_clock_wall_s(void)
{
    return wall_s;
}

int64_t __wrap_clock_elapsed_s(void)
{
    return elapsed_s;
}

/* Time passes as it should. */
static void time_is(int64_t moment_s)
{
    elapsed_s += moment_s - wall_s;
    wall_s = moment_s;
}

static int begin_day(void **state)
{
    (void)state;
    wall_s = CAP_S - 400 * DAY_S;
    elapsed_s = 1000;
    return 0;
}

/* ---- the parts ---- */

static void the_clock_follows_the_wall_but_never_falls_behind_elapsed_time(void **state)
{
    (void)state;
    static const struct {
        int64_t made_s, wall_s;  /* when the snapshot was taken, at elapsed time 100 */
        int64_t now_wall_s, now; /* an hour later */
    } cases[] = {
        {5000, 5000, 5000 + HOUR_S, 5000 + HOUR_S}, /* all is well */
        {4000, 5000, 5000 + HOUR_S, 5000 + HOUR_S}, /* taken long after it was made */
        {5000, 5000, 5000 + 9999, 5000 + 9999},     /* set forward */
        {5000, 5000, 6000, 5000 + HOUR_S},          /* set back */
        {5000, 5000, 0, 5000 + HOUR_S},             /* lost */
        {4000, 5000, 4500, 5000 + HOUR_S},          /* set back, although after the making */
        {5000, 1000, 1000 + HOUR_S, 5000 + HOUR_S}, /* behind from the beginning */
        {SNAP_TIME_S_MAX, 0, 0, SNAP_TIME_S_MAX + HOUR_S},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bounded_clock clock;
        bounded_clock_start(&clock, cases[i].made_s, cases[i].wall_s, 100);
        int64_t now_s = bounded_clock_now(&clock, cases[i].now_wall_s, 100 + HOUR_S);
        if (now_s != cases[i].now)
            fail_msg("case %zu: %lld", i, (long long)now_s);
    }
}

static void a_value_gets_what_is_left_in_place_of_its_number(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        int64_t left_s;
        struct str field;
    } cases[] = {
        {STR_INIT("max-age=31536000; includeSubDomains; preload"), 40 * DAY_S,
         STR_INIT("max-age=3456000; includeSubDomains; preload")},
        {STR_INIT("max-age=31536000; includeSubDomains"), 2 * HOUR_S - 1, STR_INIT("max-age=3600; includeSubDomains")},
        {STR_INIT("max-age=300"), DAY_S, STR_INIT("max-age=300")},
        {STR_INIT("max-age=300"), 299, STR_INIT("max-age=240")},
        {STR_INIT("max-age=300"), MINUTE_S, STR_INIT("max-age=60")},
        {STR_INIT("max-age=300"), MINUTE_S - 1, STR_INIT("")},
        {STR_INIT("max-age=300"), 0, STR_INIT("")},
        {STR_INIT("max-age=300"), -SNAP_TIME_S_MAX, STR_INIT("")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        arena_init(&arena, 4096);
        assert_str(bounded_value(cases[i].value, CAP_S, CAP_S - cases[i].left_s, &arena), cases[i].field);
        arena_fini(&arena);
    }
}

static void without_memory_nothing_is_promised(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 8);
    assert_int_equal(bounded_value(STR("max-age=300"), CAP_S, 0, &arena).size, 0);
    arena_fini(&arena);
}

/* At every second of the last three hours and beyond: never past the cap, never longer than before, never 0. */
static void no_promise_reaches_past_the_cap_or_grows(void **state)
{
    (void)state;
    uint32_t before_s = UINT32_MAX;
    for (int64_t now_s = CAP_S - 3 * HOUR_S; now_s < CAP_S + 200; now_s++) {
        struct arena arena;
        uint32_t max_age_s;
        struct str rest;
        arena_init(&arena, 4096);
        struct str field = bounded_value(STR("max-age=31536000"), CAP_S, now_s, &arena);
        if (field.size) {
            assert_true(snapshot_hsts_split(field, &max_age_s, &rest));
            assert_true(max_age_s > 0 && now_s + max_age_s <= CAP_S && max_age_s <= before_s);
            before_s = max_age_s;
        } else {
            assert_true(CAP_S - now_s < MINUTE_S);
        }
        arena_fini(&arena);
    }
    assert_int_equal(before_s, MINUTE_S);
}

/* ---- on the wire ---- */

/* NULL: no field at all. */
static void assert_promise(const char *head, const char *expected)
{
    char value[256] = "";
    size_t found = head_field(head, "Strict-Transport-Security", value);
    if (found != (expected ? 1 : 0) || strcmp(value, expected ? expected : "") != 0)
        fail_msg("%zu times, \"%s\" instead of \"%s\"", found, value, expected ? expected : "nothing");
}

struct visitor {
    struct peer *http1;
    struct h2 *http2;
};

static struct visitor visit(struct fixture *f)
{
    return (struct visitor){client_tls(f), h2_open(f)};
}

static void leave(struct visitor *v)
{
    peer_close(v->http1);
    h2_free(v->http2);
}

/* What both are told now, by a page and by an error. */
static void expect_promise(struct visitor *v, const char *expected)
{
    static const char *const paths[] = {"/fixed", "/files/missing"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        send_get(v->http1, paths[i]);
        struct reply r = peer_reply(v->http1, "GET");
        assert_promise(r.head, expected);
        reply_free(&r);
        int32_t id = h2_get(v->http2, paths[i]);
        h2_wait_closed(v->http2, id);
        assert_promise(h2_stream(v->http2, id)->head, expected);
    }
}

static void a_promise_shrinks_towards_its_cap_in_both_languages(void **state)
{
    (void)state;
    static const struct {
        int64_t left_s;
        const char *field;
    } steps[] = {
        {399 * DAY_S, "max-age=31536000; includeSubDomains"},
        {365 * DAY_S, "max-age=31536000; includeSubDomains"},
        {365 * DAY_S - 1, "max-age=31532400; includeSubDomains"},
        {10 * HOUR_S + 3599, "max-age=36000; includeSubDomains"},
        {10 * HOUR_S, "max-age=36000; includeSubDomains"},
        {10 * HOUR_S - 1, "max-age=32400; includeSubDomains"},
        {HOUR_S, "max-age=3600; includeSubDomains"},
        {HOUR_S - 1, "max-age=3540; includeSubDomains"},
        {5 * MINUTE_S + 59, "max-age=300; includeSubDomains"},
        {MINUTE_S, "max-age=60; includeSubDomains"},
        {MINUTE_S - 1, NULL},
        {0, NULL},
        {-DAY_S, NULL},
        {-400 * DAY_S, NULL},
    };
    struct fixture *f = fixture_start(&(struct fixture_options){
        .hsts = "max-age=31536000; includeSubDomains", .hsts_cap_s = CAP_S, .made_s = wall_s});
    struct visitor v = visit(f);
    for (size_t i = 0; i < COUNT(steps); i++) {
        time_is(CAP_S - steps[i].left_s);
        expect_promise(&v, steps[i].field);
    }
    leave(&v);
    fixture_stop(f);
}

static void what_the_gateway_says_itself_is_bounded_too(void **state)
{
    (void)state;
    static const struct {
        const char *method, *request;
        int status;
    } cases[] = {
        {"HEAD", "HEAD /fixed HTTP/1.1\r\nHost: app.test\r\n\r\n", 200},
        {"GET", "GET /nothing HTTP/1.1\r\nHost: app.test\r\n\r\n", 204},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: app.test\r\n\r\n", 405},
        {"GET", "nonsense\r\n\r\n", 400},
        {"GET", "GET / HTTP/9.9\r\nHost: app.test\r\n\r\n", 505},
        {"GET", "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", 502},
        {"GET", "GET / HTTP/1.1\r\nHost: alias.test\r\n\r\n", 502},
        {"GET", "GET / HTTP/1.1\r\nHost: x.wild.test\r\n\r\n", 502},
    };
    const struct fixture_options options = {
        .upstream_refuses = {true}, .hsts = "max-age=86400", .hsts_cap_s = CAP_S, .made_s = CAP_S - 2 * HOUR_S};
    time_is(CAP_S - 2 * HOUR_S);
    struct fixture *f = fixture_start(&options);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct peer *client = client_tls(f);
        peer_send_text(client, cases[i].request);
        struct reply r = peer_reply(client, cases[i].method);
        assert_int_equal(r.status, cases[i].status);
        assert_promise(r.head, "max-age=7200");
        reply_free(&r);
        peer_close(client);
        client = client_plain(f);
        peer_send_text(client, cases[i].request);
        r = peer_reply(client, cases[i].method);
        assert_promise(r.head, NULL);
        reply_free(&r);
        peer_close(client);
    }
    assert_int_equal(counter_get(&fixture_site(f)->hsts_sent), COUNT(cases));
    fixture_stop(f);
}

static void a_wall_clock_set_back_lengthens_nothing(void **state)
{
    (void)state;
    const struct fixture_options options = {
        .hsts = "max-age=31536000", .hsts_cap_s = CAP_S, .made_s = CAP_S - 50 * DAY_S};
    time_is(CAP_S - 40 * DAY_S); /* control was down for ten days */
    struct fixture *f = fixture_start(&options);
    struct visitor v = visit(f);
    expect_promise(&v, "max-age=3456000");
    wall_s -= 3 * DAY_S;
    expect_promise(&v, "max-age=3456000");
    wall_s = 0;
    expect_promise(&v, "max-age=3456000");
    time_is(wall_s + 2 * HOUR_S); /* and what passes counts */
    expect_promise(&v, "max-age=3448800");
    wall_s = CAP_S - 39 * DAY_S; /* set right again, or too far: shorter */
    expect_promise(&v, "max-age=3369600");
    leave(&v);
    fixture_stop(f);
}

static void a_snapshot_knows_a_moment_that_has_been(void **state)
{
    (void)state;
    time_is(0); /* a machine without a clock of its own */
    const struct fixture_options options = {
        .hsts = "max-age=31536000", .hsts_cap_s = CAP_S, .made_s = CAP_S - 20 * DAY_S};
    struct fixture *f = fixture_start(&options);
    struct visitor v = visit(f);
    expect_promise(&v, "max-age=1728000");
    time_is(wall_s + DAY_S);
    expect_promise(&v, "max-age=1641600");
    leave(&v);
    fixture_stop(f);
}

/* An exchange promises by the generation that is present when its head goes out, and by its cap. */
static void generations_change_the_cap_at_once(void **state)
{
    (void)state;
    struct fixture_options options = {.hsts = "max-age=31536000", .hsts_cap_s = CAP_S, .made_s = 1};
    time_is(CAP_S - 3 * HOUR_S);
    struct fixture *f = fixture_start(&options);
    struct visitor v = visit(f);
    struct peer *waiting = client_tls(f);
    send_get(waiting, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    expect_promise(&v, "max-age=10800");
    options.hsts_cap_s = CAP_S + DAY_S; /* a certificate with a day more */
    fixture_publish(f, &options);
    expect_promise(&v, "max-age=97200");
    options.made_s = CAP_S; /* whoever made it knows better what time it is */
    fixture_publish(f, &options);
    expect_promise(&v, "max-age=86400");
    options.hsts_cap_s = CAP_S - 2 * HOUR_S; /* and back to a certificate that ends earlier */
    options.made_s = 1;
    fixture_publish(f, &options);
    expect_promise(&v, "max-age=3600");
    peer_send_text(upstream, "HTTP/1.1 204 No Content\r\n\r\n");
    struct reply r = peer_reply(waiting, "GET");
    assert_promise(r.head, "max-age=3600");
    reply_free(&r);
    options.hsts_cap_s = 0; /* renewal is proven */
    fixture_publish(f, &options);
    expect_promise(&v, "max-age=31536000");
    options.hsts = "max-age=0"; /* released: the one way to a 0 */
    fixture_publish(f, &options);
    expect_promise(&v, "max-age=0");
    options.hsts = "";
    fixture_publish(f, &options);
    expect_promise(&v, NULL);
    leave(&v);
    peer_close(waiting);
    peer_close(upstream);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_follows_the_wall_but_never_falls_behind_elapsed_time),
        cmocka_unit_test(a_value_gets_what_is_left_in_place_of_its_number),
        cmocka_unit_test(without_memory_nothing_is_promised),
        cmocka_unit_test(no_promise_reaches_past_the_cap_or_grows),
        cmocka_unit_test_setup(a_promise_shrinks_towards_its_cap_in_both_languages, begin_day),
        cmocka_unit_test_setup(what_the_gateway_says_itself_is_bounded_too, begin_day),
        cmocka_unit_test_setup(a_wall_clock_set_back_lengthens_nothing, begin_day),
        cmocka_unit_test_setup(a_snapshot_knows_a_moment_that_has_been, begin_day),
        cmocka_unit_test_setup(generations_change_the_cap_at_once, begin_day),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
