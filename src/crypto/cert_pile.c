/* One file after the other; what form it has is seen from its bytes. */
#include "crypto/cert_pile.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "crypto/key_parts.h"

enum cert_fault cert_pile_refusal(enum key_fault fault)
{
    switch (fault) {
    case KEY_FAULT_NONE: return CERT_FAULT_NONE;
    case KEY_FAULT_MISSING: return CERT_FAULT_NO_KEY;
    case KEY_FAULT_ENCRYPTED: return CERT_FAULT_KEY_ENCRYPTED;
    case KEY_FAULT_PASSPHRASE: return CERT_FAULT_PASSPHRASE;
    case KEY_FAULT_OLD_CIPHER: return CERT_FAULT_OLD_CIPHER;
    case KEY_FAULT_COSTLY: return CERT_FAULT_COSTLY;
    case KEY_FAULT_MEMORY: return CERT_FAULT_MEMORY;
    default: return CERT_FAULT_KEY_UNREADABLE;
    }
}

void cert_pile_fini(struct cert_pile *pile)
{
    for (size_t i = 0; i < pile->certs_count; i++)
        X509_free(pile->certs[i]);
    for (size_t i = 0; i < pile->keys_count; i++)
        EVP_PKEY_free(pile->keys[i]);
    pile->certs_count = pile->keys_count = 0;
}

enum cert_fault cert_pile_take_cert(struct cert_pile *pile, X509 *take_x509)
{
    for (size_t i = 0; i < pile->certs_count; i++)
        if (X509_cmp(pile->certs[i], take_x509) == 0) {
            X509_free(take_x509);
            return CERT_FAULT_NONE;
        }
    if (pile->certs_count == CERT_CHAIN_COUNT_MAX) {
        X509_free(take_x509);
        return CERT_FAULT_TOO_MANY;
    }
    pile->certs[pile->certs_count++] = take_x509;
    return CERT_FAULT_NONE;
}

enum cert_fault cert_pile_take_key(struct cert_pile *pile, EVP_PKEY *take_pkey)
{
    if (pile->keys_count == CERT_PILE_KEYS_COUNT_MAX) {
        EVP_PKEY_free(take_pkey);
        return CERT_FAULT_TOO_MANY;
    }
    pile->keys[pile->keys_count++] = take_pkey;
    return CERT_FAULT_NONE;
}

enum cert_fault cert_pile_note_key(struct cert_pile *pile, enum key_fault fault)
{
    if (fault == KEY_FAULT_MEMORY)
        return CERT_FAULT_MEMORY;
    if (pile->keys_fault == CERT_FAULT_NONE && fault != KEY_FAULT_MISSING)
        pile->keys_fault = cert_pile_refusal(fault);
    return CERT_FAULT_NONE;
}

static enum cert_fault add_cert(struct cert_pile *pile, struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    return x509 ? cert_pile_take_cert(pile, x509) : CERT_FAULT_UNREADABLE;
}

/* "BEGIN TRUSTED CERTIFICATE" of the openssl command: what it trusts it for is left out. */
static enum cert_fault add_trusted(struct cert_pile *pile, struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = d2i_X509_AUX(NULL, &at, (long)der.size);
    return x509 ? cert_pile_take_cert(pile, x509) : CERT_FAULT_UNREADABLE;
}

static enum cert_fault take_pkcs7(struct cert_pile *pile, PKCS7 *take_pkcs7)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    STACK_OF(X509) *certs = PKCS7_type_is_signed(take_pkcs7) && take_pkcs7->d.sign ? take_pkcs7->d.sign->cert : NULL;
    for (int i = 0; fault == CERT_FAULT_NONE && i < sk_X509_num(certs); i++) {
        X509 *x509 = sk_X509_value(certs, i);
        (void)X509_up_ref(x509);
        fault = cert_pile_take_cert(pile, x509);
    }
    PKCS7_free(take_pkcs7);
    return fault;
}

/* The bundles of certificates that some authorities send as .p7b. */
static enum cert_fault add_pkcs7(struct cert_pile *pile, struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    PKCS7 *pkcs7 = d2i_PKCS7(NULL, &at, (long)der.size);
    return pkcs7 ? take_pkcs7(pile, pkcs7) : CERT_FAULT_UNREADABLE;
}

