/* The panel under a name of its own: whose word is taken for who asks, which hosts it is, whose sessions end with it.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "api_ask.h"
#include "control/panel.h"
#include "control/panel_name.h"
#include "control/panel_state.h"
#include "os/socket.h"

#define PANEL_SITE "{\"name\":\"admin.example\",\"aliases\":[\"panel.example\"],\"routes\":[{\"kind\":\"panel\"}]}"
#define OTHER_SITE "{\"name\":\"app.example\",\"routes\":[{\"kind\":\"fixed\",\"body\":\"app\"}]}"

static int begin(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    RUN_ONE(f, "POST", "/v1/sites", "[" PANEL_SITE "," OTHER_SITE "]", 201, NULL);
    *state = f;
    assert_true(panel_new(&f->core, &f->core.panel, &err));
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    panel_free(&f->core, f->core.panel);
    fixture_free(f);
    return 0;
}

static void its_hosts_are_the_names_of_sites_that_are_the_panel(void **state)
{
    static const struct {
        const char *host;
        bool by_name;
    } cases[] = {
        {"admin.example", true}, {"Admin.Example", true}, {"panel.example", true},   {"app.example", false},
        {"localhost", false},    {"127.0.0.1", false},    {"xadmin.example", false}, {"", false},
    };
    const struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str host = str_from(cases[i].host);
        if (panel_host_is_ours(&f->core, API_DOOR_NAME, host) != cases[i].by_name)
            fail_msg("%s", cases[i].host);
        bool local = str_eq(host, STR("localhost")) || str_eq(host, STR("127.0.0.1"));
        assert_int_equal(panel_host_is_ours(&f->core, API_DOOR_LOOPBACK, host), local);
        assert_int_equal(panel_host_is_ours(&f->core, API_DOOR_PANEL_SOCKET, host), local);
    }
}

static void the_gateways_own_word_is_taken_and_of_others_what_trusted_proxies_say(void **state)
{
    static const struct {
        const char *forwarded, *address;
        bool is_secure;
    } cases[] = {
        {NULL, "unknown", false},
        {"", "unknown", false},
        {"nonsense", "unknown", false},
        {"for=192.0.2.1;host=admin.example;proto=https", "192.0.2.1", true},
        {"for=192.0.2.1;host=admin.example;proto=http", "192.0.2.1", false},
        {"for=192.0.2.1;host=admin.example", "192.0.2.1", false},
        {"for=\"[2001:db8::1]\";proto=https", "2001:db8::1", true},
        {"for=unknown;proto=https", "unknown", true},
        {"for=198.51.100.7;proto=http, for=10.0.0.1;proto=https", "198.51.100.7", true},
        {"for=198.51.100.7, for=192.0.2.1;proto=https", "192.0.2.1", true},
        {"for=203.0.113.9, for=198.51.100.7, for=10.0.0.1;proto=https", "198.51.100.7", true},
        {"for=198.51.100.7;proto=https, for=10.0.0.1;proto=http", "198.51.100.7", false},
        {"for=198.51.100.7, for=unknown;proto=https", "198.51.100.7", true},
        {"for=198.51.100.7, for=10.0.0.1;proto=https, nonsense", "unknown", false},
    };
    struct fixture *f = *state;
    struct os_network network;
    assert_true(os_network_parse(STR("10.0.0.0/8"), &network));
    f->boot.trusted = &network;
    f->boot.trusted_count = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_field field = {.name = STR("Forwarded"), .id = HTTP_FIELD_FORWARDED};
        struct panel_name_asker asker;
        if (cases[i].forwarded)
            field.value = str_from(cases[i].forwarded);
        const struct http_request request = {.fields = &field, .fields_count = cases[i].forwarded ? 1 : 0};
        panel_name_ask(&f->core, &request, &asker);
        if (strcmp(asker.address, cases[i].address) != 0 || asker.is_secure != cases[i].is_secure)
            fail_msg("%s gave %s, %d", cases[i].forwarded, asker.address, asker.is_secure);
    }
    f->boot.trusted = NULL;
    f->boot.trusted_count = 0;
}

/* ---- over the socket ---- */

