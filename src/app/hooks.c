/*
 * The life of one call:
 *
 *     hooks_start ──▶ runs ──exit──▶ its group is killed, the rest of its output read ──▶ on_done
 *                       └──time limit──▶ its group is killed ──exit──▶ …
 */
#include "app/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/memfd.h"
#include "os/process.h"

/* One read; what is beyond the cap is read as well, so that no program waits for us, and dropped. */
#define READ_SIZE 4096
/* Reads of what is left behind an ended program: a pipe holds 64 KiB. */
#define READS_COUNT_MAX 32
/* A killed program is gone in a moment. One that hangs in the kernel is not worth standing still for. */
#define KILLED_WAIT_MS 1000

struct hook {
    struct list node;
    struct hooks *hooks;
    uint64_t call;
    struct process process;
    struct loop_source exit;
    struct loop_source output; /* fd -1: at its end */
    struct buf text;
    int64_t deadline_ms; /* 0: it has passed */
    bool timed_out;
    bool abandoned; /* nobody waits for it any more */
};

void hooks_init(struct hooks *hooks, struct loop *loop,
                void (*on_done)(void *owner, uint64_t call, const struct hook_result *result), void *owner)
{
    *hooks = (struct hooks){.loop = loop, .on_done = on_done, .owner = owner};
    list_init(&hooks->running);
}

static void output_close(struct hook *hook)
{
    if (hook->output.fd < 0)
        return;
    loop_remove(hook->hooks->loop, &hook->output);
    (void)close(hook->output.fd);
    hook->output.fd = -1;
}

static void hook_free(struct hook *hook)
{
    output_close(hook);
    list_remove(&hook->node);
    hook->hooks->running_count--;
    buf_fini(&hook->text);
    free(hook);
}

/* False when there is nothing more now, or ever. */
static bool read_some(struct hook *hook)
{
    char room[READ_SIZE];
    ssize_t size = read(hook->output.fd, room, sizeof room);
    if (size < 0 && errno == EINTR)
        return true;
    if (size < 0 && errno == EAGAIN)
        return false;
    if (size <= 0) {
        output_close(hook);
        return false;
    }
    size_t left = HOOK_OUTPUT_SIZE_MAX - hook->text.size;
    (void)buf_put(&hook->text, room, (size_t)size < left ? (size_t)size : left);
    return true;
}

static void on_output(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    (void)read_some(container_of(source, struct hook, output));
}

static void on_exit_ready(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    struct hook *hook = container_of(source, struct hook, exit);
    struct hooks *hooks = hook->hooks;
    struct process_end end;
    process_kill_group(&hook->process); /* what it left behind; before its number can be another's */
    if (!process_reap(&hook->process, &end))
        return;
    loop_remove(hooks->loop, &hook->exit);
    for (int i = 0; i < READS_COUNT_MAX && hook->output.fd >= 0 && read_some(hook); i++)
        continue;
    const struct hook_result result = {.end = hook->timed_out ? HOOK_TIMED_OUT
                                              : end.by_signal ? HOOK_KILLED
                                                              : HOOK_EXITED,
                                       .status = (uint32_t)end.status,
                                       .output = buf_str(&hook->text)};
    if (!hook->abandoned)
        hooks->on_done(hooks->owner, hook->call, &result);
    hook_free(hook);
}

static void refuse(struct hooks *hooks, uint64_t call, const char *why)
{
    const struct hook_result result = {.end = HOOK_NOT_STARTED, .output = str_from(why)};
    hooks->on_done(hooks->owner, call, &result);
}

/* A program of the boot file with its arguments; the input is the rest of the memfd. */
static bool run(struct hook *hook, const struct hooks_rules *rules, const struct hook_request *request, int input_fd,
                int output_fd, struct err *err)
{
    static const char *const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                              "LANG=C.UTF-8", "HOME=/", "SHELL=/bin/sh", NULL};
    const char *arguments[HOOK_ARGUMENTS_COUNT_MAX + 2] = {rules->paths[request->kind]};
    for (size_t i = 0; i < request->arguments_count; i++)
        arguments[i + 1] = request->arguments[i].data; /* a zero byte follows it */
    const struct process_program program = {.path = rules->paths[request->kind],
                                            .arguments = arguments,
                                            .environment = environment,
                                            .input_fd = input_fd,
                                            .output_fd = output_fd,
                                            .uid = rules->user.uid,
                                            .gid = rules->user.gid};
    return process_spawn_program(&program, &hook->process, err);
}

