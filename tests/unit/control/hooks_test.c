/* Hooks as control asks for them: threads call, the test plays the supervisor at the other end of the channel. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "control/hooks.h"
#include "os/memfd.h"
#include "snapshot/contract.h"

#define CALLERS_COUNT (HOOKS_RUNNING_COUNT_MAX + 3)
/* Of calls that are to be taken: more than this program ever stands still for. */
#define PATIENCE_MS 60000

struct world {
    struct loop *loop;
    struct hook_caller *caller;
    int fds[2]; /* control's end, the supervisor's */
};

struct caller {
    struct world *world;
    pthread_t thread;
    uint32_t limit_ms;
    const char *argument;
    atomic_bool given_up; /* it is called off */
    struct hook_answer answer;
};

static void open_world(struct world *w)
{
    static const bool has[HOOK_KINDS_COUNT] = {[HOOK_DNS] = true};
    assert_true(loop_new(&w->loop, NULL) && channel_pair(w->fds, NULL));
    assert_true(hook_caller_new(w->loop, w->fds[0], has, &w->caller, NULL));
}

static void close_world(struct world *w)
{
    hook_caller_free(w->caller);
    hook_caller_free(NULL);
    loop_free(w->loop);
    (void)close(w->fds[0]);
    (void)close(w->fds[1]);
}

static void *run(void *context)
{
    struct caller *c = context;
    struct deadline deadline;
    const struct hook_request request = {
        .kind = HOOK_DNS, .arguments = {str_from(c->argument)}, .arguments_count = 1, .input = STR("input")};
    deadline_start(&deadline, c->limit_ms, &c->given_up);
    hook_call(c->world->caller, &request, &deadline, &c->answer);
    return NULL;
}

static void start(struct caller *c, struct world *w, const char *argument, uint32_t limit_ms)
{
    *c = (struct caller){.world = w, .limit_ms = limit_ms, .argument = argument};
    assert_int_equal(pthread_create(&c->thread, NULL, run, c), 0);
}

/* The next request that control sends, as the supervisor reads it; the argument is checked. */
static uint64_t take_request(struct world *w, const char *argument)
{
    struct channel_message message;
    struct hook_request request;
    struct str bytes;
    for (int turns = 0; channel_receive(w->fds[1], &message) != CHANNEL_OK; turns++) {
        assert_true(turns < 200);
        loop_turn(w->loop, 100);
    }
    assert_int_equal(message.type, CONTRACT_HOOK);
    assert_int_equal(message.fds_count, 1);
    assert_true(memfd_sealed_map(message.fds[0], HOOK_REQUEST_SIZE_MAX, &bytes, NULL));
    assert_true(hook_request_unpack(message.index, bytes, &request));
    assert_int_equal(request.kind, HOOK_DNS);
    if (argument)
        assert_str(request.arguments[0], str_from(argument));
    assert_str(request.input, STR("input"));
    memfd_unmap(bytes.data, bytes.size);
    (void)close(message.fds[0]);
    return message.value;
}

/* Only now: a time limit could end it before its request is taken. */
static void give_up(struct caller *c)
{
    atomic_store(&c->given_up, true);
    assert_int_equal(pthread_join(c->thread, NULL), 0);
    assert_false(c->answer.done);
    assert_non_null(strstr(c->answer.words, "was not waited for: it was called off"));
}

static bool is_quiet(struct world *w)
{
    struct channel_message message;
    loop_turn(w->loop, 50);
    return channel_receive(w->fds[1], &message) == CHANNEL_AGAIN;
}

static void answer(struct world *w, uint64_t call, enum hook_end end, uint32_t status, struct str output)
{
    const struct hook_result result = {.end = end, .status = status, .output = output};
    const struct channel_message message = {
        .type = CONTRACT_HOOK_DONE, .value = call, .index = hook_result_index(&result), .payload = output};
    hook_caller_done(w->caller, &message);
}

static void every_end_has_its_words(void **state)
{
    (void)state;
    static const struct {
        enum hook_end end;
        uint32_t status;
        const char *output;
        bool done;
        const char *words;
    } cases[] = {
        {HOOK_EXITED, 0, "fine\n", true, ""},
        {HOOK_EXITED, 3, "", false, "The hook for DNS ended with status 3"},
        {HOOK_EXITED, 1, " no such\tzone\n", false, "The hook for DNS ended with status 1: no such zone"},
        {HOOK_EXITED, 1, "one\ntwo\n", false, "The hook for DNS ended with status 1: one two"},
        {HOOK_EXITED, 1, "\033[2Jx\xc3\xa4\x7f", false, "The hook for DNS ended with status 1: ?[2Jx???"},
        {HOOK_KILLED, 11, "", false, "The hook for DNS was killed by signal 11 (Segmentation fault)"},
        {HOOK_TIMED_OUT, 9, "", false, "The hook for DNS did not end within its time limit and was killed"},
        {HOOK_NOT_STARTED, 0, "cannot start /x", false, "The hook for DNS was not started: cannot start /x"},
    };
    struct world w;
    open_world(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caller c;
        start(&c, &w, "a", PATIENCE_MS);
        answer(&w, take_request(&w, "a"), cases[i].end, cases[i].status, str_from(cases[i].output));
        assert_int_equal(pthread_join(c.thread, NULL), 0);
        assert_int_equal(c.answer.done, cases[i].done);
        assert_string_equal(c.answer.words, cases[i].words);
    }
    close_world(&w);
}

