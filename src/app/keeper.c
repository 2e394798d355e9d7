/* Acting on the table of app/lifecycle. */
#include "app/keeper.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "os/clock.h"
#include "snapshot/contract.h"

/* Messages taken in one turn: a child that never stops talking gets no more than its share. */
#define RECEIVE_COUNT_MAX 64
/* All that a dead child can have left: the kernel holds a few hundred. */
#define RECEIVE_LAST_COUNT_MAX 4096

/* A message that waits for room in the channel; owns its descriptors. */
struct queued {
    struct list node;
    struct channel_message message;
    char payload[];
};

static const char *const names[KEEPER_KINDS_COUNT] = {"gateway", "control"};
static const char *const arguments[KEEPER_KINDS_COUNT] = {"--child=gateway", "--child=control"};

const char *keeper_name(enum keeper_kind kind)
{
    return names[kind];
}

static void act(struct keeper *keeper, enum lifecycle_event event);
static void give_up(struct keeper *keeper, const char *why);

static void queued_free(struct queued *queued)
{
    for (size_t i = 0; i < queued->message.fds_count; i++)
        (void)close(queued->message.fds[i]);
    free(queued);
}

static void channel_close(struct keeper *keeper)
{
    while (!list_is_empty(&keeper->queue)) {
        struct queued *queued = container_of(keeper->queue.next, struct queued, node);
        list_remove(&queued->node);
        queued_free(queued);
    }
    keeper->queue_count = 0;
    if (keeper->channel.fd < 0)
        return;
    loop_remove(keeper->loop, &keeper->channel);
    (void)close(keeper->channel.fd);
    keeper->channel.fd = -1;
}

/* A copy that waits; false when there is no room for it. */
static bool queue_put(struct keeper *keeper, const struct channel_message *message)
{
    if (keeper->queue_count == KEEPER_QUEUE_COUNT_MAX)
        return false;
    struct queued *queued = malloc(sizeof *queued + message->payload.size);
    if (!queued)
        return false;
    queued->message = *message;
    if (message->payload.size)
        memcpy(queued->payload, message->payload.data, message->payload.size);
    queued->message.payload.data = queued->payload;
    for (size_t i = 0; i < message->fds_count; i++) {
        queued->message.fds[i] = fcntl(message->fds[i], F_DUPFD_CLOEXEC, 3);
        if (queued->message.fds[i] >= 0)
            continue;
        queued->message.fds_count = i;
        queued_free(queued);
        return false;
    }
    list_add_tail(&keeper->queue, &queued->node);
    keeper->queue_count++;
    loop_set_interest(keeper->loop, &keeper->channel, LOOP_READ | LOOP_WRITE);
    return true;
}

/* Sends what waits, as far as there is room. */
static void queue_flush(struct keeper *keeper)
{
    while (keeper->channel.fd >= 0 && !list_is_empty(&keeper->queue)) {
        struct queued *queued = container_of(keeper->queue.next, struct queued, node);
        enum channel_result result = channel_send(keeper->channel.fd, &queued->message);
        if (result == CHANNEL_AGAIN)
            return;
        if (result != CHANNEL_OK) {
            act(keeper, LIFECYCLE_LOST);
            return;
        }
        list_remove(&queued->node);
        keeper->queue_count--;
        queued_free(queued);
    }
    if (keeper->channel.fd >= 0)
        loop_set_interest(keeper->loop, &keeper->channel, LOOP_READ);
}

void keeper_send(struct keeper *keeper, const struct channel_message *message)
{
    bool is_dying = keeper->sm.state == LIFECYCLE_KILLED || keeper->sm.state == LIFECYCLE_DISMISSED;
    if (keeper->channel.fd < 0 || is_dying)
        return; /* its end is known already, or will be in a moment */
    if (list_is_empty(&keeper->queue)) {
        enum channel_result result = channel_send(keeper->channel.fd, message);
        if (result == CHANNEL_OK)
            return;
        if (result != CHANNEL_AGAIN) {
            act(keeper, LIFECYCLE_LOST);
            return;
        }
    }
    if (queue_put(keeper, message))
        return;
    give_up(keeper, "does not read what it is told");
}

