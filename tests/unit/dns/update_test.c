/* Updates against a server that refuses in every way there is: what the operator is told. */
#include "server.h"

#include <stdio.h>

#include "dns/update.h"

#define NOW_S INT64_C(1768478400)

struct refusal {
    enum dns_rcode rcode;
    uint16_t error; /* of an unsigned signature; 0: there is none */
    const char *words;
    const char *fix; /* "": none */
};

static void put_bad_signature(struct buf *answer, uint16_t error)
{
    char rdata[] = "\13hmac-sha256\0"
                   "\0\0\151\151\0\0"
                   "\1\54"
                   "\0\0"
                   "\0\0"
                   "\0\0"
                   "\0\0";
    rdata[13 + 12] = (char)(error >> 8);
    rdata[13 + 13] = (char)error;
    size_t at = answer->size;
    answer_add(answer, DNS_ADDITIONAL, "acme", DNS_TSIG, str_make(rdata, sizeof rdata - 1));
    memcpy(answer->data + at + 6 + 2, "\0\377\0\0\0\0", 6);
}

static struct buf refuse(struct server *server, struct str request, bool tcp)
{
    const struct refusal *refusal = server->context;
    struct dns_message message;
    (void)tcp;
    assert_true(dns_message_open(request, &message));
    if (message.opcode != DNS_OPCODE_UPDATE) { /* the walk to the zone */
        struct buf answer = answer_to(request, DNS_NOERROR);
        answer_add_soa(&answer, DNS_AUTHORITY, "example.org");
        return answer;
    }
    struct buf answer = answer_to(request, refusal->rcode);
    if (refusal->error)
        put_bad_signature(&answer, refusal->error);
    return answer;
}

static struct dns_credentials credentials_of(const struct server *server)
{
    struct dns_credentials credentials = {.server = server->address,
                                          .key = {.algorithm = MAC_SHA256, .secret = STR("0123456789abcdef")}};
    assert_true(dns_name_from(STR("example.org"), &credentials.zone));
    assert_true(dns_name_from(STR("acme"), &credentials.key.name));
    return credentials;
}

static void every_refusal_is_told_in_words_with_its_fix(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {DNS_NOERROR, 0, "The answer of the DNS server 127.0.0.1 is not signed: it is not believed.",
         "has the key acme"},
        {DNS_REFUSED, 0, "does not allow the key acme to change _acme-challenge.example.org (REFUSED)",
         "update-policy"},
        {DNS_NOTAUTH, 0, "is not the primary server of the zone example.org", "primary server"},
        {DNS_NOTZONE, 0, "is not in its zone example.org (NOTZONE)", "credentials for the zone"},
        {DNS_SERVFAIL, 0, "could not make the change in example.org (SERVFAIL)", "journal"},
        {DNS_NOTIMP, 0, "does not take dynamic updates (NOTIMP)", "hook"},
        {DNS_FORMERR, 0, "does not take dynamic updates (FORMERR)", "hook"},
        {DNS_YXRRSET, 0, "answers the change of _acme-challenge.example.org with YXRRSET", ""},
        {(enum dns_rcode)15, 0, "with code 15", ""},
        {DNS_NOTAUTH, 16, "has another secret for the key acme (BADSIG)", "secret"},
        {DNS_NOTAUTH, 17, "knows no key acme with hmac-sha256 (BADKEY)", "name and algorithm"},
        {DNS_NOTAUTH, 18, "refuses the signature for its time (BADTIME)", "time server"},
        {DNS_NOTAUTH, 22, "wants a longer signature than hmac-sha256 gives (BADTRUNC)", ""},
        {DNS_NOERROR, 99, "is signed, but not with the key acme for this request", "primary server"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct err err = {0};
        struct deadline deadline;
        struct dns_change change = {.value = STR("token"), .ttl_s = 60};
        assert_true(dns_name_from(STR("_acme-challenge.example.org"), &change.name));
        server_start(&server, refuse, (void *)(uintptr_t)&cases[i]);
        const struct dns_credentials credentials = credentials_of(&server);
        deadline_start(&deadline, 20000, NULL);
        assert_false(dns_update(&credentials, &change, &deadline, NOW_S, &err));
        if (!strstr(err.text, cases[i].words) || !strstr(err.fix, cases[i].fix))
            fail_msg("case %zu: \"%s\" (%s)", i, err.text, err.fix);
        assert_null(strstr(err.text, "0123456789abcdef"));
        server_stop(&server);
    }
}

static void the_longest_zone_wins(void **state)
{
    (void)state;
    static const char *const zones[] = {"example.org", "b.example.org", "org", "example.net"};
    static const struct {
        const char *name;
        int zone; /* -1: none */
    } cases[] = {{"a.example.org", 0}, {"example.org", 0}, {"x.b.example.org", 1}, {"b.example.org", 1},
                 {"other.org", 2},     {"example.net", 3}, {"bexample.org", 2},    {"example.com", -1}};
    struct dns_credentials list[4] = {0};
    for (size_t i = 0; i < 4; i++)
        assert_true(dns_name_from(str_from(zones[i]), &list[i].zone));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dns_name name;
        assert_true(dns_name_from(str_from(cases[i].name), &name));
        assert_ptr_equal(dns_credentials_pick(list, 4, &name), cases[i].zone < 0 ? NULL : &list[cases[i].zone]);
    }
    assert_null(dns_credentials_pick(NULL, 0, &list[0].zone));
}

static void a_value_longer_than_a_string_is_refused(void **state)
{
    (void)state;
    char value[DNS_TEXT_SIZE_MAX + 1] = {0};
    struct server server = {0};
    struct dns_change change = {.value = str_make(value, sizeof value)};
    struct deadline deadline;
    struct err err = {0};
    assert_true(os_address_parse(STR("127.0.0.1"), 1, &server.address) &&
                dns_name_from(STR("a.example.org"), &change.name));
    const struct dns_credentials credentials = credentials_of(&server);
    deadline_start(&deadline, 1000, NULL);
    assert_false(dns_update(&credentials, &change, &deadline, NOW_S, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_is_told_in_words_with_its_fix),
        cmocka_unit_test(the_longest_zone_wins),
        cmocka_unit_test(a_value_longer_than_a_string_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
