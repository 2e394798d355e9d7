/*
 * Generations on their way to the workers, some of which cannot take one: whether the TLS library goes along
 * (tls_server_use, linked in place of the real one) is the test's.
 */
#include "gateway_fixture.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "gateway/rollout.h"

#define WORKERS_COUNT 2

/* Whose call fails, and for which generation. */
static struct {
    const struct tls_server *_Atomic server;
    _Atomic uint64_t generation;
} refusals[WORKERS_COUNT];

/* The server whose call of this generation does not return while `held`. */
static struct {
    const struct tls_server *_Atomic server;
    _Atomic uint64_t generation;
    atomic_bool held;
} stall;

bool __real_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err);
bool __wrap_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err);

bool __wrap_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err)
{
    for (size_t i = 0; i < WORKERS_COUNT; i++)
        if (server == refusals[i].server && snapshot->header->generation == refusals[i].generation)
            return err_set(err, ERR_SYSTEM, "worker %zu has a bad day", i);
    while (server == stall.server && snapshot->header->generation == stall.generation && atomic_load(&stall.held))
        (void)usleep(1000);
    return __real_tls_server_use(server, snapshot, err);
}

/* Two workers that serve by generation 1, which the rollout does not know of. */
static struct fixture *begin(struct rollout *rollout)
{
    struct fixture *f = fixture_start(&(struct fixture_options){.workers_count = WORKERS_COUNT, .redirect_off = true});
    for (size_t i = 0; i < WORKERS_COUNT; i++) {
        refusals[i].generation = 0;
        refusals[i].server = f->workers[i].tls;
    }
    rollout_init(rollout, f->workers, WORKERS_COUNT);
    return f;
}

static void end(struct fixture *f, struct rollout *rollout)
{
    rollout_fini(rollout);
    fixture_stop(f);
}

static void serve(struct fixture *f, struct rollout *rollout, const char *hsts)
{
    struct fixture_options options = f->options;
    options.hsts = hsts;
    rollout_offer(rollout, fixture_generation(f, &options));
}

static void expect_news(struct fixture *f, struct rollout *rollout, enum rollout_event event, uint64_t generation)
{
    struct err err = {0};
    struct rollout_news news;
    while ((news = rollout_look(rollout, &err)).event == ROLLOUT_NOTHING) {
        struct pollfd ready = {.fd = f->notify_fd, .events = POLLIN};
        uint64_t count;
        if (poll(&ready, 1, FIXTURE_PATIENCE_MS) != 1)
            fail_msg("no news of generation %llu", (unsigned long long)generation);
        assert_int_equal(read(f->notify_fd, &count, sizeof count), sizeof count);
    }
    assert_int_equal(news.event, event);
    assert_int_equal(news.generation, generation);
    if (event == ROLLOUT_REFUSED || event == ROLLOUT_STUCK) {
        char expected[64];
        (void)snprintf(expected, sizeof expected, "worker %u has a bad day", news.worker);
        assert_string_equal(err.text, expected);
    }
}

static void expect_all_at(struct fixture *f, uint64_t generation)
{
    for (size_t i = 0; i < WORKERS_COUNT; i++)
        assert_int_equal(counter_get(&f->blocks[i].worker.generation), generation);
}

/* Whoever of the workers answers: several connections, so that both are asked. */
static void expect_promise(struct fixture *f, const char *expected)
{
    for (int i = 0; i < 6; i++) {
        struct peer *client = client_tls(f);
        send_get(client, "/fixed");
        struct reply r = peer_reply(client, "GET");
        assert_field(r.head, "Strict-Transport-Security", expected);
        reply_free(&r);
        peer_close(client);
    }
}

static void what_all_workers_take_is_served(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    struct err err = {0};
    assert_int_equal(rollout_offered(&rollout), 0);
    assert_false(rollout_is_settled(&rollout));
    assert_int_equal(rollout_look(&rollout, &err).event, ROLLOUT_NOTHING);
    serve(f, &rollout, "max-age=600");
    assert_int_equal(rollout_offered(&rollout), 2);
    assert_false(rollout_is_settled(&rollout));
    expect_news(f, &rollout, ROLLOUT_SERVED, 2);
    assert_true(rollout_is_settled(&rollout));
    assert_int_equal(rollout_look(&rollout, &err).event, ROLLOUT_NOTHING);
    expect_all_at(f, 2);
    expect_promise(f, "max-age=600");
    end(f, &rollout);
}

