/* Reporters of a day: exact while they fit, within the stated error when they do not, whoever writes. */
#include <pthread.h>
#include <stdlib.h>

#include "check.h"
#include "snapshot/clients.h"
#include "snapshot/hash.h"

#define THREADS 4

static uint64_t hash_of(uint64_t reporter)
{
    return snapshot_hash(&reporter, sizeof reporter, 42);
}

static struct reports_site *site_new(void)
{
    struct reports_site *site = aligned_alloc(4096, sizeof *site);
    assert_non_null(site);
    memset(site, 0, sizeof *site);
    return site;
}

static uint64_t exactly(const struct reports_site *site, uint32_t mask)
{
    uint64_t level, count = reports_counted(site, mask, &level);
    assert_int_equal(level, 0);
    return count;
}

static void a_reporter_counts_once_for_each_type_however_much_it_sends(void **state)
{
    struct reports_site *site = site_new();
    (void)state;
    for (int times = 0; times < 1000; times++)
        for (uint64_t i = 0; i < 3; i++)
            reports_put(site, hash_of(i), 5);
    reports_put(site, hash_of(2), 7);
    reports_put(site, hash_of(3), 7);
    assert_int_equal(site->counts[5], 3000);
    assert_int_equal(site->counts[7], 2);
    assert_int_equal(exactly(site, 1u << 5), 3);
    assert_int_equal(exactly(site, 1u << 7), 2);
    assert_int_equal(exactly(site, 1u << 5 | 1u << 7), 4);
    assert_int_equal(exactly(site, 1u << 6), 0);
    free(site);
}

static void as_many_as_fit_are_counted_exactly(void **state)
{
    struct reports_site *site = site_new();
    (void)state;
    for (uint64_t i = 0; i < REPORTS_USED_COUNT_MAX; i++)
        reports_put(site, hash_of(i), 31);
    assert_int_equal(exactly(site, 1u << 31), REPORTS_USED_COUNT_MAX);
    assert_int_equal(site->dropped, 0);
    free(site);
}

static void of_very_many_a_sample_tells_within_its_error(void **state)
{
    (void)state;
    for (uint64_t truth = 1000; truth <= 1000000; truth *= 10) {
        struct reports_site *site = site_new();
        uint64_t level, error;
        for (uint64_t i = 0; i < truth; i++)
            reports_put(site, hash_of(i), (uint32_t)(i % 2));
        uint64_t counted = reports_counted(site, 3, &level), count = clients_estimate(counted, level, &error);
        assert_true(level > 0);
        /* twice the error of 19 cases of 20: what comes out is the same each time */
        assert_in_range(count, truth - 2 * error, truth + 2 * error);
        assert_true(error < truth / 4);
        counted = reports_counted(site, 1, &level);
        count = clients_estimate(counted, level, &error);
        assert_in_range(count, truth / 2 - 2 * error, truth / 2 + 2 * error);
        free(site);
    }
}

static void *write_some(void *context)
{
    for (uint64_t i = 0; i < 20000; i++)
        reports_put(context, hash_of(i % 200), (uint32_t)(i % 3));
    reports_refuse(context);
    return NULL;
}

static void many_writers_lose_nothing(void **state)
{
    struct reports_site *site = site_new();
    pthread_t threads[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_some, site), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(site->counts[0] + site->counts[1] + site->counts[2], THREADS * 20000);
    assert_int_equal(exactly(site, 7), 200);
    assert_int_equal(site->refused, THREADS);
    free(site);
}

static void what_nobody_sane_wrote_is_borne(void **state)
{
    struct reports_site *site = site_new();
    uint64_t level, error, counted;
    (void)state;
    memset(site, 0xff, sizeof *site);
    reports_put(site, hash_of(1), 1);
    counted = reports_counted(site, UINT32_MAX, &level);
    (void)clients_estimate(counted, level, &error);
    assert_true(level < 64);
    free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reporter_counts_once_for_each_type_however_much_it_sends),
        cmocka_unit_test(as_many_as_fit_are_counted_exactly),
        cmocka_unit_test(of_very_many_a_sample_tells_within_its_error),
        cmocka_unit_test(many_writers_lose_nothing),
        cmocka_unit_test(what_nobody_sane_wrote_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
