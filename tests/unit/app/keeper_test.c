/*
 * This program is its own child: the keeper executes it again with --child=…, and the variable KEEPER_TEST says how
 * that child is to behave.
 */
#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/keeper.h"
#include "os/clock.h"
#include "os/signal.h"
#include "snapshot/contract.h"

/* Far more than the machine needs, however busy. */
#define PATIENCE_MS 20000
/* More than are taken in one turn, fewer than the channel holds. */
#define TALK_COUNT 100

struct seen {
    unsigned ready_count, messages_count;
    uint64_t value;
    bool gone, wanted;
    struct process_end end;
};

static void on_message(struct keeper *keeper, struct channel_message *message)
{
    struct seen *seen = keeper->owner;
    seen->messages_count++;
    seen->value = message->value;
    for (size_t i = 0; i < message->fds_count; i++)
        (void)close(message->fds[i]);
}

static void on_ready(struct keeper *keeper)
{
    struct seen *seen = keeper->owner;
    seen->ready_count++;
}

static void on_gone(struct keeper *keeper, const struct process_end *end, bool wanted)
{
    struct seen *seen = keeper->owner;
    seen->gone = true;
    seen->wanted = wanted;
    seen->end = *end;
    keeper_free(keeper);
}

static const struct keeper_events events = {.on_message = on_message, .on_ready = on_ready, .on_gone = on_gone};

static struct keeper *begin(struct loop *loop, enum keeper_kind kind, const char *behaviour, struct seen *seen)
{
    struct keeper *keeper = NULL;
    struct err err = {0};
    *seen = (struct seen){0};
    assert_int_equal(setenv("KEEPER_TEST", behaviour, 1), 0);
    if (!keeper_new(kind, loop, &events, seen, &keeper, &err))
        fail_msg("%s", err.text);
    return keeper;
}

static void wait_for(struct loop *loop, const bool *flag, const unsigned *count)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (!(flag && *flag) && !(count && *count) && clock_monotonic_ms() < end_ms)
        loop_turn(loop, 100);
    assert_true((flag && *flag) || (count && *count));
}

static struct loop *must_loop(void)
{
    struct loop *loop = NULL;
    struct err err;
    assert_true(loop_new(&loop, &err));
    return loop;
}

static void a_child_that_says_ready_and_dies_was_wanted(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    (void)begin(loop, KEEPER_CONTROL, "keep, then die", &seen);
    wait_for(loop, &seen.gone, NULL);
    assert_int_equal(seen.ready_count, 1);
    assert_int_equal(seen.messages_count, 1); /* what it said last was read after its end */
    assert_int_equal(seen.value, 77);
    assert_true(seen.wanted);
    assert_false(seen.end.by_signal);
    assert_int_equal(seen.end.status, 5);
    loop_free(loop);
}

static void a_child_that_is_told_to_go_goes_and_is_not_missed(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    struct keeper *keeper = begin(loop, KEEPER_GATEWAY, "serve", &seen);
    wait_for(loop, NULL, &seen.ready_count);
    assert_true(keeper_is_serving(keeper));
    keeper_dismiss(keeper, PATIENCE_MS);
    assert_true(keeper_is_leaving(keeper));
    wait_for(loop, &seen.gone, NULL);
    assert_false(seen.wanted);
    assert_false(seen.end.by_signal);
    loop_free(loop);
}

static void a_child_that_does_not_get_ready_is_killed_and_replaced(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    int64_t before_ms = clock_monotonic_ms();
    struct keeper *keeper = begin(loop, KEEPER_GATEWAY, "sleep", &seen);
    assert_true(keeper_tick(keeper, before_ms) >= before_ms + KEEPER_READY_TIMEOUT_MS);
    (void)keeper_tick(keeper, clock_monotonic_ms() + KEEPER_READY_TIMEOUT_MS);
    wait_for(loop, &seen.gone, NULL);
    assert_true(seen.wanted);
    assert_int_equal(seen.end.status, SIGKILL);
    loop_free(loop);
}

static void a_child_that_does_not_go_in_time_is_killed_and_not_missed(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    struct keeper *keeper = begin(loop, KEEPER_CONTROL, "ready, then sleep", &seen);
    wait_for(loop, NULL, &seen.ready_count);
    keeper_dismiss(keeper, 1000);
    (void)keeper_tick(keeper, clock_monotonic_ms() + 2000);
    wait_for(loop, &seen.gone, NULL);
    assert_false(seen.wanted);
    assert_int_equal(seen.end.status, SIGKILL);
    loop_free(loop);
}

static void a_child_that_reads_nothing_is_pinged_and_given_up_after_a_minute(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    struct keeper *keeper = begin(loop, KEEPER_CONTROL, "ready, then sleep", &seen);
    wait_for(loop, NULL, &seen.ready_count);
    int64_t now_ms = clock_monotonic_ms() + KEEPER_PING_MS + 1;
    for (int64_t at_ms = 0; at_ms < KEEPER_HANG_TIMEOUT_MS; at_ms += KEEPER_PING_MS) {
        (void)keeper_tick(keeper, now_ms + at_ms);
        assert_true(keeper_is_serving(keeper));
    }
    (void)keeper_tick(keeper, now_ms + KEEPER_HANG_TIMEOUT_MS);
    assert_false(keeper_is_serving(keeper));
    wait_for(loop, &seen.gone, NULL);
    assert_true(seen.wanted);
    loop_free(loop);
}

