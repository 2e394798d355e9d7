/* Who issued a certificate, as CAA records name him. */
#include "check.h"

#include "dns/caa_issuer.h"

static void authorities_are_known_by_their_organisation(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *identity; /* NULL: not known */
    } cases[] = {
        {"CN=R12,O=Let's Encrypt,C=US", "letsencrypt.org"},
        {"O=Let's Encrypt", "letsencrypt.org"},
        {"CN=WE1,O=Google Trust Services,C=US", "pki.goog"},
        {"CN=Sectigo RSA,O=Sectigo Limited,L=Salford", "sectigo.com"},
        {"CN=Go Daddy,OU=x,O=GoDaddy.com\\, Inc.,C=US", "godaddy.com"},
        {"CN=O\\,O=Let's Encrypt,O=Somebody", NULL}, /* an escaped comma ends nothing */
        {"CN=DigiCert,C=US", NULL},                  /* no organisation */
        {"CN=x,OO=DigiCert Inc", NULL},
        {"O=", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct str *identities = NULL;
        size_t count = caa_identities_of(str_from(cases[i].issuer), &identities);
        if ((count > 0) != (cases[i].identity != NULL))
            fail_msg("case %zu: %zu identities", i, count);
        if (count)
            assert_str(identities[0], str_from(cases[i].identity));
    }
}

static void an_authority_may_have_several_names(void **state)
{
    (void)state;
    const struct str *identities = NULL;
    size_t count = caa_identities_of(STR("CN=ZeroSSL ECC,O=ZeroSSL,C=AT"), &identities);
    assert_in_range(count, 2, CAA_IDENTITIES_COUNT_MAX);
    for (size_t i = 0; i < count; i++)
        assert_true(identities[i].size > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authorities_are_known_by_their_organisation),
        cmocka_unit_test(an_authority_may_have_several_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