static void more_calls_than_may_run_have_their_turn(void **state)
{
    (void)state;
    struct world w;
    struct caller callers[CALLERS_COUNT];
    uint64_t calls[CALLERS_COUNT];
    open_world(&w);
    for (size_t i = 0; i < CALLERS_COUNT; i++)
        start(&callers[i], &w, "a", PATIENCE_MS);
    for (size_t i = 0; i < HOOKS_RUNNING_COUNT_MAX; i++)
        calls[i] = take_request(&w, NULL);
    assert_true(is_quiet(&w));
    for (size_t i = 0; i < CALLERS_COUNT; i++) {
        answer(&w, calls[i], HOOK_EXITED, 0, STR(""));
        if (i + HOOKS_RUNNING_COUNT_MAX < CALLERS_COUNT)
            calls[i + HOOKS_RUNNING_COUNT_MAX] = take_request(&w, NULL);
    }
    for (size_t i = 0; i < CALLERS_COUNT; i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
        assert_true(callers[i].answer.done);
    }
    close_world(&w);
}

/* Nobody takes it while there is time. */
static void a_call_that_is_not_taken_in_time_is_not_made_any_more(void **state)
{
    (void)state;
    struct world w;
    struct caller c;
    open_world(&w);
    start(&c, &w, "a", 150);
    assert_int_equal(pthread_join(c.thread, NULL), 0);
    assert_false(c.answer.done);
    assert_non_null(strstr(c.answer.words, "was not waited for: the time for it ran out"));
    assert_true(is_quiet(&w));
    close_world(&w);
}

static void a_call_that_is_given_up_leaves_nothing_behind(void **state)
{
    (void)state;
    struct world w;
    struct caller c, next;
    open_world(&w);
    start(&c, &w, "a", PATIENCE_MS);
    uint64_t call = take_request(&w, "a");
    give_up(&c);
    answer(&w, call, HOOK_EXITED, 0, STR("late")); /* for nobody */
    answer(&w, call + 1000, HOOK_EXITED, 0, STR("never asked for"));
    start(&next, &w, "b", PATIENCE_MS);
    answer(&w, take_request(&w, "b"), HOOK_EXITED, 0, STR(""));
    assert_int_equal(pthread_join(next.thread, NULL), 0);
    assert_true(next.answer.done);
    close_world(&w);
}

/* The supervisor goes on running what control waits for no longer: one more would be refused there. */
static void what_is_given_up_keeps_its_place_until_it_ends(void **state)
{
    (void)state;
    struct world w;
    struct caller hasty[HOOKS_RUNNING_COUNT_MAX], patient;
    uint64_t calls[HOOKS_RUNNING_COUNT_MAX];
    open_world(&w);
    for (size_t i = 0; i < HOOKS_RUNNING_COUNT_MAX; i++)
        start(&hasty[i], &w, "a", PATIENCE_MS);
    for (size_t i = 0; i < HOOKS_RUNNING_COUNT_MAX; i++)
        calls[i] = take_request(&w, "a");
    for (size_t i = 0; i < HOOKS_RUNNING_COUNT_MAX; i++)
        give_up(&hasty[i]);
    start(&patient, &w, "b", PATIENCE_MS);
    for (int i = 0; i < 10; i++)
        assert_true(is_quiet(&w));
    answer(&w, calls[1], HOOK_EXITED, 0, STR("late"));
    answer(&w, take_request(&w, "b"), HOOK_EXITED, 0, STR(""));
    assert_int_equal(pthread_join(patient.thread, NULL), 0);
    assert_true(patient.answer.done);
    close_world(&w);
}

static void what_cannot_be_asked_is_told_at_once(void **state)
{
    (void)state;
    struct world w;
    struct hook_answer told;
    struct deadline deadline;
    char long_argument[HOOK_ARGUMENT_SIZE_MAX + 1];
    memset(long_argument, 'x', sizeof long_argument);
    open_world(&w);
    deadline_start(&deadline, PATIENCE_MS, NULL);
    assert_true(hook_caller_has(w.caller, HOOK_DNS) && !hook_caller_has(w.caller, HOOK_NOTIFY));
    hook_call(w.caller, &(struct hook_request){.kind = HOOK_NOTIFY}, &deadline, &told);
    assert_non_null(strstr(told.words, "names no hook for notifications ([Hooks])"));
    hook_call(
        w.caller,
        &(struct hook_request){.arguments = {str_make(long_argument, sizeof long_argument)}, .arguments_count = 1},
        &deadline, &told);
    assert_non_null(strstr(told.words, "too long"));
    assert_true(is_quiet(&w));
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_has_its_words),
        cmocka_unit_test(more_calls_than_may_run_have_their_turn),
        cmocka_unit_test(a_call_that_is_not_taken_in_time_is_not_made_any_more),
        cmocka_unit_test(a_call_that_is_given_up_leaves_nothing_behind),
        cmocka_unit_test(what_is_given_up_keeps_its_place_until_it_ends),
        cmocka_unit_test(what_cannot_be_asked_is_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
