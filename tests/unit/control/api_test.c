/* The admin API: every route, by what it answers; then the server over a real socket. */
#include <sys/socket.h>
#include <sys/un.h>

#include "api_ask.h"
#include "control/api_peer.h"
#include "http/h1.h"
#include "os/socket.h"

#define SITE    "{\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:8080\"]"
#define LOCAL   SITE ",\"local_ca\":true}"
#define NO_CERT "{\"certificate\":null}"
#define FORCED  "{\"override\":{\"guards\":[\"keep-name\"],\"reason\":\"moving\",\"confirm\":\"A.example\"}}"

static void routes_methods_and_contents_are_strict(void **state)
{
    static const struct step steps[] = {
        {"GET", "/", "", 404, "not_found"},
        {"GET", "/v1/sites/", "", 404, "not_found"},
        {"GET", "/v1/sites/a/b", "", 404, "not_found"},
        {"GET", "/v1/sites/%zz", "", 404, "not_found"},
        {"GET", "/v1/sites/a%00", "", 404, "not_found"},
        {"GET", "/v1/sites/a_b", "", 400, "\"field\":\"name\""},
        {"GET", "/v1/sites/a.example", "", 404, "there is no site a.example"},
        {"PUT", "/v1/sites", "{}", 405, "GET, HEAD, POST"},
        {"DELETE", "/metrics", "", 405, "GET, HEAD"},
        {"GET", "/v1/sites", "{}", 400, "no content"},
        {"POST", "/v1/sites", "", 400, "needs content"},
        {"POST", "/v1/sites", "{", 400, "no valid JSON"},
        {"POST", "/v1/sites", "{\"name\":\"a\",\"name\":\"b\"}", 400, "no valid JSON"},
        {"POST", "/v1/sites", SITE ",\"colour\":1}", 400, "\"field\":\"colour\""},
        {"POST", "/v1/sites", SITE ",\"override\":{}}", 400, "\"field\":\"override\""},
        {"POST", "/v1/sites", SITE ",\"certificate_pem\":\"x\"}", 400, "\"field\":\"certificate_pem\""},
        {"POST", "/v1/sites", SITE ",\"key_pem\":\"x\"}", 400, "\"field\":\"certificate_pem\""},
        {"POST", "/v1/sites", SITE ",\"passphrase\":\"x\"}", 400, "\"field\":\"certificate_pem\""},
        {"POST", "/v1/sites", SITE ",\"certificate_files\":[\"?\"]}", 400, "\"field\":\"certificate_files\""},
        {"POST", "/v1/sites", SITE ",\"certificate_files\":[],\"key_pem\":\"x\"}", 400, "either files, or PEM"},
        {"POST", "/v1/sites", SITE ",\"certificate_files\":[],\"local_ca\":true}", 400, "give one of"},
        {"POST", "/v1/sites", SITE ",\"certificate_pem\":\"x\",\"key_pem\":\"y\"}", 400, "certificate_pem"},
        {"POST", "/v1/sites", "{\"name\":\"a.example\",\"routes\":[{\"kind\":\"files\",\"root\":\"/etc\"}]}", 400,
         "Static Root"},
        {"PATCH", "/v1/settings", "{\"limits\":{\"head_size_max\":1}}", 400, "limits.head_size_max"},
        {"PATCH", "/v1/settings", "{\"tls_profile\":\"old\"}", 400, "tls_profile"},
        {"POST", "/v1/reload", "{\"x\":1}", 400, "\"field\":\"x\""},
    };
    struct fixture *f = fixture_new();
    struct buf body;
    (void)state;
    RUN(f, steps);
    assert_int_equal(ask(f, "POST", "/v1/sites", "text/plain", "{}", &body), 415);
    buf_fini(&body);
    assert_int_equal(ask(f, "POST", "/v1/sites", "application/json; charset=latin1", "{}", &body), 415);
    buf_fini(&body);
    assert_int_equal(f->core.state.generation, 0);
    fixture_free(f);
}

