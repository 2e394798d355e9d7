/*
 * A job that is thrown away at any step, with or without the answer to its last request, and made anew from what was
 * durable: it ends in a certificate all the same, and does not order twice what it knows it has ordered.
 */
#include "check.h"

#include <stdio.h>

#include "world.h"

/* What control would have on disk. */
struct kept {
    char account_url[256], order_url[256];
};

static void keep(struct kept *kept, const struct acme_job *job)
{
    (void)snprintf(kept->account_url, sizeof kept->account_url, "%.*s", STR_ARG(acme_job_account_url(job)));
    (void)snprintf(kept->order_url, sizeof kept->order_url, "%.*s", STR_ARG(acme_job_order_url(job)));
}

static void use(struct world *world, const struct kept *kept)
{
    world->input.account_url = str_from(kept->account_url);
    world->input.order_url = str_from(kept->order_url);
}

/* Drives a new job for so many steps; DONE, FAILED or where it was left. */
static enum acme_step_kind run_for(struct world *world, struct kept *kept, unsigned steps)
{
    use(world, kept);
    struct acme_job *job = world_job(world);
    enum acme_step_kind end = ca_drive(&world->ca, job, &world->now_s, steps, &world->failure);
    keep(kept, job);
    acme_job_free(job);
    return end;
}

static void a_job_thrown_away_at_any_step_is_taken_up(void **state)
{
    struct world *world = *state;
    enum acme_step_kind end = ACME_STEP_WAIT;
    unsigned steps = 1;
    for (; end != ACME_STEP_DONE; steps++) {
        struct kept kept = {0};
        world_reset(world);
        world->input.names_count = 3;
        world->ca.polls = 2;
        end = run_for(world, &kept, steps);
        if (run_for(world, &kept, 0) != ACME_STEP_DONE)
            fail_msg("after %u steps: %s", steps, world->failure.words);
        assert_int_equal(world->ca.accounts_count, 1);
        assert_int_equal(world->ca.orders_count, 1);
        assert_int_equal(world->ca.orders[0].status, CA_VALID);
    }
    assert_true(steps > 25); /* it had as many */
}

/* The proofs went away with the job, and the CA looked for them meanwhile: another order. */
static void proofs_that_went_away_cost_an_order_at_most(void **state)
{
    struct world *world = *state;
    enum acme_step_kind end = ACME_STEP_WAIT;
    for (unsigned steps = 1; end != ACME_STEP_DONE; steps++) {
        struct kept kept = {0};
        world_reset(world);
        world->ca.polls = 1;
        end = run_for(world, &kept, steps);
        world->ca.proofs_count = 0;
        assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
        assert_true(world->ca.orders_count <= 2);
    }
}

static void a_job_thrown_away_again_and_again_gets_there(void **state)
{
    struct world *world = *state;
    for (unsigned first = 1; first < 30; first++) {
        struct kept kept = {0};
        world_reset(world);
        world->ca.polls = 1;
        enum acme_step_kind end = ACME_STEP_WAIT;
        unsigned lives = 0;
        /* Lives of growing length: a step more each time. */
        while (end != ACME_STEP_DONE && lives < 40)
            end = run_for(world, &kept, first + lives++ / 2);
        assert_int_equal(end, ACME_STEP_DONE);
        assert_int_equal(world->ca.orders_count, 1);
    }
}