/* Nobody is told of its end: it is waited for here, or it would stay in the table of processes. */
static void kill_and_reap(struct hook *hook)
{
    struct process_end end;
    struct pollfd ended = {.fd = hook->process.pid_fd, .events = POLLIN};
    process_kill_group(&hook->process);
    (void)poll(&ended, 1, KILLED_WAIT_MS);
    if (!process_reap(&hook->process, &end))
        (void)close(hook->process.pid_fd);
}

static bool watch(struct hook *hook, struct err *err)
{
    hook->exit = (struct loop_source){.fd = hook->process.pid_fd, .on_ready = on_exit_ready};
    if (loop_add(hook->hooks->loop, &hook->exit, LOOP_READ) && loop_add(hook->hooks->loop, &hook->output, LOOP_READ))
        return true;
    (void)err_errno(err, "a hook cannot be watched");
    loop_remove(hook->hooks->loop, &hook->exit);
    kill_and_reap(hook);
    return false;
}

static bool start(struct hooks *hooks, const struct hooks_rules *rules, uint64_t call,
                  const struct hook_request *request, int input_fd, struct err *err)
{
    int fds[2];
    struct hook *hook = calloc(1, sizeof *hook);
    if (!hook)
        return err_memory(err);
    if (pipe2(fds, O_CLOEXEC) != 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
        free(hook);
        return err_errno(err, "a hook cannot be started");
    }
    *hook = (struct hook){.hooks = hooks,
                          .call = call,
                          .output = {.fd = fds[0], .on_ready = on_output},
                          .deadline_ms = clock_monotonic_ms() + rules->limit_ms};
    buf_init(&hook->text, HOOK_OUTPUT_SIZE_MAX);
    list_add_tail(&hooks->running, &hook->node);
    hooks->running_count++;
    bool ok = run(hook, rules, request, input_fd, fds[1], err) && watch(hook, err);
    (void)close(fds[1]);
    if (!ok)
        hook_free(hook);
    return ok;
}

/* The request is only read where arguments end and the input begins. */
static bool begin(struct hooks *hooks, const struct hooks_rules *rules, uint64_t call, uint32_t index, int fd,
                  struct err *err)
{
    struct str bytes;
    struct hook_request request;
    if (hooks->running_count >= HOOKS_RUNNING_COUNT_MAX)
        return err_set(err, ERR_SYSTEM, "too many hooks run already");
    if (!memfd_sealed_map(fd, HOOK_REQUEST_SIZE_MAX, &bytes, err))
        return false;
    bool ok = hook_request_unpack(index, bytes, &request) || err_set(err, ERR_INPUT, "the request was not understood");
    if (ok && !rules->paths[request.kind])
        ok = err_set(err, ERR_NOT_FOUND, "the boot file names no hook of this kind");
    if (ok && lseek(fd, (off_t)(bytes.size - request.input.size), SEEK_SET) < 0)
        ok = err_errno(err, "a hook cannot be given its input");
    ok = ok && start(hooks, rules, call, &request, fd, err);
    memfd_unmap(bytes.data, bytes.size);
    return ok;
}

void hooks_start(struct hooks *hooks, const struct hooks_rules *rules, uint64_t call, uint32_t index, int take_fd)
{
    struct err err = {0};
    if (!begin(hooks, rules, call, index, take_fd, &err))
        refuse(hooks, call, err.text);
    (void)close(take_fd);
}

void hooks_abandon(struct hooks *hooks)
{
    for (struct list *node = hooks->running.next; node != &hooks->running; node = node->next) {
        struct hook *hook = container_of(node, struct hook, node);
        hook->abandoned = true;
        process_kill_group(&hook->process);
    }
}

void hooks_fini(struct hooks *hooks)
{
    while (hooks->loop && !list_is_empty(&hooks->running)) {
        struct hook *hook = container_of(hooks->running.next, struct hook, node);
        process_kill_group(&hook->process);
        loop_remove(hooks->loop, &hook->exit);
        (void)close(hook->process.pid_fd);
        hook_free(hook);
    }
}

int64_t hooks_tick(struct hooks *hooks, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (struct list *node = hooks->running.next; node != &hooks->running; node = node->next) {
        struct hook *hook = container_of(node, struct hook, node);
        if (hook->deadline_ms && now_ms >= hook->deadline_ms) {
            hook->deadline_ms = 0;
            hook->timed_out = true;
            process_kill_group(&hook->process);
        }
        if (hook->deadline_ms && hook->deadline_ms < next_ms)
            next_ms = hook->deadline_ms;
    }
    return next_ms;
}
