/* Names with several servers on loopback and a name server of the test's own, looked at from all sides. */
#include "world.h"

#include "../dns/server.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/net_look.h"

#define PAGE(fields) "HTTP/1.1 200 OK\r\n" fields "Content-Length: 2\r\n\r\nhi"
#define FIELD        "Strict-Transport-Security: max-age=31536000\r\n"
#define FIELD_BELOW  "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"

/* ---- the name server ---- */

/* One record; its data as the wire has it, or the text of an address or a name. "\xff" is the port of the servers. */
struct row {
    const char *name;
    enum dns_type type;
    const char *text;
    struct str rdata;
};

static const struct row *zone;

static void put_row(struct buf *answer, const struct row *row)
{
    char bytes[16];
    if (row->type == DNS_A || row->type == DNS_AAAA) {
        assert_int_equal(inet_pton(row->type == DNS_A ? AF_INET : AF_INET6, row->text, bytes), 1);
        answer_add(answer, DNS_ANSWER, row->name, (uint16_t)row->type, str_make(bytes, row->type == DNS_A ? 4 : 16));
    } else {
        answer_add(answer, DNS_ANSWER, row->name, (uint16_t)row->type, row->rdata);
    }
}

/* A name that has no record at all is none; one whose record has the text "fails" is answered with SERVFAIL. */
static struct buf answer_by_zone(struct server *server, struct str request, bool tcp)
{
    struct dns_message asked;
    char room[DNS_NAME_TEXT_SIZE];
    bool is_there = false, fails = false;
    (void)server, (void)tcp;
    assert_true(dns_message_open(request, &asked));
    struct str name = dns_name_text(&asked.question, room);
    for (const struct row *row = zone; row->name; row++) {
        bool is_it = str_eq(name, str_from(row->name));
        is_there = is_there || is_it;
        fails = fails || (is_it && row->type == asked.question_type && row->text && strcmp(row->text, "fails") == 0);
    }
    struct buf answer = answer_to(request, fails ? DNS_SERVFAIL : is_there ? DNS_NOERROR : DNS_NXDOMAIN);
    for (const struct row *row = zone; !fails && row->name; row++)
        if (row->type == asked.question_type && str_eq(name, str_from(row->name)))
            put_row(&answer, row);
    return answer;
}

static struct buf answer_nothing(struct server *server, struct str request, bool tcp)
{
    struct buf none;
    (void)server, (void)request, (void)tcp;
    buf_init(&none, 1);
    return none;
}

/* ---- the servers ---- */

#define SERVERS_COUNT_MAX 4
struct place {
    const char *address; /* NULL: no more */
    enum world_leaf leaf;
    const char *response; /* NULL: a page without a field */
    bool is_old;
    enum fault fault;
};

struct scene {
    const struct row *zone;
    struct place places[SERVERS_COUNT_MAX];
    const char *domain; /* NULL: example.test */
    const char *given;  /* its address, which is not asked for; or NULL */
    const struct preload_binding *binding;
    uint32_t length_ms; /* of the look and each of its requests; 0: longer than it takes */
    const atomic_bool *cancel;
};

/* What is under way, from begin to end; the values live until then. */
struct staged {
    struct server name_server;
    struct fault_server *servers[SERVERS_COUNT_MAX];
    uint16_t port;
    struct crowd *crowd;
    struct suffixes *suffixes;
    struct net_look *look;
    struct crowd_host host;
    bool done;
};

static void on_done(struct net_look *look, void *context)
{
    struct staged *staged = context;
    (void)look;
    assert_false(staged->done);
    staged->done = true;
}

static void start_servers(const struct scene *scene, struct staged *staged)
{
    for (size_t i = 0; i < SERVERS_COUNT_MAX && scene->places[i].address; i++) {
        struct fault_server_options options = world_tls(scene->places[i].leaf, scene->places[i].fault);
        options.address = scene->places[i].address;
        options.port = staged->port;
        options.is_old = scene->places[i].is_old;
        options.response = scene->places[i].response ? scene->places[i].response : PAGE("");
        staged->servers[i] = fault_server_start(&options);
        staged->port = fault_server_port(staged->servers[i]);
    }
}

