/* What the network says of a name, judged. */
#include "finding_list.h"

/* A name whose two addresses answer alike over a TLS that is up to date; nothing else is known. */
static struct net_seen usual(void)
{
    struct net_seen net = {
        .domain = STR("example.org"),
        .addresses = {{"192.0.2.1", false, NET_GOOD, STR_INIT(""), 200, "aa", STR_INIT("max-age=1")},
                      {"2001:db8::1", true, NET_GOOD, STR_INIT(""), 200, "aa", STR_INIT("max-age=1")}},
        .addresses_count = 2,
        .tls = {.offers = {NET_OFFER_REFUSED, NET_OFFER_REFUSED, NET_OFFER_TAKEN, NET_OFFER_TAKEN},
                .version = STR("TLSv1.3"),
                .cipher = STR("TLS_AES_256_GCM_SHA384"),
                .cipher_1_2 = STR("ECDHE-RSA-AES128-GCM-SHA256"),
                .protocol = STR("HTTP/2"),
                .key = STR("ECDSA"),
                .key_bits = 256}};
    return net;
}

#define ALWAYS "address.alike\ntls.modern"

static struct finding_seen seen_of(const struct net_seen *net)
{
    return (struct finding_seen){.net = net, .our_field = STR("")};
}

static void assert_net(const struct net_seen *net, const char *codes)
{
    const struct finding_seen seen = seen_of(net);
    assert_findings(&seen, codes);
}

static void assert_detail(const struct net_seen *net, enum finding_code code, const char *detail)
{
    const struct finding_seen seen = seen_of(net);
    assert_string_equal(finding_detail(&seen, code), detail);
}

/* ---- addresses ---- */

static void addresses_that_answer_alike_are_good(void **state)
{
    (void)state;
    struct net_seen net = usual();
    assert_net(&net, ALWAYS);
    net.addresses_count = 1; /* nothing to compare */
    assert_net(&net, "tls.modern");
}

static void who_does_not_answer_is_told_by_family(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.addresses[1].answer = NET_SILENT;
    net.addresses[1].why = STR("refuses the connection: nobody listens there");
    assert_net(&net, "address.ipv6_silent\ntls.modern");
    assert_detail(&net, FINDING_ADDRESS_IPV6_SILENT, "2001:db8::1 refuses the connection: nobody listens there");
    net.addresses[1].answer = NET_NO_HTTPS; /* a connection is not enough */
    assert_net(&net, "address.ipv6_silent\ntls.modern");
    net.addresses[1].is_ipv6 = false;
    assert_net(&net, "address.silent\ntls.modern");
    net.addresses[0].is_ipv6 = true;
    assert_net(&net, "address.ipv4_silent\ntls.modern");
    net.addresses[0].answer = NET_SILENT; /* that nobody answers at all is the rules' to say */
    assert_net(&net, "tls.modern");
}

static void what_this_machine_cannot_reach_is_nobodys_fault(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.addresses[1].answer = NET_NO_WAY;
    net.more_count = 3;
    assert_net(&net, "address.not_reachable_from_here\naddress.not_all_asked\ntls.modern");
    assert_detail(&net, FINDING_ADDRESS_NO_WAY, "1 of 5 were left out, such as 2001:db8::1");
}

static void answers_that_differ_are_told_apart(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.addresses[1].field = (struct str){NULL, 0};
    assert_net(&net, "address.field_differs\ntls.modern");
    assert_detail(&net, FINDING_ADDRESS_FIELD, "192.0.2.1 sends \"max-age=1\", 2001:db8::1 sends \"none\"");
    net = usual();
    net.addresses[1].status = 503;
    assert_net(&net, "address.status_differs\ntls.modern");
    assert_detail(&net, FINDING_ADDRESS_STATUS, "192.0.2.1 answers with 200, 2001:db8::1 with 503");
    net = usual();
    net.addresses[1].leaf[0] = 'b';
    assert_net(&net, "address.certificate_differs\ntls.modern");
    net.addresses[1].leaf[0] = '\0'; /* not known */
    assert_net(&net, ALWAYS);
}

static void a_certificate_that_is_refused_at_one_address_is_an_error(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.addresses[1].answer = NET_UNTRUSTED;
    net.addresses[1].why = STR("serves a certificate that has expired");
    assert_net(&net, "address.certificate_invalid\ntls.modern");
    assert_detail(&net, FINDING_ADDRESS_UNTRUSTED,
                  "2001:db8::1 serves a certificate that has expired, 192.0.2.1 does not");
    net.addresses[0].answer = NET_UNTRUSTED; /* alike, which is the rules' to say */
    assert_net(&net, ALWAYS);
}

/* ---- the DNS ---- */

