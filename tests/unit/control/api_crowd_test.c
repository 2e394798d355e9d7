/* Crowds at the panel's doors: who comes later is let in, what people are in the middle of stays, no door starves
 * another. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <time.h>

#include "control/api_conn.h"
#include "panel_ask.h"

/* More than any door holds. */
#define CROWD_COUNT (API_CONNECTIONS_COUNT_MAX + 20)

struct crowd {
    int fds[CROWD_COUNT];
};

static struct door *loopback(struct panel_test *t)
{
    return &t->f->core.api->doors[API_DOOR_LOOPBACK];
}

/* Each says this much and no more. */
static void gather(struct panel_test *t, struct crowd *crowd, const char *text)
{
    for (size_t i = 0; i < CROWD_COUNT; i++) {
        crowd->fds[i] = connect_to(t);
        turn(t);
        assert_true(send(crowd->fds[i], text, strlen(text), MSG_NOSIGNAL) >= 0 || errno == ECONNRESET);
        turn(t);
    }
    assert_int_equal(loopback(t)->conns_count, API_CONNECTIONS_COUNT_MAX);
}

static void disperse(struct panel_test *t, const struct crowd *crowd)
{
    for (size_t i = 0; i < CROWD_COUNT; i++)
        (void)close(crowd->fds[i]);
    for (int i = 0; i < 1000 && loopback(t)->conns_count; i++)
        turn(t);
}

static void an_administrator_gets_in_through_any_crowd(void **state)
{
    static const char *const texts[] = {
        "",
        "GET / HTTP/1.1\r\nHost: ",
        ("POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
         "100\r\n\r\n{"),
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "nonsense\r\n\r\n",
    };
    static struct crowd crowd;
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gather(t, &crowd, texts[i]);
        t->cookie[0] = '\0';
        sign_in(t, SIGN_IN);
        assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
        disperse(t, &crowd);
    }
}

static void a_request_sent(struct panel_test *t, int fd)
{
    char request[400];
    (void)snprintf(request, sizeof request,
                   "GET /v1/session HTTP/1.1\r\nHost: localhost\r\nCookie: strictgate_session=%s\r\n"
                   "X-Strictgate-Csrf: %s\r\n\r\n",
                   t->cookie, t->csrf);
    assert_int_equal(exchange(t, fd, request, "\"door\":"), 200);
}

