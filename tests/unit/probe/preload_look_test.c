/* A domain of two or three servers on loopback, looked at as the checker does and judged by its rules. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "hsts/preload_rules.h"
#include "probe/preload_look.h"

#define GOOD_FIELD   "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
#define PAGE(fields) "HTTP/1.1 200 OK\r\n" fields "Content-Length: 2\r\n\r\nhi"
/* Where %s is the port of HTTPS or HTTP, as the name of the list says. */
#define TO(status, location, fields)                                                                                   \
    "HTTP/1.1 " status " Moved\r\nLocation: " location "\r\n" fields "Content-Length: 0\r\n\r\n"

/* What the two servers answer: by path, HTTPS and HTTP apart; "%H" and "%P" in it are their ports. */
struct answer {
    const char *path, *https, *http;
};

static const struct answer *answers;
static uint16_t https_port, http_port;

static void put(char *room, size_t size, const char *template)
{
    size_t used = 0;
    for (const char *at = template; *at && used + 8 < size; at++) {
        if (at[0] == '%' && (at[1] == 'H' || at[1] == 'P')) {
            used += (size_t)snprintf(room + used, size - used, "%u", at[1] == 'H' ? https_port : http_port);
            at++;
        } else {
            room[used++] = *at;
        }
    }
    room[used] = '\0';
}

static const char *respond(const char *head, bool https, char *room, size_t size)
{
    for (const struct answer *at = answers; at->path; at++) {
        size_t length = strlen(at->path);
        if (strncmp(head, "GET ", 4) == 0 && strncmp(head + 4, at->path, length) == 0 && head[4 + length] == ' ') {
            put(room, size, https ? at->https : at->http);
            return room;
        }
    }
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
}

static const char *respond_https(const char *head, char *room, size_t size)
{
    return respond(head, true, room, size);
}

static const char *respond_http(const char *head, char *room, size_t size)
{
    return respond(head, false, room, size);
}

/* The whole world of one look. */
struct scene {
    const struct answer *answers;
    const char *domain; /* NULL: example.test */
    enum world_leaf leaf;
    enum fault https_fault, http_fault;
    uint32_t length_ms; /* 0: longer than it takes */
    bool no_https, no_http, field_only;
    bool www_closed; /* www. leads to where nobody listens */
    bool www_plain;  /* … to where plain HTTP is spoken at the port of HTTPS */
    enum fault www_fault;
    struct str roots; /* data NULL: those of the world */
};

static void on_done(struct preload_look *look, void *context)
{
    (void)look;
    *(bool *)context = true;
}

static struct crowd_host host_at(struct str name, const char *ip)
{
    struct crowd_host host = {.name = name};
    socklen_t size;
    assert_true(endpoint_parse_ip(str_from(ip), 0, &host.address, &size));
    return host;
}

/* What was asked of each server, and whether there was time for all: both answered, and www. was asked. */
static size_t https_requests, http_requests;
static bool all_were_asked;

static void look_at(const struct scene *scene, struct preload_findings *ret)
{
    struct fault_server_options http = {.fault = scene->http_fault, .respond = respond_http},
                                https = world_tls(scene->leaf, scene->https_fault);
    https.respond = respond_https;
    struct fault_server *https_server = scene->no_https ? NULL : fault_server_start(&https),
                        *http_server = scene->no_http ? NULL : fault_server_start(&http);
    struct crowd_host hosts[] = {
        host_at(STR("example.test"), "127.0.0.1"),
        host_at(STR("www.example.test"), scene->www_closed || scene->www_plain ? "127.0.0.9" : "127.0.0.1")};
    struct fault_server_options www = {
        .fault = scene->www_fault, .address = "127.0.0.9", .port = https_server ? fault_server_port(https_server) : 0};
    struct fault_server *www_server = scene->www_plain ? fault_server_start(&www) : NULL;
    struct crowd_options options = {.hosts = hosts, .hosts_count = 2, .name_servers = "127.0.0.1:1"};
    struct suffixes *suffixes = NULL;
    struct crowd *crowd = NULL;
    bool done = false;
    answers = scene->answers;
    https_port = https_server ? fault_server_port(https_server) : 1;
    http_port = http_server ? fault_server_port(http_server) : 1;
    assert_true(suffixes_new(&suffixes, NULL));
    assert_true(crowd_new(&options, &crowd, NULL));
    struct preload_look_request request = {
        .domain = str_from(scene->domain ? scene->domain : "example.test"),
        .roots_pem = scene->roots.data ? scene->roots : test_ca_root_pem(world.ca),
        .http_port = http_port,
        .https_port = https_port,
        .request_ms = 60000,
        .length_ms = scene->length_ms ? scene->length_ms : 60000,
        .field_only = scene->field_only,
        .on_done = on_done,
        .context = &done,
    };
    struct preload_look *look = preload_look_begin(crowd, suffixes, &request);
    assert_non_null(look);
    assert_false(done); /* never from within */
    for (size_t turns = 0; !done && turns < 100000; turns++)
        crowd_turn(crowd, 100);
    assert_true(done);
    assert_non_null(preload_look_seen(look));
    if (scene->field_only)
        preload_rules_removal(preload_look_seen(look), ret);
    else
        preload_rules_domain(preload_look_seen(look), PRELOAD_POLICY_BULK_1_YEAR, ret);
    all_were_asked = preload_look_seen(look)->https == PRELOAD_REACH_GOOD && preload_look_seen(look)->http_answers &&
                     www_server && fault_server_connections(www_server) > 0;
    https_requests = https_server ? fault_server_requests(https_server) : 0;
    http_requests = http_server ? fault_server_requests(http_server) : 0;
    preload_look_free(look);
    crowd_free(crowd);
    suffixes_free(suffixes);
    fault_server_stop(https_server);
    fault_server_stop(http_server);
    fault_server_stop(www_server);
}