static void an_https_record_is_told_with_what_it_says(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.https = (struct net_https){.told = NET_NONE};
    assert_net(&net, "dns.https.none\n" ALWAYS);
    net.https.told = NET_THERE;
    net.https.services_count = 1;
    net.https.services[0] = (struct net_service){.priority = 1,
                                                 .alpn = STR("h2, h3"),
                                                 .has_h2 = true,
                                                 .hints = STR("192.0.2.1"),
                                                 .has_port = true,
                                                 .port = 8443,
                                                 .ech = true};
    assert_net(&net, "dns.https.present\n" ALWAYS);
    assert_detail(&net, FINDING_HTTPS_RECORD_THERE,
                  "protocols h2, h3, port 8443, addresses 192.0.2.1, Encrypted ClientHello");
    net.https.services_count = 2;
    net.https.services[1] = (struct net_service){.priority = 2, .target = STR("cdn.example.net")};
    net.https.services[0] = (struct net_service){.priority = 1};
    assert_detail(&net, FINDING_HTTPS_RECORD_THERE, "nothing besides; and there are more");
    net.https = (struct net_https){.told = NET_UNTOLD, .why = STR("cannot be found: no name server answers")};
    assert_net(&net, "dns.no_answer\n" ALWAYS);
    net.https.why = STR(""); /* nobody asked */
    assert_net(&net, ALWAYS);
}

static void contradictions_of_an_https_record_are_found(void **state)
{
    (void)state;
    static const struct {
        struct net_service services[2];
        size_t count;
        const char *codes;
    } cases[] = {
        {{{.priority = 1, .stray_hint = STR_INIT("192.0.2.9")}}, 1, "dns.https.hint_differs\n"},
        {{{.priority = 1, .has_port = true, .port = 8443, .port_silent = STR_INIT("refuses")}},
         1,
         "dns.https.port_closed\n"},
        {{{.priority = 1, .target = STR_INIT("nowhere.test"), .target_missing = true}},
         1,
         "dns.https.target_missing\n"},
        {{{.priority = 1, .is_foreign = true}}, 1, "dns.https.demand\n"},
        {{{.is_alias = true, .target = STR_INIT("nowhere.test"), .target_missing = true}},
         1,
         "dns.https.target_missing\n"},
        {{{.is_alias = true, .target = STR_INIT("")}}, 1, "dns.https.no_service\n"},
        /* Beside an alias, nobody reads a service. */
        {{{.is_alias = true, .target = STR_INIT("a.test")}, {.priority = 1, .stray_hint = STR_INIT("192.0.2.9")}},
         2,
         "dns.https.mixed\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_seen net = usual();
        char codes[256];
        net.https = (struct net_https){.told = NET_THERE, .services_count = cases[i].count};
        memcpy(net.https.services, cases[i].services, sizeof cases[i].services);
        (void)snprintf(codes, sizeof codes, "%s%s" ALWAYS, cases[i].codes, "dns.https.present\n");
        assert_net(&net, codes);
    }
}

static void what_an_https_record_promises_has_to_be_spoken(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.https = (struct net_https){.told = NET_THERE, .services_count = 1};
    net.https.services[0] = (struct net_service){.priority = 1, .has_h2 = true, .alpn = STR("h2")};
    net.tls.protocol = STR("HTTP/1.1");
    assert_net(&net, "dns.https.protocol_missing\ndns.https.present\ntls.no_http2\n" ALWAYS);
    net = usual();
    net.https = (struct net_https){.told = NET_THERE, .services_count = 1, .services = {{.priority = 1}}};
    for (size_t i = 0; i < net.addresses_count; i++)
        net.addresses[i].answer = NET_SILENT;
    net.tls = (struct net_tls){.version = STR("")};
    assert_net(&net, "dns.https.no_https\ndns.https.present");
    for (size_t i = 0; i < net.addresses_count; i++)
        net.addresses[i].answer = NET_NO_WAY; /* who could not ask, cannot say so */
    assert_net(&net, "address.not_reachable_from_here\ndns.https.present");
}

static void a_record_that_cannot_be_read_is_told_alone(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.https = (struct net_https){.told = NET_THERE, .malformed_why = STR("is cut off")};
    assert_net(&net, "dns.https.malformed\n" ALWAYS);
    assert_detail(&net, FINDING_HTTPS_RECORD_MALFORMED, "it is cut off");
}

static void caa_records_say_who_may_issue(void **state)
{
    (void)state;
    static const struct {
        enum net_caa_verdict verdict;
        const char *codes;
    } cases[] = {
        {NET_CAA_ALLOWED, ""},
        {NET_CAA_UNJUDGED, ""},
        {NET_CAA_OTHER, "dns.caa.issuer_barred\n"},
        {NET_CAA_NOBODY, "dns.caa.nobody\n"},
        {NET_CAA_FOREIGN, "dns.caa.demand\n"},
    };
    struct net_seen net = usual();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char codes[256];
        net.caa = (struct net_caa){.told = NET_THERE,
                                   .owner = STR("example.org"),
                                   .issuers = STR("pki.goog"),
                                   .identity = STR("letsencrypt.org"),
                                   .verdict = cases[i].verdict};
        (void)snprintf(codes, sizeof codes, "%sdns.caa.present\n" ALWAYS, cases[i].codes);
        assert_net(&net, codes);
        assert_detail(&net, FINDING_CAA_THERE, "example.org allows pki.goog; attempts of others are told to nobody");
    }
    net.caa.verdict = NET_CAA_OTHER;
    assert_detail(&net, FINDING_CAA_OTHER, "the certificate is from letsencrypt.org; example.org allows pki.goog");
    net.caa = (struct net_caa){.told = NET_NONE};
    assert_net(&net, "dns.caa.none\n" ALWAYS);
    net.caa = (struct net_caa){.told = NET_UNTOLD, .why = STR("cannot be found")};
    assert_net(&net, "dns.no_answer\n" ALWAYS);
}

