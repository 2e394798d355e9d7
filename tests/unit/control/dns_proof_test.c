/* A record does not outlive control: the DNS is played by the functions that change it. */
#include "core_fixture.h"

#include <poll.h>

#include "control/dns_proof.h"
#include "control/errands.h"
#include "dns/update.h"
#include "dns/visible.h"
#include "dns/zone.h"

#define PATIENCE_MS 20000

static atomic_int is_up;    /* in the zone */
static atomic_int hangs_at; /* what waits until it is called off: 1 adding, 2 removing */

static void hang(const struct deadline *deadline)
{
    while (!deadline_is_over(deadline))
        (void)poll(NULL, 0, 5);
}

const struct dns_credentials *dns_credentials_pick(const struct dns_credentials *list, size_t count,
                                                   const struct dns_name *name)
{
    (void)name;
    return count ? list : NULL;
}

bool dns_update(const struct dns_credentials *credentials, const struct dns_change *change,
                const struct deadline *deadline, int64_t now_s, struct err *err)
{
    (void)credentials;
    (void)now_s;
    if (change->remove && atomic_load(&hangs_at) == 2 && deadline->cancel)
        hang(deadline);
    if (deadline_is_over(deadline))
        return err_set(err, ERR_SYSTEM, "%s", deadline_words(deadline));
    atomic_store(&is_up, !change->remove);
    return true;
}

bool dns_wait_visible(const struct dns_resolver *resolver, const struct dns_name *name, struct str value,
                      const union os_address *primary, const struct deadline *deadline,
                      char ret_left_out[static DNS_LEFT_OUT_SIZE], struct err *err)
{
    (void)resolver;
    (void)name;
    (void)value;
    (void)primary;
    ret_left_out[0] = '\0';
    if (atomic_load(&hangs_at) == 1)
        hang(deadline);
    return !deadline_is_over(deadline) || err_set(err, ERR_SYSTEM, "%s", deadline_words(deadline));
}

bool dns_zone_find(const struct dns_resolver *resolver, const struct dns_name *name, const struct deadline *deadline,
                   struct dns_name *ret_zone, struct dns_name *ret_name, struct err *err)
{
    (void)resolver;
    (void)name;
    (void)deadline;
    (void)ret_zone;
    (void)ret_name;
    return err_set(err, ERR_NOT_FOUND, "no aliases here");
}

static void on_done(void *context, const char *problem)
{
    assert_null(problem);
    *(bool *)context = true;
}

static struct fixture *begin(struct dns_proof **ret, bool *ret_done)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    const struct store_dns_zone zone = {.zone = STR("a.test"),
                                        .server = STR("192.0.2.53"),
                                        .key_name = STR("key"),
                                        .algorithm = STR("hmac-sha256"),
                                        .secret = STR("0123456789abcdef")};
    const struct audit_entry entry = {.at_s = 1, .actor = STR("test"), .act = STR("dns.add"), .outcome = STR("done")};
    *ret_done = false;
    atomic_store(&is_up, 0);
    if (!store_put_dns_zone(f->core.store, &zone, &entry, &err) || !errands_new(f->core.loop, &f->core.errands, &err) ||
        !dns_proof_up(&f->core, STR("_acme-challenge.a.test"), STR("value"), on_done, ret_done, ret, &err))
        fail_msg("%s", err.text);
    return f;
}

static void turn_until(struct fixture *f, const bool *done)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (!*done && clock_monotonic_ms() < end_ms)
        loop_turn(f->core.loop, 100);
    assert_true(*done);
}

static void end(struct fixture *f)
{
    errands_free(f->core.errands);
    f->core.errands = NULL;
    assert_int_equal(atomic_load(&is_up), 0);
    fixture_free(f);
}

static void one_that_is_up_is_taken_down_when_control_stops(void **state)
{
    bool done;
    struct dns_proof *proof = NULL;
    (void)state;
    atomic_store(&hangs_at, 2);
    struct fixture *f = begin(&proof, &done);
    turn_until(f, &done);
    assert_int_equal(atomic_load(&is_up), 1);
    dns_proof_down(proof);
    end(f);
}

static void one_that_is_being_put_up_is_taken_down_when_control_stops(void **state)
{
    bool done;
    struct dns_proof *proof = NULL;
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    (void)state;
    atomic_store(&hangs_at, 1);
    struct fixture *f = begin(&proof, &done);
    while (!atomic_load(&is_up) && clock_monotonic_ms() < end_ms)
        (void)poll(NULL, 0, 5);
    assert_int_equal(atomic_load(&is_up), 1);
    dns_proof_down(proof);
    end(f);
    assert_false(done);
}

static bool count(void *context, struct str name, struct str value)
{
    assert_str(name, STR("_acme-challenge.a.test"));
    assert_str(value, STR("value"));
    ++*(unsigned *)context;
    return true;
}

/* As the next process would see it. */
static void check_left(struct fixture *f, unsigned expected)
{
    unsigned found = 0;
    assert_true(store_dns_records_left(f->core.store, -1, count, &found, NULL));
    assert_int_equal(found, expected);
}

static void turn_until_down(struct fixture *f)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    unsigned found = 1;
    while (found && clock_monotonic_ms() < end_ms) {
        loop_turn(f->core.loop, 100);
        found = 0;
        assert_true(store_dns_records_left(f->core.store, -1, count, &found, NULL));
    }
    assert_int_equal(found, 0);
    assert_int_equal(atomic_load(&is_up), 0);
}

static void one_that_is_down_is_forgotten(void **state)
{
    bool done;
    struct dns_proof *proof = NULL;
    (void)state;
    atomic_store(&hangs_at, 0);
    struct fixture *f = begin(&proof, &done);
    check_left(f, 1); /* before it is up */
    turn_until(f, &done);
    dns_proof_sweep(&f->core); /* it is this control's */
    assert_int_equal(atomic_load(&is_up), 1);
    dns_proof_down(proof);
    turn_until_down(f);
    end(f);
}

static void what_one_who_was_killed_left_is_taken_down_by_the_next(void **state)
{
    bool done;
    struct dns_proof *proof = NULL;
    (void)state;
    atomic_store(&hangs_at, 0);
    struct fixture *f = begin(&proof, &done);
    turn_until(f, &done);
    f->core.started_s++; /* another process; what the one before has in memory is nobody's any more */
    dns_proof_sweep(&f->core);
    turn_until_down(f);
    dns_proof_sweep(&f->core); /* nothing is left */
    check_left(f, 0);
    dns_proof_down(proof);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_up_is_taken_down_when_control_stops),
        cmocka_unit_test(one_that_is_being_put_up_is_taken_down_when_control_stops),
        cmocka_unit_test(one_that_is_down_is_forgotten),
        cmocka_unit_test(what_one_who_was_killed_left_is_taken_down_by_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
