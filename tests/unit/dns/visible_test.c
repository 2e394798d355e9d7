/* A record that is waited for on all name servers of its zone, some of which do not serve it. */
#include "server.h"

#include <stdio.h>

#include "dns/visible.h"

#define NAME "_acme-challenge.example.org"
/* How many rounds pass before the record is there: less than a server is given. */
#define ROUNDS 2

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

struct zone {
    unsigned servers_count;  /* ns1 to nsN, at 127.0.0.1 to .N */
    atomic_uint asked_count; /* how often the first was asked */
};

static void add_servers(struct buf *answer, const struct zone *zone)
{
    for (unsigned i = 1; i <= zone->servers_count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "ns%u.example.org", i);
        answer_add_name(answer, DNS_ANSWER, "example.org", DNS_NS, name);
    }
}

/* The resolver and the first name server in one. */
static struct buf zone_answer(struct server *server, struct str request, bool tcp)
{
    struct zone *zone = server->context;
    struct dns_message message;
    char room[DNS_NAME_TEXT_SIZE];
    (void)tcp;
    assert_true(dns_message_open(request, &message));
    const char *name = dns_name_text(&message.question, room).data;
    struct buf answer = answer_to(request, DNS_NOERROR);
    if (message.question_type == DNS_SOA) {
        answer_add_soa(&answer, DNS_AUTHORITY, "example.org");
    } else if (message.question_type == DNS_NS) {
        add_servers(&answer, zone);
    } else if (message.question_type == DNS_A) {
        const char address[] = {127, 0, 0, (char)(name[2] - '0')};
        answer_add(&answer, DNS_ANSWER, name, DNS_A, str_make(address, sizeof address));
    } else if (message.question_type == DNS_TXT) {
        answer_add_text(&answer, NAME, "of somebody else");
        if (atomic_fetch_add(&zone->asked_count, 1) >= ROUNDS)
            answer_add_text(&answer, NAME, "ours");
    }
    return answer;
}

static void a_record_is_waited_for_until_every_name_server_has_it(void **state)
{
    (void)state;
    struct server server;
    struct zone zone = {.servers_count = 1};
    const struct dns_name name = name_of(NAME);
    struct deadline deadline = deadline_of(20000);
    char left_out[DNS_LEFT_OUT_SIZE];
    struct err err = {0};
    server_start(&server, zone_answer, &zone);
    const struct dns_resolver resolver = resolver_of(&server);
    if (!dns_wait_visible(&resolver, &name, STR("ours"), &server.address, &deadline, left_out, &err))
        fail_msg("%s", err.text);
    assert_string_equal(left_out, "");
    assert_int_equal(atomic_load(&zone.asked_count), ROUNDS + 1);
    deadline = deadline_of(300);
    assert_false(dns_wait_visible(&resolver, &name, STR("never"), &server.address, &deadline, left_out, &err));
    assert_non_null(strstr(err.text, "The name server ns1.example.org (127.0.0.1) does not have the TXT record of "
                                     "_acme-challenge.example.org"));
    server_stop(&server);
}

/* A name server that does not serve the zone: what it answers, and how that is told. */
struct lame {
    enum dns_rcode rcode;
    bool authoritative;
    const char *words;
};

static const struct lame kinds[] = {
    {DNS_REFUSED, false, "answers REFUSED"},
    {DNS_SERVFAIL, true, "answers SERVFAIL"},
    {DNS_NOERROR, false, "answers without authority"},
    {DNS_NXDOMAIN, false, "answers without authority"},
};
#define KINDS_COUNT (sizeof kinds / sizeof *kinds)

static struct buf lame_answer(struct server *server, struct str request, bool tcp)
{
    const struct lame *lame = server->context;
    (void)tcp;
    struct buf answer = answer_to(request, lame->rcode);
    if (!lame->authoritative)
        answer.data[2] = (char)(answer.data[2] & ~4);
    return answer;
}

static void name_servers_that_do_not_serve_the_zone_are_left_out_and_told(void **state)
{
    (void)state;
    struct server server, lame[KINDS_COUNT];
    struct zone zone = {.servers_count = 1 + KINDS_COUNT};
    const struct dns_name name = name_of(NAME);
    const struct deadline deadline = deadline_of(60000);
    char left_out[DNS_LEFT_OUT_SIZE];
    struct err err = {0};
    server_start(&server, zone_answer, &zone);
    for (size_t i = 0; i < KINDS_COUNT; i++) {
        char address[16];
        (void)snprintf(address, sizeof address, "127.0.0.%zu", i + 2);
        server_start_beside(&lame[i], &server, address, lame_answer, (void *)(uintptr_t)&kinds[i]);
    }
    const struct dns_resolver resolver = resolver_of(&server);
    if (!dns_wait_visible(&resolver, &name, STR("ours"), &server.address, &deadline, left_out, &err))
        fail_msg("%s", err.text);
    assert_string_equal(left_out, "ns2.example.org (127.0.0.2) answers REFUSED, and 3 others");
    for (size_t i = 0; i < KINDS_COUNT; i++) {
        assert_int_equal(atomic_load(&lame[i].udp_count), DNS_LAME_TRIES_MAX);
        server_stop(&lame[i]);
    }
    server_stop(&server);
}

static void the_others_decide(void **state)
{
    (void)state;
    struct server server, lame;
    struct zone zone = {.servers_count = 2};
    const struct dns_name name = name_of(NAME);
    const struct deadline deadline = deadline_of(DNS_VISIBLE_INTERVAL_MS * (DNS_LAME_TRIES_MAX + 4));
    char left_out[DNS_LEFT_OUT_SIZE] = "untouched";
    struct err err = {0};
    server_start(&server, zone_answer, &zone);
    server_start_beside(&lame, &server, "127.0.0.2", lame_answer, (void *)(uintptr_t)&kinds[0]);
    const struct dns_resolver resolver = resolver_of(&server);
    assert_false(dns_wait_visible(&resolver, &name, STR("never"), &server.address, &deadline, left_out, &err));
    assert_string_equal(left_out, "untouched");
    assert_non_null(strstr(err.text, "ns1.example.org (127.0.0.1) does not have the TXT record"));
    assert_non_null(strstr(err.text, "Left out: ns2.example.org (127.0.0.2) answers REFUSED."));
    server_stop(&lame);
    server_stop(&server);
}

static void where_no_name_server_serves_the_zone_that_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS_COUNT; i += 2) {
        struct server server;
        const struct dns_name name = name_of(NAME);
        const struct deadline deadline = deadline_of(60000);
        char left_out[DNS_LEFT_OUT_SIZE], expected[128];
        struct err err = {0};
        server_start(&server, lame_answer, (void *)(uintptr_t)&kinds[i]);
        const struct dns_resolver resolver = resolver_of(&server);
        assert_false(dns_wait_visible(&resolver, &name, STR("ours"), &server.address, &deadline, left_out, &err));
        assert_false(deadline_is_over(&deadline));
        (void)snprintf(expected, sizeof expected, "(127.0.0.1) does not serve the zone of " NAME " (it %s)",
                       kinds[i].words);
        assert_non_null(strstr(err.text, expected));
        assert_non_null(strstr(err.fix, "(NS)"));
        server_stop(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_waited_for_until_every_name_server_has_it),
        cmocka_unit_test(name_servers_that_do_not_serve_the_zone_are_left_out_and_told),
        cmocka_unit_test(the_others_decide),
        cmocka_unit_test(where_no_name_server_serves_the_zone_that_is_told),
    };
    return cmocka_run_group_tests(tests, server_network, NULL);
}
