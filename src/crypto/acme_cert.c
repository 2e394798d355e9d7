/* A certificate of three parts: the name, the digest, a signature by its own key. */
#include "crypto/acme_cert.h"

#include <openssl/err.h>

#include "crypto/alt_names.h"
#include "crypto/x509_make.h"

#define DAY_S 86400
/* Clocks that differ by less than this still agree that it is valid. */
#define BACKDATE_S 86400
/* Nobody reads it; RFC 5280 wants an issuer, and some readers a subject. */
#define SUBJECT "ACME challenge"

/* id-pe-acmeIdentifier (RFC 8737 section 6.1), critical, an OCTET STRING inside the extension's own. */
static bool acme_identifier_add(X509 *x509, const uint8_t digest[static ACME_CERT_DIGEST_SIZE])
{
    uint8_t value[2 + ACME_CERT_DIGEST_SIZE] = {V_ASN1_OCTET_STRING, ACME_CERT_DIGEST_SIZE};
    memcpy(value + 2, digest, ACME_CERT_DIGEST_SIZE);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *kind = OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1);
    X509_EXTENSION *extension = NULL;
    bool ok = octets && kind && ASN1_OCTET_STRING_set(octets, value, sizeof value) == 1 &&
              (extension = X509_EXTENSION_create_by_OBJ(NULL, kind, 1, octets)) != NULL &&
              X509_add_ext(x509, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    ASN1_OBJECT_free(kind);
    ASN1_OCTET_STRING_free(octets);
    return ok;
}

static bool build(X509 *x509, struct str name, const uint8_t digest[static ACME_CERT_DIGEST_SIZE],
                  const struct key *key)
{
    return x509_make_common_name(X509_get_subject_name(x509), STR(SUBJECT)) &&
           X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 && x509_make_basic_constraints(x509, false) &&
           x509_make_alt_names(x509, &name, 1, false) && acme_identifier_add(x509, digest) &&
           X509_sign(x509, key_handle(key), EVP_sha256()) > 0;
}

bool acme_cert_make(struct str name, const uint8_t digest[static ACME_CERT_DIGEST_SIZE], int64_t now_s,
                    struct buf *cert_der, struct buf *key_der, struct err *err)
{
    if (!alt_name_is_valid(name))
        return err_field(err, "name", "\"%.*s\" is neither a host name nor an IP address.", STR_ARG(name));
    struct key *key = key_generate(KEY_ECDSA, err);
    if (!key)
        return false;
    X509 *x509 = x509_make(key, now_s - BACKDATE_S, now_s + (int64_t)ACME_CERT_DAYS * DAY_S);
    unsigned char *der = NULL;
    int size = x509 && build(x509, name, digest, key) ? i2d_X509(x509, &der) : -1;
    bool ok = true;
    if (size <= 0)
        ok = err_set(err, ERR_SYSTEM, "The certificate for the challenge cannot be made.");
    else if (!buf_put(cert_der, der, (size_t)size))
        ok = err_memory(err);
    ok = ok && key_to_der(key, key_der, err);
    ERR_clear_error();
    OPENSSL_free(der);
    X509_free(x509);
    key_free(key);
    return ok;
}
