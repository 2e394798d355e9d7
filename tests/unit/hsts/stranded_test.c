/* The share of those who never arrive: exact where all are counted, and a lower bound that holds where a sample is. */
#include "check.h"

#include <math.h>

#include "hsts/stranded.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct stranded_share share_of(uint64_t sent, uint64_t stranded, uint64_t level)
{
    struct stranded_tally tally = {0};
    struct stranded_share share;
    stranded_add(&tally, sent, stranded, level);
    stranded_share(&tally, &share);
    return share;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void where_all_are_counted_the_bound_is_the_share(void **state)
{
    struct stranded_tally week = {0};
    struct stranded_share share = share_of(840, 12, 0);
    (void)state;
    assert_int_equal(share.sent, 840);
    assert_int_equal(share.stranded, 12);
    assert_int_equal(share.sent_error, 0);
    assert_int_equal(share.stranded_error, 0);
    assert_true(is_near(share.share, 12.0 / 840) && is_near(share.share_least, 12.0 / 840));
    for (int i = 0; i < 7; i++)
        stranded_add(&week, 100, i == 3 ? 8 : 0, 0);
    stranded_share(&week, &share);
    assert_int_equal(share.sent, 700);
    assert_true(is_near(share.share_least, 8.0 / 700));
    assert_int_equal(week.most_least, 8);
}

static void nobody_is_no_share(void **state)
{
    struct stranded_share share = share_of(0, 0, 0);
    (void)state;
    assert_true(is_near(share.share, 0) && is_near(share.share_least, 0) && share.sent == 0);
    share = share_of(0, 0, 12);
    assert_true(is_near(share.share_least, 0) && share.sent == 0);
}

static void a_sample_says_less_the_smaller_it_is(void **state)
{
    (void)state;
    double before = 0;
    for (uint64_t level = 14; level > 0; level--) {
        struct stranded_share share = share_of((uint64_t)1 << (20 - level), (uint64_t)1 << (16 - level), level);
        assert_true(is_near(share.share, 1.0 / 16));
        assert_true(share.share_least < share.share && share.share_least > before);
        before = share.share_least;
    }
    assert_true(share_of(1 << 20, 1 << 16, 0).share_least > before);
}

/* One of a sample of few is no proof that many are. */
static void a_few_in_a_sample_prove_little(void **state)
{
    (void)state;
    assert_true(share_of(100, 1, 10).share_least < 0.002);
    assert_true(share_of(100, 0, 10).share_least < 1e-9);
    assert_true(share_of(100, 100, 10).share_least > 0.8);
}

/* Any numbers, as they may stand in memory that all workers write to, or in a database that somebody made. */
static void any_numbers_have_an_answer(void **state)
{
    uint64_t random = 88172645463325252u;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct stranded_tally tally = {0};
        struct stranded_share share;
        for (uint64_t day = next(&random) % 8; day > 0; day--)
            stranded_add(&tally, next(&random) >> next(&random) % 64, next(&random) >> next(&random) % 64,
                         next(&random) >> next(&random) % 64);
        stranded_share(&tally, &share);
        assert_true(share.share >= 0 && share.share <= 1);
        assert_true(share.share_least >= 0 && share.share_least <= share.share + 1e-9);
    }
}

/* Each of `count` was in the sample of the level with the chance 2^-level. */
static uint64_t draw(uint64_t count, uint64_t level, uint64_t *random)
{
    uint64_t drawn = 0;
    for (uint64_t i = 0; i < count; i++)
        drawn += (next(random) >> 11) % ((uint64_t)1 << level) == 0;
    return drawn;
}

/*
 * What the bound promises: populations of which the truth is known, sampled over and over as the days are. In at most
 * one of 40 rounds the bound may be above the true share; that many rounds leave room for chance.
 */
static void the_lower_bound_is_above_the_truth_in_at_most_one_of_forty(void **state)
{
    static const struct {
        uint64_t sent, stranded, level;
        int days;
    } cases[] = {{4000, 40, 3, 1},  {4000, 8, 3, 1}, {20000, 1000, 5, 1},
                 {4000, 200, 3, 7}, {3000, 6, 2, 5}, {8000, 7000, 4, 2}};
    enum { ROUNDS = 2000 };
    uint64_t random = 0x9e3779b97f4a7c15u;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int above = 0, counts_off = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct stranded_tally tally = {0};
            struct stranded_share share;
            for (int day = 0; day < cases[i].days; day++) {
                uint64_t stranded = draw(cases[i].stranded, cases[i].level, &random);
                uint64_t arrived = draw(cases[i].sent - cases[i].stranded, cases[i].level, &random);
                stranded_add(&tally, stranded + arrived, stranded, cases[i].level);
            }
            stranded_share(&tally, &share);
            double truth = (double)cases[i].stranded / (double)cases[i].sent;
            above += share.share_least > truth;
            double off = fabs((double)share.sent - (double)cases[i].sent * cases[i].days);
            counts_off += off > (double)share.sent_error;
        }
        /* 2.5 percent of 2000 are 50, with a standard deviation of 7 */
        if (above > 50 + 4 * 7)
            fail_msg("case %zu: the bound is above the truth in %d of %d", i, above, (int)ROUNDS);
        if (counts_off > 100 + 4 * 10)
            fail_msg("case %zu: the error that is told is too small in %d of %d", i, counts_off, (int)ROUNDS);
    }
}

/* A bound that is always 0 would promise as much: it must rise to the truth. */
static void the_lower_bound_is_worth_something(void **state)
{
    (void)state;
    assert_true(share_of(700, 35, 6).share_least > 0.03);
    assert_true(share_of(700, 350, 6).share_least > 0.44);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_all_are_counted_the_bound_is_the_share),
        cmocka_unit_test(nobody_is_no_share),
        cmocka_unit_test(a_sample_says_less_the_smaller_it_is),
        cmocka_unit_test(a_few_in_a_sample_prove_little),
        cmocka_unit_test(any_numbers_have_an_answer),
        cmocka_unit_test(the_lower_bound_is_above_the_truth_in_at_most_one_of_forty),
        cmocka_unit_test(the_lower_bound_is_worth_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
