/* Each part by libcrypto's own setter. */
#include "crypto/x509_make.h"

#include <openssl/bn.h>
#include <time.h>

#include "crypto/alt_names.h"

/* RFC 5280 section 4.1.2.2 allows 20 octets, positive; 127 random bits never meet twice. */
#define SERIAL_BITS 127

static bool serial_set(X509 *x509)
{
    BIGNUM *number = BN_new();
    bool ok = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
    BN_free(number);
    return ok;
}

static bool times_set(X509 *x509, int64_t from_s, int64_t to_s)
{
    return ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)from_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)to_s) != NULL;
}

bool x509_make_common_name(X509_NAME *name, struct str text)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, (const unsigned char *)text.data,
                                      (int)text.size, -1, 0) == 1;
}

bool x509_make_basic_constraints(X509 *x509, bool is_ca)
{
    BASIC_CONSTRAINTS *value = BASIC_CONSTRAINTS_new();
    if (!value)
        return false;
    value->ca = is_ca ? 0xff : 0;
    if (is_ca)
        value->pathlen = ASN1_INTEGER_new();
    bool ok = (!is_ca || (value->pathlen && ASN1_INTEGER_set(value->pathlen, 0) == 1)) &&
              X509_add1_ext_i2d(x509, NID_basic_constraints, value, 1, X509V3_ADD_DEFAULT) == 1;
    BASIC_CONSTRAINTS_free(value);
    return ok;
}

bool x509_make_key_usage(X509 *x509, const int *bits, size_t bits_count)
{
    ASN1_BIT_STRING *value = ASN1_BIT_STRING_new();
    bool ok = value != NULL;
    for (size_t i = 0; ok && i < bits_count; i++)
        ok = ASN1_BIT_STRING_set_bit(value, bits[i], 1) == 1;
    ok = ok && X509_add1_ext_i2d(x509, NID_key_usage, value, 1, X509V3_ADD_DEFAULT) == 1;
    ASN1_BIT_STRING_free(value);
    return ok;
}

bool x509_make_server_auth(X509 *x509)
{
    EXTENDED_KEY_USAGE *value = EXTENDED_KEY_USAGE_new();
    ASN1_OBJECT *purpose = OBJ_nid2obj(NID_server_auth); /* static: not to be freed */
    bool ok = value && sk_ASN1_OBJECT_push(value, purpose) > 0 &&
              X509_add1_ext_i2d(x509, NID_ext_key_usage, value, 0, X509V3_ADD_DEFAULT) == 1;
    EXTENDED_KEY_USAGE_free(value);
    return ok;
}

bool x509_make_key_identifier(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(x509, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

X509 *x509_make(const struct key *key, int64_t from_s, int64_t to_s)
{
    X509 *x509 = X509_new();
    bool ok = x509 && X509_set_version(x509, 2) == 1 && serial_set(x509) && times_set(x509, from_s, to_s) &&
              X509_set_pubkey(x509, key_handle(key)) == 1;
    if (ok)
        return x509;
    X509_free(x509);
    return NULL;
}

bool x509_make_alt_names(X509 *x509, const struct str *names, size_t names_count, bool critical)
{
    GENERAL_NAMES *all = alt_names_make(names, names_count);
    bool ok = all && X509_add1_ext_i2d(x509, NID_subject_alt_name, all, critical, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(all);
    return ok;
}
