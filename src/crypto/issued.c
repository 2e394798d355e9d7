/* A CA's answer as a chain: read strictly, then judged link by link. */
#include "crypto/issued.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "codec/base64.h"
#include "codec/date.h"
#include "codec/pem.h"
#include "crypto/alt_names.h"
#include "crypto/cert.h"

/* Names of a leaf as text: a hundred of 253 bytes are a tenth of this. */
#define NAMES_SIZE_MAX ((size_t)256 * 1024)
/* The DER of one certificate. */
#define DER_SIZE_MAX ((size_t)64 * 1024)

/* As they came: leaf first. */
struct chain {
    X509 *items[CERT_CHAIN_COUNT_MAX];
    size_t count;
};

static void chain_fini(struct chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        X509_free(chain->items[i]);
}

static X509 *der_read(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = der.size > 0 && der.size <= DER_SIZE_MAX ? d2i_X509(NULL, &at, (long)der.size) : NULL;
    if (x509 && at == (const unsigned char *)der.data + der.size)
        return x509;
    X509_free(x509);
    return NULL;
}

static bool chain_add(struct chain *chain, const struct pem_block *block, struct str der, struct err *err)
{
    if (!str_eq(block->label, STR("CERTIFICATE")))
        return err_set(err, ERR_INPUT, "it has a PEM block that is no certificate");
    if (chain->count == CERT_CHAIN_COUNT_MAX)
        return err_set(err, ERR_INPUT, "it has more than %d certificates", CERT_CHAIN_COUNT_MAX);
    X509 *x509 = der_read(der);
    if (!x509)
        return err_set(err, ERR_INPUT, "certificate %zu of it does not parse", chain->count + 1);
    chain->items[chain->count++] = x509;
    return true;
}

/* Whether there is more than blanks. Nothing else may stand around the certificates (RFC 8555 section 9.1). */
static bool has_more(struct pem_cursor *cursor)
{
    while (cursor->rest.size > 0 && memchr(" \t\r\n", cursor->rest.data[0], 4))
        cursor->rest = str_after(cursor->rest, 1);
    return cursor->rest.size > 0;
}

static bool block_read(struct pem_cursor *cursor, struct chain *chain, struct buf *der, struct err *err)
{
    struct pem_block block;
    enum pem_result result = PEM_END;
    /* PEM's reader skips what is no block; here a line that was cut is found by it. */
    if (str_starts(cursor->rest, STR("-----BEGIN ")))
        result = pem_next(cursor, &block, der, err);
    if (result == PEM_END)
        return err_set(err, ERR_INPUT, "it has text that is no certificate");
    return result == PEM_BLOCK && chain_add(chain, &block, buf_str(der), err);
}

static bool chain_read(struct str pem, struct chain *chain, struct err *err)
{
    struct pem_cursor cursor = {.rest = pem};
    struct buf der;
    bool ok = true;
    buf_init(&der, DER_SIZE_MAX);
    while (ok && has_more(&cursor))
        ok = block_read(&cursor, chain, &der, err);
    buf_fini(&der);
    return ok && (chain->count > 0 || err_set(err, ERR_INPUT, "it has no certificate"));
}

static bool names_check(X509 *leaf, const struct str *names, size_t names_count, struct err *err)
{
    struct arena arena;
    struct str *covered = NULL;
    size_t covered_count = 0;
    arena_init(&arena, NAMES_SIZE_MAX);
    GENERAL_NAMES *all = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    bool ok = alt_names_read(all, &arena, &covered, &covered_count) || err_memory(err);
    for (size_t i = 0; ok && i < names_count; i++) {
        bool found = false;
        for (size_t k = 0; k < covered_count && !found; k++)
            found = cert_name_matches(covered[k], names[i]);
        if (!found)
            ok = err_set(err, ERR_INPUT, "it does not cover \"%.*s\"", STR_ARG(names[i]));
    }
    GENERAL_NAMES_free(all);
    arena_fini(&arena);
    return ok;
}

static bool links_check(const struct chain *chain, struct err *err)
{
    for (size_t i = 0; i + 1 < chain->count; i++) {
        X509 *subject = chain->items[i], *issuer = chain->items[i + 1];
        if (X509_check_issued(issuer, subject) != X509_V_OK || X509_verify(subject, X509_get0_pubkey(issuer)) != 1)
            return err_set(err, ERR_INPUT, "certificate %zu of it is not signed by the one behind it", i + 1);
    }
    return true;
}

