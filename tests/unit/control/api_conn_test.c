/* How long a request may take to come in, over the real socket, with a clock of the test's own. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core_fixture.h"
#include "os/socket.h"

#define PIECE_SIZE ((size_t)16 << 10)
/* Pieces in a renewal, and a few more than there are renewals. */
#define RENEW_PIECES_COUNT (API_RENEW_SIZE / PIECE_SIZE)

static int64_t now_ms = 1000000;

int64_t __wrap_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void)
{
    return now_ms;
}

struct client {
    struct fixture *f;
    int fd;
};

static int begin(void **state)
{
    static struct client client;
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    struct err err = {0};
    client = (struct client){.f = fixture_new(), .fd = -1};
    assert_true(os_listen_unix(client.f->core.paths.socket, 0660, &fds[API_DOOR_CONTROL], &err));
    assert_true(api_new(&client.f->core, fds, (gid_t)-1, &client.f->core.api, &err));
    *state = &client;
    return 0;
}

static int end(void **state)
{
    struct client *client = *state;
    (void)close(client->fd);
    api_free(client->f->core.api);
    fixture_free(client->f);
    return 0;
}

/* So much time goes by, and what has come is read. */
static void pass(struct client *client, int64_t ms)
{
    now_ms += ms;
    for (int i = 0; i < 4; i++)
        loop_turn(client->f->core.loop, 0);
    timer_wheel_advance(&client->f->core.wheel, now_ms);
}

static bool is_open(const struct client *client)
{
    char byte;
    return recv(client->fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void begin_request(struct client *client, size_t content_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char head[200];
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", client->f->core.paths.socket);
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client->fd, (const struct sockaddr *)&address, sizeof address), 0);
    int size = snprintf(head, sizeof head,
                        "POST /v1/restore HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        content_size);
    assert_int_equal(send(client->fd, head, (size_t)size, MSG_NOSIGNAL), size);
    pass(client, 0);
    assert_true(is_open(client));
}

static void send_piece(struct client *client, size_t size)
{
    static const char piece[PIECE_SIZE];
    assert_int_equal(send(client->fd, piece, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* Twice the time in all, but never so long for what renews it. */
static void a_large_request_that_comes_slowly_is_waited_for(void **state)
{
    struct client *client = *state;
    size_t count = 2 * RENEW_PIECES_COUNT + 2;
    int64_t pause_ms = API_REQUEST_TIMEOUT_MS / (int64_t)RENEW_PIECES_COUNT - 1;
    begin_request(client, API_TRANSFER_SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        send_piece(client, PIECE_SIZE);
        pass(client, pause_ms);
        if (!is_open(client))
            fail_msg("ended after %zu of %zu pieces", i, count);
    }
    pass(client, API_REQUEST_TIMEOUT_MS + 1000);
    assert_false(is_open(client)); /* and one that no longer comes is not */
}

static void whoever_sends_a_byte_now_and_then_is_not_waited_for(void **state)
{
    struct client *client = *state;
    int64_t waited_ms = 0;
    begin_request(client, API_TRANSFER_SIZE_MAX);
    for (; is_open(client); waited_ms += 1000) {
        assert_true(waited_ms <= API_REQUEST_TIMEOUT_MS + 1000);
        send_piece(client, 1);
        pass(client, 1000);
    }
    assert_true(waited_ms >= API_REQUEST_TIMEOUT_MS - 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_large_request_that_comes_slowly_is_waited_for),
        TEST(whoever_sends_a_byte_now_and_then_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
