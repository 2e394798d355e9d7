/*
 * The promise, kept by the real control code: whatever is asked of it and whatever befalls it, its ledger knows of
 * every browser that is bound, at least until when it is. (tests/unit/hsts/promise does the same for the engine alone,
 * far more often.)
 *
 *     PROMISE_SEED=n    another seed than 1
 *     PROMISE_LIVES=n   how many
 *     PROMISE_ONLY=n    only life n, telling what happens in it
 */
#include "base/log.h"
#include "life.h"
#include "random_test.h"

#define LIVES_COUNT RANDOM_TEST_COUNT(500, 100)

static void add(struct life_tally *sum, const struct life_tally *one)
{
    sum->requests += one->requests;
    sum->done += one->done;
    sum->sent += one->sent;
    sum->checks += one->checks;
    sum->faults += one->faults;
    sum->deaths += one->deaths;
    sum->boots += one->boots;
    sum->snapshots += one->snapshots;
    sum->closed += one->closed;
    sum->freed += one->freed;
}

static void show(const struct life_tally *sum)
{
    const struct {
        const char *what;
        uint64_t count;
    } lines[] = {
        {"requests", sum->requests},
        {"of them done", sum->done},
        {"fields sent", sum->sent},
        {"checks", sum->checks},
        {"faults of the disk", sum->faults},
        {"deaths of control", sum->deaths},
        {"of them power cuts", sum->boots},
        {"snapshots", sum->snapshots},
        {"closes", sum->closed},
        {"names freed", sum->freed},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        printf("%12llu %s\n", (unsigned long long)lines[i].count, lines[i].what);
}

/* A life that did not end well is lived through once more, aloud. */
static void run_one(struct life *life, uint64_t seed, uint64_t number, bool shows)
{
    if (life_run(life, seed, number, shows))
        return;
    if (!shows)
        (void)life_run(life, seed, number, true);
    fail_msg("PROMISE_SEED=%llu PROMISE_ONLY=%llu: %s", (unsigned long long)seed, (unsigned long long)number,
             life->fault);
}

static void no_browser_is_bound_without_the_ledger_knowing(void **state)
{
    static struct life life; /* too large for the stack */
    (void)state;
    struct life_tally sum = {0};
    struct test_ca *ca = test_ca_new();
    uint64_t seed = random_test_number("PROMISE_SEED", 1), count = random_test_number("PROMISE_LIVES", LIVES_COUNT);
    bool is_one = getenv("PROMISE_ONLY") != NULL;
    uint64_t first = is_one ? random_test_number("PROMISE_ONLY", 0) : 0, end = is_one ? first + 1 : count;
    printf("seed %llu, %llu lives\n", (unsigned long long)seed, (unsigned long long)(end - first));
    life_certificates(ca);
    for (uint64_t number = first; number < end; number++) {
        run_one(&life, seed, number, is_one);
        add(&sum, &life.tally);
    }
    life_certificates_free();
    test_ca_free(ca);
    show(&sum);
    if (is_one || count < 100)
        return;
    /* Everything it is there for has happened. */
    assert_true(sum.done > 5 * count && sum.sent > 10 * count && sum.checks > 50 * count);
    assert_true(sum.faults > count && sum.deaths > count && sum.boots > count / 10 && sum.closed > count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_browser_is_bound_without_the_ledger_knowing),
    };
    log_init("test", (enum log_level)(LOG_LEVEL_ERROR + 1), LOG_FORMAT_TEXT); /* faults are made on purpose */
    /* No certificate of a life leads to a public root, and every life would read all of this machine's again. */
    if (setenv("SSL_CERT_FILE", "/nonexistent", 1) != 0 || setenv("SSL_CERT_DIR", "/nonexistent", 1) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