static void ask_at_socket(struct fixture *f, const char *request, char *room, size_t room_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", f->core.paths.panel_socket);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    for (int i = 0; i < 10; i++) {
        timer_wheel_advance(&f->core.wheel, clock_monotonic_ms());
        loop_turn(f->core.loop, 5);
        ssize_t got = recv(fd, room + size, room_size - size - 1, MSG_DONTWAIT);
        size += got > 0 ? (size_t)got : 0;
    }
    room[size] = '\0';
    (void)close(fd);
    loop_turn(f->core.loop, 5);
}

/* The kernel says who is at the other end; the request may say what it likes. */
static void only_the_gateway_comes_by_a_name(void **state)
{
    static const struct {
        const char *request;
        unsigned gateway, other; /* the status for each */
    } cases[] = {
        {"GET /v1/session HTTP/1.1\r\nHost: admin.example\r\nForwarded: for=192.0.2.1;proto=https\r\n\r\n", 200, 421},
        {"GET /v1/session HTTP/1.1\r\nHost: admin.example\r\nForwarded: for=192.0.2.1;proto=http\r\n\r\n", 403, 421},
        {"GET /v1/session HTTP/1.1\r\nHost: admin.example\r\nX-Forwarded-Proto: https\r\n\r\n", 403, 421},
        {"GET /v1/session HTTP/1.1\r\nHost: app.example\r\nForwarded: for=192.0.2.1;proto=https\r\n\r\n", 421, 421},
        {"GET /v1/session HTTP/1.1\r\nHost: localhost\r\nForwarded: for=192.0.2.1;proto=https\r\n\r\n", 421, 200},
        {"GET /v1/session HTTP/1.1\r\nHost: admin.example:8443\r\nOrigin: https://admin.example:8443\r\n"
         "Forwarded: for=192.0.2.1;proto=https\r\n\r\n",
         200, 421},
        {"GET /v1/session HTTP/1.1\r\nHost: admin.example\r\nOrigin: http://admin.example\r\n"
         "Forwarded: for=192.0.2.1;proto=https\r\n\r\n",
         403, 421},
    };
    static char room[65536];
    struct fixture *f = *state;
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    struct err err = {0};
    assert_true(os_listen_unix(f->core.paths.panel_socket, 0660, &fds[API_DOOR_PANEL_SOCKET], &err));
    assert_true(api_new(&f->core, fds, (gid_t)-1, &f->core.api, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int is_gateway = 0; is_gateway < 2; is_gateway++) {
            f->core.gateways[0] = is_gateway ? getpid() : 0;
            ask_at_socket(f, cases[i].request, room, sizeof room);
            if (strtoul(room + 9, NULL, 10) != (is_gateway ? cases[i].gateway : cases[i].other))
                fail_msg("%d, %s gave %s", is_gateway, cases[i].request, room);
        }
    f->core.gateways[0] = 0;
    api_free(f->core.api);
}

/* ---- sessions ---- */

static void add_session(struct fixture *f, uint8_t number, enum session_door door)
{
    struct session session = {
        .id = {number}, .door = door, .created_s = clock_wall_s(), .account = "anna", .csrf = "csrf"};
    struct err err = {0};
    session.last_seen_s = session.created_s;
    session.expires_s = session.created_s + SESSION_LIFE_S;
    if (!store_add_session(f->core.store, &session, NULL, NULL, &session.number, &err))
        fail_msg("%s", err.text);
}

static bool has_session(const struct fixture *f, uint8_t number)
{
    const uint8_t id[SESSION_ID_SIZE] = {number};
    struct session session;
    return store_session(f->core.store, id, clock_wall_s(), &session, NULL);
}

static void sessions_of_a_name_that_is_given_up_end(void **state)
{
    static const struct step changes[] = {
        {"PATCH", "/v1/sites/admin.example", "{\"aliases\":[]}", 200, NULL},
        {"PATCH", "/v1/sites/admin.example", "{\"routes\":[{\"kind\":\"fixed\",\"body\":\"x\"}]}", 200, NULL},
        {"PATCH", "/v1/sites/admin.example", "{\"routes\":[{\"kind\":\"panel\"}]}", 200, NULL},
        {"DELETE", "/v1/sites/admin.example", "", 200, NULL},
    };
    static const bool ends[] = {true, true, false, true};
    struct fixture *f = *state;
    struct account account = {.name = "anna", .role = ACCOUNT_OWNER, .created_s = clock_wall_s()};
    const struct audit_entry record = {
        .actor = STR_INIT("a test"), .act = STR_INIT("account.add"), .outcome = STR_INIT("done")};
    struct err err = {0};
    if (!store_add_account(f->core.store, &account, false, &record, &err))
        fail_msg("%s", err.text);
    add_session(f, 1, SESSION_LOOPBACK);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (!has_session(f, 2))
            add_session(f, 2, SESSION_NAME);
        run(f, &changes[i], 1);
        assert_int_equal(has_session(f, 2), !ends[i]);
        assert_true(has_session(f, 1));
    }
}

