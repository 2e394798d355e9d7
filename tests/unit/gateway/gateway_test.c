/*
 * The gateway process by what it says: the test is its supervisor and its control. That one of its workers cannot take
 * a generation is arranged by a tls_server_use linked in place of the real one.
 */
#include "check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/gateway.h"
#include "os/channel.h"
#include "os/memfd.h"
#include "snapshot/build.h"
#include "snapshot/contract.h"
#include "snapshot/counters.h"
#include "snapshot/limits.h"
#include "tls/context.h"

#define PATIENCE_MS   20000
#define WORKERS_COUNT 3
/* The one that only the first worker to ask can take. */
#define BAD_GENERATION 13

bool __real_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err);
bool __wrap_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err);

bool __wrap_tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err)
{
    static _Atomic unsigned asked_count;
    if (snapshot->header->generation == BAD_GENERATION && asked_count++ > 0)
        return err_set(err, ERR_SYSTEM, "no more of this");
    return __real_tls_server_use(server, snapshot, err);
}

struct gateway {
    pid_t pid;
    int channel_fd, link_fd;
    struct counters *counters;
};

static int snapshot_fd(uint64_t generation)
{
    struct build_input input = {.generation = generation, .made_s = 1};
    struct err err = {0};
    void *blob;
    size_t size;
    int fd = -1;
    snapshot_limits_default(&input.limits);
    if (!snapshot_build(&input, &blob, &size, &err) || !memfd_sealed_new("snapshot", str_make(blob, size), &fd, &err))
        fail_msg("%s", err.text);
    snapshot_blob_free(blob, size);
    return fd;
}

static void send_snapshot(int fd, uint64_t generation)
{
    const struct channel_message message = {
        .type = CONTRACT_SNAPSHOT, .value = generation, .fds = {snapshot_fd(generation)}, .fds_count = 1};
    assert_int_equal(channel_send(fd, &message), CHANNEL_OK);
    (void)close(message.fds[0]);
}

/* What comes next; its text, if any, is in `why`. */
static void expect_message(int fd, enum contract_message type, uint64_t generation, const char *why)
{
    struct channel_message message;
    assert_int_equal(channel_wait(fd, PATIENCE_MS, &message), CHANNEL_OK);
    assert_int_equal(message.type, type);
    assert_int_equal(message.value, generation);
    assert_str(message.payload, str_from(why));
}

static void give_link(struct gateway *g)
{
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    const struct channel_message message = {.type = CONTRACT_LINK, .fds = {fds[1]}, .fds_count = 1};
    assert_int_equal(channel_send(g->channel_fd, &message), CHANNEL_OK);
    (void)close(fds[1]);
    g->link_fd = fds[0];
}

/* A gateway that was started with a kept snapshot (0: none). */
static struct gateway start(uint64_t kept)
{
    struct gateway g;
    struct err err = {0};
    int fds[2], counters_fd, kept_fd = kept ? snapshot_fd(kept) : -1;
    void *map;
    assert_true(channel_pair(fds, &err));
    assert_true(memfd_shared_new("counters", counters_size(WORKERS_COUNT), &counters_fd, &err));
    assert_true(memfd_shared_map(counters_fd, counters_size(WORKERS_COUNT), true, &map, &err));
    g.counters = map;
    g.pid = fork();
    if (g.pid == 0) {
        const struct gateway_boot boot = {.workers_count = WORKERS_COUNT,
                                          .channel_fd = fds[1],
                                          .counters_fd = counters_fd,
                                          .clients_fd = -1,
                                          .snapshot_fd = kept_fd,
                                          .access_log_fd = -1};
        (void)close(fds[0]);
        _exit(gateway_run(&boot));
    }
    (void)close(fds[1]);
    (void)close(counters_fd);
    if (kept_fd >= 0)
        (void)close(kept_fd);
    g.channel_fd = fds[0];
    expect_message(g.channel_fd, CONTRACT_READY, 0, "");
    give_link(&g);
    return g;
}

