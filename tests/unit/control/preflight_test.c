/* The judgement: facts in, findings out. */
#include "check.h"

#include <stdio.h>

#include "control/preflight.h"

static const struct str identities[] = {STR_INIT("ca.example")};

struct world {
    struct preflight_facts facts;
    struct preflight_name names[2];
    struct caa_set caa;
    struct arena arena;
};

/* All is well: one name with one address of this machine. */
static void good(struct world *w, enum preflight_method method)
{
    *w = (struct world){.facts = {.names_count = 1,
                                  .http_port = 80,
                                  .https_port = 443,
                                  .http_answers = true,
                                  .https_answers = true,
                                  .clock_good = true,
                                  .clock_synchronised = true,
                                  .identities = identities,
                                  .identities_count = 1}};
    w->facts.names = w->names;
    w->names[0] = (struct preflight_name){
        .name = STR("www.example.org"),
        .method = method,
        .looked_up = true,
        .addresses = {{.text = STR("192.0.2.1"), .is_ours = true, .reach = REACH_US}},
        .addresses_count = 1,
        .caa_known = true,
        .caa = &w->caa,
        .caa_owner = STR("example.org"),
        .dns_tried = true,
        .dns_works = true,
    };
    arena_init(&w->arena, 1 << 20);
}

static void expect(struct world *w, const char *id, enum preflight_verdict verdict, const char *words, bool ready)
{
    struct preflight_findings findings;
    bool found = false;
    assert_true(preflight_judge(&w->facts, &w->arena, &findings));
    for (size_t i = 0; i < findings.count; i++) {
        const struct preflight_finding *finding = &findings.rows[i];
        assert_true(finding->text.size > 0);
        assert_true(finding->verdict < PREFLIGHT_WARNING || finding->fix.size > 0);
        if (strcmp(finding->id, id) == 0 && finding->verdict == verdict && finding->text.size &&
            memmem(finding->text.data, finding->text.size, words, strlen(words)))
            found = true;
    }
    if (!found) {
        for (size_t i = 0; i < findings.count; i++)
            (void)fprintf(stderr, "%s %s: %.*s\n", preflight_verdict_name(findings.rows[i].verdict),
                          findings.rows[i].id, STR_ARG(findings.rows[i].text));
        fail_msg("no %s %s with \"%s\"", preflight_verdict_name(verdict), id, words);
    }
    assert_int_equal(preflight_is_ready(&findings), ready);
    arena_fini(&w->arena);
}

static void what_is_well_is_ready(void **state)
{
    (void)state;
    struct world w;
    for (unsigned method = 0; method < PREFLIGHT_METHODS_COUNT; method++) {
        good(&w, (enum preflight_method)method);
        expect(&w, "clock", PREFLIGHT_GOOD, "kept right", true);
        good(&w, (enum preflight_method)method);
        expect(&w, "caa", PREFLIGHT_GOOD, "allows every CA", true);
    }
    good(&w, PREFLIGHT_HTTP_01);
    expect(&w, "address", PREFLIGHT_GOOD, "192.0.2.1, and there this gateway answers on port 80.", true);
    good(&w, PREFLIGHT_TLS_ALPN_01);
    expect(&w, "listener", PREFLIGHT_GOOD, "tls-alpn-01", true);
    good(&w, PREFLIGHT_DNS_01);
    expect(&w, "dns-01", PREFLIGHT_GOOD, "put up in the DNS", true);
}

static void the_forgotten_aaaa_record_is_told(void **state)
{
    (void)state;
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses[1] =
        (struct preflight_address){.text = STR("2001:db8::1"), .is_v6 = true, .reach = REACH_OTHER};
    w.names[0].addresses_count = 2;
    expect(&w, "ipv6", PREFLIGHT_FAILURE, "2001:db8::1 of www.example.org leads to another server", false);
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses[0] =
        (struct preflight_address){.text = STR("2001:db8::1"), .is_v6 = true, .reach = REACH_OTHER};
    expect(&w, "elsewhere", PREFLIGHT_FAILURE, "another server answers on port 80", false);
}

static void addresses_are_judged_by_who_answers(void **state)
{
    (void)state;
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses[0] =
        (struct preflight_address){.text = STR("198.51.100.1"), .reach = REACH_NOBODY, .why = STR("gives no answer")};
    expect(&w, "elsewhere", PREFLIGHT_WARNING, "is none of this machine's, and asked from here it gives no answer",
           true);
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses[0].reach = REACH_NOBODY;
    w.names[0].addresses[0].why = STR("refuses the connection");
    expect(&w, "unreachable", PREFLIGHT_FAILURE, "refuses the connection (port 80)", false);
    good(&w, PREFLIGHT_TLS_ALPN_01);
    w.names[0].addresses[0].is_ours = false;
    expect(&w, "address", PREFLIGHT_GOOD, "on port 443 (by way of another machine)", true);
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses[0].reach = REACH_NOT_ASKED;
    expect(&w, "address", PREFLIGHT_NOTICE, "it was not asked", true);
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses_count = 0;
    expect(&w, "no-address", PREFLIGHT_FAILURE, "neither A nor AAAA", false);
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].addresses_count = 0;
    w.names[0].looked_up = false;
    w.names[0].lookup_why = STR("nobody answers");
    expect(&w, "lookup", PREFLIGHT_FAILURE, "nobody answers", false);
}

