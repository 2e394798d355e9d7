/*
 * A call is a value on its caller's stack, in the list while it waits or runs. The loop's thread is woken through an
 * eventfd; what it cannot send now it sends when the next call ends, or a moment later.
 *
 *     hook_call ──▶ WAITING ──sent──▶ RUNNING ──HOOK_DONE──▶ OVER ──▶ hook_call returns
 */
#include "control/hooks.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/list.h"
#include "base/log.h"
#include "os/memfd.h"
#include "snapshot/contract.h"

/* How much of what was printed stands in a sentence. */
#define SHOWN_SIZE_MAX 240

enum call_state { CALL_WAITING, CALL_RUNNING, CALL_OVER };

struct call {
    struct list node;
    uint64_t number;
    uint32_t index; /* as the message has it */
    int fd;
    enum call_state state;
    struct hook_result result; /* its output is in the answer */
    struct hook_answer *answer;
};

struct hook_caller {
    struct loop *loop;
    struct loop_source wake;
    int channel_fd;
    bool has[HOOK_KINDS_COUNT];
    pthread_mutex_t lock; /* of all that follows, and of the calls */
    pthread_cond_t over;
    struct list calls;
    size_t given_up_count; /* that nobody waits for any more, and the supervisor still runs */
    uint64_t number_next;
};

static const char *const kind_words[HOOK_KINDS_COUNT] = {[HOOK_DNS] = "DNS", [HOOK_NOTIFY] = "notifications"};

static size_t running_count(const struct hook_caller *caller)
{
    size_t count = caller->given_up_count;
    for (struct list *node = caller->calls.next; node != &caller->calls; node = node->next)
        count += container_of(node, struct call, node)->state == CALL_RUNNING;
    return count;
}

/* With the lock. False when the channel is full. */
static bool send_call(struct hook_caller *caller, struct call *call)
{
    const struct channel_message message = {
        .type = CONTRACT_HOOK, .value = call->number, .index = call->index, .fds = {call->fd}, .fds_count = 1};
    if (channel_send(caller->channel_fd, &message) != CHANNEL_OK)
        return false;
    call->state = CALL_RUNNING;
    return true;
}

static void send_waiting(struct hook_caller *caller)
{
    for (struct list *node = caller->calls.next; node != &caller->calls; node = node->next) {
        struct call *call = container_of(node, struct call, node);
        if (call->state != CALL_WAITING)
            continue;
        if (running_count(caller) >= HOOKS_RUNNING_COUNT_MAX || !send_call(caller, call))
            return;
    }
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct hook_caller *caller = container_of(source, struct hook_caller, wake);
    uint64_t count;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    (void)pthread_mutex_lock(&caller->lock);
    send_waiting(caller);
    (void)pthread_mutex_unlock(&caller->lock);
}

static void wake_loop(const struct hook_caller *caller)
{
    const uint64_t one = 1;
    if (write(caller->wake.fd, &one, sizeof one) < 0)
        log_debug("the loop's wake-up was pending already");
}

/* Printable ASCII and line ends: it goes into logs, mails and terminals. */
static void make_harmless(struct str text, char *room)
{
    size_t size = 0;
    for (; size < text.size; size++) {
        char c = text.data[size];
        room[size] = (c >= ' ' && c <= '~') || c == '\n' ? c : c == '\t' ? ' ' : '?';
    }
    room[size] = '\0';
}

void hook_caller_done(struct hook_caller *caller, const struct channel_message *message)
{
    struct hook_result result;
    bool awaited = false;
    if (!hook_result_from(message->index, message->payload, &result))
        return;
    (void)pthread_mutex_lock(&caller->lock);
    for (struct list *node = caller->calls.next; node != &caller->calls; node = node->next) {
        struct call *call = container_of(node, struct call, node);
        if (call->number != message->value || call->state != CALL_RUNNING)
            continue;
        call->result = result;
        make_harmless(result.output, call->answer->output);
        call->state = CALL_OVER;
        awaited = true;
        break;
    }
    caller->given_up_count -= !awaited && caller->given_up_count > 0;
    send_waiting(caller);
    (void)pthread_cond_broadcast(&caller->over);
    (void)pthread_mutex_unlock(&caller->lock);
}

bool hook_caller_new(struct loop *loop, int channel_fd, const bool has[static HOOK_KINDS_COUNT],
                     struct hook_caller **ret, struct err *err)
{
    struct hook_caller *caller = calloc(1, sizeof *caller);
    if (!caller)
        return err_memory(err);
    *caller = (struct hook_caller){
        .loop = loop,
        .channel_fd = channel_fd,
        .wake = {.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake},
        .number_next = 1,
    };
    memcpy(caller->has, has, sizeof caller->has);
    list_init(&caller->calls);
    if (caller->wake.fd < 0 || !loop_add(loop, &caller->wake, LOOP_READ)) {
        (void)err_errno(err, "eventfd");
        if (caller->wake.fd >= 0)
            (void)close(caller->wake.fd);
        free(caller);
        return false;
    }
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&caller->lock, NULL);
    (void)pthread_cond_init(&caller->over, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    *ret = caller;
    return true;
}