/* The CA has done what was asked, and nobody heard its answer. */
static void an_answer_that_was_lost_with_the_job_does_no_harm(void **state)
{
    struct world *world = *state;
    for (unsigned step = 0; step < CA_STEPS_COUNT; step++)
        for (unsigned from = 1; from <= 4; from++) {
            struct kept kept = {0};
            struct acme_step next;
            world_reset(world);
            world->ca.polls = 1;
            world->ca.break_at.step = (enum ca_step)step;
            world->ca.break_at.fault = CA_LOST;
            world->ca.break_at.from = from;
            world->ca.break_at.times = 1;
            struct acme_job *job = world_job(world);
            for (int i = 0; i < 200 && world->ca.seen[step] < from; i++) {
                acme_job_step(job, world->now_s, &next);
                if (ca_drive(&world->ca, job, &world->now_s, 1, NULL) == ACME_STEP_DONE)
                    break;
                if (world->ca.seen[step] < from)
                    keep(&kept, job);
            }
            keep(&kept, job);
            acme_job_free(job);
            if (run_for(world, &kept, 0) != ACME_STEP_DONE)
                fail_msg("step %u, the %u.: %s", step, from, world->failure.words);
            assert_int_equal(world->ca.accounts_count, 1);
            assert_int_equal(world->ca.orders_count, step == CA_NEW_ORDER && from == 1 ? 2 : 1);
        }
}

static void an_order_is_taken_up_wherever_it_is(void **state)
{
    struct world *world = *state;
    static const struct {
        enum ca_status status;
        size_t orders_count; /* in the end */
    } cases[] = {{CA_PENDING, 1}, {CA_READY, 1}, {CA_PROCESSING, 1}, {CA_VALID, 1}, {CA_INVALID, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kept kept = {0};
        world_reset(world);
        while (world->ca.orders_count == 0)
            (void)run_for(world, &kept, 6);
        ca_order_becomes(&world->ca, 0, cases[i].status);
        assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
        assert_int_equal(world->ca.orders_count, cases[i].orders_count);
    }
}

static void an_order_that_is_of_no_use_is_made_anew(void **state)
{
    struct world *world = *state;
    struct kept kept = {0};
    /* One that the CA does not know. */
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    (void)snprintf(kept.order_url, sizeof kept.order_url, CA_URL "/order/60");
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    assert_int_equal(world->ca.orders_count, 2);
    /* For other names than are wanted by now. */
    world->input.names = &world->names[2];
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    assert_int_equal(world->ca.orders_count, 3);
    assert_string_equal(world->ca.orders[2].names[0].name, "example.test");
    /* Valid, but its certificate is for a key that is gone. */
    world->ca.wrong_chain = true;
    buf_clear(&world->ca.orders[2].chain);
    ca_order_becomes(&world->ca, 2, CA_VALID);
    world->ca.wrong_chain = false;
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    assert_int_equal(world->ca.orders_count, 4);
    /* Its certificate is not kept any more. */
    world->ca.break_at.step = CA_CERTIFICATE;
    world->ca.break_at.fault = CA_NOT_FOUND;
    world->ca.break_at.from = world->ca.seen[CA_CERTIFICATE] + 1;
    world->ca.break_at.times = 1;
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    assert_int_equal(world->ca.orders_count, 5);
}

static void an_order_of_another_account_is_left_to_it(void **state)
{
    struct world *world = *state;
    struct kept kept = {0};
    assert_int_equal(run_for(world, &kept, 0), ACME_STEP_DONE);
    world->input.account_key = world->other_key;
    kept.account_url[0] = 0;
    if (run_for(world, &kept, 0) != ACME_STEP_DONE)
        fail_msg("%s", world->failure.words);
    assert_int_equal(world->ca.orders_count, 2);
    assert_int_equal(world->ca.orders[1].account, 1);
}

#define job_unit_test(f) cmocka_unit_test_setup(f, world_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        job_unit_test(a_job_thrown_away_at_any_step_is_taken_up),
        job_unit_test(proofs_that_went_away_cost_an_order_at_most),
        job_unit_test(a_job_thrown_away_again_and_again_gets_there),
        job_unit_test(an_answer_that_was_lost_with_the_job_does_no_harm),
        job_unit_test(an_order_is_taken_up_wherever_it_is),
        job_unit_test(an_order_that_is_of_no_use_is_made_anew),
        job_unit_test(an_order_of_another_account_is_left_to_it),
    };
    return cmocka_run_group_tests(tests, world_setup_keys, world_teardown_keys);
}
