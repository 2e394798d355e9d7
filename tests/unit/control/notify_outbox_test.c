/* What was sent and cannot be written down is sent again, less and less often, until the store takes something. */
#include "api_ask.h"
#include "control/errands.h"
#include "control/notify_parts.h"
#include "disk.h"
#include "outbound/outbound.h"

/* Nobody listens there. */
#define HOOK "{\"name\":\"hook\",\"kind\":\"webhook\",\"url\":\"https://127.0.0.1:1/\",\"secret\":\"0123456789abcdef\"}"

/* Whether something is sent now; until its outcome is known. */
static bool sends(struct fixture *f)
{
    notifier_deliver(f->core.notifier);
    const struct notifier_channel *hook = notifier_channel(f->core.notifier, STR("hook"));
    bool busy = hook->busy;
    for (int i = 0; i < 200 && hook->busy; i++)
        loop_turn(f->core.loop, 50);
    assert_false(hook->busy);
    return busy;
}

static bool take(void *context, const struct notification *n, const struct notify_delivery *d)
{
    enum notify_state *ret = context;
    (void)n;
    *ret = d->state;
    return false;
}

static enum notify_state newest(struct fixture *f)
{
    enum notify_state state = NOTIFY_QUEUED;
    assert_true(store_notifications(f->core.store, 0, 0, 1, take, &state, NULL));
    return state;
}

static void a_full_disk_makes_it_send_less_and_less_often(void **state)
{
    static const int64_t waits_s[] = {60, 300, 900, 3600};
    struct err err = {0};
    (void)state;
    disk_install();
    struct fixture *f = fixture_new();
    fixture_stop_clock(f);
    assert_true(errands_new(f->core.loop, &f->core.errands, &err));
    assert_true(notifier_new(&f->core, &f->core.notifier, &err));
    RUN_ONE(f, "POST", "/v1/notify/channels", HOOK, 201, NULL);
    RUN_ONE(f, "POST", "/v1/notify/channels/hook/test", "", 202, NULL); /* and is under way */
    disk_break(DISK_FULL, 1);
    assert_true(sends(f));
    for (size_t i = 0; i < sizeof waits_s / sizeof *waits_s; i++) {
        assert_false(sends(f));
        f->passed_s += waits_s[i] - 2;
        assert_false(sends(f));
        f->passed_s += 3;
        f->wall_shift_s -= 86400; /* a clock that is set back holds nothing up */
        assert_true(sends(f));
    }
    assert_int_equal(newest(f), NOTIFY_QUEUED);
    RUN_ONE(f, "POST", "/v1/notify/channels/hook/test", "", 500, "full");
    assert_false(sends(f));
    disk_break(DISK_SOUND, 0);
    RUN_ONE(f, "POST", "/v1/notify/channels/hook/test", "", 202, NULL); /* somebody made room */
    assert_true(sends(f));
    assert_int_equal(newest(f), NOTIFY_GIVEN_UP); /* a test is tried once */
    assert_int_equal(notifier_channel(f->core.notifier, STR("hook"))->unwritten_count, 0);
    errands_free(f->core.errands);
    notifier_free(f->core.notifier);
    f->core.errands = NULL;
    f->core.notifier = NULL;
    fixture_free(f);
    disk_remove();
}

static int library_start(void **state)
{
    (void)state;
    return outbound_start(NULL) ? 0 : -1;
}

static int library_stop(void **state)
{
    (void)state;
    outbound_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_makes_it_send_less_and_less_often),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
