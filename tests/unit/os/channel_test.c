#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/channel.h"
#include "os/clock.h"

/* A deadline that only ends a hang. */
#define PATIENCE_MS 60000

static void close_pair(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_message_arrives_as_it_was_sent(void **state)
{
    (void)state;
    int fds[2];
    struct err err = {0};
    assert_true(channel_pair(fds, &err));
    static const size_t sizes[] = {0, 1, 4096, CHANNEL_PAYLOAD_SIZE_MAX};
    char *data = test_malloc(CHANNEL_PAYLOAD_SIZE_MAX);
    memset(data, 'p', CHANNEL_PAYLOAD_SIZE_MAX);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct channel_message sent = {.type = 7, .index = 8, .value = UINT64_MAX, .payload = {data, sizes[i]}}, got;
        assert_int_equal(channel_send(fds[0], &sent), CHANNEL_OK);
        assert_int_equal(channel_receive(fds[1], &got), CHANNEL_OK);
        assert_int_equal(got.type, 7);
        assert_int_equal(got.index, 8);
        assert_true(got.value == UINT64_MAX);
        assert_int_equal(got.fds_count, 0);
        assert_str(got.payload, sent.payload);
        assert_int_equal(channel_receive(fds[1], &got), CHANNEL_AGAIN);
    }
    struct channel_message large = {.type = 1, .payload = {data, CHANNEL_PAYLOAD_SIZE_MAX + 1}};
    assert_int_equal(channel_send(fds[0], &large), CHANNEL_BROKEN);
    test_free(data);
    close_pair(fds);
}

static void descriptors_are_passed_and_close_on_exec(void **state)
{
    (void)state;
    int fds[2], pipe_fds[2];
    assert_true(channel_pair(fds, NULL));
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
    struct channel_message sent = {.type = 1, .fds_count = CHANNEL_FDS_COUNT_MAX}, got;
    for (size_t i = 0; i < CHANNEL_FDS_COUNT_MAX; i++)
        sent.fds[i] = pipe_fds[1];
    assert_int_equal(channel_send(fds[0], &sent), CHANNEL_OK);
    assert_int_equal(channel_receive(fds[1], &got), CHANNEL_OK);
    assert_int_equal(got.fds_count, CHANNEL_FDS_COUNT_MAX);
    char c;
    for (size_t i = 0; i < got.fds_count; i++) {
        assert_true(fcntl(got.fds[i], F_GETFD) & FD_CLOEXEC);
        assert_int_equal(write(got.fds[i], "x", 1), 1);
        assert_int_equal(read(pipe_fds[0], &c, 1), 1);
        (void)close(got.fds[i]);
    }
    sent.fds_count = CHANNEL_FDS_COUNT_MAX + 1;
    assert_int_equal(channel_send(fds[0], &sent), CHANNEL_BROKEN);
    sent.fds_count = 1;
    sent.fds[0] = -1;
    assert_int_equal(channel_send(fds[0], &sent), CHANNEL_BROKEN);
    close_pair(pipe_fds);
    close_pair(fds);
}

static void a_closed_peer_is_noticed_after_its_last_message(void **state)
{
    (void)state;
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    struct channel_message message = {.type = 3}, got;
    assert_int_equal(channel_send(fds[0], &message), CHANNEL_OK);
    (void)close(fds[0]);
    assert_int_equal(channel_wait(fds[1], 1000, &got), CHANNEL_OK);
    assert_int_equal(got.type, 3);
    assert_int_equal(channel_wait(fds[1], 1000, &got), CHANNEL_CLOSED);
    assert_int_equal(channel_send(fds[1], &message), CHANNEL_CLOSED);
    (void)close(fds[1]);
}

static void a_malformed_message_is_broken_and_leaks_no_descriptor(void **state)
{
    (void)state;
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    struct channel_message got;
    for (size_t size = 1; size < 16; size++) {
        assert_int_equal(send(fds[0], "0123456789abcdef", size, 0), size);
        assert_int_equal(channel_receive(fds[1], &got), CHANNEL_BROKEN);
    }
    static char large[16 + CHANNEL_PAYLOAD_SIZE_MAX + 1];
    assert_int_equal(send(fds[0], large, sizeof large, 0), sizeof large);
    assert_int_equal(channel_receive(fds[1], &got), CHANNEL_BROKEN);
    assert_int_equal(channel_receive(-1, &got), CHANNEL_BROKEN);
    close_pair(fds);
}

static void *receive_all(void *fd)
{
    static struct channel_message got;
    size_t count = 0;
    while (channel_wait(*(int *)fd, PATIENCE_MS, &got) == CHANNEL_OK && got.index == count)
        count++;
    return (void *)count;
}

static void waiting_ends_with_the_time_or_the_message(void **state)
{
    (void)state;
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    struct channel_message message = {.type = 1}, got;
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(channel_wait(fds[1], 30, &got), CHANNEL_AGAIN);
    assert_true(clock_monotonic_ms() - start_ms >= 30);
    uint32_t queued = 0;
    while (channel_send(fds[0], &message) == CHANNEL_OK)
        message.index = ++queued;
    assert_true(queued > 0);
    assert_int_equal(channel_send_wait(fds[0], 20, &message), CHANNEL_AGAIN);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, receive_all, &fds[1]), 0);
    for (; message.index < queued + 100; message.index++)
        assert_int_equal(channel_send_wait(fds[0], PATIENCE_MS, &message), CHANNEL_OK);
    (void)close(fds[0]);
    void *received = NULL;
    assert_int_equal(pthread_join(thread, &received), 0);
    assert_int_equal((size_t)received, queued + 100);
    (void)close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_arrives_as_it_was_sent),
        cmocka_unit_test(descriptors_are_passed_and_close_on_exec),
        cmocka_unit_test(a_closed_peer_is_noticed_after_its_last_message),
        cmocka_unit_test(a_malformed_message_is_broken_and_leaks_no_descriptor),
        cmocka_unit_test(waiting_ends_with_the_time_or_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
