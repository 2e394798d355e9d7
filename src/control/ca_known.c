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

bool ca_known_check(const json_t *json, struct err *err)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    if (!name || !*name || ca_known_find(str_from(name)) || json_object_get(json, "directory"))
        return true;
    (void)err_field(err, "directory",
                    "\"%.60s\" is no authority that is known by its name: the URL of its ACME directory is needed",
                    name);
    return err_fix(err, "known are letsencrypt, letsencrypt-staging, zerossl, google, google-staging, sslcom");
}