static void begin(const struct scene *scene, struct staged *staged)
{
    char name_server[64];
    zone = scene->zone;
    *staged = (struct staged){0};
    server_start(&staged->name_server, scene->zone ? answer_by_zone : answer_nothing, NULL);
    (void)snprintf(name_server, sizeof name_server, "127.0.0.1:%u", os_address_port(&staged->name_server.address));
    start_servers(scene, staged);
    const char *domain = scene->domain ? scene->domain : "example.test";
    struct crowd_options options = {.name_servers = name_server};
    const uint32_t length_ms = scene->length_ms ? scene->length_ms : 60000;
    struct deadline deadline;
    socklen_t size;
    deadline_start(&deadline, length_ms, scene->cancel);
    if (scene->given) {
        staged->host.name = str_from(domain);
        assert_true(endpoint_parse_ip(str_from(scene->given), 0, &staged->host.address, &size));
        options.hosts = &staged->host;
        options.hosts_count = 1;
    }
    assert_true(suffixes_new(&staged->suffixes, NULL) && crowd_new(&options, &staged->crowd, NULL));
    const struct net_look_request request = {.domain = str_from(domain),
                                             .roots_pem = test_ca_root_pem(world.ca),
                                             .https_port = staged->port ? staged->port : 1,
                                             .request_ms = length_ms,
                                             .deadline = deadline,
                                             .binding = scene->binding,
                                             .on_done = on_done,
                                             .context = staged};
    staged->look = net_look_begin(staged->crowd, staged->suffixes, &request);
    assert_non_null(staged->look);
    assert_false(staged->done); /* never from within */
}

static void end(struct staged *staged)
{
    crowd_free(staged->crowd);
    net_look_free(staged->look);
    suffixes_free(staged->suffixes);
    for (size_t i = 0; i < SERVERS_COUNT_MAX; i++)
        fault_server_stop(staged->servers[i]);
    server_stop(&staged->name_server);
}

static const struct net_seen *look_at(const struct scene *scene, struct staged *staged)
{
    begin(scene, staged);
    for (size_t turns = 0; !staged->done && turns < 100000; turns++)
        crowd_turn(staged->crowd, 100);
    assert_true(staged->done);
    return net_look_seen(staged->look);
}

static const struct net_address *address_of(const struct net_seen *seen, const char *text)
{
    for (size_t i = 0; i < seen->addresses_count; i++)
        if (strcmp(seen->addresses[i].text, text) == 0)
            return &seen->addresses[i];
    fail_msg("%s was not asked", text);
    return NULL;
}

/* ---- addresses ---- */

static const struct row two[] = {
    {.name = "example.test", .type = DNS_A, .text = "127.0.0.1"},
    {.name = "example.test", .type = DNS_A, .text = "127.0.0.2"},
    {0},
};

static void addresses_that_are_alike_are_seen_alike(void **state)
{
    (void)state;
    struct staged staged;
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = two,
                                .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD, .response = PAGE(FIELD)},
                                           {.address = "127.0.0.2", .leaf = LEAF_GOOD, .response = PAGE(FIELD)}}},
                &staged);
    assert_int_equal(seen->addresses_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(seen->addresses[i].answer, NET_GOOD);
        assert_int_equal(seen->addresses[i].status, 200);
        assert_str(seen->addresses[i].field, STR("max-age=31536000"));
        assert_string_equal(seen->addresses[i].leaf, world.fingerprints[LEAF_GOOD]);
    }
    assert_int_equal(seen->more_count, 0);
    assert_int_equal(seen->https.told, NET_NONE);
    assert_int_equal(seen->caa.told, NET_NONE);
    assert_int_equal(seen->above_count, 0);
    assert_false(seen->listed.known);
    end(&staged);
}

static void each_address_has_its_own_answer(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.2"},
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.3"},
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.4"},
        {.name = "example.test", .type = DNS_AAAA, .text = "::1"},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = rows,
                                .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD, .response = PAGE(FIELD)},
                                           {.address = "127.0.0.2",
                                            .leaf = LEAF_EXPIRED,
                                            .response = "HTTP/1.1 503 No\r\n" FIELD_BELOW "Content-Length: 0\r\n\r\n"},
                                           {.address = "127.0.0.3", .leaf = LEAF_GOOD, .fault = FAULT_CLOSES},
                                           {.address = "::1", .leaf = LEAF_RENEWED}}},
                &staged);
    const struct net_address *expired = address_of(seen, "127.0.0.2"), *v6 = address_of(seen, "::1");
    assert_int_equal(address_of(seen, "127.0.0.1")->answer, NET_GOOD);
    assert_int_equal(expired->answer, NET_UNTRUSTED);
    assert_int_equal(expired->status, 503);
    assert_str(expired->field, STR("max-age=31536000; includeSubDomains"));
    assert_string_equal(expired->leaf, world.fingerprints[LEAF_EXPIRED]);
    assert_true(expired->why.size > 0);
    assert_int_equal(address_of(seen, "127.0.0.3")->answer, NET_NO_HTTPS);
    assert_int_equal(address_of(seen, "127.0.0.4")->answer, NET_SILENT);
    assert_int_equal(v6->answer, NET_GOOD);
    assert_true(v6->is_ipv6);
    assert_null(v6->field.data);
    assert_string_equal(v6->leaf, world.fingerprints[LEAF_RENEWED]);
    end(&staged);
}