static void a_site_can_be_added_changed_and_removed(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites", "", 200, "{\"sites\":[]}"},
        {"POST", "/v1/sites", SITE "}", 201, "\"generation\":1,\"applied\":true}"},
        {"POST", "/v1/sites", SITE "}", 409, "\"field\":\"name\""},
        {"GET", "/v1/sites/A.Example.", "", 200, "\"source\":\"none\""},
        {"HEAD", "/v1/sites/a.example", "", 200, NULL},
        {"PATCH", "/v1/sites/a.example", "{\"name\":\"b.example\"}", 400, "\"field\":\"name\""},
        {"PATCH", "/v1/sites/a.example", "{\"slot\":3}", 400, "\"field\":\"slot\""},
        {"PATCH", "/v1/sites/a.example", "[]", 400, "object"},
        {"PATCH", "/v1/sites/a.example", "{\"aliases\":[\"www.a.example\"],\"canonical\":true}", 200, "www.a.example"},
        {"PATCH", "/v1/sites/a.example", "{\"local_ca\":true}", 200, "\"source\":\"local-ca\""},
        {"GET", "/v1/local-ca", "", 200, "-----BEGIN CERTIFICATE-----"},
        {"PATCH", "/v1/sites/a.example", "{\"upstreams\":[\"unix:/run/x.sock\"]}", 200, "unix:/run/x.sock"},
        {"PATCH", "/v1/sites/a.example", "{\"error_page\":\"<p>\"}", 200, "\"source\":\"local-ca\""},
        {"GET", "/v1/status", "", 200, "\"days_left\":8"},
        {"GET", "/metrics", "", 200, "site=\"a.example\""},
        {"POST", "/v1/reload", "", 200, "\"applied\":true"},
        {"PATCH", "/v1/settings", "{\"tls_profile\":\"modern\"}", 200, "\"tls_profile\":\"modern\""},
        {"GET", "/v1/settings", "", 200, "\"limits_help\""},
        {"DELETE", "/v1/sites/a.example", "", 200, "\"applied\":true"},
        {"DELETE", "/v1/sites/a.example", "", 404, "not_found"},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void a_list_is_added_whole_or_not_at_all(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", "[" SITE "},{\"name\":\"b.example\",\"upstreams\":[\"x\"]}]", 400, "[1].upstreams[0]"},
        {"POST", "/v1/sites", "[" SITE "}," SITE "}]", 409, "\"field\":\"[1].name\""},
        {"GET", "/v1/sites", "", 200, "{\"sites\":[]}"},
        {"POST", "/v1/sites", "[" SITE "},{\"name\":\"b.example\",\"upstreams\":[\"http://x:1\"]}]", 201, "b.example"},
        {"POST", "/v1/sites", "[]", 201, "\"sites\":[]"},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.sites_count, 2);
    fixture_free(f);
}

static void hsts_needs_what_keeps_it(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", SITE "}", 201, NULL},
        {"POST", "/v1/sites", "{\"name\":\"192.0.2.1\",\"upstreams\":[\"http://x:1\"],\"local_ca\":true}", 201, NULL},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300}", 409, "\"guard\":\"certificate-present\""},
        {"PUT", "/v1/sites/192.0.2.1/hsts", "{\"max_age\":300}", 409, "\"guard\":\"name-ip\""},
        {"PUT", "/v1/sites/b.example/hsts", "{\"max_age\":300}", 404, "not_found"},
        {"PATCH", "/v1/sites/a.example", "{\"local_ca\":true}", 200, NULL},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":-1}", 400, "max_age"},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300.5}", 400, "max_age"},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":99999999999}", 400, "max_age"},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":301}", 400, "max_age"},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300,\"preload\":true}", 400, "preload"},
        {"PUT", "/v1/sites/a.example/hsts", "{\"mode\":\"sideways\",\"max_age\":300}", 400, "mode"},
    };
    static const struct step looked[] = {
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300}", 200, "\"field\":\"max-age=300\""},
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300}", 200, "\"field\":\"max-age=300\""},
        {"PUT", "/v1/sites/a.example/hsts", "{\"mode\":\"off\"}", 200, "\"phase\":\"releasing\""},
        {"GET", "/v1/sites/a.example/hsts", "", 200, "\"field\":\"max-age=0\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_look(f, "a.example", OBSERVED_TRUST_PRIVATE);
    RUN(f, looked);
    fixture_free(f);
}