/* ---- above ---- */

static void what_binds_from_above_is_told(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.above_count = 1;
    net.above[0] = (struct net_above){STR("example.org"), STR("max-age=9; includeSubDomains")};
    assert_net(&net, "above.binds\n" ALWAYS);
    assert_detail(&net, FINDING_ABOVE_BINDS, "example.org sends \"max-age=9; includeSubDomains\"");
    net.above_count = 0;
    net.listed = (struct net_listed){.known = true, .is_bound = true, .entry = STR("example.org")};
    assert_net(&net, "above.preloaded\n" ALWAYS);
    net.listed.is_top = true;
    assert_net(&net, "above.preloaded_suffix\n" ALWAYS);
    net.listed.is_own = true;
    assert_net(&net, "above.listed\n" ALWAYS);
    net.listed.is_bound = false;
    assert_net(&net, ALWAYS);
}

/* ---- TLS ---- */

static void what_tls_takes_is_judged(void **state)
{
    (void)state;
    struct net_seen net = usual();
    net.tls.offers[NET_TLS_1_0] = NET_OFFER_TAKEN;
    net.tls.offers[NET_TLS_1_1] = NET_OFFER_TAKEN;
    assert_net(&net, "tls.old_version\ntls.facts\naddress.alike");
    assert_detail(&net, FINDING_TLS_OLD, "TLS 1.0, TLS 1.1");
    net.tls.offers[NET_TLS_1_3] = NET_OFFER_REFUSED;
    net.tls.version = STR("TLSv1.2");
    net.tls.cipher = net.tls.cipher_1_2 = STR("AES128-SHA");
    assert_net(&net, "tls.old_version\ntls.no_forward_secrecy\ntls.no_1_3\ntls.facts\naddress.alike");
    net = usual();
    net.tls.offers[NET_TLS_1_2] = NET_OFFER_REFUSED;
    net.tls.cipher_1_2 = STR("");
    assert_net(&net, "tls.no_1_2\n" ALWAYS);
    net = usual();
    net.tls.cipher_1_2 = STR("AES128-SHA"); /* though TLS 1.3 is agreed on usually */
    assert_net(&net, "tls.no_forward_secrecy\ntls.facts\naddress.alike");
    net = usual();
    net.tls.offers[NET_TLS_1_3] = NET_OFFER_UNKNOWN; /* what was not found out is no fault, and nothing to be praised */
    assert_net(&net, "tls.facts\naddress.alike");
    net = usual();
    net.tls.protocol = STR("HTTP/1.1");
    assert_net(&net, "tls.no_http2\n" ALWAYS);
}

static void keys_have_to_be_long_enough(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        unsigned bits;
        bool weak;
    } cases[] = {
        {"RSA", 1024, true}, {"RSA", 2048, false}, {"ECDSA", 256, false}, {"ECDSA", 192, true}, {"", 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_seen net = usual();
        net.tls.key = str_from(cases[i].kind);
        net.tls.key_bits = cases[i].bits;
        assert_net(&net, cases[i].weak ? "tls.key_weak\ntls.facts\naddress.alike" : ALWAYS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_answer_alike_are_good),
        cmocka_unit_test(who_does_not_answer_is_told_by_family),
        cmocka_unit_test(what_this_machine_cannot_reach_is_nobodys_fault),
        cmocka_unit_test(answers_that_differ_are_told_apart),
        cmocka_unit_test(a_certificate_that_is_refused_at_one_address_is_an_error),
        cmocka_unit_test(an_https_record_is_told_with_what_it_says),
        cmocka_unit_test(contradictions_of_an_https_record_are_found),
        cmocka_unit_test(what_an_https_record_promises_has_to_be_spoken),
        cmocka_unit_test(a_record_that_cannot_be_read_is_told_alone),
        cmocka_unit_test(caa_records_say_who_may_issue),
        cmocka_unit_test(what_binds_from_above_is_told),
        cmocka_unit_test(what_tls_takes_is_judged),
        cmocka_unit_test(keys_have_to_be_long_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