static void expect_codes(const struct preload_findings *findings, const char *codes)
{
    char room[1024] = "";
    size_t used = 0;
    for (size_t i = 0; i < findings->count; i++)
        used += (size_t)snprintf(room + used, sizeof room - used, "%s%s", i ? "\n" : "",
                                 preload_code_text(findings->items[i].code));
    assert_str(str_from(room), str_from(codes));
}

static void expect(const struct scene *scene, const char *codes)
{
    struct preload_findings findings;
    look_at(scene, &findings);
    expect_codes(&findings, codes);
}

static const struct answer good[] = {
    {"/", PAGE(GOOD_FIELD), TO("301", "https://example.test:%H/", "")},
    {0},
};

static void a_good_domain_is_found_good_with_two_requests(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good}, "");
    assert_int_equal(https_requests, 1); /* where http:// leads is asked already; www. gets a handshake only */
    assert_int_equal(http_requests, 1);
    expect(&(struct scene){.answers = good, .domain = "EXAMPLE.test", .www_closed = true}, "");
}

static void a_name_that_cannot_be_asked_for_is_not(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good,
                           .domain = "b\xc3\xbc"
                                     "cher.test"},
           "domain.format.invalid_characters");
    assert_int_equal(https_requests + http_requests, 0);
    expect(&(struct scene){.answers = good, .domain = ""}, "domain.format.public_suffix");
}

static void the_connection_is_told_apart(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good, .no_https = true}, "domain.tls.cannot_connect");
    assert_int_equal(http_requests, 0); /* it ends there */
    expect(&(struct scene){.answers = good, .leaf = LEAF_EXPIRED}, "domain.tls.invalid_cert_chain");
    expect(&(struct scene){.answers = good, .leaf = LEAF_LOCAL}, "domain.tls.invalid_cert_chain");
    expect(&(struct scene){.answers = good, .leaf = LEAF_WRONG_NAME}, "domain.tls.invalid_cert_chain");
    expect(&(struct scene){.answers = good, .https_fault = FAULT_CLOSES}, "domain.tls.cannot_connect");
    expect(&(struct scene){.answers = good, .https_fault = FAULT_GARBAGE}, "domain.tls.cannot_connect");
    expect(&(struct scene){.answers = good, .https_fault = FAULT_ENDLESS_HEAD}, "domain.tls.cannot_connect");
}

static void a_name_without_an_address_is_no_connection(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good, .domain = "nowhere.test"}, "domain.tls.cannot_connect");
}

static void http_may_be_shut_or_broken(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good, .no_http = true}, "redirects.http.does_not_exist");
    expect(&(struct scene){.answers = good, .http_fault = FAULT_GARBAGE}, "redirects.http.does_not_exist");
}

static void redirects_are_followed_by_hand(void **state)
{
    (void)state;
    static const struct answer circle[] = {
        {"/", TO("302", "https://example.test:%H/", GOOD_FIELD), TO("301", "https://example.test:%H/", "")},
        {0},
    };
    expect(&(struct scene){.answers = circle}, "redirects.too_many\nredirects.too_many");
    assert_int_equal(https_requests, 1); /* it is the same each time */
    static const struct answer back[] = {
        {"/", TO("303", "http://example.test:%P/in", GOOD_FIELD), TO("307", "https://example.test:%H/", "")},
        {"/in", PAGE(""), PAGE("")},
        {0},
    };
    expect(&(struct scene){.answers = back}, "redirects.insecure.subsequent\nredirects.insecure.initial");
    static const struct answer www_first[] = {
        {"/", PAGE(GOOD_FIELD), TO("301", "http://www.example.test:%P/in", GOOD_FIELD)},
        {"/in", PAGE(GOOD_FIELD), TO("301", "https://www.example.test:%H/in", "")},
        {0},
    };
    expect(&(struct scene){.answers = www_first}, "redirects.http.useless_header\nredirects.http.www_first");
    static const struct answer elsewhere[] = {
        {"/", PAGE(GOOD_FIELD), TO("301", "ftp://example.test/", "")},
        {0},
    };
    expect(&(struct scene){.answers = elsewhere}, "redirects.follow_error\nredirects.http.first_redirect.insecure");
    static const struct answer no_url[] = {
        {"/", PAGE(GOOD_FIELD), TO("301", "https://", "")},
        {0},
    };
    expect(&(struct scene){.answers = no_url}, "redirects.follow_error\nredirects.http.no_redirect");
    static const struct answer page[] = {{"/", PAGE(GOOD_FIELD), PAGE("")}, {0}};
    expect(&(struct scene){.answers = page}, "redirects.http.no_redirect");
    static const struct answer not_modified[] = {{"/", PAGE(GOOD_FIELD), TO("304", "https://example.test:%H/", "")},
                                                 {0}};
    expect(&(struct scene){.answers = not_modified}, "redirects.http.no_redirect");
}