static void a_promise_keeps_the_site_until_it_is_forced(void **state)
{
    static const struct step before[] = {
        {"POST", "/v1/sites", LOCAL, 201, NULL},
        {"PATCH", "/v1/sites/a.example", "{\"aliases\":[\"www.a.example\"]}", 200, NULL},
    };
    static const struct step steps[] = {
        {"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300}", 200, "\"bound_until\":\"20"},
        {"DELETE", "/v1/sites/a.example", "", 409, "browsers were told"},
        {"PATCH", "/v1/sites/a.example", NO_CERT, 409, "lose its certificate"},
        {"PATCH", "/v1/sites/a.example", "{\"aliases\":[]}", 409, "www.a.example would not be served"},
        {"PATCH", "/v1/sites/a.example", "{\"redirect\":\"off\"}", 409, "would not redirect"},
        {"DELETE", "/v1/sites/a.example", "", 409, "\"fix\":"},
        {"DELETE", "/v1/sites/a.example",
         "{\"override\":{\"guards\":[\"keep-name\"],\"reason\":\"x\",\"confirm\":\"b\"}}", 400, "override.confirm"},
        {"DELETE", "/v1/sites/a.example",
         "{\"override\":{\"guards\":[\"keep-name\"],\"reason\":\" \",\"confirm\":\"a.example\"}}", 400,
         "override.reason"},
        {"DELETE", "/v1/sites/a.example",
         "{\"override\":{\"guards\":[\"keep-all\"],\"reason\":\"x\",\"confirm\":\"a.example\"}}", 400,
         "override.guards[0]"},
        {"DELETE", "/v1/sites/a.example",
         "{\"override\":{\"guards\":[\"keep-trust\"],\"reason\":\"x\",\"confirm\":\"a.example\"}}", 409, "keep-name"},
        {"DELETE", "/v1/sites/a.example", FORCED, 200, "\"applied\":true"},
        {"GET", "/v1/status", "", 200, "is not served any more while browsers"},
        {"GET", "/v1/audit?site=a.example&limit=1", "", 200, "\"reason\":\"moving\""},
        {"GET", "/v1/audit?site=A.%65xample.&limit=1", "", 200, "\"reason\":\"moving\""},
        {"GET", "/v1/audit?site=b.example", "", 200, "\"entries\":[]"},
        {"GET", "/v1/audit?site=", "", 400, "\"site\""},
        {"GET", "/v1/audit?site=a%2", "", 400, "\"site\""},
        {"GET", "/v1/audit?site=a_/b", "", 400, "\"site\""},
        {"POST", "/v1/sites", "{\"name\":\"www.a.example\",\"upstreams\":[\"http://x:1\"]}", 201,
         "\"bound_until\":\"20"},
        {"DELETE", "/v1/sites/www.a.example", "", 409, "browsers were told"},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, before);
    fixture_look(f, "a.example", OBSERVED_TRUST_PRIVATE);
    RUN(f, steps);
    fixture_free(f);
}

static void write_all(const struct state *from, struct buf *text)
{
    struct jsonout out = {.out = text};
    buf_init(text, API_REPLY_SIZE_MAX);
    jsonout_array(&out, NULL);
    for (size_t i = 0; i < from->sites_count; i++)
        site_write_stored(from->sites[i], &out);
    jsonout_array_end(&out);
}

static void what_was_saved_is_what_is_in_memory(void **state)
{
    static const struct step steps[] = {{"POST", "/v1/sites", LOCAL, 201, NULL}};
    static const struct step looked[] = {{"PUT", "/v1/sites/a.example/hsts", "{\"max_age\":300}", 200, NULL}};
    struct fixture *f = fixture_new();
    struct buf first, second;
    (void)state;
    RUN(f, steps);
    fixture_look(f, "a.example", OBSERVED_TRUST_PRIVATE);
    RUN(f, looked);
    write_all(&f->core.state, &first);
    fixture_restart(f);
    write_all(&f->core.state, &second);
    assert_str(buf_str(&second), buf_str(&first));
    assert_int_equal(f->core.state.generation, 2);
    buf_fini(&first);
    buf_fini(&second);
    fixture_free(f);
}

static void a_change_in_view_of_an_older_site_is_refused(void **state)
{
    static const struct step before[] = {{"POST", "/v1/sites", SITE "}", 201, NULL}};
    struct asked get = {.method = "GET", .target = "/v1/sites/a.example", .content = ""};
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, before);
    struct api_reply seen = ask_fully(f, &get);
    assert_true(strlen(seen.etag) > 2);
    struct asked patch = {.method = "PATCH",
                          .target = "/v1/sites/a.example",
                          .type = "application/json",
                          .content = "{\"redirect\":\"permanent\"}",
                          .if_match = seen.etag};
    struct api_reply first = ask_fully(f, &patch), second = ask_fully(f, &patch);
    assert_int_equal(first.status, 200);
    assert_int_equal(second.status, 412);
    assert_non_null(strstr(buf_str(&second.body).data, "\"code\":\"changed\""));
    buf_fini(&seen.body);
    buf_fini(&first.body);
    buf_fini(&second.body);
    fixture_free(f);
}

static void only_administrators_are_let_in(void **state)
{
    const gid_t groups[] = {100, 200};
    (void)state;
    assert_true(api_peer_allowed(0, groups, 0, 5, (gid_t)-1));
    assert_true(api_peer_allowed(5, groups, 0, 5, (gid_t)-1));
    assert_true(api_peer_allowed(6, groups, 2, 5, 200));
    assert_false(api_peer_allowed(6, groups, 2, 5, 300));
    assert_false(api_peer_allowed(6, (const gid_t[]){(gid_t)-1}, 1, 5, (gid_t)-1));
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address), 0);
    return fd;
}