static void tell_to_go(struct keeper *keeper)
{
    struct channel_message message = {.type = keeper->kind == KEEPER_GATEWAY ? CONTRACT_DRAIN : CONTRACT_STOP};
    keeper_send(keeper, &message);
}

/* The action that an event calls for, but for the child's death (keeper_on_exit). */
static void act(struct keeper *keeper, enum lifecycle_event event)
{
    switch (lifecycle_on(&keeper->sm, event)) {
    case LIFECYCLE_DO_WELCOME:
        keeper->deadline_ms = 0;
        keeper->events->on_ready(keeper);
        break;
    case LIFECYCLE_DO_TELL: tell_to_go(keeper); break;
    case LIFECYCLE_DO_KILL:
        keeper->deadline_ms = 0;
        (void)process_signal(&keeper->process, SIGKILL);
        break;
    case LIFECYCLE_DO_NOTHING:
    case LIFECYCLE_DO_RESTART:
    case LIFECYCLE_DO_FORGET: break;
    }
    if (event == LIFECYCLE_LOST)
        channel_close(keeper);
}

static void give_up(struct keeper *keeper, const char *why)
{
    log_error("%s (process %d) %s; it is killed", keeper_name(keeper->kind), (int)keeper->pid, why);
    act(keeper, LIFECYCLE_LATE);
}

/* Takes the messages that are there, so many at most; false when the channel is at its end. */
static bool receive(struct keeper *keeper, unsigned count_max)
{
    struct channel_message message;
    for (unsigned i = 0; i < count_max && keeper->channel.fd >= 0; i++) {
        enum channel_result result = channel_receive(keeper->channel.fd, &message);
        if (result == CHANNEL_AGAIN)
            return true;
        if (result != CHANNEL_OK)
            return false;
        if (message.type == CONTRACT_READY)
            act(keeper, LIFECYCLE_READY);
        else
            keeper->events->on_message(keeper, &message);
    }
    return true;
}

static void on_channel(struct loop_source *source, uint32_t ready)
{
    struct keeper *keeper = container_of(source, struct keeper, channel);
    /* What is left is still there in the next turn, and the loop comes back for it. */
    if (ready & LOOP_READ && !receive(keeper, RECEIVE_COUNT_MAX)) {
        act(keeper, LIFECYCLE_LOST);
        return;
    }
    if (ready & LOOP_WRITE)
        queue_flush(keeper);
}

static void on_exit_ready(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    struct keeper *keeper = container_of(source, struct keeper, exit);
    struct process_end end;
    /* What it said last counts: a snapshot to keep may be among it. */
    (void)receive(keeper, RECEIVE_LAST_COUNT_MAX);
    if (!process_reap(&keeper->process, &end))
        return;
    loop_remove(keeper->loop, &keeper->exit); /* closed by now: this drops what is pending */
    channel_close(keeper);
    bool wanted = lifecycle_on(&keeper->sm, LIFECYCLE_DIED) == LIFECYCLE_DO_RESTART;
    keeper->events->on_gone(keeper, &end, wanted);
}

static bool start(struct keeper *keeper, struct err *err)
{
    int fds[2];
    const char *const argv[] = {"strictgate", arguments[keeper->kind], NULL};
    if (!channel_pair(fds, err))
        return false;
    bool started = process_spawn_self(argv, fds[1], CONTRACT_CHANNEL_FD, SIGTERM, &keeper->process, err);
    (void)close(fds[1]);
    if (!started) {
        (void)close(fds[0]);
        return false;
    }
    keeper->pid = keeper->process.pid;
    keeper->channel = (struct loop_source){.fd = fds[0], .on_ready = on_channel};
    keeper->exit = (struct loop_source){.fd = keeper->process.pid_fd, .on_ready = on_exit_ready};
    if (loop_add(keeper->loop, &keeper->channel, LOOP_READ) && loop_add(keeper->loop, &keeper->exit, LOOP_READ))
        return true;
    return err_errno(err, "cannot watch the %s", keeper_name(keeper->kind));
}

