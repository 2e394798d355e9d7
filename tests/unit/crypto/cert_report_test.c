/* The corpus of broken certificates: each is made here, and has its id, its words and its weight. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypto/cert_report.h"
#include "test_ca.h"

#define DAY_S         86400
#define NAMES_COUNT   120
#define FOUND_SIZE    512
#define MARK_DECLARED 1

static struct test_ca *ca;
static struct trust *trusting; /* knows the root of `ca`, as one that is declared */
static struct trust *ignorant; /* knows none */

static int make_ca(void **state)
{
    (void)state;
    ca = test_ca_new();
    assert_true(trust_new(&trusting, NULL) && trust_add_pem(trusting, test_ca_root_pem(ca), MARK_DECLARED, NULL));
    struct test_ca *other = test_ca_new();
    assert_true(trust_new(&ignorant, NULL) &&
                trust_add_pem(ignorant, test_ca_intermediate_pem(other), MARK_DECLARED, NULL));
    test_ca_free(other);
    return 0;
}

static int drop_ca(void **state)
{
    (void)state;
    trust_free(trusting);
    trust_free(ignorant);
    test_ca_free(ca);
    return 0;
}

static struct cert_report report_of(struct str file, struct str key, const struct trust *trust)
{
    static const struct str name = STR_INIT("a.test");
    const struct cert_view view = {.names = &name, .names_count = 1, .trust = trust, .now_s = TEST_CA_NOW_S};
    struct cert_report report;
    struct cert *cert = cert_load(file, key, NULL, NULL);
    assert_non_null(cert);
    cert_report_make(cert, &view, &report);
    cert_free(cert);
    return report;
}

/* "expired wrong_name", in the order told. */
static const char *ids_of(const struct cert_report *report, char room[static FOUND_SIZE])
{
    room[0] = '\0';
    for (size_t i = 0; i < report->count; i++) {
        size_t used = strlen(room);
        (void)snprintf(room + used, FOUND_SIZE - used, "%s%s", i ? " " : "", cert_fault_id(report->findings[i].fault));
    }
    return room;
}

static void must_say(const struct cert_report *report, const char *text)
{
    for (size_t i = 0; i < report->count; i++)
        if (strstr(report->findings[i].text, text))
            return;
    fail_msg("\"%s\" is not said; first: %s", text, report->count ? report->findings[0].text : "nothing");
}

static const char *many_names[NAMES_COUNT + 1];

static void every_fault_of_the_corpus_is_found_with_its_particulars(void **state)
{
    (void)state;
    static const char *const a[] = {"a.test", NULL}, *const b[] = {"b.test", "c.test", NULL};
    static char rooms[NAMES_COUNT][16];
    const int64_t now = TEST_CA_NOW_S, end = now + (int64_t)90 * DAY_S;
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        (void)snprintf(rooms[i], sizeof rooms[i], i ? "n%zu.test" : "a.test", i);
        many_names[i] = rooms[i];
    }
    const struct {
        struct test_ca_leaf leaf;
        const char *ids, *says;
        enum cert_weight weight;
    } cases[] = {
        {{.names = a, .not_after_s = end}, "", NULL, CERT_NOTE},
        {{.names = a, .kind = TEST_CA_P384, .not_after_s = end}, "", NULL, CERT_NOTE},
        {{.names = a, .kind = TEST_CA_RSA2048, .not_after_s = end}, "", NULL, CERT_NOTE},
        {{.names = b, .not_after_s = end}, "wrong_name", "covers b.test, c.test, but not a.test", CERT_WARNING},
        {{.names = a, .no_names = true, .not_after_s = end},
         "no_alternative_names",
         "whatever its subject says (CN=a.test)",
         CERT_WARNING},
        {{.names = many_names, .not_after_s = end}, "many_names", "has 120 names", CERT_NOTE},
        {{.names = a, .not_after_s = now - DAY_S},
         "expired",
         "expired on 2026-01-14 12:00 UTC; this machine's clock says 2026-01-15 12:00 UTC",
         CERT_WARNING},
        {{.names = a, .not_before_s = now + DAY_S, .not_after_s = end},
         "not_yet_valid",
         "not valid before 2026-01-16 12:00 UTC",
         CERT_WARNING},
        {{.names = a, .kind = TEST_CA_P521, .not_after_s = end}, "key_kind", "ECDSA with 521 bits", CERT_REFUSAL},
        {{.names = a, .kind = TEST_CA_ED25519, .not_after_s = end}, "key_kind", "(Ed25519)", CERT_REFUSAL},
        {{.names = a, .kind = TEST_CA_RSA1024, .not_after_s = end},
         "weak_key",
         "The RSA key has 1024 bits",
         CERT_REFUSAL},
        {{.names = a, .sha1 = true, .not_after_s = end}, "weak_signature", "SHA-1", CERT_REFUSAL},
        {{.names = a, .usage = "clientAuth", .not_after_s = end}, "not_for_servers", "serverAuth", CERT_REFUSAL},
        {{.names = a, .is_authority = true, .not_after_s = end}, "ca_certificate", "Firefox", CERT_WARNING},
        {{.names = a, .self_signed = true, .not_after_s = end}, "self_signed", "signed itself", CERT_WARNING},
        {{.names = a}, "validity_too_long", "Apple's devices accept 825 days at most", CERT_WARNING},
        {{.names = b, .kind = TEST_CA_ED25519, .not_after_s = now - DAY_S},
         "key_kind expired wrong_name",
         NULL,
         CERT_REFUSAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char found[FOUND_SIZE];
        struct test_ca_made made = test_ca_make(ca, &cases[i].leaf);
        struct cert_report report = report_of(buf_str(&made.chain), buf_str(&made.key), trusting);
        assert_string_equal(ids_of(&report, found), cases[i].ids);
        assert_int_equal(report.weight, cases[i].weight);
        if (cases[i].says)
            must_say(&report, cases[i].says);
        test_ca_made_free(&made);
    }
}

