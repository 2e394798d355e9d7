/* Requests and results of hooks, there and back; what is none is refused. */
#include "check.h"

#include <stdlib.h>

#include "snapshot/hook.h"

static struct hook_request sample(void)
{
    return (struct hook_request){.kind = HOOK_NOTIFY,
                                 .arguments = {STR("dns-01"), STR(""), STR("_acme-challenge.a.org")},
                                 .arguments_count = 3,
                                 .input = STR("{\"a\":0}\0x")};
}

static void a_request_comes_back_as_it_was(void **state)
{
    (void)state;
    const struct hook_request request = sample();
    struct hook_request back;
    struct buf bytes;
    buf_init(&bytes, 2 * HOOK_REQUEST_SIZE_MAX);
    assert_true(hook_request_pack(&request, &bytes, NULL));
    assert_true(hook_request_unpack(hook_request_index(&request), buf_str(&bytes), &back));
    assert_int_equal(back.kind, HOOK_NOTIFY);
    assert_int_equal(back.arguments_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_str(back.arguments[i], request.arguments[i]);
        assert_int_equal(back.arguments[i].data[back.arguments[i].size], 0);
    }
    assert_str(back.input, request.input);
    buf_fini(&bytes);
}

static void what_is_too_much_is_refused(void **state)
{
    (void)state;
    char *large = calloc(1, HOOK_REQUEST_SIZE_MAX + 1);
    assert_non_null(large);
    memset(large, 'x', HOOK_REQUEST_SIZE_MAX);
    const struct {
        struct hook_request request;
        bool fine;
    } cases[] = {
        {{.arguments = {str_make(large, HOOK_ARGUMENT_SIZE_MAX)}, .arguments_count = 1}, true},
        {{.arguments = {str_make(large, HOOK_ARGUMENT_SIZE_MAX + 1)}, .arguments_count = 1}, false},
        {{.arguments = {STR("a\0b")}, .arguments_count = 1}, false},
        {{.arguments_count = HOOK_ARGUMENTS_COUNT_MAX + 1}, false},
        {{.input = str_make(large, HOOK_REQUEST_SIZE_MAX)}, true},
        {{.input = str_make(large, HOOK_REQUEST_SIZE_MAX), .arguments_count = 1}, false},
        {{.input = str_make(large, HOOK_REQUEST_SIZE_MAX + 1)}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf bytes;
        struct err err = {0};
        buf_init(&bytes, 2 * HOOK_REQUEST_SIZE_MAX);
        assert_int_equal(hook_request_pack(&cases[i].request, &bytes, &err), cases[i].fine);
        assert_int_equal(err.text[0] == '\0', cases[i].fine);
        buf_fini(&bytes);
    }
    free(large);
}

static void bytes_that_are_no_request_are_refused(void **state)
{
    (void)state;
    struct hook_request back;
    const struct hook_request three = sample();
    struct buf bytes;
    buf_init(&bytes, HOOK_REQUEST_SIZE_MAX);
    assert_true(hook_request_pack(&three, &bytes, NULL));
    size_t arguments_size = bytes.size - three.input.size;
    for (size_t cut = 0; cut < bytes.size; cut++)
        assert_int_equal(hook_request_unpack(hook_request_index(&three), str_part(buf_str(&bytes), 0, cut), &back),
                         cut >= arguments_size);
    assert_false(hook_request_unpack(HOOK_KINDS_COUNT, STR("a"), &back));
    assert_false(hook_request_unpack((HOOK_ARGUMENTS_COUNT_MAX + 1) << 8, STR("a\0a\0a\0a\0a\0a\0a\0a\0a\0"), &back));
    assert_false(hook_request_unpack(UINT32_MAX, STR("a"), &back));
    buf_fini(&bytes);
}

static void a_result_comes_back_as_it_was(void **state)
{
    (void)state;
    static const struct hook_result cases[] = {{HOOK_EXITED, 0, STR_INIT("")},
                                               {HOOK_EXITED, 255, STR_INIT("x")},
                                               {HOOK_KILLED, 9, STR_INIT("x")},
                                               {HOOK_TIMED_OUT, 9, STR_INIT("x")},
                                               {HOOK_NOT_STARTED, 0, STR_INIT("why")}};
    struct hook_result back;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(hook_result_from(hook_result_index(&cases[i]), cases[i].output, &back));
        assert_int_equal(back.end, cases[i].end);
        assert_int_equal(back.status, cases[i].status);
        assert_str(back.output, cases[i].output);
    }
    char large[HOOK_OUTPUT_SIZE_MAX + 1] = {0};
    assert_false(hook_result_from(HOOK_NOT_STARTED + 1, STR(""), &back));
    assert_false(hook_result_from(0, str_make(large, sizeof large), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_as_it_was),
        cmocka_unit_test(what_is_too_much_is_refused),
        cmocka_unit_test(bytes_that_are_no_request_are_refused),
        cmocka_unit_test(a_result_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