static void turn(struct fixture *f)
{
    for (int i = 0; i < 5; i++) {
        timer_wheel_advance(&f->core.wheel, clock_monotonic_ms());
        loop_turn(f->core.loop, 5);
    }
}

static void serve(struct fixture *f)
{
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    struct err err = {0};
    assert_true(os_listen_unix(f->core.paths.socket, 0660, &fds[API_DOOR_CONTROL], &err));
    assert_true(api_new(&f->core, fds, (gid_t)-1, &f->core.api, &err));
}

static size_t take(int fd, char *room, size_t size)
{
    ssize_t got = recv(fd, room, size - 1, 0);
    room[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

/* The test is its own gateway, and root or whoever it runs as. */
static void a_gateway_is_let_in_as_nobody(void **state)
{
    struct fixture *f = fixture_new();
    char room[2048];
    (void)state;
    serve(f);
    f->core.gateways[3] = getpid();
    int fd = connect_to(f->core.paths.socket);
    turn(f);
    assert_true(take(fd, room, sizeof room) > 0);
    assert_non_null(strstr(room, "HTTP/1.1 403"));
    (void)close(fd);
    turn(f);
    api_free(f->core.api);
    fixture_free(f);
}

static void the_server_takes_requests_in_any_pieces(void **state)
{
    static const char request[] = "POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n3\r\n[\n\n\r\n2\r\n ]\r\n0\r\n\r\n"
                                  "GET /v1/sites HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct fixture *f = fixture_new();
    char room[4096];
    (void)state;
    serve(f);
    fixture_link(f);
    int fd = connect_to(f->core.paths.socket);
    for (size_t i = 0; i + 1 < sizeof request; i++) {
        assert_int_equal(send(fd, request + i, 1, 0), 1);
        loop_turn(f->core.loop, 0);
        loop_turn(f->core.loop, 0);
    }
    assert_int_equal(take(fd, room, sizeof room), 0); /* it waits for the gateway, and no time passes */
    assert_int_equal(fixture_receive(f), 1);
    fixture_answer(f, CONTRACT_ACK, 1);
    turn(f);
    assert_true(take(fd, room, sizeof room) > 0);
    assert_non_null(strstr(room, "HTTP/1.1 201 Created\r\n"));
    assert_non_null(strstr(room, "{\"sites\":[],\"generation\":1,\"applied\":true}HTTP/1.1 200 OK\r\n"));
    assert_int_equal(recv(fd, room, sizeof room, 0), 0);
    (void)close(fd);
    turn(f);
    api_free(f->core.api);
    fixture_free(f);
}

static void bad_and_large_requests_are_refused_with_a_reason(void **state)
{
    static const struct {
        const char *request, *status;
    } cases[] = {
        {"GET /v1/sites HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        {"GET /v1/sites HTTP/1.1\nHost: x\n\n", "HTTP/1.1 400 "},
        {"POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 4194305\r\n\r\n", "HTTP/1.1 413 "},
        {"POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "HTTP/1.1 400 "},
        {"POST /v1/sites HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", "HTTP/1.1 400 "},
        {"DELETE /v1/status HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n"},
        {"POST /v1/sites HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 100 "},
    };
    struct fixture *f = fixture_new();
    (void)state;
    serve(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[2048];
        int fd = connect_to(f->core.paths.socket);
        turn(f);
        assert_int_equal(send(fd, cases[i].request, strlen(cases[i].request), 0), strlen(cases[i].request));
        turn(f);
        (void)take(fd, room, sizeof room);
        if (strncmp(room, cases[i].status, strlen(cases[i].status)) != 0)
            fail_msg("%s gave %s", cases[i].request, room);
        (void)close(fd);
        turn(f);
    }
    api_free(f->core.api);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_methods_and_contents_are_strict),
        cmocka_unit_test(a_site_can_be_added_changed_and_removed),
        cmocka_unit_test(a_list_is_added_whole_or_not_at_all),
        cmocka_unit_test(hsts_needs_what_keeps_it),
        cmocka_unit_test(a_promise_keeps_the_site_until_it_is_forced),
        cmocka_unit_test(what_was_saved_is_what_is_in_memory),
        cmocka_unit_test(a_change_in_view_of_an_older_site_is_refused),
        cmocka_unit_test(only_administrators_are_let_in),
        cmocka_unit_test(a_gateway_is_let_in_as_nobody),
        cmocka_unit_test(the_server_takes_requests_in_any_pieces),
        cmocka_unit_test(bad_and_large_requests_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
