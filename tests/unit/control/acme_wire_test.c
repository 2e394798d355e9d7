/* Requests on threads: a lane that hangs leaves the others theirs, and an end calls off what is under way. */
#include "control/acme_wire.h"

#include <stdatomic.h>
#include <unistd.h>

#include "check.h"
#include "os/clock.h"

#define CALLS_COUNT 24
#define PATIENCE_MS 20000

static atomic_bool held; /* the slow lane does not answer */
static atomic_uint slow_count, slow_most, called_off;

enum https_outcome __wrap_https_ask(const struct https_request *request, const struct deadline *deadline,
                                    struct https_answer *ret);

/* As https_ask fills an answer, without a network. */
enum https_outcome __wrap_https_ask(const struct https_request *request, const struct deadline *deadline,
                                    struct https_answer *ret)
{
    bool is_slow = str_eq(request->url, STR("slow"));
    *ret = (struct https_answer){.outcome = HTTPS_OK, .status = 200};
    buf_init(&ret->body, 64);
    arena_init(&ret->room, 64);
    if (!is_slow)
        return ret->outcome;
    unsigned now = atomic_fetch_add(&slow_count, 1) + 1, most = atomic_load(&slow_most);
    while (now > most && !atomic_compare_exchange_weak(&slow_most, &most, now))
        ;
    while (atomic_load(&held) && !deadline_is_over(deadline))
        (void)usleep(1000);
    atomic_fetch_add(&called_off, atomic_load(&held));
    atomic_fetch_sub(&slow_count, 1);
    return ret->outcome;
}

struct asked {
    struct acme_wire_call call;
    unsigned done;
};

static void on_done(struct acme_wire_call *call)
{
    struct asked *asked = container_of(call, struct asked, call);
    assert_int_equal(call->answer.status, 200);
    https_answer_fini(&call->answer);
    asked->done++;
}

static void ask(struct acme_wire *wire, struct asked *asked, const char *lane)
{
    *asked = (struct asked){.call = {.request.url = str_from(lane), .lane = str_from(lane), .on_done = on_done}};
    acme_wire_ask(wire, &asked->call);
}

static unsigned done_of(const struct asked *calls, size_t count)
{
    unsigned done = 0;
    for (size_t i = 0; i < count; i++)
        done += calls[i].done;
    return done;
}

static void until_done(struct loop *loop, const struct asked *calls, size_t count)
{
    int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (done_of(calls, count) < count) {
        if (clock_monotonic_ms() > deadline_ms)
            fail_msg("%u of %zu came back", done_of(calls, count), count);
        loop_turn(loop, 50);
    }
}

static void one_that_hangs_holds_up_its_own_lane_only(void **state)
{
    static struct asked slow[CALLS_COUNT], quick[CALLS_COUNT];
    struct loop *loop = NULL;
    struct acme_wire *wire = NULL;
    struct err err = {0};
    (void)state;
    assert_true(loop_new(&loop, &err) && acme_wire_new(loop, &wire, &err));
    atomic_store(&held, true);
    for (size_t i = 0; i < CALLS_COUNT; i++)
        ask(wire, &slow[i], "slow");
    for (size_t i = 0; i < CALLS_COUNT; i++)
        ask(wire, &quick[i], "quick");
    until_done(loop, quick, CALLS_COUNT);
    assert_int_equal(done_of(slow, CALLS_COUNT), 0);
    atomic_store(&held, false);
    until_done(loop, slow, CALLS_COUNT);
    assert_true(atomic_load(&slow_most) <= ACME_WIRE_LANE_COUNT_MAX);
    for (size_t i = 0; i < CALLS_COUNT; i++)
        assert_int_equal(slow[i].done, 1);
    acme_wire_free(wire);
    loop_free(loop);
}

static void an_end_calls_off_what_is_under_way(void **state)
{
    static struct asked slow[CALLS_COUNT];
    struct loop *loop = NULL;
    struct acme_wire *wire = NULL;
    struct err err = {0};
    (void)state;
    assert_true(loop_new(&loop, &err) && acme_wire_new(loop, &wire, &err));
    atomic_store(&held, true);
    atomic_store(&called_off, 0);
    for (size_t i = 0; i < CALLS_COUNT; i++)
        ask(wire, &slow[i], "slow");
    int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(&slow_count) < ACME_WIRE_LANE_COUNT_MAX && clock_monotonic_ms() < deadline_ms)
        (void)usleep(1000);
    acme_wire_free(wire);
    assert_int_equal(atomic_load(&called_off), ACME_WIRE_LANE_COUNT_MAX);
    assert_int_equal(done_of(slow, CALLS_COUNT), 0);
    acme_wire_free(NULL);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_hangs_holds_up_its_own_lane_only),
        cmocka_unit_test(an_end_calls_off_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
