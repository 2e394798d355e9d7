/* The lines of the access log: no request can forge, break or hide one. */
#include "gateway_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Serves one request after the other and gives the log. */
static struct buf log_of(enum gateway_log_format format, const char *const *requests, size_t count)
{
    const struct fixture_options options = {.redirect_off = true, .log_format = format};
    struct fixture *f = fixture_start(&options);
    for (size_t i = 0; i < count; i++) {
        struct peer *client = client_plain(f);
        peer_send_text(client, requests[i]);
        struct reply r = peer_reply(client, "GET");
        reply_free(&r);
        peer_close(client);
    }
    fixture_join(f);
    struct buf log = fixture_log(f);
    fixture_stop(f);
    return log;
}

static size_t lines_of(struct str log)
{
    size_t count = 0;
    while (log.size) {
        log = str_after(log, str_find(log, '\n') + 1);
        count++;
    }
    return count;
}

/* A request whose agent and referrer are as long and as much in need of escaping as the limits allow. */
static char *hostile_request(void)
{
    static char filler[4001];
    memset(filler, 0xe9, sizeof filler - 1);
    char *request = malloc(16384);
    assert_non_null(request);
    (void)snprintf(request, 16384,
                   "GET /fixed?\"\\%s HTTP/1.1\r\nHost: app.test\r\nReferer: %s\r\nUser-Agent: %s\r\n\r\n",
                   "\"\\\"\\\"\\", filler, filler);
    return request;
}

static void combined_lines_are_as_log_analysers_expect(void **state)
{
    (void)state;
    const char *const requests[] = {
        "GET /fixed?q HTTP/1.1\r\nHost: app.test\r\nReferer: https://a/\r\nUser-Agent: b \"c\" \\d\r\n\r\n"};
    struct buf log = log_of(GATEWAY_LOG_COMBINED, requests, 1);
    struct str line = buf_str(&log);
    assert_true(str_starts(line, STR("127.0.0.1 - - [")));
    const struct str end = STR("] \"GET /fixed?q HTTP/1.1\" 200 6 \"https://a/\" \"b \\x22c\\x22 \\x5cd\"\n");
    assert_str(str_after(line, line.size - end.size), end);
    buf_fini(&log);
}

static void every_request_has_its_line_however_hostile(void **state)
{
    (void)state;
    char *hostile = hostile_request();
    const char *const requests[] = {hostile, "GET /\x01 HTTP/1.1\r\nHost: app.test\r\n\r\n", "NONSENSE\r\n\r\n",
                                    "GET / HTTP/1.1\r\n\r\n", hostile};
    static const enum gateway_log_format formats[] = {GATEWAY_LOG_COMBINED, GATEWAY_LOG_JSON};
    for (size_t i = 0; i < 2; i++) {
        struct buf log = log_of(formats[i], requests, 5);
        assert_int_equal(lines_of(buf_str(&log)), 5);
        for (size_t k = 0; k < log.size; k++) {
            char c = buf_str(&log).data[k];
            assert_true(c == '\n' || (c >= 0x20 && c < 0x7f));
        }
        buf_fini(&log);
    }
    free(hostile);
}

static void json_lines_are_json(void **state)
{
    (void)state;
    char *hostile = hostile_request();
    const char *const requests[] = {hostile, "GET /fixed HTTP/1.1\r\nHost: app.test\r\nUser-Agent: \"a\\\tb\r\n\r\n"};
    struct buf log = log_of(GATEWAY_LOG_JSON, requests, 2);
    struct str rest = buf_str(&log);
    for (size_t i = 0; i < 2; i++) {
        size_t size = str_find(rest, '\n');
        json_error_t error;
        json_t *line = json_loadb(rest.data, size, JSON_REJECT_DUPLICATES, &error);
        if (!line)
            fail_msg("%s: %.*s", error.text, (int)size, rest.data);
        assert_int_equal(json_integer_value(json_object_get(line, "status")), 200);
        assert_string_equal(json_string_value(json_object_get(line, "host")), "app.test");
        if (i == 1)
            assert_string_equal(json_string_value(json_object_get(line, "user_agent")), "\"a\\\tb");
        json_decref(line);
        rest = str_after(rest, size + 1);
    }
    assert_int_equal(rest.size, 0);
    buf_fini(&log);
    free(hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(combined_lines_are_as_log_analysers_expect),
        cmocka_unit_test(every_request_has_its_line_however_hostile),
        cmocka_unit_test(json_lines_are_json),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