static void where_the_first_redirect_leads_has_to_have_the_field(void **state)
{
    (void)state;
    static const struct answer other_path[] = {
        {"/", PAGE(GOOD_FIELD), TO("301", "https://example.test:%H/app", "")},
        {"/app", PAGE("Strict-Transport-Security: max-age=5\r\n"), PAGE("")},
        {0},
    };
    expect(&(struct scene){.answers = other_path}, "redirects.http.first_redirect.no_hsts");
    static const struct answer nobody[] = {
        {"/", PAGE(GOOD_FIELD), TO("301", "https://example.test:1/", "")},
        {0},
    };
    expect(&(struct scene){.answers = nobody}, "redirects.follow_error\nredirects.http.first_redirect.invalid");
}

static void fields_come_as_they_were_sent(void **state)
{
    (void)state;
    static const struct answer two[] = {
        {"/", PAGE(GOOD_FIELD GOOD_FIELD), TO("301", "https://example.test:%H/", "")},
        {0},
    };
    expect(&(struct scene){.answers = two}, "response.multiple_headers");
    static const struct answer none[] = {{"/", PAGE(""), TO("301", "https://example.test:%H/", "")}, {0}};
    expect(&(struct scene){.answers = none}, "response.no_header");
}

static void www_has_to_be_good_where_it_answers(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good, .www_plain = true}, "domain.www.no_tls");
    expect(&(struct scene){.answers = good, .www_plain = true, .www_fault = FAULT_CLOSES}, "domain.www.no_tls");
    /* It says nothing until the time is up, before which the others have to answer: a slow machine has more. */
    struct scene silent = {.answers = good, .www_plain = true, .www_fault = FAULT_SILENT};
    struct preload_findings findings;
    all_were_asked = false;
    for (silent.length_ms = 750; !all_were_asked && silent.length_ms < 60000; silent.length_ms *= 2)
        look_at(&silent, &findings);
    expect_codes(&findings, "domain.www.no_tls");
}

static void removal_looks_at_the_field_alone(void **state)
{
    (void)state;
    expect(&(struct scene){.answers = good, .field_only = true}, "header.removable.contains.preload");
    assert_int_equal(https_requests, 1);
    assert_int_equal(http_requests, 0);
}

static void a_look_can_be_left_alone_with_its_crowd(void **state)
{
    (void)state;
    struct fault_server_options https = world_tls(LEAF_GOOD, FAULT_SILENT);
    struct fault_server *server = fault_server_start(&https);
    struct crowd_host host = host_at(STR("example.test"), "127.0.0.1");
    struct crowd_options options = {.hosts = &host, .hosts_count = 1, .name_servers = "127.0.0.1:1"};
    struct suffixes *suffixes = NULL;
    struct crowd *crowd = NULL;
    bool done = false;
    assert_true(suffixes_new(&suffixes, NULL) && crowd_new(&options, &crowd, NULL));
    struct preload_look_request request = {.domain = STR("example.test"),
                                           .https_port = fault_server_port(server),
                                           .request_ms = 60000,
                                           .on_done = on_done,
                                           .context = &done};
    struct preload_look *look = preload_look_begin(crowd, suffixes, &request);
    while (!done && fault_server_connections(server) == 0)
        crowd_turn(crowd, 20);
    assert_false(done);
    crowd_free(crowd);
    preload_look_free(look);
    suffixes_free(suffixes);
    fault_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_domain_is_found_good_with_two_requests),
        cmocka_unit_test(a_name_that_cannot_be_asked_for_is_not),
        cmocka_unit_test(the_connection_is_told_apart),
        cmocka_unit_test(a_name_without_an_address_is_no_connection),
        cmocka_unit_test(http_may_be_shut_or_broken),
        cmocka_unit_test(redirects_are_followed_by_hand),
        cmocka_unit_test(where_the_first_redirect_leads_has_to_have_the_field),
        cmocka_unit_test(fields_come_as_they_were_sent),
        cmocka_unit_test(www_has_to_be_good_where_it_answers),
        cmocka_unit_test(removal_looks_at_the_field_alone),
        cmocka_unit_test(a_look_can_be_left_alone_with_its_crowd),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