/* Keep-alive, a stream of events, an upload that is half here: a crowd of strangers ends none of them. */
static void what_people_have_open_stays(void **state)
{
    static struct crowd crowd;
    struct panel_test *t = *state;
    char request[400];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    int resting = connect_to(t), stream = connect_to(t), upload = connect_to(t);
    a_request_sent(t, resting);
    (void)snprintf(request, sizeof request,
                   "GET /v1/events?token=%s HTTP/1.1\r\nHost: localhost\r\nCookie: strictgate_session=%s\r\n\r\n",
                   t->csrf, t->cookie);
    assert_int_equal(exchange(t, stream, request, "event: hello"), 200);
    (void)snprintf(request, sizeof request,
                   "POST /v1/reload HTTP/1.1\r\nHost: localhost\r\nCookie: strictgate_session=%s\r\n"
                   "X-Strictgate-Csrf: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{",
                   t->cookie, t->csrf);
    assert_true(send(upload, request, strlen(request), MSG_NOSIGNAL) > 0);
    gather(t, &crowd, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    a_request_sent(t, resting);
    assert_int_equal(t->f->core.panel->events.streams_count, 1);
    assert_int_equal(exchange(t, upload, "}", "}"), 200);
    disperse(t, &crowd);
    (void)close(resting);
    (void)close(stream);
    (void)close(upload);
}

/* Of people who are known, connections that rest make room as well: one account is no crowd to the others. */
static void connections_that_rest_make_room_when_there_is_no_stranger(void **state)
{
    static struct crowd crowd;
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    for (size_t i = 0; i < CROWD_COUNT; i++) {
        crowd.fds[i] = connect_to(t);
        a_request_sent(t, crowd.fds[i]);
    }
    assert_int_equal(loopback(t)->conns_count, API_CONNECTIONS_COUNT_MAX);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
    a_request_sent(t, crowd.fds[CROWD_COUNT - 1]); /* the newest is still there */
    disperse(t, &crowd);
}

/* Who trickles is no younger by it: the oldest goes, however lately it sent a byte. */
static void trickling_keeps_no_place(void **state)
{
    static struct crowd crowd;
    struct panel_test *t = *state;
    char byte;
    int first = connect_to(t);
    turn(t);
    assert_true(send(first, "GET", 3, MSG_NOSIGNAL) > 0);
    struct timespec pause = {.tv_nsec = 3000000};
    (void)nanosleep(&pause, NULL);
    for (size_t i = 0; i < CROWD_COUNT; i++) {
        crowd.fds[i] = connect_to(t);
        turn(t);
        (void)send(first, " ", 1, MSG_NOSIGNAL);
        turn(t);
    }
    ssize_t got = recv(first, &byte, 1, MSG_DONTWAIT);
    assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
    disperse(t, &crowd);
    (void)close(first);
}

static int ask_control_socket(struct panel_test *t, int fd)
{
    return (int)exchange(t, fd, "GET /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", NULL);
}

static int connect_to_control_socket(struct panel_test *t)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", t->f->core.paths.socket);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* control.sock has places of its own, and when the process has no descriptor left strangers elsewhere make room. */
static void no_door_starves_another(void **state)
{
    static struct crowd crowd;
    struct panel_test *t = *state;
    struct rlimit before, low;
    struct err err = {0};
    struct door *door = &t->f->core.api->doors[API_DOOR_CONTROL];
    assert_true(os_listen_unix(t->f->core.paths.socket, 0660, &door->listener.fd, &err));
    assert_true(loop_add(t->f->core.loop, &door->listener, LOOP_READ));
    gather(t, &crowd, "");
    int fd = connect_to_control_socket(t);
    assert_int_equal(ask_control_socket(t, fd), 200);
    (void)close(fd);
    while (door->conns_count)
        turn(t);
    /* The socket of this test is the last descriptor there is. */
    fd = connect_to_control_socket(t);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    int free_fd = dup(fd);
    low.rlim_cur = (rlim_t)free_fd;
    (void)close(free_fd);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    assert_int_equal(ask_control_socket(t, fd), 200);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    (void)close(fd);
    disperse(t, &crowd);
}

/* ---- streams ---- */

static int listen_for_events(struct panel_test *t)
{
    char request[400];
    int fd = connect_to(t);
    (void)snprintf(request, sizeof request,
                   "GET /v1/events?token=%s HTTP/1.1\r\nHost: localhost\r\nCookie: strictgate_session=%s\r\n\r\n",
                   t->csrf, t->cookie);
    assert_int_equal(exchange(t, fd, request, "event: hello"), 200);
    return fd;
}

static void one_person_and_one_address_have_so_many_streams_and_no_more(void **state)
{
    static const char *const names[] = {"Anna", "Ben", "Carla", "Dora"};
    static int fds[PANEL_STREAMS_ADDRESS_COUNT_MAX];
    struct panel_test *t = *state;
    struct panel_events *events = &t->f->core.panel->events;
    char content[100];
    size_t count = 0;
    struct err err = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        add_account(t->f, names[i], ACCOUNT_VIEWER);
        t->cookie[0] = '\0';
        (void)snprintf(content, sizeof content, "{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}", names[i]);
        sign_in(t, content);
        for (size_t k = 0; k < PANEL_STREAMS_ACCOUNT_COUNT_MAX && count < PANEL_STREAMS_ADDRESS_COUNT_MAX; k++)
            fds[count++] = listen_for_events(t);
        assert_int_equal(ask_panel(t, "GET", "/v1/events", NULL), 429);
        assert_has(t, count < PANEL_STREAMS_ADDRESS_COUNT_MAX ? "pages of this account" : "pages at this address");
    }
    assert_int_equal(count, PANEL_STREAMS_ADDRESS_COUNT_MAX);
    assert_true(panel_events_have_room(events, STR("dora"), STR("192.0.2.1"), &err));
    assert_false(panel_events_have_room(events, STR("ANNA"), STR("192.0.2.1"), &err));
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200); /* requests have the other half */
    for (size_t i = 0; i < count; i++)
        (void)close(fds[i]);
    for (int i = 0; i < 1000 && events->streams_count; i++)
        turn(t);
    (void)close(listen_for_events(t));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_administrator_gets_in_through_any_crowd),
        TEST(what_people_have_open_stays),
        TEST(connections_that_rest_make_room_when_there_is_no_stranger),
        TEST(trickling_keeps_no_place),
        TEST(no_door_starves_another),
        TEST(one_person_and_one_address_have_so_many_streams_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