static void an_issuer_that_is_not_known_is_named(void **state)
{
    (void)state;
    static const char *const a[] = {"a.test", NULL};
    const struct test_ca_leaf plain = {.names = a, .not_after_s = TEST_CA_NOW_S + DAY_S},
                              with_url = {.names = a,
                                          .not_after_s = TEST_CA_NOW_S + DAY_S,
                                          .issuer_url = "http://ca.test/between.crt"},
                              odd_url = {.names = a,
                                         .not_after_s = TEST_CA_NOW_S + DAY_S,
                                         .issuer_url = "ldap://ca.test/cn=between"};
    const struct {
        const struct test_ca_leaf *leaf;
        bool whole; /* the chain and not the leaf alone */
        bool known; /* its root */
        const char *ids, *says, *fix;
    } cases[] = {
        {&plain, true, true, "", NULL, NULL},
        {&plain, true, false, "unknown_issuer", "leads to \"CN=Test root\"", "trust --declare-file"},
        {&plain, false, true, "unknown_issuer", "intermediate certificate is missing", NULL},
        {&with_url, false, true, "missing_intermediate", "\"CN=Test intermediate\", is missing",
         "http://ca.test/between.crt"},
        {&with_url, true, true, "", NULL, NULL},
        {&odd_url, false, true, "unknown_issuer", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char found[FOUND_SIZE];
        struct test_ca_made made = test_ca_make(ca, cases[i].leaf);
        struct cert_report report = report_of(buf_str(cases[i].whole ? &made.chain : &made.leaf), buf_str(&made.key),
                                              cases[i].known ? trusting : ignorant);
        assert_string_equal(ids_of(&report, found), cases[i].ids);
        if (cases[i].says)
            must_say(&report, cases[i].says);
        if (cases[i].fix)
            assert_non_null(strstr(report.findings[0].fix, cases[i].fix));
        test_ca_made_free(&made);
    }
}

static void a_root_that_only_this_machine_has_is_told(void **state)
{
    (void)state;
    static const struct str name = STR_INIT("a.test");
    const char *names[] = {"a.test", NULL};
    const struct cert_view view = {.names = &name,
                                   .names_count = 1,
                                   .trust = trusting,
                                   .local_marks = 1u << MARK_DECLARED,
                                   .now_s = TEST_CA_NOW_S};
    struct test_ca_made made =
        test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_after_s = TEST_CA_NOW_S + DAY_S});
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    struct cert_report report;
    cert_report_make(cert, &view, &report);
    assert_non_null(cert_report_find(&report, CERT_FAULT_UNKNOWN_ISSUER));
    assert_null(cert_report_find(&report, CERT_FAULT_EXPIRED));
    must_say(&report, "\"Test root\", which this machine knows and visitors do not");
    cert_free(cert);
    test_ca_made_free(&made);
}

static void without_roots_nothing_is_said_of_the_issuer(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct cert_report report = report_of(buf_str(&made.leaf), buf_str(&made.key), NULL);
    assert_int_equal(report.count, 0);
    test_ca_made_free(&made);
}

static void what_could_move_a_cursor_is_not_repeated(void **state)
{
    (void)state;
    const char *names[] = {"\x1b[2Jb.test", "c\nd.test",
                           "e\xc2\x9b"
                           "f.test",
                           NULL};
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names});
    struct cert_report report = report_of(buf_str(&made.chain), buf_str(&made.key), trusting);
    const struct cert_finding *finding = cert_report_find(&report, CERT_FAULT_NAME);
    assert_non_null(finding);
    for (const char *at = finding->text; *at; at++)
        assert_true((unsigned char)*at >= 0x20 && *at != 0x7f && (unsigned char)*at != 0x9b);
    test_ca_made_free(&made);
}

static bool is_utf8(struct str text)
{
    for (size_t size; text.size > 0; text = str_after(text, size))
        if ((size = str_utf8_size(text)) == 0)
            return false;
    return true;
}

/* A name in three bytes a character, cut behind the 80th byte; and bytes that are no character at all. */
static void what_is_told_is_utf8_whatever_the_names_are(void **state)
{
    (void)state;
    char company[64] = "", longer[200];
    for (size_t i = 0; i < 20; i++)
        memcpy(company + 3 * i, "\xe6\xa0\xaa", 4);
    (void)snprintf(longer, sizeof longer, "%s.%s.test", company, company);
    const char *names[] = {longer, "\xff\xc3.test", NULL};
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names});
    struct cert_report report = report_of(buf_str(&made.chain), buf_str(&made.key), trusting);
    const struct cert_finding *finding = cert_report_find(&report, CERT_FAULT_NAME);
    assert_non_null(finding);
    assert_non_null(strstr(finding->text, company));
    assert_true(is_utf8(str_from(finding->text)));
    test_ca_made_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_the_corpus_is_found_with_its_particulars),
        cmocka_unit_test(an_issuer_that_is_not_known_is_named),
        cmocka_unit_test(a_root_that_only_this_machine_has_is_told),
        cmocka_unit_test(without_roots_nothing_is_said_of_the_issuer),
        cmocka_unit_test(what_could_move_a_cursor_is_not_repeated),
        cmocka_unit_test(what_is_told_is_utf8_whatever_the_names_are),
    };
    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
