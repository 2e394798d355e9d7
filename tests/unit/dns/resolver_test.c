/* Questions to servers that behave, and to some that do not. */
#include "server.h"
#include "still_clock.h"

#include <stdio.h>

#include "dns/caa.h"
#include "dns/zone.h"

static struct dns_name name_of(const char *text)
{
    struct dns_name name = {.size = 1};
    assert_true(dns_name_from(str_from(text), &name));
    return name;
}

static struct deadline deadline_of(uint32_t length_ms)
{
    struct deadline deadline;
    deadline_start(&deadline, length_ms, NULL);
    return deadline;
}

static struct dns_resolver resolver_of(const struct server *server)
{
    return (struct dns_resolver){
        .servers = {server->address}, .servers_count = 1, .authority_port = os_address_port(&server->address)};
}

/* It is waited for as long as a try takes. */
static struct buf nothing(void)
{
    struct buf none;
    still_clock_pass(DNS_TRY_MS_UDP);
    buf_init(&none, 1);
    return none;
}

/* What the question is: "TXT www.example.org". */
static const char *asked(struct str request, char text[static 256])
{
    struct dns_message message;
    char room[DNS_NAME_TEXT_SIZE];
    assert_true(dns_message_open(request, &message));
    (void)snprintf(text, 256, "%u %.200s", message.question_type, dns_name_text(&message.question, room).data);
    return text;
}

/* ---- one exchange ---- */

static struct buf plain(struct server *server, struct str request, bool tcp)
{
    (void)server, (void)tcp;
    struct buf answer = answer_to(request, DNS_NOERROR);
    answer_add_text(&answer, "www.example.org", "hello");
    return answer;
}

static struct buf truncated(struct server *server, struct str request, bool tcp)
{
    if (tcp)
        return plain(server, request, tcp);
    struct buf answer = answer_to(request, DNS_NOERROR);
    answer_truncate(&answer);
    return answer;
}

static struct buf silent_over_udp(struct server *server, struct str request, bool tcp)
{
    return tcp ? plain(server, request, tcp) : nothing();
}

/* The first datagram is of somebody who guesses: another id, another question, no answer, no message at all. */
static struct buf guessing(struct server *server, struct str request, bool tcp)
{
    struct buf answer = plain(server, request, tcp);
    if (atomic_load(&server->udp_count) > 1)
        return answer;
    still_clock_pass(DNS_TRY_MS_UDP);
    switch (*(int *)server->context) {
    case 0: answer.data[0] ^= 1; break;
    case 1: answer.data[DNS_HEADER_SIZE + 1] ^= 1; break;
    case 2: answer.data[2] = (char)(answer.data[2] & 0x7f); break;
    default:
        buf_clear(&answer);
        (void)buf_put(&answer, "noise", 5);
        break;
    }
    return answer;
}

static bool ask_txt(const struct server *server, uint32_t length_ms, struct dns_answer *ret, struct err *err)
{
    const struct dns_resolver resolver = resolver_of(server);
    const struct dns_name name = name_of("www.example.org");
    const struct deadline deadline = deadline_of(length_ms);
    struct dns_name last;
    return dns_ask(&resolver, &name, DNS_TXT, &deadline, ret, &last, err);
}

static void an_answer_comes_over_udp_or_else_over_tcp(void **state)
{
    (void)state;
    static const struct {
        struct buf (*answer)(struct server *server, struct str request, bool tcp);
        unsigned udp, tcp;
    } cases[] = {{plain, 1, 0}, {truncated, 1, 1}, {silent_over_udp, DNS_TRIES_UDP, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct dns_answer answer;
        struct err err = {0};
        server_start(&server, cases[i].answer, NULL);
        if (!ask_txt(&server, 20000, &answer, &err))
            fail_msg("%s", err.text);
        assert_int_equal(answer.message.counts[DNS_ANSWER], 1);
        dns_answer_fini(&answer);
        assert_int_equal(atomic_load(&server.udp_count), cases[i].udp);
        assert_int_equal(atomic_load(&server.tcp_count), cases[i].tcp);
        server_stop(&server);
    }
}

static void what_is_no_answer_to_the_question_is_passed_over(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct server server;
        struct dns_answer answer;
        struct err err = {0};
        server_start(&server, guessing, &kind);
        if (!ask_txt(&server, 20000, &answer, &err))
            fail_msg("%s", err.text);
        dns_answer_fini(&answer);
        assert_int_equal(atomic_load(&server.udp_count), 2); /* the guess counted as silence */
        server_stop(&server);
    }
}