static bool time_check(X509 *leaf, int64_t now_s, struct err *err)
{
    struct tm tm;
    char text[DATE_ISO_SIZE];
    if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &tm) != 1)
        return err_set(err, ERR_INPUT, "it does not say until when it is valid");
    int64_t end_s = timegm(&tm);
    if (end_s > now_s)
        return true;
    (void)err_set(err, ERR_INPUT, "it ended on %.*s by this machine's clock",
                  STR_ARG(str_part(date_write_iso(end_s * 1000, text), 0, 10)));
    return err_fix(err, "Check this machine's clock.");
}

/* One part of a name, if it is there and fits. */
static bool name_part(const X509_NAME *name, int nid, char ret[static ISSUED_ROOT_SIZE_MAX])
{
    int index = X509_NAME_get_index_by_NID((X509_NAME *)(uintptr_t)name, nid, -1);
    if (index < 0)
        return false;
    unsigned char *text = NULL;
    int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    bool fits = size > 0 && size < ISSUED_ROOT_SIZE_MAX && !memchr(text, 0, (size_t)size);
    if (fits) {
        memcpy(ret, text, (size_t)size);
        ret[size] = 0;
    }
    OPENSSL_free(text);
    return fits;
}

static void root_name(X509 *topmost, char ret[static ISSUED_ROOT_SIZE_MAX])
{
    const X509_NAME *issuer = X509_get_issuer_name(topmost);
    if (!name_part(issuer, NID_commonName, ret) && !name_part(issuer, NID_organizationName, ret))
        ret[0] = 0;
}

/* The first fault, in the order in which they matter to whoever reads of them. */
static enum issued_fault chain_check(const struct chain *chain, const struct key *key, const struct str *names,
                                     size_t names_count, int64_t now_s, struct err *err)
{
    X509 *leaf = chain->items[0];
    EVP_PKEY *leaf_key = X509_get0_pubkey(leaf);
    if (!leaf_key || EVP_PKEY_eq(leaf_key, key_handle(key)) != 1) {
        (void)err_set(err, ERR_INPUT, "its first certificate is for another key than the one that was sent");
        return ISSUED_FAULT_KEY;
    }
    if (!names_check(leaf, names, names_count, err))
        return ISSUED_FAULT_NAME;
    if (!links_check(chain, err))
        return ISSUED_FAULT_BROKEN;
    return time_check(leaf, now_s, err) ? ISSUED_FAULT_NONE : ISSUED_FAULT_ENDED;
}

bool issued_check(struct str pem, const struct key *key, const struct str *names, size_t names_count, int64_t now_s,
                  char ret_root[static ISSUED_ROOT_SIZE_MAX], enum issued_fault *ret_fault, struct err *err)
{
    struct chain chain = {.count = 0};
    enum issued_fault fault = ISSUED_FAULT_UNREADABLE;
    if (chain_read(pem, &chain, err))
        fault = chain_check(&chain, key, names, names_count, now_s, err);
    if (fault == ISSUED_FAULT_NONE)
        root_name(chain.items[chain.count - 1], ret_root);
    if (ret_fault)
        *ret_fault = fault;
    chain_fini(&chain);
    ERR_clear_error();
    return fault == ISSUED_FAULT_NONE;
}

/* The DER content of the serial number, sign byte and all (RFC 9773 section 4.1). */
static bool serial_put(X509 *x509, struct buf *out)
{
    unsigned char *der = NULL;
    int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &der);
    /* Tag, one byte of length (RFC 5280 has at most 20 octets), content. */
    bool ok = size > 2 && size <= 2 + 127 && base64_encode(BASE64_URL, str_make(der + 2, (size_t)size - 2), out);
    OPENSSL_free(der);
    return ok;
}

static bool id_put(X509 *x509, const ASN1_OCTET_STRING *authority, struct buf *out)
{
    struct str bytes = str_make(ASN1_STRING_get0_data(authority), (size_t)ASN1_STRING_length(authority));
    return base64_encode(BASE64_URL, bytes, out) && buf_put_char(out, '.') && serial_put(x509, out);
}

bool ari_id(struct str certificate_der, struct buf *out, struct err *err)
{
    X509 *x509 = der_read(certificate_der);
    const ASN1_OCTET_STRING *authority = x509 ? X509_get0_authority_key_id(x509) : NULL;
    bool ok = false;
    if (!x509)
        (void)err_set(err, ERR_INPUT, "This is not a certificate, or it is damaged.");
    else if (!authority || ASN1_STRING_length(authority) == 0)
        (void)err_set(err, ERR_INPUT, "The certificate does not name its issuer's key, so that it has no ARI id.");
    else
        ok = id_put(x509, authority, out) || err_memory(err);
    X509_free(x509);
    ERR_clear_error();
    return ok;
}