bool keeper_new(enum keeper_kind kind, struct loop *loop, const struct keeper_events *events, void *owner,
                struct keeper **ret, struct err *err)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return err_memory(err);
    *keeper = (struct keeper){.kind = kind, .loop = loop, .channel.fd = -1, .events = events, .owner = owner};
    list_init(&keeper->node);
    list_init(&keeper->queue);
    sm_init(&keeper->sm, &lifecycle_model, keeper_name(kind), LIFECYCLE_ABSENT);
    if (!start(keeper, err)) {
        keeper_free(keeper);
        return false;
    }
    keeper->started_ms = keeper->read_ms = clock_monotonic_ms();
    keeper->ping_ms = keeper->started_ms + KEEPER_PING_MS;
    keeper->deadline_ms = keeper->started_ms + KEEPER_READY_TIMEOUT_MS;
    act(keeper, LIFECYCLE_SPAWNED);
    *ret = keeper;
    return true;
}

void keeper_free(struct keeper *keeper)
{
    if (!keeper)
        return;
    channel_close(keeper);
    if (keeper->process.pid > 0) {
        (void)process_signal(&keeper->process, SIGKILL);
        loop_remove(keeper->loop, &keeper->exit);
        (void)close(keeper->process.pid_fd);
    }
    list_remove(&keeper->node);
    free(keeper);
}

void keeper_dismiss(struct keeper *keeper, int64_t timeout_ms)
{
    if (keeper_is_leaving(keeper))
        return;
    keeper->deadline_ms = clock_monotonic_ms() + timeout_ms;
    act(keeper, LIFECYCLE_TOLD);
}

void keeper_kill(struct keeper *keeper)
{
    act(keeper, LIFECYCLE_TOLD);
    act(keeper, LIFECYCLE_LATE);
}

/* Whether everything that was said has been read. */
static bool has_read_all(const struct keeper *keeper)
{
    int unread = 0;
    if (!list_is_empty(&keeper->queue))
        return false;
    return ioctl(keeper->channel.fd, SIOCOUTQ, &unread) == 0 && unread == 0;
}

/* Pings a child that has read all, and gives up one that has not for too long. */
static void watch(struct keeper *keeper, int64_t now_ms)
{
    if (has_read_all(keeper)) {
        keeper->read_ms = now_ms;
        struct channel_message ping = {.type = CONTRACT_PING};
        keeper_send(keeper, &ping);
    } else if (now_ms - keeper->read_ms >= KEEPER_HANG_TIMEOUT_MS) {
        give_up(keeper, "hangs: it reads nothing any more");
    }
    keeper->ping_ms = now_ms + KEEPER_PING_MS;
}

int64_t keeper_tick(struct keeper *keeper, int64_t now_ms)
{
    if (keeper->deadline_ms && now_ms >= keeper->deadline_ms) {
        keeper->deadline_ms = 0;
        give_up(keeper, keeper_is_leaving(keeper) ? "did not end in time" : "did not become ready in time");
    }
    if (keeper_is_serving(keeper) && keeper->channel.fd >= 0 && now_ms >= keeper->ping_ms)
        watch(keeper, now_ms);
    int64_t next_ms = keeper_is_serving(keeper) ? keeper->ping_ms : INT64_MAX;
    return keeper->deadline_ms && keeper->deadline_ms < next_ms ? keeper->deadline_ms : next_ms;
}

bool keeper_is_serving(const struct keeper *keeper)
{
    return keeper->sm.state == LIFECYCLE_SERVING;
}

bool keeper_is_leaving(const struct keeper *keeper)
{
    return keeper->sm.state == LIFECYCLE_LEAVING || keeper->sm.state == LIFECYCLE_DISMISSED;
}