static void of_many_addresses_each_family_has_its_share(void **state)
{
    (void)state;
    static struct row rows[24];
    static char texts[23][16];
    struct staged staged;
    for (size_t i = 0; i < 23; i++) {
        (void)snprintf(texts[i], sizeof texts[i], i < 20 ? "127.0.9.%zu" : "::ffff:%zu", i + 1);
        rows[i] = (struct row){.name = "example.test", .type = i < 20 ? DNS_A : DNS_AAAA, .text = texts[i]};
    }
    rows[20].text = "::1";
    rows[21].text = "2001:db8::1";
    rows[22].text = "2001:db8::2";
    const struct net_seen *seen = look_at(&(struct scene){.zone = rows, .length_ms = 2000}, &staged);
    size_t v6 = 0;
    for (size_t i = 0; i < seen->addresses_count; i++)
        v6 += seen->addresses[i].is_ipv6;
    assert_int_equal(seen->addresses_count, NET_ADDRESSES_COUNT_MAX);
    assert_int_equal(v6, 3);
    assert_int_equal(seen->more_count, 23 - NET_ADDRESSES_COUNT_MAX);
    end(&staged);
}

/* ---- TLS ---- */

static void what_tls_takes_is_tried_version_by_version(void **state)
{
    (void)state;
    struct staged staged;
    const struct net_seen *seen = look_at(&(struct scene){.zone = two,
                                                          .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD},
                                                                     {.address = "127.0.0.2", .leaf = LEAF_GOOD}}},
                                          &staged);
    assert_int_equal(seen->tls.offers[NET_TLS_1_2], NET_OFFER_TAKEN);
    assert_int_equal(seen->tls.offers[NET_TLS_1_3], NET_OFFER_TAKEN);
    assert_str(seen->tls.version, STR("TLSv1.3"));
    assert_str(seen->tls.key, STR("ECDSA"));
    assert_int_equal(seen->tls.key_bits, 256);
    assert_str(seen->tls.protocol, STR("HTTP/1.1"));
    assert_true(str_starts(seen->tls.cipher_1_2, STR("ECDHE-")));
    end(&staged);
    seen = look_at(&(struct scene){.zone = two,
                                   .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD_RSA, .is_old = true},
                                              {.address = "127.0.0.2", .leaf = LEAF_GOOD_RSA, .is_old = true}}},
                   &staged);
    assert_int_equal(seen->tls.offers[NET_TLS_1_0], NET_OFFER_TAKEN);
    assert_int_equal(seen->tls.offers[NET_TLS_1_1], NET_OFFER_TAKEN);
    assert_int_equal(seen->tls.offers[NET_TLS_1_2], NET_OFFER_TAKEN);
    assert_int_equal(seen->tls.offers[NET_TLS_1_3], NET_OFFER_REFUSED);
    assert_str(seen->tls.cipher_1_2, STR("AES128-SHA"));
    assert_str(seen->tls.key, STR("RSA"));
    assert_int_equal(seen->tls.key_bits, 2048);
    end(&staged);
}

/* ---- records ---- */

#define RDATA(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }

static void an_https_record_is_held_against_what_is_there(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "edge.test", .type = DNS_A, .text = "127.0.0.9"},
        /* h2, port 1, its own address and another one */
        {.name = "example.test",
         .type = DNS_HTTPS,
         .rdata = RDATA("\0\1\0\0\1\0\3\2h2\0\3\0\2\0\1\0\4\0\10\x7f\0\0\1\xc0\0\2\7")},
        {.name = "example.test", .type = DNS_HTTPS, .rdata = RDATA("\0\2\7nowhere\4test\0")},
        {.name = "example.test", .type = DNS_HTTPS, .rdata = RDATA("\0\3\4edge\4test\0\0\4\0\4\x7f\0\0\11")},
        {.name = "example.test", .type = DNS_HTTPS, .rdata = RDATA("\0\4\4edge\4test\0\0\4\0\4\x7f\0\0\1")},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = rows, .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}}, &staged);
    assert_int_equal(seen->https.told, NET_THERE);
    assert_int_equal(seen->https.services_count, 4);
    const struct net_service *services = seen->https.services;
    assert_str(services[0].stray_hint, STR("192.0.2.7"));
    assert_true(services[0].port_asked);
    assert_true(services[0].port_silent.size > 0);
    assert_true(services[1].target_missing);
    assert_false(services[2].target_missing);
    assert_str(services[2].stray_hint, STR(""));
    assert_str(services[3].stray_hint, STR("127.0.0.1"));
    end(&staged);
}

static void a_port_that_answers_is_found_so(void **state)
{
    (void)state;
    static char rdata[] = "\0\1\0\0\3\0\2PP";
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "example.test", .type = DNS_HTTPS, .rdata = {rdata, sizeof rdata - 1}},
        {0},
    };
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *other = fault_server_start(&options);
    struct staged staged;
    rdata[7] = (char)(fault_server_port(other) >> 8);
    rdata[8] = (char)fault_server_port(other);
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = rows, .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}}, &staged);
    assert_true(seen->https.services[0].port_asked);
    assert_str(seen->https.services[0].port_silent, STR(""));
    end(&staged);
    fault_server_stop(other);
}

static void a_given_address_is_not_held_against_the_dns(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.2"},
        {.name = "example.test", .type = DNS_HTTPS, .rdata = RDATA("\0\1\0\0\4\0\4\x7f\0\0\2")},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen = look_at(
        &(struct scene){.zone = rows, .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}, .given = "127.0.0.1"},
        &staged);
    assert_int_equal(seen->addresses_count, 1);
    assert_string_equal(seen->addresses[0].text, "127.0.0.1");
    assert_int_equal(seen->https.services_count, 1);
    assert_str(seen->https.services[0].stray_hint, STR(""));
    end(&staged);
}

static void the_nearest_caa_records_count(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "www.example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "example.test", .type = DNS_CAA, .rdata = RDATA("\0\5issue;")},
        {.name = "example.test", .type = DNS_CAA, .rdata = RDATA("\0\5iodefmailto:a@example.test")},
        {.name = "test", .type = DNS_CAA, .rdata = RDATA("\0\5issueca.example")},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen = look_at(&(struct scene){.zone = rows,
                                                          .domain = "www.example.test",
                                                          .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}},
                                          &staged);
    assert_int_equal(seen->caa.told, NET_THERE);
    assert_str(seen->caa.owner, STR("example.test"));
    assert_str(seen->caa.issuers, STR("nobody"));
    assert_str(seen->caa.reports, STR("mailto:a@example.test"));
    assert_int_equal(seen->caa.verdict, NET_CAA_NOBODY);
    end(&staged);
}

static void a_question_that_fails_is_told_as_such(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "example.test", .type = DNS_HTTPS, .text = "fails"},
        {.name = "example.test", .type = DNS_CAA, .text = "fails"},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = rows, .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}}, &staged);
    assert_int_equal(seen->https.told, NET_UNTOLD);
    assert_true(seen->https.why.size > 0);
    assert_int_equal(seen->caa.told, NET_UNTOLD);
    assert_true(seen->caa.why.size > 0);
    assert_int_equal(seen->addresses[0].answer, NET_GOOD);
    end(&staged);
}

/* ---- above ---- */

static void a_name_above_that_includes_subdomains_is_found(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "www.example.test", .type = DNS_A, .text = "127.0.0.1"},
        {.name = "example.test", .type = DNS_A, .text = "127.0.0.2"},
        {0},
    };
    static const struct {
        const char *field;
        enum world_leaf leaf;
        size_t count;
    } cases[] = {
        {PAGE(FIELD_BELOW), LEAF_GOOD, 1},
        {PAGE(FIELD), LEAF_GOOD, 0},
        {PAGE("Strict-Transport-Security: max-age=0; includeSubDomains\r\n"), LEAF_GOOD, 0},
        {PAGE(FIELD_BELOW), LEAF_EXPIRED, 0}, /* browsers take no field over that */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct staged staged;
        const struct net_seen *seen = look_at(
            &(struct scene){.zone = rows,
                            .domain = "WWW.example.test",
                            .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD},
                                       {.address = "127.0.0.2", .leaf = cases[i].leaf, .response = cases[i].field}}},
            &staged);
        assert_int_equal(seen->above_count, cases[i].count);
        if (cases[i].count)
            assert_str(seen->above[0].name, STR("example.test"));
        end(&staged);
    }
}