/* Windows' certificate services write a whole PKCS#7 under the label of one certificate. */
static enum cert_fault add_cert_or_pkcs7(struct cert_pile *pile, struct str der)
{
    enum cert_fault fault = add_cert(pile, der);
    return fault == CERT_FAULT_UNREADABLE ? add_pkcs7(pile, der) : fault;
}

static enum cert_fault add_key_result(struct cert_pile *pile, enum key_fault fault, EVP_PKEY *take_pkey)
{
    return fault == KEY_FAULT_NONE ? cert_pile_take_key(pile, take_pkey) : cert_pile_note_key(pile, fault);
}

static enum cert_fault add_block(struct cert_pile *pile, const char *label, char *header, unsigned char *data,
                                 long size)
{
    struct str name = str_from(label), der = str_make(data, (size_t)size);
    if (str_eq(name, STR("CERTIFICATE")) || str_eq(name, STR("X509 CERTIFICATE")))
        return add_cert_or_pkcs7(pile, der);
    if (str_eq(name, STR("TRUSTED CERTIFICATE")))
        return add_trusted(pile, der);
    if (str_eq(name, STR("PKCS7")) || str_eq(name, STR("PKCS #7 SIGNED DATA")) || str_eq(name, STR("CMS")))
        return add_pkcs7(pile, der);
    EVP_PKEY *pkey = NULL;
    enum key_fault fault = key_from_block(label, header, data, size, &pile->unlock, &pkey);
    return add_key_result(pile, fault, pkey);
}

static enum cert_fault add_pem(struct cert_pile *pile, struct str file, bool is_key)
{
    BIO *bio = BIO_new_mem_buf(file.data, (int)file.size);
    if (!bio)
        return CERT_FAULT_MEMORY;
    enum cert_fault fault = CERT_FAULT_NONE;
    char *label, *header;
    unsigned char *data;
    long size;
    ERR_clear_error();
    while (fault == CERT_FAULT_NONE && PEM_read_bio(bio, &label, &header, &data, &size) == 1) {
        fault = add_block(pile, label, header, data, size);
        OPENSSL_free(label);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)size); /* it may have been the key */
        ERR_clear_error();
    }
    BIO_free(bio);
    if (fault == CERT_FAULT_NONE && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        return is_key ? cert_pile_note_key(pile, KEY_FAULT_UNREADABLE) : CERT_FAULT_UNREADABLE;
    return fault;
}

/* Tried one after the other: the forms share no first bytes. */
static enum cert_fault add_der(struct cert_pile *pile, struct str file, bool is_key)
{
    const unsigned char *at = (const unsigned char *)file.data;
    EVP_PKEY *pkey = NULL;
    PKCS12 *pkcs12 = d2i_PKCS12(NULL, &at, (long)file.size);
    if (pkcs12) {
        enum cert_fault fault = cert_pile_add_pkcs12(pile, pkcs12);
        PKCS12_free(pkcs12);
        return fault;
    }
    enum cert_fault fault = add_cert_or_pkcs7(pile, file);
    if (fault != CERT_FAULT_UNREADABLE)
        return fault;
    enum key_fault key_fault = key_from_der(file, &pile->unlock, &pkey);
    if (key_fault == KEY_FAULT_UNREADABLE && !is_key)
        return CERT_FAULT_NONE; /* some other kind of file: that there is no certificate will be told */
    return add_key_result(pile, key_fault, pkey);
}

static struct str without_mark(struct str file)
{
    struct str mark = STR("\xef\xbb\xbf"); /* of UTF-8, which Windows puts at the beginning */
    return str_starts(file, mark) ? str_after(file, mark.size) : file;
}

enum cert_fault cert_pile_add(struct cert_pile *pile, struct str file, bool is_key)
{
    if (file.size > CERT_FILE_SIZE_MAX)
        return is_key ? cert_pile_note_key(pile, KEY_FAULT_UNREADABLE) : CERT_FAULT_TOO_MANY;
    file = without_mark(file);
    if (file.size == 0)
        return CERT_FAULT_NONE;
    bool is_pem = memmem(file.data, file.size, "-----BEGIN", 10) != NULL;
    return is_pem ? add_pem(pile, file, is_key) : add_der(pile, file, is_key);
}