/* A server of before EDNS: what it does not know, it does not read. */
static struct buf without_edns(struct server *server, struct str request, bool tcp)
{
    struct dns_message message;
    assert_true(dns_message_open(request, &message));
    return message.counts[DNS_ADDITIONAL] ? answer_to(request, *(enum dns_rcode *)server->context)
                                          : plain(server, request, tcp);
}

static void a_server_without_edns_is_asked_without(void **state)
{
    (void)state;
    static const struct {
        enum dns_rcode rcode;
        bool fine;
        unsigned asked_count;
    } cases[] = {{DNS_FORMERR, true, 2}, {DNS_NOTIMP, true, 2}, {DNS_REFUSED, false, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct dns_answer answer;
        struct err err = {0};
        server_start(&server, without_edns, (void *)(uintptr_t)&cases[i].rcode);
        assert_int_equal(ask_txt(&server, 20000, &answer, &err), cases[i].fine);
        assert_int_equal(atomic_load(&server.udp_count), cases[i].asked_count);
        if (cases[i].fine) {
            assert_int_equal(answer.message.counts[DNS_ANSWER], 1);
            dns_answer_fini(&answer);
        }
        server_stop(&server);
    }
}

static void a_server_that_is_not_there_is_told_at_once(void **state)
{
    (void)state;
    struct server server;
    struct dns_answer answer;
    struct err err = {0};
    server_start(&server, plain, NULL);
    server_leave(&server);
    assert_false(ask_txt(&server, 20000, &answer, &err));
    assert_non_null(
        strstr(err.text, "asked for TXT of www.example.org, the resolver 127.0.0.1 refuses the connection"));
    server_forget(&server);
}

static struct buf silent(struct server *server, struct str request, bool tcp)
{
    (void)server, (void)request, (void)tcp;
    return nothing();
}

static void the_deadline_ends_all_waiting(void **state)
{
    (void)state;
    struct server server;
    struct dns_answer answer;
    struct err err = {0};
    server_start(&server, silent, NULL);
    assert_false(ask_txt(&server, 300, &answer, &err));
    assert_non_null(strstr(err.text, "the time for it ran out"));
    server_stop(&server);
    still_clock_reset();
}

/* ---- aliases ---- */

static struct buf chain(struct server *server, struct str request, bool tcp)
{
    char text[256];
    (void)tcp;
    struct buf answer = answer_to(request, DNS_NOERROR);
    const char *question = asked(request, text);
    unsigned links = *(unsigned *)server->context;
    char *name = strchr(question, ' ') + 1;
    unsigned number = name[0] == 'n' ? (unsigned)(name[1] - 'a') : 0;
    if (number < links) {
        char target[] = "na.example.org";
        target[1] = (char)('a' + number + 1);
        answer_add_name(&answer, DNS_ANSWER, name, DNS_CNAME, target);
    } else {
        answer_add_text(&answer, name, "end");
    }
    return answer;
}

static void aliases_are_followed_so_far(void **state)
{
    (void)state;
    for (unsigned links = 0; links < 12; links++) {
        struct server server;
        struct dns_answer answer;
        struct dns_name last;
        struct err err = {0};
        const struct dns_name name = name_of("na.example.org");
        const struct deadline deadline = deadline_of(20000);
        server_start(&server, chain, &links);
        const struct dns_resolver resolver = resolver_of(&server);
        bool fine = dns_ask(&resolver, &name, DNS_TXT, &deadline, &answer, &last, &err);
        assert_int_equal(fine, links <= DNS_ALIASES_COUNT_MAX);
        if (fine) {
            struct dns_cursor cursor = {0};
            struct dns_record record;
            assert_true(dns_find(&answer.message, &last, DNS_TXT, &cursor, &record));
            dns_answer_fini(&answer);
        } else {
            assert_non_null(strstr(err.text, "an alias of an alias"));
        }
        server_stop(&server);
    }
}

/* ---- zones and what they hold ---- */

struct zone {
    const char *caa; /* data of the CAA record of example.org, or NULL */
    size_t caa_size;
};

static struct buf zone_answer(struct server *server, struct str request, bool tcp)
{
    struct zone *zone = server->context;
    char text[256];
    (void)tcp;
    const char *question = asked(request, text);
    struct buf answer = answer_to(request, DNS_NOERROR);
    if (strcmp(question, "6 example.org") == 0) {
        answer_add_soa(&answer, DNS_ANSWER, "example.org");
    } else if (strncmp(question, "6 ", 2) == 0) {
        answer_add_soa(&answer, DNS_AUTHORITY, "example.org");
    } else if (strcmp(question, "257 example.org") == 0 && zone->caa) {
        answer_add(&answer, DNS_ANSWER, "example.org", DNS_CAA, str_make(zone->caa, zone->caa_size));
    }
    return answer;
}

static void a_zone_is_found_above_the_name(void **state)
{
    (void)state;
    struct server server;
    struct zone zone = {.caa = NULL};
    struct dns_name found, target;
    const struct dns_name name = name_of("_acme-challenge.a.b.example.org"), expected = name_of("example.org");
    const struct deadline deadline = deadline_of(20000);
    struct err err = {0};
    server_start(&server, zone_answer, &zone);
    const struct dns_resolver resolver = resolver_of(&server);
    if (!dns_zone_find(&resolver, &name, &deadline, &found, &target, &err))
        fail_msg("%s", err.text);
    assert_true(dns_name_equal(&found, &expected) && dns_name_equal(&target, &name));
    server_stop(&server);
}

static void caa_of_the_names_above_counts(void **state)
{
    (void)state;
    struct server server;
    static const char caa[] = "\0\5issueca.example";
    struct zone zone = {.caa = caa, .caa_size = sizeof caa - 1};
    const struct dns_name name = name_of("a.b.example.org"), owner = name_of("example.org");
    const struct deadline deadline = deadline_of(20000);
    struct caa_set set;
    struct arena arena;
    struct err err = {0};
    arena_init(&arena, 65536);
    server_start(&server, zone_answer, &zone);
    struct dns_resolver resolver = resolver_of(&server);
    if (!caa_find(&resolver, &name, &deadline, &arena, &set, &err))
        fail_msg("%s", err.text);
    assert_int_equal(set.records_count, 1);
    assert_true(dns_name_equal(&set.owner, &owner));
    assert_str(set.records[0].value, STR("ca.example"));
    server_stop(&server); /* its thread reads the zone */
    zone.caa = "\0\7issue";
    zone.caa_size = 7;
    server_start(&server, zone_answer, &zone);
    resolver = resolver_of(&server);
    assert_true(caa_find(&resolver, &name, &deadline, &arena, &set, &err));
    assert_true(set.records_count == 1 && set.records[0].critical); /* malformed: forbids */
    server_stop(&server);
    zone.caa = NULL;
    server_start(&server, zone_answer, &zone);
    resolver = resolver_of(&server);
    assert_true(caa_find(&resolver, &name, &deadline, &arena, &set, &err));
    assert_int_equal(set.records_count, 0);
    server_stop(&server);
    arena_fini(&arena);
}

static void resolv_conf_names_the_servers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *servers[5];
    } cases[] = {
        {"nameserver 192.0.2.1\nnameserver 2001:db8::1\n", {"192.0.2.1", "2001:db8::1"}},
        {"# nameserver 192.0.2.9\nsearch a\n  nameserver\t192.0.2.1 # the first\nnameserver nonsense\n", {"192.0.2.1"}},
        {"nameservers 192.0.2.1\nnameserver192.0.2.2\n", {"127.0.0.1"}},
        {"", {"127.0.0.1"}},
        {"nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4\nnameserver 1.1.1.5",
         {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dns_resolver resolver;
        char text[OS_ADDRESS_TEXT_SIZE];
        size_t count = 0;
        dns_resolver_parse(str_from(cases[i].text), &resolver);
        for (; cases[i].servers[count]; count++)
            assert_str(os_address_text(&resolver.servers[count], text), str_from(cases[i].servers[count]));
        assert_int_equal(resolver.servers_count, count);
        assert_int_equal(os_address_port(&resolver.servers[0]), 53);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_over_udp_or_else_over_tcp),
        cmocka_unit_test(what_is_no_answer_to_the_question_is_passed_over),
        cmocka_unit_test(a_server_without_edns_is_asked_without),
        cmocka_unit_test(a_server_that_is_not_there_is_told_at_once),
        cmocka_unit_test(the_deadline_ends_all_waiting),
        cmocka_unit_test(aliases_are_followed_so_far),
        cmocka_unit_test(a_zone_is_found_above_the_name),
        cmocka_unit_test(caa_of_the_names_above_counts),
        cmocka_unit_test(resolv_conf_names_the_servers),
    };
    return cmocka_run_group_tests(tests, server_network, NULL);
}