static void what_the_preload_list_says_is_taken_along(void **state)
{
    (void)state;
    const struct preload_binding top = {.is_bound = true, .entry = STR("test"), .include_subdomains = true},
                                 none = {.is_bound = false};
    struct staged staged;
    const struct net_seen *seen = look_at(&(struct scene){.zone = two, .binding = &top}, &staged);
    assert_true(seen->listed.known && seen->listed.is_bound && seen->listed.is_top);
    assert_str(seen->listed.entry, STR("test"));
    end(&staged);
    seen = look_at(&(struct scene){.zone = two, .binding = &none}, &staged);
    assert_true(seen->listed.known && !seen->listed.is_bound);
    end(&staged);
}

/* ---- what goes wrong ---- */

static void what_is_no_name_is_not_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = {"", "127.0.0.1", "b\xc3\xbc\x63her.test", "a b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct staged staged;
        const struct net_seen *seen = look_at(&(struct scene){.zone = two, .domain = names[i]}, &staged);
        assert_int_equal(seen->addresses_count, 0);
        assert_int_equal(atomic_load(&staged.name_server.udp_count), 0);
        end(&staged);
    }
}

static void a_name_without_an_address_has_records_all_the_same(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.name = "example.test", .type = DNS_HTTPS, .rdata = RDATA("\0\1\0\0\1\0\3\2h2\0\3\0\2\0\1")},
        {0},
    };
    struct staged staged;
    const struct net_seen *seen = look_at(&(struct scene){.zone = rows}, &staged);
    assert_int_equal(seen->addresses_count, 0);
    assert_int_equal(seen->https.services_count, 1);
    assert_false(seen->https.services[0].port_asked);
    end(&staged);
}

static void a_look_that_is_called_off_ends_soon(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct staged staged;
    const struct net_seen *seen =
        look_at(&(struct scene){.zone = two,
                                .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD, .fault = FAULT_SILENT},
                                           {.address = "127.0.0.2", .leaf = LEAF_GOOD}},
                                .cancel = &cancel},
                &staged);
    assert_int_not_equal(seen->addresses[0].answer, NET_GOOD);
    assert_int_not_equal(seen->addresses[1].answer, NET_GOOD);
    end(&staged);
}

static void a_look_can_be_left_alone_with_its_crowd(void **state)
{
    (void)state;
    struct staged staged;
    const struct scene silent = {
        .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD}}}; /* the name server says nothing */
    begin(&silent, &staged);
    crowd_turn(staged.crowd, 20); /* it asks at the end of this turn */
    assert_false(staged.done);
    end(&staged);
    const struct scene hanging = {.zone = two,
                                  .places = {{.address = "127.0.0.1", .leaf = LEAF_GOOD, .fault = FAULT_SILENT},
                                             {.address = "127.0.0.2", .leaf = LEAF_GOOD}}};
    begin(&hanging, &staged);
    while (!staged.done && fault_server_connections(staged.servers[0]) == 0)
        crowd_turn(staged.crowd, 20);
    assert_false(staged.done);
    end(&staged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_alike_are_seen_alike),
        cmocka_unit_test(each_address_has_its_own_answer),
        cmocka_unit_test(of_many_addresses_each_family_has_its_share),
        cmocka_unit_test(what_tls_takes_is_tried_version_by_version),
        cmocka_unit_test(an_https_record_is_held_against_what_is_there),
        cmocka_unit_test(a_port_that_answers_is_found_so),
        cmocka_unit_test(a_given_address_is_not_held_against_the_dns),
        cmocka_unit_test(the_nearest_caa_records_count),
        cmocka_unit_test(a_question_that_fails_is_told_as_such),
        cmocka_unit_test(a_name_above_that_includes_subdomains_is_found),
        cmocka_unit_test(what_the_preload_list_says_is_taken_along),
        cmocka_unit_test(what_is_no_name_is_not_asked_for),
        cmocka_unit_test(a_name_without_an_address_has_records_all_the_same),
        cmocka_unit_test(a_look_that_is_called_off_ends_soon),
        cmocka_unit_test(a_look_can_be_left_alone_with_its_crowd),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