static void what_one_worker_cannot_take_is_taken_back_from_the_others(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_SERVED, 2);
    for (uint64_t generation = 3; generation < 7; generation++) {
        refusals[generation % WORKERS_COUNT].generation = generation;
        serve(f, &rollout, "max-age=1200");
        expect_news(f, &rollout, ROLLOUT_REFUSED, generation);
        assert_int_equal(rollout_offered(&rollout), 2);
        assert_false(rollout_is_settled(&rollout));
        expect_news(f, &rollout, ROLLOUT_SERVED, 2);
        assert_true(rollout_is_settled(&rollout));
        expect_all_at(f, 2);
        expect_promise(f, "max-age=600");
    }
    serve(f, &rollout, "max-age=1200");
    expect_news(f, &rollout, ROLLOUT_SERVED, 7);
    expect_promise(f, "max-age=1200");
    end(f, &rollout);
}

/* The same number, once more, after whatever was in the way has gone. */
static void what_was_refused_may_be_offered_again(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_SERVED, 2);
    struct generation *next = fixture_generation(f, NULL);
    refusals[0].generation = 3;
    rollout_offer(&rollout, generation_ref(next));
    expect_news(f, &rollout, ROLLOUT_REFUSED, 3);
    refusals[0].generation = 0;
    rollout_offer(&rollout, next); /* before anybody has gone back */
    expect_news(f, &rollout, ROLLOUT_SERVED, 3);
    expect_all_at(f, 3);
    end(f, &rollout);
}

static void without_one_before_the_first_goes_on_where_it_was_taken(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    refusals[1].generation = 2;
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_REFUSED, 2);
    assert_false(rollout_is_settled(&rollout));
    assert_false(rollout.under_way);
    wait_for(&f->blocks[0].worker.generation, 2);
    assert_int_equal(counter_get(&f->blocks[1].worker.generation), 1);
    refusals[1].generation = 0;
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_SERVED, 3);
    end(f, &rollout);
}

static void a_worker_that_cannot_go_back_is_told_and_the_next_generation_ends_it(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_SERVED, 2);
    refusals[0].generation = 2;
    refusals[1].generation = 3;
    serve(f, &rollout, "max-age=1200");
    wait_for(&f->blocks[0].worker.generation, 3);
    expect_news(f, &rollout, ROLLOUT_REFUSED, 3);
    expect_news(f, &rollout, ROLLOUT_STUCK, 2);
    assert_false(rollout_is_settled(&rollout)); /* nobody may take it that generation 2 is what is served */
    assert_int_equal(counter_get(&f->blocks[0].worker.generation), 3);
    assert_int_equal(counter_get(&f->blocks[1].worker.generation), 2);
    serve(f, &rollout, "max-age=1200");
    expect_news(f, &rollout, ROLLOUT_SERVED, 4);
    assert_true(rollout_is_settled(&rollout));
    expect_promise(f, "max-age=1200");
    end(f, &rollout);
}

static void a_newer_offer_takes_the_place_of_one_under_way(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    refusals[1].generation = 20; /* in the middle: nobody asks any more when it is refused */
    for (int i = 0; i < 40; i++)
        serve(f, &rollout, i % 2 ? "max-age=600" : "max-age=1200");
    expect_news(f, &rollout, ROLLOUT_SERVED, 41);
    expect_all_at(f, 41);
    end(f, &rollout);
}

/* Nothing is acknowledged, and the other goes on with each that follows. */
static void a_worker_that_hangs_holds_back_the_acknowledgement_and_nobody_else(void **state)
{
    (void)state;
    struct rollout rollout;
    struct fixture *f = begin(&rollout);
    struct err err = {0};
    serve(f, &rollout, "max-age=600");
    expect_news(f, &rollout, ROLLOUT_SERVED, 2);
    stall.server = refusals[1].server;
    stall.generation = 3;
    atomic_store(&stall.held, true);
    for (uint64_t generation = 3; generation < 6; generation++) {
        serve(f, &rollout, "max-age=1200");
        while (counter_get(&f->blocks[0].worker.generation) != generation)
            (void)usleep(1000);
        assert_int_equal(rollout_look(&rollout, &err).event, ROLLOUT_NOTHING);
        assert_int_equal(counter_get(&f->blocks[1].worker.generation), 2);
        assert_false(rollout_is_settled(&rollout));
    }
    expect_promise(f, "max-age=1200"); /* connections go to those that take them */
    atomic_store(&stall.held, false);
    expect_news(f, &rollout, ROLLOUT_SERVED, 5);
    expect_all_at(f, 5);
    end(f, &rollout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_all_workers_take_is_served),
        cmocka_unit_test(what_one_worker_cannot_take_is_taken_back_from_the_others),
        cmocka_unit_test(what_was_refused_may_be_offered_again),
        cmocka_unit_test(without_one_before_the_first_goes_on_where_it_was_taken),
        cmocka_unit_test(a_worker_that_cannot_go_back_is_told_and_the_next_generation_ends_it),
        cmocka_unit_test(a_newer_offer_takes_the_place_of_one_under_way),
        cmocka_unit_test(a_worker_that_hangs_holds_back_the_acknowledgement_and_nobody_else),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
