/* One question by itself: nonces, pauses, counts. What follows from its answers is in job_test and job_fault_test. */
#include "check.h"

#include "acme/exchange.h"
#include "crypto/key.h"

#define NOW_S 1768478400

struct world {
    struct key *key;
    struct exchange exchange;
    struct acme_failure failure;
    struct problem problem;
};

static void begin(struct world *world, bool is_signed)
{
    *world = (struct world){.key = key_generate(KEY_ECDSA, NULL)};
    acme_exchange_init(&world->exchange, "test", 7);
    world->exchange.new_nonce_url = STR("https://ca.test/nonce");
    const struct exchange_ask ask = {
        .url = STR("https://ca.test/x"), .key = is_signed ? world->key : NULL, .answer_size = 10};
    acme_exchange_begin(&world->exchange, &ask, 0, NOW_S);
}

static void end(struct world *world)
{
    acme_exchange_fini(&world->exchange);
    key_free(world->key);
}

static struct acme_step step_at(struct world *world, int64_t now_s)
{
    struct acme_step step;
    assert_true(acme_exchange_step(&world->exchange, now_s, &step, NULL));
    return step;
}

static enum exchange_result answer(struct world *world, unsigned status, struct str nonce, int64_t now_s)
{
    const struct acme_response response = {.status = status, .replay_nonce = nonce};
    return acme_exchange_response(&world->exchange, &response, now_s, "do it", &world->problem, &world->failure);
}

static void a_nonce_is_fetched_once_and_used_once(void **state)
{
    (void)state;
    struct world world;
    begin(&world, true);
    assert_true(step_at(&world, NOW_S).request.head);
    assert_int_equal(answer(&world, 204, STR("abc-_9"), NOW_S), EXCHANGE_AGAIN);
    struct acme_step step = step_at(&world, NOW_S);
    assert_true(step.request.post && step.request.body.size > 0);
    struct str again = step_at(&world, NOW_S + 5).request.body;
    assert_str(again, step.request.body); /* the same until there is an answer */
    assert_int_equal(world.exchange.nonce_size, 0);
    assert_int_equal(answer(&world, 200, STR("next"), NOW_S), EXCHANGE_ANSWERED);
    assert_int_equal(world.exchange.nonce_size, 4);
    end(&world);
}

static void a_nonce_that_is_no_base64url_is_none(void **state)
{
    (void)state;
    char many[EXCHANGE_NONCE_SIZE_MAX + 1];
    memset(many, 'a', sizeof many);
    const struct str cases[] = {STR(""),    STR("a b"),    STR("a+b"),
                                STR("a=="), STR("a\r\nb"), str_make(many, sizeof many)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        begin(&world, true);
        assert_true(step_at(&world, NOW_S).request.head);
        assert_int_equal(answer(&world, 200, cases[i], NOW_S), EXCHANGE_FAILED);
        assert_string_equal(world.failure.words,
                            "The CA was asked to give a nonce, and its answer has no Replay-Nonce that can be used.");
        end(&world);
    }
}

static void trying_again_takes_longer_each_time_and_ends(void **state)
{
    (void)state;
    static const int64_t least_s[] = {2, 8, 32};
    struct world world;
    int64_t now_s = NOW_S;
    begin(&world, false);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(step_at(&world, now_s).kind, ACME_STEP_REQUEST);
        assert_int_equal(acme_exchange_no_response(&world.exchange, "is silent", now_s, &world.failure),
                         EXCHANGE_AGAIN);
        struct acme_step step = step_at(&world, now_s);
        assert_int_equal(step.kind, ACME_STEP_WAIT);
        assert_true(step.until_s >= now_s + least_s[i] && step.until_s <= now_s + least_s[i] * 3 / 2);
        now_s = step.until_s;
    }
    assert_int_equal(step_at(&world, now_s).kind, ACME_STEP_REQUEST);
    assert_int_equal(acme_exchange_no_response(&world.exchange, "is silent", now_s, &world.failure), EXCHANGE_FAILED);
    assert_string_equal(world.failure.words, "The CA cannot be reached: it is silent.");
    assert_true(world.exchange.was_lost);
    end(&world);
}

static void only_trouble_of_the_moment_is_tried_again(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        enum exchange_result result;
    } cases[] = {
        {200, EXCHANGE_ANSWERED}, {201, EXCHANGE_ANSWERED}, {204, EXCHANGE_ANSWERED}, {100, EXCHANGE_FAILED},
        {0, EXCHANGE_FAILED},     {301, EXCHANGE_FAILED},   {400, EXCHANGE_REFUSED},  {401, EXCHANGE_REFUSED},
        {404, EXCHANGE_REFUSED},  {429, EXCHANGE_REFUSED},  {500, EXCHANGE_AGAIN},    {501, EXCHANGE_REFUSED},
        {502, EXCHANGE_AGAIN},    {503, EXCHANGE_AGAIN},    {504, EXCHANGE_AGAIN},    {600, EXCHANGE_FAILED},
        {4000, EXCHANGE_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        begin(&world, false);
        (void)step_at(&world, NOW_S);
        assert_int_equal(answer(&world, cases[i].status, (struct str){0}, NOW_S), cases[i].result);
        end(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nonce_is_fetched_once_and_used_once),
        cmocka_unit_test(a_nonce_that_is_no_base64url_is_none),
        cmocka_unit_test(trying_again_takes_longer_each_time_and_ends),
        cmocka_unit_test(only_trouble_of_the_moment_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
