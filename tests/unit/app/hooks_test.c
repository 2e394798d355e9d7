/* Hooks as the supervisor runs them: /bin/sh plays the program. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/hooks.h"
#include "os/clock.h"
#include "os/memfd.h"

#define PATIENCE_MS 20000

/* How many more descriptors may be watched; below 0: as many as there are. */
static int watches_left = -1;

/* In place of libc's, so that it can fail. */
int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    if (operation == EPOLL_CTL_ADD && watches_left >= 0 && watches_left-- == 0) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_epoll_ctl, epoll_fd, operation, fd, event);
}

struct world {
    struct loop *loop;
    struct hooks hooks;
    struct hooks_rules rules;
    unsigned done_count;
    uint64_t call; /* the last that was done */
    struct hook_result result;
    char output[HOOK_OUTPUT_SIZE_MAX + 1];
};

static void on_done(void *owner, uint64_t call, const struct hook_result *result)
{
    struct world *w = owner;
    w->done_count++;
    w->call = call;
    w->result = *result;
    memcpy(w->output, result->output.data ? result->output.data : "", result->output.size);
    w->output[result->output.size] = '\0';
}

static void open_world(struct world *w)
{
    *w = (struct world){.rules = {.paths = {"/bin/sh"}, .limit_ms = PATIENCE_MS}};
    assert_true(loop_new(&w->loop, NULL));
    hooks_init(&w->hooks, w->loop, on_done, w);
}

static void close_world(struct world *w)
{
    hooks_fini(&w->hooks);
    loop_free(w->loop);
}

static void start_with(struct world *w, uint64_t call, enum hook_kind kind, struct str input)
{
    const struct hook_request request = {
        .kind = kind, .arguments = {STR("-s"), STR("one"), STR("two words")}, .arguments_count = 3, .input = input};
    struct buf bytes;
    int fd;
    buf_init(&bytes, 2 * HOOK_REQUEST_SIZE_MAX);
    assert_true(hook_request_pack(&request, &bytes, NULL));
    assert_true(memfd_sealed_new("hook", buf_str(&bytes), &fd, NULL));
    buf_fini(&bytes);
    hooks_start(&w->hooks, &w->rules, call, hook_request_index(&request), fd);
    assert_int_equal(fcntl(fd, F_GETFD), -1); /* taken */
}

static void start(struct world *w, uint64_t call, const char *script)
{
    start_with(w, call, HOOK_DNS, str_from(script));
}

static void turn_until(struct world *w, unsigned done_count)
{
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (w->done_count < done_count) {
        int64_t now_ms = clock_monotonic_ms(), next_ms = hooks_tick(&w->hooks, now_ms);
        assert_true(now_ms < until_ms);
        loop_turn(w->loop, next_ms - now_ms < 100 ? (int)(next_ms - now_ms < 1 ? 1 : next_ms - now_ms) : 100);
    }
}

static void arguments_and_input_arrive_and_the_end_is_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w, 7, "echo \"$# $1,$2\"; pwd; echo to stderr >&2; exit 3");
    turn_until(&w, 1);
    assert_int_equal(w.call, 7);
    assert_int_equal(w.result.end, HOOK_EXITED);
    assert_int_equal(w.result.status, 3);
    assert_string_equal(w.output, "2 one,two words\n/\nto stderr\n");
    start(&w, 8, "kill -9 $$");
    turn_until(&w, 2);
    assert_int_equal(w.result.end, HOOK_KILLED);
    assert_int_equal(w.result.status, 9);
    close_world(&w);
}

static void nothing_is_inherited(void **state)
{
    (void)state;
    struct world w;
    const int left_open = 77; /* without close-on-exec, as another library might leave it */
    assert_int_equal(dup2(STDOUT_FILENO, left_open), left_open);
    assert_int_equal(setenv("STRICTGATE_TEST_SECRET", "x", 1), 0);
    open_world(&w);
    start(&w, 1, "env | cut -d= -f1 | grep -v '^_$' | sort | tr '\\n' ' '; ls /proc/$$/fd | tr '\\n' ' '");
    turn_until(&w, 1);
    assert_non_null(strstr(w.output, "HOME LANG "));
    assert_null(strstr(w.output, "STRICTGATE"));
    assert_null(strstr(w.output, "77"));
    close_world(&w);
    (void)close(left_open);
}

/* As a service manager gives ports below 1024 to a service that is not root. False when that cannot be had here. */
static bool raise_ambient(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0)
        return false;
    data[0].inheritable |= 1u << CAP_NET_BIND_SERVICE;
    return syscall(SYS_capset, &header, data) == 0 &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0) == 0;
}

static void no_capability_of_the_service_is_passed_on(void **state)
{
    (void)state;
    struct world w;
    if (!raise_ambient())
        skip();
    open_world(&w);
    start(&w, 1, "grep CapAmb /proc/$$/status | tr -d '\\t'");
    turn_until(&w, 1);
    assert_int_equal(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), 0);
    assert_string_equal(w.output, "CapAmb:0000000000000000\n");
    close_world(&w);
}