void hook_caller_free(struct hook_caller *caller)
{
    if (!caller)
        return;
    loop_remove(caller->loop, &caller->wake);
    (void)close(caller->wake.fd);
    (void)pthread_cond_destroy(&caller->over);
    (void)pthread_mutex_destroy(&caller->lock);
    free(caller);
}

bool hook_caller_has(const struct hook_caller *caller, enum hook_kind kind)
{
    return caller->has[kind];
}

/* Until the call is over or the deadline is. What could not be sent is tried again with each nap. */
static void await(struct hook_caller *caller, const struct call *call, const struct deadline *deadline)
{
    while (call->state != CALL_OVER) {
        int64_t nap_ms = deadline_left_ms(deadline, DEADLINE_NAP_MS), until_ms = deadline_now_ms() + nap_ms;
        const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
        if (nap_ms == 0)
            return;
        if (pthread_cond_timedwait(&caller->over, &caller->lock, &until) == ETIMEDOUT && call->state == CALL_WAITING)
            wake_loop(caller);
    }
}

/* The last words of a program, on one line, to stand behind a sentence. */
static void put_output(struct hook_answer *answer)
{
    struct str printed = str_trim(str_from(answer->output));
    size_t used = strlen(answer->words);
    if (printed.size == 0 || used + 3 >= sizeof answer->words)
        return;
    (void)snprintf(answer->words + used, sizeof answer->words - used, ": %.*s",
                   STR_ARG(str_part(printed, 0, SHOWN_SIZE_MAX)));
    for (char *at = answer->words; *at; at++)
        if (*at == '\n')
            *at = at[1] ? ' ' : '\0';
}

static void put_words(const struct call *call, enum hook_kind kind, const struct deadline *deadline)
{
    struct hook_answer *answer = call->answer;
    const char *what = kind_words[kind];
    size_t size = sizeof answer->words;
    if (call->state != CALL_OVER) {
        (void)snprintf(answer->words, size, "The hook for %s was not waited for: %s", what, deadline_words(deadline));
        return;
    }
    answer->done = call->result.end == HOOK_EXITED && call->result.status == 0;
    switch (call->result.end) {
    case HOOK_EXITED:
        (void)snprintf(answer->words, size, "The hook for %s ended with status %u", what, call->result.status);
        break;
    case HOOK_KILLED:
        (void)snprintf(answer->words, size, "The hook for %s was killed by signal %u (%s)", what, call->result.status,
                       strsignal((int)call->result.status));
        break;
    case HOOK_TIMED_OUT:
        (void)snprintf(answer->words, size, "The hook for %s did not end within its time limit and was killed", what);
        break;
    case HOOK_NOT_STARTED: (void)snprintf(answer->words, size, "The hook for %s was not started", what); break;
    }
    if (answer->done)
        answer->words[0] = '\0';
    else
        put_output(answer);
}

static bool pack(const struct hook_request *request, int *ret_fd, struct err *err)
{
    struct buf bytes;
    buf_init(&bytes, 2 * HOOK_REQUEST_SIZE_MAX);
    bool ok = hook_request_pack(request, &bytes, err) && memfd_sealed_new("hook", buf_str(&bytes), ret_fd, err);
    buf_fini(&bytes);
    return ok;
}

void hook_call(struct hook_caller *caller, const struct hook_request *request, const struct deadline *deadline,
               struct hook_answer *ret)
{
    struct err err = {0};
    struct call call = {.index = hook_request_index(request), .fd = -1, .answer = ret};
    *ret = (struct hook_answer){0};
    if (!caller->has[request->kind]) {
        (void)snprintf(ret->words, sizeof ret->words, "The boot file names no hook for %s ([Hooks])",
                       kind_words[request->kind]);
        return;
    }
    if (!pack(request, &call.fd, &err)) {
        (void)snprintf(ret->words, sizeof ret->words, "The hook for %s was not started: %s", kind_words[request->kind],
                       err.text);
        return;
    }
    (void)pthread_mutex_lock(&caller->lock);
    call.number = caller->number_next++;
    list_add_tail(&caller->calls, &call.node);
    wake_loop(caller);
    await(caller, &call, deadline);
    list_remove(&call.node);
    caller->given_up_count += call.state == CALL_RUNNING;
    put_words(&call, request->kind, deadline);
    (void)pthread_mutex_unlock(&caller->lock);
    (void)close(call.fd);
}
