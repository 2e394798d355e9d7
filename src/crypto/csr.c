/* Requests by libcrypto's X509_REQ; the names in the extension request that RFC 2985 section 5.4.2 has for it. */
#include "crypto/csr.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "codec/pem.h"
#include "crypto/alt_names.h"
#include "crypto/x509_make.h"

/* Of the names that are read: as many bytes as the request itself, and the views. */
#define CSR_ARENA_SIZE_MAX (4 * CSR_SIZE_MAX)

struct csr {
    struct arena arena; /* of the views */
    EVP_PKEY *key;
    struct str *names;
    size_t names_count;
    struct str common_name;
};

static bool made_badly(struct err *err)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    (void)err_set(err, ERR_SYSTEM, "The certificate request cannot be made: %s.", why ? why : "no reason given");
    ERR_clear_error();
    return false;
}

static bool input_check(const struct key *key, struct str common_name, const struct str *names, size_t names_count,
                        struct err *err)
{
    if (names_count == 0 || names_count > CSR_NAMES_COUNT_MAX)
        return err_field(err, "names", "A certificate request has 1 to %d names, not %zu.", CSR_NAMES_COUNT_MAX,
                         names_count);
    for (size_t i = 0; i < names_count; i++)
        if (!alt_name_is_valid(names[i]))
            return err_field(err, "names", "\"%.*s\" is neither a host name nor an IP address.", STR_ARG(names[i]));
    if (common_name.size > X509_MAKE_COMMON_NAME_SIZE_MAX)
        return err_field(err, "common_name", "A common name has at most %d bytes, not %zu.",
                         X509_MAKE_COMMON_NAME_SIZE_MAX, common_name.size);
    if (key_kind(key) != KEY_ECDSA && key_kind(key) != KEY_RSA) {
        (void)err_field(err, "key", "A certificate request cannot be made with a key of kind %s.",
                        key_kind_name(key_kind(key)));
        return err_fix(err, "Use an ECDSA P-256 or RSA key: browsers take no other.");
    }
    return true;
}

static bool names_request(X509_REQ *request, const struct str *names, size_t names_count)
{
    STACK_OF(X509_EXTENSION) *extensions = NULL;
    GENERAL_NAMES *all = alt_names_make(names, names_count);
    bool ok = all && X509V3_add1_i2d(&extensions, NID_subject_alt_name, all, 0, X509V3_ADD_DEFAULT) == 1 &&
              X509_REQ_add_extensions(request, extensions) == 1;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    GENERAL_NAMES_free(all);
    return ok;
}

static bool request_build(X509_REQ *request, const struct key *key, struct str common_name, const struct str *names,
                          size_t names_count)
{
    return X509_REQ_set_version(request, 0) == 1 && X509_REQ_set_pubkey(request, key_handle(key)) == 1 &&
           (common_name.size == 0 || x509_make_common_name(X509_REQ_get_subject_name(request), common_name)) &&
           names_request(request, names, names_count) && X509_REQ_sign(request, key_handle(key), EVP_sha256()) > 0;
}

bool csr_make(const struct key *key, struct str common_name, const struct str *names, size_t names_count,
              struct buf *der, struct err *err)
{
    if (!input_check(key, common_name, names, names_count, err))
        return false;
    X509_REQ *request = X509_REQ_new();
    unsigned char *bytes = NULL;
    int size =
        request && request_build(request, key, common_name, names, names_count) ? i2d_X509_REQ(request, &bytes) : -1;
    X509_REQ_free(request);
    bool ok = size > 0 ? buf_put(der, bytes, (size_t)size) || err_memory(err) : made_badly(err);
    OPENSSL_free(bytes);
    return ok;
}

bool csr_to_pem(struct str der, struct buf *out)
{
    return pem_write(STR("CERTIFICATE REQUEST"), der, out);
}

static bool is_request_label(struct str label)
{
    return str_eq(label, STR("CERTIFICATE REQUEST")) || str_eq(label, STR("NEW CERTIFICATE REQUEST"));
}

/* The DER of the first request in the text. */
static bool pem_find(struct str text, struct buf *der, struct err *err)
{
    struct pem_cursor cursor = {.rest = text};
    struct pem_block block;
    for (;;) {
        enum pem_result result = pem_next(&cursor, &block, der, err);
        if (result == PEM_BLOCK && is_request_label(block.label))
            return true;
        if (result == PEM_BLOCK)
            continue;
        return result == PEM_END ? err_set(err, ERR_INPUT, "There is no certificate request in this text.") : false;
    }
}