static void stop(struct gateway *g)
{
    const struct channel_message drain = {.type = CONTRACT_DRAIN};
    int status = 0;
    assert_int_equal(channel_send(g->channel_fd, &drain), CHANNEL_OK);
    assert_int_equal(waitpid(g->pid, &status, 0), g->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(g->channel_fd);
    (void)close(g->link_fd);
    memfd_unmap(g->counters, counters_size(WORKERS_COUNT));
}

static void expect_all_at(const struct gateway *g, uint64_t generation)
{
    for (size_t i = 0; i < WORKERS_COUNT; i++)
        assert_int_equal(counter_get(&g->counters->blocks[i].worker.generation), generation);
}

static void what_all_workers_serve_by_is_acknowledged(void **state)
{
    (void)state;
    struct gateway g = start(0);
    for (uint64_t generation = 1; generation < 10; generation++) {
        send_snapshot(g.link_fd, generation);
        expect_message(g.link_fd, CONTRACT_ACK, generation, "");
        expect_all_at(&g, generation);
    }
    send_snapshot(g.link_fd, 9); /* by a control that was started anew */
    expect_message(g.link_fd, CONTRACT_ACK, 9, "");
    stop(&g);
}

static void what_a_worker_cannot_take_is_rejected_with_the_reason(void **state)
{
    (void)state;
    struct gateway g = start(0);
    send_snapshot(g.link_fd, 12);
    expect_message(g.link_fd, CONTRACT_ACK, 12, "");
    send_snapshot(g.link_fd, BAD_GENERATION);
    expect_message(g.link_fd, CONTRACT_REJECT, BAD_GENERATION, "no more of this");
    expect_message(g.link_fd, CONTRACT_ACK, 12, ""); /* taken back from the one that had it */
    expect_all_at(&g, 12);
    send_snapshot(g.link_fd, BAD_GENERATION);
    expect_message(g.link_fd, CONTRACT_REJECT, BAD_GENERATION, "no more of this");
    expect_message(g.link_fd, CONTRACT_ACK, 12, "");
    send_snapshot(g.link_fd, 14);
    expect_message(g.link_fd, CONTRACT_ACK, 14, "");
    expect_all_at(&g, 14);
    stop(&g);
}

static void what_is_no_snapshot_is_rejected_and_the_old_one_serves(void **state)
{
    (void)state;
    struct gateway g = start(0);
    struct channel_message message = {.type = CONTRACT_SNAPSHOT, .value = 2, .fds_count = 1};
    send_snapshot(g.link_fd, 1);
    expect_message(g.link_fd, CONTRACT_ACK, 1, "");
    assert_true(memfd_sealed_new("snapshot", STR("nothing of the kind"), &message.fds[0], NULL));
    assert_int_equal(channel_send(g.link_fd, &message), CHANNEL_OK);
    (void)close(message.fds[0]);
    expect_message(g.link_fd, CONTRACT_REJECT, 2, "snapshot: 19 bytes cannot be one");
    expect_all_at(&g, 1);
    stop(&g);
}

/* The supervisor passes on what another gateway has acknowledged: to one that has an older one, that is news. */
static void a_kept_snapshot_is_taken_when_it_is_newer(void **state)
{
    (void)state;
    struct gateway g = start(5);
    send_snapshot(g.channel_fd, 7);
    for (uint64_t at = 0; at != 7;) { /* 5 may be acknowledged or overtaken */
        struct channel_message message;
        assert_int_equal(channel_wait(g.link_fd, PATIENCE_MS, &message), CHANNEL_OK);
        assert_int_equal(message.type, CONTRACT_ACK);
        at = message.value;
    }
    expect_all_at(&g, 7);
    send_snapshot(g.channel_fd, 6);
    send_snapshot(g.channel_fd, 7);
    send_snapshot(g.link_fd, 8);
    expect_message(g.link_fd, CONTRACT_ACK, 8, "");
    send_snapshot(g.link_fd, 3); /* control has the last word: a state that was put back */
    expect_message(g.link_fd, CONTRACT_ACK, 3, "");
    expect_all_at(&g, 3);
    stop(&g);
}

static void without_a_link_a_kept_snapshot_is_taken_as_well(void **state)
{
    (void)state;
    struct gateway g = start(5);
    (void)close(g.link_fd); /* control has gone, or never knew us */
    send_snapshot(g.channel_fd, 7);
    give_link(&g);
    send_snapshot(g.link_fd, 7);
    expect_message(g.link_fd, CONTRACT_ACK, 7, "");
    stop(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_all_workers_serve_by_is_acknowledged),
        cmocka_unit_test(what_a_worker_cannot_take_is_rejected_with_the_reason),
        cmocka_unit_test(what_is_no_snapshot_is_rejected_and_the_old_one_serves),
        cmocka_unit_test(a_kept_snapshot_is_taken_when_it_is_newer),
        cmocka_unit_test(without_a_link_a_kept_snapshot_is_taken_as_well),
    };
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
