/* The fields of an X.509 certificate as text, by libcrypto. */
#include "crypto/cert_describe.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "crypto/alt_names.h"
#include "crypto/digest.h"
#include "crypto/key.h"

/* What is escaped are control characters and what RFC 2253 wants; letters of other scripts stay letters. */
#define NAME_FLAGS (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

static bool write_name(const X509_NAME *name, struct arena *arena, struct str *ret)
{
    char *text = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return false;
    bool readable = X509_NAME_print_ex(bio, name, 0, NAME_FLAGS) >= 0;
    long size = readable ? BIO_get_mem_data(bio, &text) : 0;
    bool fine = arena_str(arena, size > 0 ? str_make(text, (size_t)size) : STR(""), ret);
    BIO_free(bio);
    return fine;
}

static bool write_serial(const X509 *x509, struct arena *arena, struct str *ret)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
    size_t size = (size_t)ASN1_STRING_length(serial);
    char *text = arena_alloc(arena, 2 * size + 1);
    if (!text)
        return false;
    digest_hex(ASN1_STRING_get0_data(serial), size, text);
    *ret = str_make(text, 2 * size);
    return true;
}

static bool read_time(const ASN1_TIME *time, int64_t *ret)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(time, &tm) != 1)
        return false;
    *ret = (int64_t)timegm(&tm);
    return true;
}

/* Curves by the name that browsers and authorities use. */
static const char *curve_name(const EVP_PKEY *key)
{
    char curve[64];
    size_t size = 0;
    if (EVP_PKEY_get_group_name(key, curve, sizeof curve, &size) != 1)
        return "of an unnamed curve";
    switch (OBJ_sn2nid(curve)) {
    case NID_X9_62_prime256v1: return "P-256";
    case NID_secp384r1: return "P-384";
    case NID_secp521r1: return "P-521";
    default: return "of another curve";
    }
}

static struct str key_text(const X509 *x509, struct arena *arena)
{
    const EVP_PKEY *key = X509_get0_pubkey(x509);
    switch (key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE) {
    case EVP_PKEY_EC: return arena_printf(arena, "%s %s", key_kind_name(KEY_ECDSA), curve_name(key));
    case EVP_PKEY_RSA: return arena_printf(arena, "%s %d", key_kind_name(KEY_RSA), EVP_PKEY_get_bits(key));
    case EVP_PKEY_ED25519: return arena_printf(arena, "%s", key_kind_name(KEY_ED25519));
    default: return arena_printf(arena, "of another kind");
    }
}

static bool write_names(const X509 *x509, struct arena *arena, struct cert_description *out)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    bool fine = alt_names_read(all, arena, &out->names, &out->names_count);
    GENERAL_NAMES_free(all);
    return fine;
}

static bool describe(X509 *x509, struct str der, struct arena *arena, struct cert_description *out, struct err *err)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    if (!read_time(X509_get0_notBefore(x509), &out->not_before_s) ||
        !read_time(X509_get0_notAfter(x509), &out->not_after_s))
        return err_set(err, ERR_INPUT, "the certificate's dates cannot be read");
    if (!digest_fingerprint(der, fingerprint, err))
        return false;
    out->key = key_text(x509, arena);
    out->is_authority = X509_check_ca(x509) > 0;
    bool fine = write_name(X509_get_subject_name(x509), arena, &out->subject) &&
                write_name(X509_get_issuer_name(x509), arena, &out->issuer) &&
                write_serial(x509, arena, &out->serial) && arena_str(arena, str_from(fingerprint), &out->fingerprint) &&
                out->key.data && write_names(x509, arena, out);
    return fine || err_memory(err);
}

bool cert_describe(struct str der, struct arena *arena, struct cert_description *ret, struct err *err)
{
    const unsigned char *at = (const unsigned char *)der.data;
    struct cert_description made = {.names_count = 0};
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    bool fine = x509 ? describe(x509, der, arena, &made, err) : err_set(err, ERR_INPUT, "the bytes are no certificate");
    X509_free(x509);
    ERR_clear_error();
    if (fine)
        *ret = made;
    return fine;
}
