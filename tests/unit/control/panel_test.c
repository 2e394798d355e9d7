/* The panel's doors: which requests are let in by their head, the page's files, and what every answer says. */
#include <sys/socket.h>

#include "api_ask.h"
#include "control/panel.h"
#include "http/h1.h"
#include "os/socket.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: 127.0.0.1:8460\r\n"

static const struct panel_asset sample = {
    .path = STR_INIT("/assets/index-1a2b.js"),
    .content_type = STR_INIT("text/javascript; charset=utf-8"),
    .etag = STR_INIT("W/\"1a2b\""),
    .identity = STR_INIT("identity"),
    .gzip = STR_INIT("gz"),
    .br = STR_INIT("b"),
};

struct parsed {
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request request;
};

static void parse(const char *text, struct parsed *ret)
{
    struct h1_scan scan = {0};
    size_t size;
    enum h1_reason reason;
    if (h1_parse_request(str_from(text), API_HEAD_SIZE_MAX, &scan, ret->fields, &ret->request, &size, &reason) != H1_OK)
        fail_msg("%s", text);
}

static void only_hosts_that_no_dns_gives_are_ours(void **state)
{
    static const struct {
        const char *host;
        bool ours;
    } cases[] = {
        {"127.0.0.1", true},
        {"[::1]", true},
        {"localhost", true},
        {"LocalHost", true},
        {"rebind.example", false},
        {"127.0.0.1.example", false},
        {"localhost.example", false},
        {"127.0.0.2", false},
        {"0.0.0.0", false},
        {"[::]", false},
        {"[::ffff:127.0.0.1]", false},
        {"192.0.2.1", false},
        {"localhost.", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (panel_host_is_ours(NULL, API_DOOR_LOOPBACK, str_from(cases[i].host)) != cases[i].ours)
            fail_msg("%s", cases[i].host);
}

static void what_is_not_the_panels_is_refused_by_the_head(void **state)
{
    static const struct {
        const char *request;
        unsigned status; /* 0: a file; 1: the API may answer */
    } cases[] = {
        {GET("/") "\r\n", 0},
        {"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\nHost: [::1]:9000\r\n\r\n", 0},
        {"GET / HTTP/1.1\r\nHost: evil.example:8460\r\n\r\n", 421},
        {"GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"GET / HTTP/1.0\r\n\r\n", 421},
        {"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n", 405},
        {GET("/index.html") "\r\n", 404},
        {GET("/assets/") "\r\n", 404},
        {GET("/assets/../") "\r\n", 404},
        {GET("/metrics") "\r\n", 404},
        {GET("/v1") "\r\n", 404},
        {GET("/v1/status") "\r\n", 401},
        {GET("/v1/there-is-no-such-thing") "\r\n", 401},
        {GET("/v1/session") "\r\n", 1},
        {GET("/v1/session") "Sec-Fetch-Site: same-origin\r\n\r\n", 1},
        {GET("/v1/session") "Sec-Fetch-Site: none\r\n\r\n", 1},
        {GET("/v1/session") "Sec-Fetch-Site: cross-site\r\n\r\n", 403},
        {GET("/v1/session") "Sec-Fetch-Site: same-site\r\n\r\n", 403},
        {GET("/v1/session") "Origin: http://127.0.0.1:8460\r\n\r\n", 1},
        {GET("/v1/session") "Origin: http://127.0.0.1:3000\r\n\r\n", 403},
        {GET("/v1/session") "Origin: https://127.0.0.1:8460\r\n\r\n", 403},
        {GET("/v1/session") "Origin: null\r\n\r\n", 403},
        {"POST /v1/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n", 403},
        {"POST /v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n", 1},
    };
    struct fixture *f = fixture_new();
    struct panel_guest guest = {.address = "127.0.0.1"};
    struct api_context context;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct panel_asset *asset = NULL;
        struct api_reply reply = {0};
        struct parsed parsed;
        parse(cases[i].request, &parsed);
        buf_init(&reply.body, API_REPLY_SIZE_MAX);
        panel_identify(&f->core, &parsed.request, API_DOOR_LOOPBACK, &guest, &context);
        bool admitted = panel_admits(&f->core, &parsed.request, &context, &asset, &reply);
        assert_int_equal(admitted, cases[i].status == 1);
        if (admitted) {
            buf_fini(&reply.body);
            continue;
        }
        if (reply.status != cases[i].status || (asset != NULL) != (cases[i].status == 0))
            fail_msg("%s gave %u", cases[i].request, reply.status);
        buf_fini(&reply.body);
    }
    fixture_free(f);
}

/* The answer with the sample to a request with this field. */
static void write_sample(const char *fields, struct buf *out)
{
    char text[400];
    struct parsed parsed;
    (void)snprintf(text, sizeof text, GET("/assets/index-1a2b.js") "%s\r\n", fields);
    parse(text, &parsed);
    buf_init(out, 65536);
    panel_write_asset(out, &sample, &parsed.request, true);
    assert_true(buf_put_char(out, '\0'));
}

static void a_file_comes_in_the_coding_that_is_accepted(void **state)
{
    static const struct {
        const char *fields, *coding, *end;
    } cases[] = {
        {"", NULL, "\r\n\r\nidentity"},
        {"Accept-Encoding: gzip, deflate\r\n", "gzip", "\r\n\r\ngz"},
        {"Accept-Encoding: gzip, deflate, br, zstd\r\n", "br", "\r\n\r\nb"},
        {"Accept-Encoding: gzip\r\nAccept-Encoding: BR\r\n", "br", "\r\n\r\nb"},
        {"Accept-Encoding: br;q=0, gzip;q=0.5\r\n", "gzip", "\r\n\r\ngz"},
        {"Accept-Encoding: br; q=0.000,gzip ; Q=0.0\r\n", NULL, "\r\n\r\nidentity"},
        {"Accept-Encoding: brotli, xgzip\r\n", NULL, "\r\n\r\nidentity"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        char coding[60];
        write_sample(cases[i].fields, &out);
        struct str text = {out.data, out.size - 1};
        (void)snprintf(coding, sizeof coding, "\r\nContent-Encoding: %s\r\n", cases[i].coding ? cases[i].coding : "");
        if (!str_ends(text, str_from(cases[i].end)) ||
            (strstr(out.data, cases[i].coding ? coding : "Content-Encoding") != NULL) != (cases[i].coding != NULL))
            fail_msg("%s gave %s", cases[i].fields, out.data);
        assert_non_null(strstr(out.data, "\r\nVary: Accept-Encoding\r\n"));
        assert_non_null(strstr(out.data, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
        buf_fini(&out);
    }
}

static void what_the_browser_has_is_not_sent_again(void **state)
{
    static const struct {
        const char *fields;
        bool has;
    } cases[] = {
        {"If-None-Match: W/\"1a2b\"\r\n", true}, {"If-None-Match: \"x\", \"1a2b\"\r\n", true},
        {"If-None-Match: *\r\n", true},          {"If-None-Match: W/\"1a2\"\r\n", false},
        {"If-None-Match: 1a2b\r\n", false},      {"If-None-Match:\r\n", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        write_sample(cases[i].fields, &out);
        bool has = strncmp(out.data, "HTTP/1.1 304 Not Modified\r\n", 27) == 0;
        if (has != cases[i].has || has == str_ends(str_make(out.data, out.size - 1), STR("identity")))
            fail_msg("%s gave %s", cases[i].fields, out.data);
        assert_non_null(strstr(out.data, "\r\nETag: W/\"1a2b\"\r\n"));
        buf_fini(&out);
    }
}

static void the_page_is_there_and_is_asked_for_again(void **state)
{
    const struct panel_asset *page = panel_asset_find(STR("/"));
    struct parsed parsed;
    struct buf out;
    (void)state;
    assert_non_null(page);
    assert_true(str_starts(page->identity, STR("<!doctype html>")) ||
                str_starts(page->identity, STR("<!DOCTYPE html>")));
    parse("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", &parsed);
    buf_init(&out, 1 << 20);
    panel_write_asset(&out, page, &parsed.request, false);
    assert_true(buf_put_char(&out, '\0'));
    assert_non_null(strstr(out.data, "\r\nCache-Control: no-cache\r\n"));
    assert_non_null(strstr(out.data, "\r\nConnection: close\r\n"));
    assert_true(str_ends(str_make(out.data, out.size - 1), STR("\r\n\r\n")));
    buf_fini(&out);
}

static void every_file_is_named_typed_and_tagged(void **state)
{
    (void)state;
    for (size_t i = 0; i < panel_assets_count; i++) {
        const struct panel_asset *asset = &panel_assets[i];
        struct str opaque = str_after(asset->etag, 2);
        assert_true(str_eq(asset->path, STR("/")) || str_starts(asset->path, STR("/assets/")) ||
                    str_eq(asset->path, STR("/favicon.svg")));
        assert_true(asset->content_type.size > 0 && asset->identity.size > 0);
        assert_true(str_starts(asset->etag, STR("W/\"")) && str_ends(asset->etag, STR("\"")) && opaque.size > 2);
        assert_ptr_equal(panel_asset_find(asset->path), asset);
    }
}

/* ---- over a socket ---- */

static union os_address serve(struct fixture *f)
{
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    union os_address address;
    socklen_t size = sizeof address;
    struct err err = {0};
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &address));
    assert_true(os_listen_tcp(&address, &fds[API_DOOR_LOOPBACK], &err));
    assert_int_equal(getsockname(fds[API_DOOR_LOOPBACK], &address.any, &size), 0);
    assert_true(api_new(&f->core, fds, (gid_t)-1, &f->core.api, &err));
    return address;
}

/* What comes back until there is nothing for a while. */
static size_t exchange(struct fixture *f, int fd, const char *request, char *room, size_t room_size)
{
    size_t size = 0, sent = 0, whole = strlen(request);
    for (int i = 0; i < 10; i++) {
        ssize_t put = sent < whole ? send(fd, request + sent, whole - sent, MSG_NOSIGNAL) : 0;
        sent += put > 0 ? (size_t)put : 0;
        timer_wheel_advance(&f->core.wheel, clock_monotonic_ms());
        loop_turn(f->core.loop, 5);
        ssize_t got = recv(fd, room + size, room_size - size - 1, MSG_DONTWAIT);
        size += got > 0 ? (size_t)got : 0;
    }
    room[size] = '\0';
    return size;
}

static void each_answer_protects_the_browser(void **state)
{
    static const char *const requests[] = {
        GET("/") "\r\n",          GET("/nothing") "\r\n",
        GET("/v1/status") "\r\n", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n",
    };
    static const char *const fields[] = {
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; ",
        " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nX-Frame-Options: DENY\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nPermissions-Policy: publickey-credentials-create=(self), publickey-credentials-get=(self), ",
    };
    struct fixture *f = fixture_new();
    const union os_address address = serve(f);
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        static char room[1 << 20];
        int fd;
        assert_true(os_connect_start(&address, &fd));
        assert_true(exchange(f, fd, requests[i], room, sizeof room) > 0);
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
            if (!strstr(room, fields[k]))
                fail_msg("%s lacks %s: %s", requests[i], fields[k], room);
        (void)close(fd);
        loop_turn(f->core.loop, 5);
    }
    api_free(f->core.api);
    fixture_free(f);
}

static void content_of_who_is_turned_away_is_not_read(void **state)
{
    static char room[65536];
    struct fixture *f = fixture_new();
    const union os_address address = serve(f);
    int fd;
    (void)state;
    assert_true(os_connect_start(&address, &fd));
    assert_true(exchange(f, fd, "POST /v1/restore HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000000\r\n\r\n",
                         room, sizeof room) > 0);
    assert_non_null(strstr(room, "HTTP/1.1 401 "));
    assert_non_null(strstr(room, "\r\nConnection: close\r\n"));
    (void)close(fd);
    loop_turn(f->core.loop, 5);
    /* One that is smuggled in as content is none. */
    assert_true(os_connect_start(&address, &fd));
    assert_true(exchange(f, fd,
                         "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 35\r\n\r\n"
                         "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                         room, sizeof room) > 0);
    assert_null(strstr(strstr(room, "HTTP/1.1 401 ") + 1, "HTTP/1.1 "));
    (void)close(fd);
    loop_turn(f->core.loop, 5);
    api_free(f->core.api);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_hosts_that_no_dns_gives_are_ours),
        cmocka_unit_test(what_is_not_the_panels_is_refused_by_the_head),
        cmocka_unit_test(a_file_comes_in_the_coding_that_is_accepted),
        cmocka_unit_test(what_the_browser_has_is_not_sent_again),
        cmocka_unit_test(the_page_is_there_and_is_asked_for_again),
        cmocka_unit_test(every_file_is_named_typed_and_tagged),
        cmocka_unit_test(each_answer_protects_the_browser),
        cmocka_unit_test(content_of_who_is_turned_away_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
