/* As their documentation has them. */
#include "control/ca_known.h"

static const struct ca_known known[] = {
    {"letsencrypt", "https://acme-v02.api.letsencrypt.org/directory", false},
    {"letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory", true},
    {"zerossl", "https://acme.zerossl.com/v2/DV90", false},
    {"google", "https://dv.acme-v02.api.pki.goog/directory", false},
    {"google-staging", "https://dv.acme-v02.test-api.pki.goog/directory", true},
    {"sslcom", "https://acme.ssl.com/sslcom-dv-ecc", false},
};

const struct ca_known *ca_known_find(struct str name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(str_from(known[i].name), name))
            return &known[i];
    return NULL;
}