/* The file of this descriptor, by the program that runs. */
static void turn_until_written(struct world *w, int fd)
{
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    struct stat status = {.st_size = 0};
    while (fstat(fd, &status) == 0 && status.st_size == 0) {
        assert_true(clock_monotonic_ms() < until_ms);
        loop_turn(w->loop, 10);
    }
}

static void a_time_limit_ends_the_whole_group(void **state)
{
    (void)state;
    struct world w;
    char said[] = "/tmp/strictgate-hook-XXXXXX", script[100];
    int fd = mkstemp(said);
    assert_true(fd >= 0);
    open_world(&w);
    (void)snprintf(script, sizeof script, "sleep 1000 & echo $!; echo >%s; exec sleep 1000", said);
    start(&w, 1, script);
    turn_until_written(&w, fd);
    (void)hooks_tick(&w.hooks, clock_monotonic_ms() + PATIENCE_MS); /* the limit */
    turn_until(&w, 1);
    assert_int_equal(unlink(said), 0);
    (void)close(fd);
    assert_int_equal(w.result.end, HOOK_TIMED_OUT);
    uint64_t pid = 0;
    assert_true(str_to_u64(str_trim(str_part(str_from(w.output), 0, strlen(w.output) - 1)), 1 << 30, &pid));
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%u/exe", (unsigned)pid);
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (readlink(path, w.output, sizeof w.output) > 0) /* a zombie has none */
        assert_true(clock_monotonic_ms() < until_ms);
    close_world(&w);
}

static void output_is_capped_and_a_writer_is_never_held_up(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w, 1, "yes | head -c 1000000; exit 4");
    turn_until(&w, 1);
    assert_int_equal(w.result.status, 4);
    assert_int_equal(strlen(w.output), HOOK_OUTPUT_SIZE_MAX);
    close_world(&w);
}

static void what_cannot_be_started_is_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start_with(&w, 1, HOOK_NOTIFY, STR("x"));
    assert_int_equal(w.done_count, 1);
    assert_int_equal(w.result.end, HOOK_NOT_STARTED);
    assert_non_null(strstr(w.output, "names no hook of this kind"));
    w.rules.paths[HOOK_DNS] = "/nonexistent/hook";
    start(&w, 2, "x");
    assert_int_equal(w.done_count, 2);
    assert_non_null(strstr(w.output, "cannot start /nonexistent/hook: No such file or directory"));
    w.rules.paths[HOOK_DNS] = "/etc/passwd";
    start(&w, 3, "x");
    assert_non_null(strstr(w.output, "Permission denied"));
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    hooks_start(&w.hooks, &w.rules, 4, 0, pipe_fds[0]); /* no memfd */
    assert_int_equal(w.done_count, 4);
    assert_int_equal(w.result.end, HOOK_NOT_STARTED);
    (void)close(pipe_fds[1]);
    assert_int_equal(w.hooks.running_count, 0);
    close_world(&w);
}

static void one_that_cannot_be_watched_is_ended_for_good(void **state)
{
    (void)state;
    for (int watches = 0; watches < 2; watches++) {
        struct world w;
        open_world(&w);
        watches_left = watches;
        start(&w, 1, "exec sleep 1000");
        watches_left = -1;
        assert_int_equal(w.done_count, 1);
        assert_int_equal(w.result.end, HOOK_NOT_STARTED);
        assert_non_null(strstr(w.output, "cannot be watched"));
        assert_int_equal(w.hooks.running_count, 0);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left, living or dead */
        assert_int_equal(errno, ECHILD);
        close_world(&w);
    }
}

static void one_too_many_is_refused(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    for (uint64_t i = 0; i < HOOKS_RUNNING_COUNT_MAX; i++)
        start(&w, i, "exec sleep 1000");
    start(&w, 99, "exit 0");
    assert_int_equal(w.done_count, 1);
    assert_int_equal(w.call, 99);
    assert_non_null(strstr(w.output, "too many hooks run already"));
    hooks_abandon(&w.hooks);
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (w.hooks.running_count > 0) {
        assert_true(clock_monotonic_ms() < until_ms);
        loop_turn(w.loop, 100);
    }
    assert_int_equal(w.done_count, 1); /* nobody is told of those */
    start(&w, 100, "exit 0");
    turn_until(&w, 2);
    assert_int_equal(w.result.status, 0);
    close_world(&w);
}

static void what_runs_at_the_end_is_killed(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w, 1, "exec sleep 1000");
    close_world(&w);
    assert_int_equal(w.done_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_and_input_arrive_and_the_end_is_told),
        cmocka_unit_test(nothing_is_inherited),
        cmocka_unit_test(no_capability_of_the_service_is_passed_on),
        cmocka_unit_test(a_time_limit_ends_the_whole_group),
        cmocka_unit_test(output_is_capped_and_a_writer_is_never_held_up),
        cmocka_unit_test(what_cannot_be_started_is_told),
        cmocka_unit_test(one_that_cannot_be_watched_is_ended_for_good),
        cmocka_unit_test(one_too_many_is_refused),
        cmocka_unit_test(what_runs_at_the_end_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