static void a_site_does_not_lead_to_our_sockets_by_any_name(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    char link[PATH_MAX], content[PATH_MAX + 100];
    int fd;
    assert_true(os_listen_unix(f->core.paths.panel_socket, 0660, &fd, &err));
    (void)snprintf(link, sizeof link, "%.*s/link", 80, f->directory);
    assert_int_equal(symlink(f->core.paths.panel_socket, link), 0);
    const char *const paths[] = {f->core.paths.panel_socket, link, f->core.paths.socket};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        (void)snprintf(content, sizeof content, "{\"name\":\"x.example\",\"upstreams\":[\"unix:%.150s\"]}", paths[i]);
        RUN_ONE(f, "POST", "/v1/sites", content, 400, "is a socket of Strictgate's own");
    }
    (void)snprintf(content, sizeof content, "{\"name\":\"x.example\",\"upstreams\":[\"unix:%.80s/app.sock\"]}",
                   f->directory);
    RUN_ONE(f, "POST", "/v1/sites", content, 201, NULL);
    assert_int_equal(unlink(link), 0);
    (void)close(fd);
}

static void a_site_does_not_lead_to_the_panels_address(void **state)
{
    static const struct {
        const char *url;
        bool refused;
    } cases[] = {
        {"http://127.0.0.1:8460", true},  {"http://127.9.9.9:8460", true},        {"http://localhost:8460", true},
        {"http://[::1]:8460", true},      {"http://panel.localhost:8460", true},  {"http://127.0.0.1:8461", false},
        {"http://192.0.2.1:8460", false}, {"http://127.example.org:8460", false},
    };
    struct fixture *f = *state;
    char content[200];
    f->boot.panel_address = "127.0.0.1:8460";
    for (int is_served = 0; is_served < 2; is_served++) {
        f->boot.panel_fd = is_served ? 0 : -1;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            bool refused = is_served && cases[i].refused;
            (void)snprintf(content, sizeof content, "{\"upstreams\":[\"%s\"]}", cases[i].url);
            RUN_ONE(f, "PATCH", "/v1/sites/app.example", content, refused ? 400 : 200,
                    refused ? "is the address of the admin panel" : NULL);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(its_hosts_are_the_names_of_sites_that_are_the_panel),
        TEST(the_gateways_own_word_is_taken_and_of_others_what_trusted_proxies_say),
        TEST(only_the_gateway_comes_by_a_name),
        TEST(sessions_of_a_name_that_is_given_up_end),
        TEST(a_site_does_not_lead_to_our_sockets_by_any_name),
        TEST(a_site_does_not_lead_to_the_panels_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