static void a_child_that_reads_is_pinged_for_ever(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    struct keeper *keeper = begin(loop, KEEPER_GATEWAY, "serve", &seen);
    wait_for(loop, NULL, &seen.ready_count);
    int64_t now_ms = clock_monotonic_ms();
    for (unsigned i = 1; i <= 20; i++) {
        (void)keeper_tick(keeper, now_ms + (int64_t)i * (KEEPER_PING_MS + 1));
        assert_true(keeper_is_serving(keeper));
        unsigned before = seen.messages_count;
        int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
        while (seen.messages_count == before && clock_monotonic_ms() < end_ms) /* it echoes each */
            loop_turn(loop, 100);
    }
    assert_int_equal(seen.messages_count, 20);
    keeper_kill(keeper);
    wait_for(loop, &seen.gone, NULL);
    assert_false(seen.wanted);
    loop_free(loop);
}

static void a_child_that_talks_without_pause_leaves_the_others_their_turn(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    int status = 0;
    struct keeper *keeper = begin(loop, KEEPER_CONTROL, "talk, then stop", &seen);
    assert_int_equal(waitpid(keeper->pid, &status, WUNTRACED), keeper->pid);
    assert_true(WIFSTOPPED(status)); /* all of it was said */
    loop_turn(loop, PATIENCE_MS);
    assert_in_range(seen.messages_count, 1, TALK_COUNT - 1);
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (seen.messages_count < TALK_COUNT && clock_monotonic_ms() < end_ms)
        loop_turn(loop, 100);
    assert_int_equal(seen.messages_count, TALK_COUNT);
    keeper_kill(keeper);
    wait_for(loop, &seen.gone, NULL);
    loop_free(loop);
}

static void messages_to_a_child_that_reads_nothing_wait_and_then_end_it(void **state)
{
    (void)state;
    struct loop *loop = must_loop();
    struct seen seen;
    static char payload[CHANNEL_PAYLOAD_SIZE_MAX];
    struct keeper *keeper = begin(loop, KEEPER_CONTROL, "ready, then sleep", &seen);
    wait_for(loop, NULL, &seen.ready_count);
    struct channel_message message = {
        .type = CONTRACT_RELOAD, .payload = str_make(payload, sizeof payload), .fds = {STDERR_FILENO}, .fds_count = 1};
    for (unsigned i = 0; i < KEEPER_QUEUE_COUNT_MAX; i++)
        keeper_send(keeper, &message);
    assert_true(keeper_is_serving(keeper));
    for (unsigned i = 0; i < 64; i++) /* more than the channel itself can hold */
        keeper_send(keeper, &message);
    assert_false(keeper_is_serving(keeper));
    wait_for(loop, &seen.gone, NULL);
    assert_true(seen.wanted);
    loop_free(loop);
}

static void say(uint32_t type, uint64_t value)
{
    struct channel_message message = {.type = type, .value = value};
    if (channel_send(CONTRACT_CHANNEL_FD, &message) != CHANNEL_OK)
        _exit(9);
}

/* Until told to go; answers every ping. */
static int serve(void)
{
    struct channel_message message;
    say(CONTRACT_READY, 0);
    for (;;) {
        switch (channel_wait(CONTRACT_CHANNEL_FD, PATIENCE_MS, &message)) {
        case CHANNEL_OK: break;
        case CHANNEL_AGAIN: continue;
        default: return 8;
        }
        if (message.type == CONTRACT_DRAIN || message.type == CONTRACT_STOP)
            return 0;
        if (message.type == CONTRACT_PING)
            say(CONTRACT_KEEP, 0);
    }
}

static int child(const char *behaviour)
{
    if (strcmp(behaviour, "serve") == 0)
        return serve();
    if (strcmp(behaviour, "sleep") != 0)
        say(CONTRACT_READY, 0);
    if (strcmp(behaviour, "keep, then die") == 0) {
        say(CONTRACT_KEEP, 77);
        return 5;
    }
    if (strcmp(behaviour, "talk, then stop") == 0) {
        for (unsigned i = 0; i < TALK_COUNT; i++)
            say(CONTRACT_KEEP, i);
        (void)raise(SIGSTOP);
    }
    for (;;)
        (void)pause();
}

int main(int argc, char *argv[])
{
    const char *behaviour = getenv("KEEPER_TEST");
    if (argc > 1 && behaviour && strncmp(argv[1], "--child=", 8) == 0)
        return child(behaviour);
    signal_ignore_pipe();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_that_says_ready_and_dies_was_wanted),
        cmocka_unit_test(a_child_that_is_told_to_go_goes_and_is_not_missed),
        cmocka_unit_test(a_child_that_does_not_get_ready_is_killed_and_replaced),
        cmocka_unit_test(a_child_that_does_not_go_in_time_is_killed_and_not_missed),
        cmocka_unit_test(a_child_that_reads_nothing_is_pinged_and_given_up_after_a_minute),
        cmocka_unit_test(a_child_that_reads_is_pinged_for_ever),
        cmocka_unit_test(a_child_that_talks_without_pause_leaves_the_others_their_turn),
        cmocka_unit_test(messages_to_a_child_that_reads_nothing_wait_and_then_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
