/*
 * The promise: whatever happens, the ledger knows of every browser that is bound, at least until when it is, before
 * the field is sent. Random sequences of everything that may happen, against browsers that remember what they were
 * sent.
 *
 *     PROMISE_SEED=n        another seed than 1
 *     PROMISE_SEQUENCES=n   how many
 *     PROMISE_ONLY=n        only sequence n, telling what happens in it
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "random_test.h"
#include "sequence.h"

#define SEQUENCES_COUNT RANDOM_TEST_COUNT(150000, 30000)

static void add(struct tally *sum, const struct tally *one)
{
    sum->events += one->events;
    sum->emissions += one->emissions;
    sum->releases += one->releases;
    sum->moves += one->moves;
    sum->mends += one->mends;
    sum->faults += one->faults;
    sum->crashes += one->crashes;
    sum->boots += one->boots;
    sum->drains += one->drains;
    sum->restores += one->restores;
    sum->losses += one->losses;
    sum->checks += one->checks;
    sum->freed += one->freed;
}

static void show(const struct tally *sum)
{
    const struct {
        const char *what;
        uint64_t count;
    } lines[] = {
        {"events", sum->events},        {"fields sent", sum->emissions}, {"of them max-age=0", sum->releases},
        {"moves", sum->moves},          {"mends", sum->mends},           {"failed saves", sum->faults},
        {"crashes", sum->crashes},      {"boots", sum->boots},           {"drains", sum->drains},
        {"restores", sum->restores},    {"lost disks", sum->losses},     {"checks", sum->checks},
        {"sites released", sum->freed},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        printf("%12llu %s\n", (unsigned long long)lines[i].count, lines[i].what);
}

/* A sequence that did not end well is lived through once more, aloud. */
static void run_one(struct sequence *sequence, uint64_t seed, uint64_t number, bool shows)
{
    if (sequence_run(sequence, seed, number, shows))
        return;
    if (!shows)
        (void)sequence_run(sequence, seed, number, true);
    fail_msg("PROMISE_SEED=%llu PROMISE_ONLY=%llu: %s", (unsigned long long)seed, (unsigned long long)number,
             sequence->fault);
}

static void no_browser_is_bound_without_the_ledger_knowing(void **state)
{
    (void)state;
    static struct sequence sequence; /* too large for the stack */
    struct tally sum = {0};
    uint64_t seed = random_test_number("PROMISE_SEED", 1),
             count = random_test_number("PROMISE_SEQUENCES", SEQUENCES_COUNT);
    bool is_one = getenv("PROMISE_ONLY") != NULL;
    uint64_t first = is_one ? random_test_number("PROMISE_ONLY", 0) : 0;
    uint64_t end = is_one ? first + 1 : count;
    printf("seed %llu, %llu sequences\n", (unsigned long long)seed, (unsigned long long)(end - first));
    for (uint64_t number = first; number < end; number++) {
        run_one(&sequence, seed, number, is_one);
        add(&sum, &sequence.tally);
    }
    show(&sum);
    if (count < 1000 || is_one)
        return;
    /* Everything it is there for has happened. */
    assert_true(sum.emissions > count && sum.checks > count && sum.moves > count);
    assert_true(sum.releases > count / 10 && sum.mends > count / 10 && sum.faults > count / 10);
    assert_true(sum.freed == 2 * count && sum.losses > count / 20 && sum.restores > count / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_browser_is_bound_without_the_ledger_knowing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
