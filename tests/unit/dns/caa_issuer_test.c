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
        {"CN=x,O=SSL Corporation,C=US", "ssl.com"},
        {"CN=x,O=IdenTrust\\, Inc.,C=US", "identrust.com"},
        {"CN=x,O=Amazon,C=US", "amazon.com"},
        {"CN=x,O=Amazonas State,C=BR", NULL},        /* an authority of its own */
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

/* A name in a record that the authority heeds shall never be taken for that of another. */
static void an_authority_may_have_several_names(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *identity;
    } cases[] = {
        {"CN=ZeroSSL ECC,O=ZeroSSL,C=AT", "sectigo.com"},
        {"CN=x,O=Sectigo Limited,C=GB", "entrust.net"},
        {"CN=x,O=SSL Corporation,C=US", "entrust.net"},
        {"CN=x,O=DigiCert Inc,C=US", "1and1.digitalcertvalidation.com"},
        {"CN=x,O=DigiCert Inc,C=US", "flipkart.com"},
        {"CN=x,O=QuoVadis Limited,C=BM", "digicert.com"},
        {"CN=x,O=Microsoft Corporation,C=US", "digicert.com"},
        {"CN=x,O=D-Trust GmbH,C=DE", "d-trust.de"},
        {"CN=x,O=Deutsche Telekom Security GmbH,C=DE", "dfn.de"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct str *identities = NULL;
        size_t count = caa_identities_of(str_from(cases[i].issuer), &identities), found = 0;
        assert_in_range(count, 2, CAA_IDENTITIES_COUNT_MAX);
        for (size_t k = 0; k < count; k++) {
            assert_true(identities[k].size > 0);
            found += str_eq(identities[k], str_from(cases[i].identity));
        }
        if (found != 1)
            fail_msg("%s: %s is told %zu times", cases[i].issuer, cases[i].identity, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authorities_are_known_by_their_organisation),
        cmocka_unit_test(an_authority_may_have_several_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
