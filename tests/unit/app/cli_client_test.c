/* The client against a control process of the test's own, which answers as it is told. */
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/cli_client.h"

#define REQUEST_SIZE_MAX 4096

static char folder[] = "/tmp/strictgate-client-XXXXXX";

/* Takes `count` connections one after the other; each gets its answer, NULL: it is closed without one. */
struct server {
    pthread_t thread;
    int fd;
    const char *const *answers;
    size_t count;
    char requests[4][REQUEST_SIZE_MAX];
};

/* Head and content, as long as the head says that is. */
static bool is_whole(const char *request, size_t size)
{
    const char *end = strstr(request, "\r\n\r\n"), *length = strstr(request, "\r\nContent-Length: ");
    return end && size - (size_t)(end + 4 - request) >= (length ? strtoul(length + 18, NULL, 10) : 0);
}

/* In however many pieces it comes. */
static void take(struct server *server, size_t index)
{
    int fd = accept(server->fd, NULL, NULL);
    char *request = server->requests[index];
    const char *answer = server->answers[index];
    for (size_t size = 0; fd >= 0 && !is_whole(request, size);) {
        ssize_t got = recv(fd, request + size, REQUEST_SIZE_MAX - 1 - size, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    if (fd >= 0 && answer)
        (void)!write(fd, answer, strlen(answer));
    (void)close(fd);
}

static void *serve(void *context)
{
    struct server *server = context;
    for (size_t i = 0; i < server->count; i++)
        take(server, i);
    return NULL;
}

static void start(struct server *server, const char *const *answers, size_t count)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *server = (struct server){.answers = answers, .count = count};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", folder);
    (void)unlink(address.sun_path);
    server->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->fd >= 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->fd, 4), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct server *server)
{
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->fd);
}

static void parse(struct cli *ret)
{
    static char program[] = "strictgate", data[] = "--data", clock[] = "clock";
    char *argv[] = {program, data, folder, clock, NULL};
    struct err err = {0};
    if (!cli_parse(4, argv, ret, &err))
        fail_msg("%s", err.text);
}

#define GOOD                                                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"made\":"   \
    "true}"
#define REFUSED                                                                                                        \
    "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nContent-Length: 40\r\nConnection: "            \
    "close\r\n\r\n{\"code\":\"conflict\",\"detail\":\"too early\"}"

static void an_answer_is_an_answer_whatever_it_says(void **state)
{
    static const char *const answers[] = {GOOD, REFUSED, REFUSED};
    struct server server;
    struct cli cli;
    struct cli_reply reply;
    json_t *body = json_pack("{s:s}", "move", "climb");
    const struct cli_request request = {.method = "POST", .path = "/v1/x?y=1", .json = body};
    (void)state;
    parse(&cli);
    start(&server, answers, 3);
    assert_int_equal(cli_exchange(&cli, &request, &reply), CLI_OK);
    assert_true(cli_reply_is_good(&reply));
    assert_int_equal(reply.status, 200);
    assert_true(json_is_true(json_object_get(reply.json, "made")));
    cli_reply_fini(&reply);
    assert_int_equal(cli_exchange(&cli, &request, &reply), CLI_OK);
    assert_false(cli_reply_is_good(&reply));
    assert_int_equal(reply.status, 409);
    cli_reply_fini(&reply);
    assert_int_equal(cli_send(&cli, &request, &reply), CLI_FAILED);
    stop(&server);
    json_decref(body);
    assert_true(str_starts(str_from(server.requests[0]), STR("POST /v1/x?y=1 HTTP/1.1\r\n")));
    assert_non_null(strstr(server.requests[0], "\r\nContent-Type: application/json\r\n"));
    assert_true(str_ends(str_from(server.requests[0]), STR("\r\n\r\n{\"move\":\"climb\"}")));
}

/* Control fell before it answered: with a key the same request is sent again, as often as it takes. */
static void a_lost_answer_is_asked_for_again_under_the_same_key(void **state)
{
    static const char *const answers[] = {NULL, NULL, GOOD};
    struct server server;
    struct cli cli;
    struct cli_reply reply;
    struct err err = {0};
    char key[CLI_KEY_SIZE], field[CLI_KEY_SIZE + 24];
    (void)state;
    assert_true(cli_key_make(key, &err));
    (void)snprintf(field, sizeof field, "\r\nIdempotency-Key: %s\r\n", key);
    const struct cli_request request = {.method = "POST", .path = "/v1/x", .idempotency_key = key};
    parse(&cli);
    start(&server, answers, 3);
    assert_int_equal(cli_exchange(&cli, &request, &reply), CLI_OK);
    assert_int_equal(reply.status, 200);
    cli_reply_fini(&reply);
    stop(&server);
    for (size_t i = 0; i < 3; i++)
        assert_non_null(strstr(server.requests[i], field));
}

static void without_a_key_it_is_not(void **state)
{
    static const char *const answers[] = {NULL};
    const struct cli_request request = {.method = "POST", .path = "/v1/x"};
    struct server server;
    struct cli cli;
    struct cli_reply reply;
    (void)state;
    parse(&cli);
    start(&server, answers, 1);
    assert_int_equal(cli_exchange(&cli, &request, &reply), CLI_UNREACHABLE);
    stop(&server);
}

static void keys_are_new_each_time(void **state)
{
    char a[CLI_KEY_SIZE], b[CLI_KEY_SIZE];
    struct err err = {0};
    (void)state;
    assert_true(cli_key_make(a, &err) && cli_key_make(b, &err));
    assert_int_equal(strlen(a), 32);
    assert_string_not_equal(a, b);
}

static void bytes_go_as_they_are_and_names_are_escaped(void **state)
{
    static const char *const answers[] = {GOOD};
    const struct cli_request request = {.method = "POST", .path = "/v1/restore", .bytes = STR("a\0b")};
    struct server server;
    struct cli cli;
    struct cli_reply reply;
    struct arena room;
    (void)state;
    parse(&cli);
    start(&server, answers, 1);
    assert_int_equal(cli_exchange(&cli, &request, &reply), CLI_OK);
    cli_reply_fini(&reply);
    stop(&server);
    assert_non_null(strstr(server.requests[0], "\r\nContent-Type: application/octet-stream\r\n"));
    assert_non_null(strstr(server.requests[0], "\r\nContent-Length: 3\r\n"));
    arena_init(&room, 4096);
    assert_string_equal(cli_site_path(&room, "a/b&c.test", "/hsts"), "/v1/sites/a%2Fb%26c.test/hsts");
    arena_fini(&room);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[100];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/control.sock", folder);
    (void)unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_an_answer_whatever_it_says),
        cmocka_unit_test(a_lost_answer_is_asked_for_again_under_the_same_key),
        cmocka_unit_test(without_a_key_it_is_not),
        cmocka_unit_test(keys_are_new_each_time),
        cmocka_unit_test(bytes_go_as_they_are_and_names_are_escaped),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