static void a_ca_asks_ports_80_and_443_only(void **state)
{
    (void)state;
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.facts.http_port = 8080;
    expect(&w, "port", PREFLIGHT_FAILURE, "asks port 80 for http-01, but this gateway is known at port 8080", false);
    good(&w, PREFLIGHT_TLS_ALPN_01);
    w.facts.https_port = 0;
    expect(&w, "port", PREFLIGHT_FAILURE, "no listener speaks it here", false);
    good(&w, PREFLIGHT_HTTP_01);
    w.facts.http_answers = false;
    w.facts.http_why = STR("refuses the connection");
    expect(&w, "listener", PREFLIGHT_FAILURE, "own listener refuses the connection", false);
    good(&w, PREFLIGHT_DNS_01); /* needs neither */
    w.facts.http_port = w.facts.https_port = 0;
    expect(&w, "dns-01", PREFLIGHT_GOOD, "", true);
}

static void wildcards_and_addresses_have_their_own_ways(void **state)
{
    (void)state;
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].is_wildcard = true;
    expect(&w, "wildcard", PREFLIGHT_FAILURE, "by dns-01 only", false);
    good(&w, PREFLIGHT_DNS_01);
    w.names[0].is_ip = true;
    expect(&w, "address-by-dns", PREFLIGHT_FAILURE, "is an IP address", false);
    good(&w, PREFLIGHT_DNS_01);
    w.names[0].dns_works = false;
    w.names[0].dns_why = STR("The DNS server refuses.");
    w.names[0].dns_fix = STR("allow it");
    expect(&w, "dns-01", PREFLIGHT_FAILURE, "The DNS server refuses.", false);
    good(&w, PREFLIGHT_DNS_01);
    w.names[0].dns_left_out = STR("ns2.example.org (192.0.2.2) answers REFUSED");
    expect(&w, "name-server", PREFLIGHT_WARNING, "ns2.example.org (192.0.2.2) answers REFUSED.", true);
}

static void caa_is_judged_for_this_ca(void **state)
{
    (void)state;
    static const struct {
        const char *tag, *value;
        bool critical, known;
        enum preflight_verdict verdict;
        const char *words;
    } cases[] = {
        {"issue", "ca.example", false, true, PREFLIGHT_GOOD, "\"ca.example\" of example.org allows this CA"},
        {"issue", "other.example", false, true, PREFLIGHT_FAILURE, "allows other CAs, but not this one"},
        {"issue", ";", false, true, PREFLIGHT_FAILURE, "allows no CA at all"},
        {"issue", ";", false, false, PREFLIGHT_FAILURE, "allows no CA at all"},
        {"issue", "ca.example; validationmethods=dns-01", false, true, PREFLIGHT_FAILURE, "by other methods only"},
        {"issue", "ca.example; accounturi=https://x", false, true, PREFLIGHT_FAILURE, "for another account only"},
        {"issue", "other.example", false, false, PREFLIGHT_NOTICE, "allows that CA, and no other"},
        {"tbs", "x", true, true, PREFLIGHT_FAILURE, "must refuse"},
        {"issue", "a\033[31mb", false, true, PREFLIGHT_FAILURE, "\"a?[31mb\""},
        {"iodef", "mailto:a@b", false, true, PREFLIGHT_GOOD, "forbid nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        good(&w, PREFLIGHT_HTTP_01);
        w.caa = (struct caa_set){.records = {{cases[i].critical, str_from(cases[i].tag), str_from(cases[i].value)}},
                                 .records_count = 1};
        if (!cases[i].known)
            w.facts.identities_count = 0;
        expect(&w, "caa", cases[i].verdict, cases[i].words, cases[i].verdict != PREFLIGHT_FAILURE);
    }
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.names[0].caa_known = false;
    w.names[0].caa_why = STR("the resolver answers SERVFAIL");
    expect(&w, "caa", PREFLIGHT_FAILURE, "SERVFAIL", false);
}

static void the_clock_and_the_directory_concern_all(void **state)
{
    (void)state;
    struct world w;
    good(&w, PREFLIGHT_HTTP_01);
    w.facts.clock_synchronised = false;
    expect(&w, "clock", PREFLIGHT_WARNING, "No time server", true);
    good(&w, PREFLIGHT_HTTP_01);
    w.facts.clock_good = false;
    w.facts.clock_why = STR("it was set back.");
    expect(&w, "clock", PREFLIGHT_FAILURE, "it was set back.", false);
    good(&w, PREFLIGHT_HTTP_01);
    w.facts.directory_why = STR("refuses the connection");
    expect(&w, "directory", PREFLIGHT_FAILURE, "refuses the connection", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_well_is_ready),
        cmocka_unit_test(the_forgotten_aaaa_record_is_told),
        cmocka_unit_test(addresses_are_judged_by_who_answers),
        cmocka_unit_test(a_ca_asks_ports_80_and_443_only),
        cmocka_unit_test(wildcards_and_addresses_have_their_own_ways),
        cmocka_unit_test(caa_is_judged_for_this_ca),
        cmocka_unit_test(the_clock_and_the_directory_concern_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
