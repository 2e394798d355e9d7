/* Readiness over socket pairs, and removal in the middle of a turn. */
#include "check.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/loop.h"

struct side {
    struct loop_source source;
    struct loop *loop;
    struct side *removes; /* taken out of the loop and freed by the first event of this one */
    unsigned calls;
    uint32_t ready;
};

static void side_ready(struct loop_source *source, uint32_t ready)
{
    struct side *side = (struct side *)(void *)source;
    side->calls++;
    side->ready = ready;
    if (!side->removes)
        return;
    loop_remove(side->loop, &side->removes->source);
    free(side->removes);
    side->removes = NULL;
}

static struct loop *make_loop(void)
{
    struct loop *loop = NULL;
    struct err err = {0};
    assert_true(loop_new(&loop, &err));
    return loop;
}

static void make_pair(int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
}

static void close_pair(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void reports_only_what_is_of_interest(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    int fds[2];
    make_pair(fds);
    struct side side = {.source = {.fd = fds[0], .on_ready = side_ready}, .loop = loop};
    assert_true(loop_add(loop, &side.source, LOOP_READ));
    loop_turn(loop, 0);
    assert_int_equal(side.calls, 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    loop_turn(loop, 0);
    loop_turn(loop, 0); /* level-triggered: told again while unread */
    assert_int_equal(side.calls, 2);
    assert_int_equal(side.ready, LOOP_READ);
    loop_set_interest(loop, &side.source, LOOP_WRITE);
    loop_turn(loop, 0);
    assert_int_equal(side.ready, LOOP_WRITE);
    loop_set_interest(loop, &side.source, LOOP_READ | LOOP_WRITE);
    loop_turn(loop, 0);
    assert_int_equal(side.ready, LOOP_READ | LOOP_WRITE);
    loop_set_interest(loop, &side.source, 0);
    side.calls = 0;
    loop_turn(loop, 0);
    assert_int_equal(side.calls, 0);
    loop_remove(loop, &side.source);
    close_pair(fds);
    loop_free(loop);
}

static void a_hang_up_is_reported_as_readable_and_writable(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    int fds[2];
    make_pair(fds);
    struct side side = {.source = {.fd = fds[0], .on_ready = side_ready}, .loop = loop};
    assert_true(loop_add(loop, &side.source, LOOP_READ));
    (void)close(fds[1]);
    loop_turn(loop, 0);
    assert_int_equal(side.ready, LOOP_READ | LOOP_WRITE | LOOP_HANGUP);
    loop_remove(loop, &side.source);
    (void)close(fds[0]);
    loop_free(loop);
}

static void a_source_removed_in_mid_turn_gets_no_event_and_may_be_freed(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    int fds[2][2];
    struct side *sides[2];
    for (int i = 0; i < 2; i++) {
        make_pair(fds[i]);
        sides[i] = calloc(1, sizeof *sides[i]);
        assert_non_null(sides[i]);
        *sides[i] = (struct side){.source = {.fd = fds[i][0], .on_ready = side_ready}, .loop = loop};
        assert_true(loop_add(loop, &sides[i]->source, LOOP_READ));
        assert_int_equal(write(fds[i][1], "x", 1), 1);
    }
    sides[0]->removes = sides[1]; /* the order of events is that of arrival */
    loop_turn(loop, 0);
    assert_int_equal(sides[0]->calls, 1);
    loop_turn(loop, 0);
    assert_int_equal(sides[0]->calls, 2);
    loop_remove(loop, &sides[0]->source);
    free(sides[0]);
    close_pair(fds[0]);
    close_pair(fds[1]);
    loop_free(loop);
}

static void waiting_hands_out_nothing_until_told(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    int fds[2];
    make_pair(fds);
    struct side side = {.source = {.fd = fds[0], .on_ready = side_ready}, .loop = loop};
    assert_true(loop_add(loop, &side.source, LOOP_READ));
    assert_int_equal(write(fds[1], "x", 1), 1);
    loop_wait(loop, 1000);
    assert_int_equal(side.calls, 0);
    loop_dispatch(loop);
    loop_dispatch(loop);
    assert_int_equal(side.calls, 1);
    loop_wait(loop, 1000);
    loop_remove(loop, &side.source); /* between the two halves of a turn */
    loop_dispatch(loop);
    assert_int_equal(side.calls, 1);
    close_pair(fds);
    loop_free(loop);
}

/* Whoever is not interested at the moment may leave a hang-up for later without spinning. */
static void with_no_interest_a_hang_up_is_reported_once(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    int fds[2];
    make_pair(fds);
    struct side side = {.source = {.fd = fds[0], .on_ready = side_ready}, .loop = loop};
    assert_true(loop_add(loop, &side.source, LOOP_READ));
    loop_set_interest(loop, &side.source, 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    loop_turn(loop, 0);
    assert_int_equal(side.calls, 0);
    assert_int_equal(close(fds[1]), 0);
    loop_turn(loop, 1000);
    assert_int_equal(side.calls, 1);
    assert_true(side.ready & LOOP_HANGUP);
    loop_turn(loop, 0);
    assert_int_equal(side.calls, 1);
    loop_set_interest(loop, &side.source, LOOP_READ);
    loop_turn(loop, 1000);
    assert_int_equal(side.calls, 2);
    assert_int_equal(close(fds[0]), 0);
    loop_free(loop);
}

static void adding_a_bad_descriptor_fails(void **state)
{
    (void)state;
    struct loop *loop = make_loop();
    struct side side = {.source = {.fd = -1, .on_ready = side_ready}};
    assert_false(loop_add(loop, &side.source, LOOP_READ));
    loop_free(loop);
    loop_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_only_what_is_of_interest),
        cmocka_unit_test(a_hang_up_is_reported_as_readable_and_writable),
        cmocka_unit_test(a_source_removed_in_mid_turn_gets_no_event_and_may_be_freed),
        cmocka_unit_test(waiting_hands_out_nothing_until_told),
        cmocka_unit_test(with_no_interest_a_hang_up_is_reported_once),
        cmocka_unit_test(adding_a_bad_descriptor_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
