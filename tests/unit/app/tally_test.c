#include "check.h"

#include <sys/stat.h>

#include "app/tally.h"

static void open_tally(struct tally *tally)
{
    struct err err;
    tally_init(tally);
    if (!tally_open(tally, &err))
        fail_msg("%s", err.text);
}

static void gateways_that_overlap_get_blocks_of_their_own_and_a_restarted_one_the_same_again(void **state)
{
    (void)state;
    struct tally tally;
    open_tally(&tally);
    struct tally_run a = tally_take(&tally, 2), b = tally_take(&tally, 4);
    assert_int_equal(a.first, 0);
    assert_int_equal(b.first, 2);
    tally_give_back(&tally, a);
    struct tally_run c = tally_take(&tally, 4), d = tally_take(&tally, 2);
    assert_int_equal(c.first, 6);
    assert_int_equal(d.first, 0);
    tally_give_back(&tally, b);
    assert_int_equal(tally_take(&tally, 1).first, 2);
    tally_close(&tally);
}

static void when_all_blocks_are_taken_a_gateway_shares_and_gives_nothing_back(void **state)
{
    (void)state;
    struct tally tally;
    open_tally(&tally);
    for (uint32_t i = 0; i < COUNTERS_BLOCKS_MAX / COUNTERS_WORKERS_MAX; i++)
        assert_int_equal(tally_take(&tally, COUNTERS_WORKERS_MAX).first, i * COUNTERS_WORKERS_MAX);
    struct tally_run shared = tally_take(&tally, 1);
    assert_int_equal(shared.first, 0);
    assert_int_equal(shared.count, 0);
    tally_give_back(&tally, shared);
    assert_int_equal(tally_take(&tally, 1).count, 0);
    tally_close(&tally);
}

static void gauges_of_a_gateway_that_is_gone_are_zero_and_its_counters_stay(void **state)
{
    (void)state;
    struct tally tally;
    open_tally(&tally);
    struct tally_run run = tally_take(&tally, 2);
    struct counters_block *block = &tally.counters->blocks[1];
    const size_t slots[] = {0, 63, 64, 5000, COUNTERS_UPSTREAMS_MAX - 1};
    block->worker =
        (struct counters_worker){.connections = 5, .connections_open = 4, .tunnels_open = 3, .generation = 2};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        block->upstreams[slots[i]] = (struct counters_upstream){.requests = 7, .active = 3, .idle = 2, .down = 1};
    struct stat before, after;
    assert_int_equal(fstat(tally.fd, &before), 0);
    tally_give_back(&tally, run);
    assert_int_equal(fstat(tally.fd, &after), 0);
    assert_true(after.st_blocks <= before.st_blocks + 2 * 8); /* the other block's first page, at most */
    assert_int_equal(block->worker.connections, 5);
    assert_int_equal(block->worker.connections_open, 0);
    assert_int_equal(block->worker.tunnels_open, 0);
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        const struct counters_upstream *upstream = &block->upstreams[slots[i]];
        assert_int_equal(upstream->requests, 7);
        assert_int_equal(upstream->active + upstream->idle + upstream->down, 0);
    }
    tally_close(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateways_that_overlap_get_blocks_of_their_own_and_a_restarted_one_the_same_again),
        cmocka_unit_test(when_all_blocks_are_taken_a_gateway_shares_and_gives_nothing_back),
        cmocka_unit_test(gauges_of_a_gateway_that_is_gone_are_zero_and_its_counters_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
