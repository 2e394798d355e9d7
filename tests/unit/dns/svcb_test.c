/* HTTPS records taken apart: what they say, and which are none. */
#include "check.h"

#include <stdlib.h>

#include "dns/svcb.h"

#define SELF(params) "\0\1\0" params
/* priority 1, "." as target; alpn h2,h3; port 8443; ipv4hint 192.0.2.1, 192.0.2.2; ech; ipv6hint 2001:db8::1 */
#define FULL                                                                                                           \
    SELF("\0\0\0\4\0\1\0\3"                                                                                            \
         "\0\1\0\6\2h2\2h3"                                                                                            \
         "\0\3\0\2\x20\xfb"                                                                                            \
         "\0\4\0\10\xc0\0\2\1\xc0\0\2\2"                                                                               \
         "\0\5\0\2ab"                                                                                                  \
         "\0\6\0\20\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1")

static bool read_as(const char *rdata, size_t size, struct svcb *ret)
{
    const char *why = NULL;
    bool fine = svcb_read(str_make(rdata, size), ret, &why);
    if (!fine)
        assert_non_null(why);
    return fine;
}

static void a_whole_record_is_taken_apart(void **state)
{
    (void)state;
    struct svcb svcb;
    assert_true(read_as(FULL, sizeof FULL - 1, &svcb));
    assert_int_equal(svcb.priority, 1);
    assert_int_equal(svcb.target.size, 1);
    assert_true(svcb.has_port && svcb.ech && !svcb.no_default_alpn && !svcb.is_foreign);
    assert_int_equal(svcb.port, 8443);
    struct str rest = svcb.alpn;
    assert_str(svcb_alpn_next(&rest), STR("h2"));
    assert_str(svcb_alpn_next(&rest), STR("h3"));
    assert_null(svcb_alpn_next(&rest).data);
    assert_str(svcb.ipv4, STR("\xc0\0\2\1\xc0\0\2\2"));
    assert_int_equal(svcb.ipv6.size, 16);
}

/* A record may end after a parameter, once what is demanded is there, and nowhere else. */
static void a_record_that_is_cut_off_is_none(void **state)
{
    (void)state;
    static const size_t ends[] = {3, 27, 39, 45, 65};
    struct svcb svcb;
    size_t fine = 0;
    for (size_t size = 0; size <= sizeof FULL - 1; size++) {
        /* of its own, so that a byte read too far is seen */
        char *copy = malloc(size ? size : 1);
        memcpy(copy, FULL, size);
        if (read_as(copy, size, &svcb)) {
            assert_true(fine < sizeof ends / sizeof *ends);
            assert_int_equal(size, ends[fine]);
            fine++;
        }
        free(copy);
    }
    assert_int_equal(fine, sizeof ends / sizeof *ends);
}

static void an_alias_has_a_target_and_no_parameters_that_count(void **state)
{
    (void)state;
    struct svcb svcb;
    char room[DNS_NAME_TEXT_SIZE];
    assert_true(read_as("\0\0\3www\7Example\4test\0\0\3\0\1x", 25, &svcb));
    assert_int_equal(svcb.priority, 0);
    assert_str(dns_name_text(&svcb.target, room), STR("www.example.test"));
    assert_false(svcb.has_port);
}

static void what_the_rfc_calls_malformed_is_refused(void **state)
{
    (void)state;
#define CASE(text)                                                                                                     \
    {                                                                                                                  \
        text, sizeof text - 1                                                                                          \
    }
    static const struct {
        const char *rdata;
        size_t size;
    } cases[] = {
        CASE("\0\1\xc0\0"),                                     /* a compressed target */
        CASE("\0\1\1a\xc0\0"),                                  /* … after a label */
        CASE("\0\1\x40x\0"),                                    /* a label of an unknown kind */
        CASE(SELF("\0\3\0\1\1")),                               /* half a port */
        CASE(SELF("\0\3\0\3\0\1\1")),                           /* and a long one */
        CASE(SELF("\0\1\0\0")),                                 /* no protocol */
        CASE(SELF("\0\1\0\1\0")),                               /* an empty one */
        CASE(SELF("\0\1\0\3\3h2")),                             /* one that is longer than the value */
        CASE(SELF("\0\4\0\0")),                                 /* no address */
        CASE(SELF("\0\4\0\5\1\2\3\4\5")),                       /* an address and a bit */
        CASE(SELF("\0\6\0\4\1\2\3\4")),                         /* an IPv4 address for IPv6 */
        CASE(SELF("\0\5\0\0")),                                 /* no keys */
        CASE(SELF("\0\2\0\1x")),                                /* a value where there is none */
        CASE(SELF("\0\2\0\0")),                                 /* no default, and nothing else */
        CASE(SELF("\0\3\0\2\0\1\0\1\0\3\2h2")),                 /* out of order */
        CASE(SELF("\0\1\0\3\2h2\0\1\0\3\2h2")),                 /* twice */
        CASE(SELF("\0\0\0\2\0\0")),                             /* demands the demand */
        CASE(SELF("\0\0\0\4\0\3\0\1\0\1\0\3\2h2\0\3\0\2\0\1")), /* demands out of order */
        CASE(SELF("\0\0\0\3\0\1\0\0\1\0\3\2h2")),               /* half a key */
        CASE(SELF("\0\0\0\0\0\1\0\3\2h2")),                     /* demands nothing */
        CASE(SELF("\0\0\0\2\0\1")),                             /* demands what is not there */
        CASE(SELF("\0\3\0\2\0\1\0")),                           /* and a byte */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct svcb svcb;
        if (read_as(cases[i].rdata, cases[i].size, &svcb))
            fail_msg("case %zu is taken", i);
    }
}

static void what_is_demanded_and_unknown_is_told(void **state)
{
    (void)state;
    struct svcb svcb;
    assert_true(read_as(SELF("\0\0\0\2\0\11\0\11\0\1x"), 3 + 11, &svcb));
    assert_true(svcb.is_foreign);
    assert_true(read_as(SELF("\0\11\0\1x"), 3 + 5, &svcb)); /* nobody demands it */
    assert_false(svcb.is_foreign);
    assert_true(read_as(SELF("\0\1\0\3\2h2\0\2\0\0"), 3 + 11, &svcb));
    assert_true(svcb.no_default_alpn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_record_is_taken_apart),
        cmocka_unit_test(a_record_that_is_cut_off_is_none),
        cmocka_unit_test(an_alias_has_a_target_and_no_parameters_that_count),
        cmocka_unit_test(what_the_rfc_calls_malformed_is_refused),
        cmocka_unit_test(what_is_demanded_and_unknown_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
