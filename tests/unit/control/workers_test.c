/* A worker that goes on with what was before: found by its own counter, named wherever one looks, over when it takes
 * what it was given. */
#include "control/workers.h"

#include "api_ask.h"
#include "control/errands.h"
#include "control/notify.h"

#define SITE          "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define FIRST         1 /* block of the gateway's first worker: another gateway drains in the one before */
#define WORKERS_COUNT 2

static void serve(struct fixture *f, uint32_t worker, uint64_t generation)
{
    counter_set(&f->counters->blocks[FIRST + worker].worker.generation, generation);
}

static void on_late(struct publisher *publisher)
{
    notify_workers(container_of(publisher, struct core, publisher));
}

/* A gateway of two workers beside one that drains; both serve by generation 1. */
static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    free(f->counters);
    f->counters = aligned_alloc(_Alignof(struct counters), counters_size(FIRST + WORKERS_COUNT));
    assert_non_null(f->counters);
    memset(f->counters, 0, counters_size(FIRST + WORKERS_COUNT));
    f->counters->blocks_count = FIRST + WORKERS_COUNT;
    f->core.counters = f->counters;
    assert_true(errands_new(f->core.loop, &f->core.errands, &err));
    assert_true(notifier_new(&f->core, &f->core.notifier, &err));
    f->core.publisher.on_late = on_late;
    fixture_link(f);
    f->core.publisher.blocks = contract_blocks(FIRST, WORKERS_COUNT);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 1);
    serve(f, 0, 1);
    serve(f, 1, 1);
    fixture_answer(f, CONTRACT_ACK, 1);
    return f;
}

static void end(struct fixture *f)
{
    errands_free(f->core.errands);
    notifier_free(f->core.notifier);
    fixture_free(f);
}

static void become_late(struct fixture *f)
{
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + PUBLISH_LATE_MS + 200);
}

/* "WORKER GENERATION<WANTED|" for each that is behind */
static void check_behind(struct fixture *f, const char *expected)
{
    struct workers_behind behind;
    struct buf text;
    buf_init(&text, 4096);
    workers_look(&f->core, &behind);
    for (size_t i = 0; i < behind.count; i++)
        assert_true(buf_printf(&text, "%u %llu<%llu|", behind.workers[i].index,
                               (unsigned long long)behind.workers[i].generation, (unsigned long long)behind.wanted));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static bool note(void *context, const struct notification *n, const struct notify_delivery *d)
{
    (void)d;
    return buf_printf(context, "%s:%s:%.*s:%s ", notify_kind_names[n->kind], notify_phase_names[n->phase],
                      STR_ARG(n->stage), notify_severity_names[n->severity]);
}

static void check_told(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_notifications(f->core.store, 0, 0, 100, note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void one_that_hangs_is_named_and_told_until_it_goes_on(void **state)
{
    struct fixture *f = begin();
    static const struct step late[] = {
        {"GET", "/v1/status", "", 200, "worker 1 of the gateway hangs: it serves by generation 1, generation 2 was"},
        {"GET", "/v1/status", "", 200, "\"workers_behind\":[{\"worker\":1,\"generation\":1,\"wanted\":2,\"since\":\""},
        {"GET", "/metrics", "", 200, "\nstrictgate_workers_behind 1\n"},
        {"GET", "/v1/sites/a.test/certificates", "", 200,
         "but not every worker of the gateway serves it: worker 1 of the gateway hangs"},
    };
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    assert_int_equal(fixture_receive(f), 2);
    serve(f, 0, 2);
    check_behind(f, ""); /* it may just be on its way */
    notify_workers(&f->core);
    check_told(f, "");
    become_late(f);
    check_behind(f, "1 1<2|");
    RUN(f, late);
    check_told(f, "mismatch:begun:workers:critical ");
    notify_workers(&f->core);
    check_told(f, "mismatch:begun:workers:critical ");

    serve(f, 1, 2);
    fixture_answer(f, CONTRACT_ACK, 2);
    check_behind(f, "");
    RUN_ONE(f, "GET", "/v1/status", "", 200, "\"workers_behind\":[]");
    check_told(f, "mismatch:resolved:workers:critical mismatch:begun:workers:critical ");
    end(f);
}

/* One certificate after the other goes to those that can serve it, and the first that did not arrive counts. */
static void the_newest_goes_to_a_late_gateway_all_the_same(void **state)
{
    struct fixture *f = begin();
    struct err err = {0};
    (void)state;
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 2);
    serve(f, 0, 2);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 0);
    become_late(f);
    assert_int_equal(fixture_receive(f), 3);
    serve(f, 0, 3);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 4);
    check_behind(f, "1 1<2|");
    serve(f, 0, 4);
    serve(f, 1, 4);
    fixture_answer(f, CONTRACT_ACK, 4);
    assert_int_equal(f->core.publisher.acked, 4);
    check_behind(f, "");
    assert_true(commit_again(&f->core, &err)); /* one at a time again */
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 5);
    assert_int_equal(fixture_receive(f), 0);
    end(f);
}

/* What was told stands while nobody can know: a gateway that is started anew has time to answer. */
static void a_new_gateway_is_not_judged_before_its_time(void **state)
{
    struct fixture *f = begin();
    struct err err = {0};
    (void)state;
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 2);
    become_late(f);
    check_behind(f, "0 1<2|1 1<2|");
    check_told(f, "mismatch:begun:workers:critical ");
    fixture_link(f);
    f->core.publisher.blocks = contract_blocks(FIRST, WORKERS_COUNT);
    notify_workers(&f->core);
    check_behind(f, "");
    check_told(f, "mismatch:begun:workers:critical ");
    assert_int_equal(fixture_receive(f), 2);
    fixture_answer(f, CONTRACT_ACK, 2);
    notify_workers(&f->core); /* once a minute, too */
    check_told(f, "mismatch:resolved:workers:critical mismatch:begun:workers:critical ");
    end(f);
}

static void blocks_that_cannot_be_are_not_read(void **state)
{
    static const uint32_t odd[] = {0, COUNTERS_BLOCKS_MAX << 16 | 1, (COUNTERS_BLOCKS_MAX - 1) << 16 | 2, 0xffffffff};
    struct fixture *f = begin();
    struct err err = {0};
    (void)state;
    assert_true(commit_again(&f->core, &err));
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        f->core.publisher.blocks = odd[i];
        become_late(f);
        check_behind(f, "");
        RUN_ONE(f, "GET", "/v1/status", "", 200, "the gateway does not acknowledge generation 2");
    }
    end(f);
}

static void of_many_the_first_are_named(void **state)
{
    char room[WORKERS_TEXT_SIZE];
    struct workers_behind behind = {.wanted = UINT64_MAX, .since_s = 1750000000, .count = COUNTERS_WORKERS_MAX};
    (void)state;
    for (uint32_t i = 0; i < COUNTERS_WORKERS_MAX; i++)
        behind.workers[i] = (struct worker_behind){.index = i, .generation = UINT64_MAX - 1};
    assert_string_equal(workers_text(&behind, room),
                        "workers 0, 1, 2 and 61 more of the gateway hang: they serve by generation "
                        "18446744073709551614 or another older one, generation 18446744073709551615 was given to the "
                        "gateway on 2025-06-15 15:06:40 UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_hangs_is_named_and_told_until_it_goes_on),
        cmocka_unit_test(the_newest_goes_to_a_late_gateway_all_the_same),
        cmocka_unit_test(a_new_gateway_is_not_judged_before_its_time),
        cmocka_unit_test(blocks_that_cannot_be_are_not_read),
        cmocka_unit_test(of_many_the_first_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