static bool common_name_read(X509_NAME *subject, struct arena *arena, struct str *ret)
{
    int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0)
        return true;
    unsigned char *text = NULL;
    int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
    bool ok = size < 0 || memchr(text, 0, (size_t)size) || arena_str(arena, str_make(text, (size_t)size), ret);
    OPENSSL_free(text);
    return ok;
}

static bool names_read(X509_REQ *request, struct csr *csr)
{
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
    GENERAL_NAMES *all = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
    bool ok = alt_names_read(all, &csr->arena, &csr->names, &csr->names_count);
    GENERAL_NAMES_free(all);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    return ok;
}

static bool names_check(const struct csr *csr, struct err *err)
{
    if (csr->names_count > CSR_NAMES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "The certificate request has more than %d names.", CSR_NAMES_COUNT_MAX);
    for (size_t i = 0; i < csr->names_count; i++)
        if (!alt_name_is_valid(csr->names[i]))
            return err_set(err, ERR_INPUT,
                           "The certificate request has a name that is neither a host name nor an IP "
                           "address.");
    return true;
}

static bool request_read(X509_REQ *request, struct csr *csr, struct err *err)
{
    csr->key = X509_REQ_get_pubkey(request);
    if (!csr->key || X509_REQ_verify(request, csr->key) != 1)
        return err_set(err, ERR_INPUT, "The certificate request is not signed by its own key.");
    if (!common_name_read(X509_REQ_get_subject_name(request), &csr->arena, &csr->common_name) ||
        !names_read(request, csr))
        return err_memory(err);
    return names_check(csr, err);
}

static bool der_read(struct str der, struct csr **ret, struct err *err)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)der.size);
    struct csr *csr = calloc(1, sizeof *csr);
    bool ok = csr != NULL || err_memory(err);
    if (ok && (!request || at != (const unsigned char *)der.data + der.size))
        ok = err_set(err, ERR_INPUT, "This is not a certificate request (PKCS#10), or it is damaged.");
    if (csr)
        arena_init(&csr->arena, CSR_ARENA_SIZE_MAX);
    ok = ok && request_read(request, csr, err);
    X509_REQ_free(request);
    ERR_clear_error();
    if (ok)
        *ret = csr;
    else
        csr_free(csr);
    return ok;
}

bool csr_read(struct str bytes, struct csr **ret, struct err *err)
{
    if (bytes.size == 0 || bytes.size > CSR_SIZE_MAX)
        return err_set(err, ERR_INPUT, "A certificate request has 1 to %zu bytes, not %zu.", CSR_SIZE_MAX, bytes.size);
    if (!memmem(bytes.data, bytes.size, "-----BEGIN", 10))
        return der_read(bytes, ret, err);
    struct buf der;
    buf_init(&der, CSR_SIZE_MAX);
    bool ok = pem_find(bytes, &der, err) && der_read(buf_str(&der), ret, err);
    buf_fini(&der);
    return ok;
}

void csr_free(struct csr *csr)
{
    if (!csr)
        return;
    EVP_PKEY_free(csr->key);
    arena_fini(&csr->arena);
    free(csr);
}

size_t csr_names_count(const struct csr *csr)
{
    return csr->names_count;
}

struct str csr_name(const struct csr *csr, size_t index)
{
    return index < csr->names_count ? csr->names[index] : (struct str){0};
}

struct str csr_common_name(const struct csr *csr)
{
    return csr->common_name;
}

bool csr_is_of_key(const struct csr *csr, const struct key *key)
{
    bool same = EVP_PKEY_eq(csr->key, key_handle(key)) == 1;
    ERR_clear_error();
    return same;
}

bool csr_is_of_certificate(const struct csr *csr, struct str certificate_der)
{
    const unsigned char *at = (const unsigned char *)certificate_der.data;
    X509 *x509 = certificate_der.size <= CSR_SIZE_MAX ? d2i_X509(NULL, &at, (long)certificate_der.size) : NULL;
    EVP_PKEY *key = x509 ? X509_get0_pubkey(x509) : NULL;
    bool same = key && EVP_PKEY_eq(csr->key, key) == 1;
    X509_free(x509);
    ERR_clear_error();
    return same;
}
