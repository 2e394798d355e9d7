/*
 * One certificate as operators give it: several blocks in a file become a chain in order, its facts become views that
 * last as long as it does. What is wrong with it is judged in cert_check.c.
 */
#include "crypto/cert.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/cert_parts.h"

/* Names, DER and texts of a chain: a hundred names and sixteen certificates are far below. */
#define CERT_ARENA_SIZE_MAX (4 * CERT_FILE_SIZE_MAX)

/* The certificates of a file, in its order, until they are sorted into a chain. */
struct pile {
    X509 *items[CERT_CHAIN_COUNT_MAX];
    size_t count;
};

static struct cert *fail(struct cert *cert, enum cert_fault *ret_fault, struct err *err, enum cert_fault fault)
{
    ERR_clear_error();
    cert_free(cert);
    if (ret_fault)
        *ret_fault = fault;
    (void)err_set(err, fault == CERT_FAULT_MEMORY ? ERR_MEMORY : ERR_INPUT, "%s", cert_fault_text(fault));
    return NULL;
}

void cert_free(struct cert *cert)
{
    if (!cert)
        return;
    for (size_t i = 0; i < cert->chain_count; i++)
        X509_free(cert->chain[i]);
    key_free(cert->key);
    arena_fini(&cert->arena);
    free(cert);
}

static void pile_fini(struct pile *pile)
{
    for (size_t i = 0; i < pile->count; i++)
        X509_free(pile->items[i]);
    pile->count = 0;
}

/* Takes `x509` over. One that is there already counts once. */
static enum cert_fault pile_add(struct pile *pile, X509 *x509)
{
    for (size_t i = 0; i < pile->count; i++)
        if (X509_cmp(pile->items[i], x509) == 0) {
            X509_free(x509);
            return CERT_FAULT_NONE;
        }
    if (pile->count == CERT_CHAIN_COUNT_MAX) {
        X509_free(x509);
        return CERT_FAULT_TOO_MANY;
    }
    pile->items[pile->count++] = x509;
    return CERT_FAULT_NONE;
}

static enum cert_fault pile_add_der(struct pile *pile, struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    return x509 ? pile_add(pile, x509) : CERT_FAULT_UNREADABLE;
}

static bool is_certificate_block(struct str name)
{
    return str_eq(name, STR("CERTIFICATE")) || str_eq(name, STR("X509 CERTIFICATE"));
}

static enum cert_fault pile_add_pem(struct pile *pile, struct str bytes)
{
    BIO *bio = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    if (!bio)
        return CERT_FAULT_MEMORY;
    enum cert_fault fault = CERT_FAULT_NONE;
    char *name, *header;
    unsigned char *data;
    long size;
    while (fault == CERT_FAULT_NONE && PEM_read_bio(bio, &name, &header, &data, &size) == 1) {
        if (is_certificate_block(str_from(name)))
            fault = pile_add_der(pile, str_make(data, (size_t)size));
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)size); /* it may have been the key */
    }
    BIO_free(bio);
    if (fault == CERT_FAULT_NONE && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        return CERT_FAULT_UNREADABLE;
    return fault;
}

static enum cert_fault pile_load(struct pile *pile, struct str bytes)
{
    ERR_clear_error();
    if (bytes.size > CERT_FILE_SIZE_MAX)
        return CERT_FAULT_TOO_MANY;
    if (bytes.size == 0)
        return CERT_FAULT_NO_CERTIFICATE;
    bool is_pem = memmem(bytes.data, bytes.size, "-----BEGIN", 10) != NULL;
    enum cert_fault fault = is_pem ? pile_add_pem(pile, bytes) : pile_add_der(pile, bytes);
    if (!is_pem && fault == CERT_FAULT_UNREADABLE)
        return CERT_FAULT_NO_CERTIFICATE; /* some other kind of file */
    if (fault == CERT_FAULT_NONE && pile->count == 0)
        return CERT_FAULT_NO_CERTIFICATE;
    return fault;
}

static enum cert_fault key_fault_here(enum key_fault fault)
{
    switch (fault) {
    case KEY_FAULT_NONE: return CERT_FAULT_NONE;
    case KEY_FAULT_MISSING: return CERT_FAULT_NO_KEY;
    case KEY_FAULT_ENCRYPTED: return CERT_FAULT_KEY_ENCRYPTED;
    case KEY_FAULT_MEMORY: return CERT_FAULT_MEMORY;
    default: return CERT_FAULT_KEY_UNREADABLE;
    }
}

static X509 *pile_take(struct pile *pile, size_t index)
{
    X509 *taken = pile->items[index];
    pile->count--;
    memmove(&pile->items[index], &pile->items[index + 1], (pile->count - index) * sizeof *pile->items);
    return taken;
}

/* The leaf is the certificate of the key. */
static X509 *pile_take_leaf(struct pile *pile, const struct key *key)
{
    for (size_t i = 0; i < pile->count; i++)
        if (X509_check_private_key(pile->items[i], key_handle(key)) == 1)
            return pile_take(pile, i);
    return NULL;
}

static bool has_issued(X509 *issuer, X509 *subject)
{
    return X509_check_issued(issuer, subject) == X509_V_OK && X509_verify(subject, X509_get0_pubkey(issuer)) == 1;
}

bool cert_is_self_signed(X509 *x509)
{
    return X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0 && has_issued(x509, x509);
}

static X509 *pile_take_issuer(struct pile *pile, X509 *subject)
{
    for (size_t i = 0; i < pile->count; i++)
        if (has_issued(pile->items[i], subject))
            return pile_take(pile, i);
    return NULL;
}

/* True when every certificate left over is another form of one in the chain (a cross-signed root beside its twin). */
static bool leftovers_are_twins(const struct pile *pile, const struct cert *cert, X509 *root)
{
    for (size_t i = 0; i < pile->count; i++) {
        X509_NAME *subject = X509_get_subject_name(pile->items[i]);
        bool known = root && X509_NAME_cmp(subject, X509_get_subject_name(root)) == 0;
        for (size_t k = 1; k < cert->chain_count; k++)
            known = known || X509_NAME_cmp(subject, X509_get_subject_name(cert->chain[k])) == 0;
        if (!known)
            return false;
    }
    return true;
}

/* Leaf first, each followed by its issuer, without a root. */
static enum cert_fault chain_sort(struct cert *cert, struct pile *pile)
{
    X509 *leaf = pile_take_leaf(pile, cert->key);
    if (!leaf)
        return CERT_FAULT_KEY_MISMATCH;
    X509 *root = NULL, *last = leaf;
    cert->chain[cert->chain_count++] = leaf;
    while (!root && !cert_is_self_signed(last) && (last = pile_take_issuer(pile, last)) != NULL) {
        if (cert_is_self_signed(last))
            root = last;
        else
            cert->chain[cert->chain_count++] = last;
    }
    cert->chain_is_broken = !leftovers_are_twins(pile, cert, root);
    X509_free(root);
    return CERT_FAULT_NONE;
}

static bool name_add(struct cert *cert, struct str name, bool is_address)
{
    if (!arena_str_lower(&cert->arena, name, &cert->names[cert->names_count].text))
        return false;
    cert->names[cert->names_count++].is_address = is_address;
    return true;
}

static bool general_name_add(struct cert *cert, const GENERAL_NAME *general)
{
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(general, &kind);
    if (kind == GEN_DNS) {
        struct str name = str_make(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
        /* A zero byte inside has fooled readers of names before: such a name is none. */
        return name.size == 0 || memchr(name.data, 0, name.size) || name_add(cert, name, false);
    }
    char text[INET6_ADDRSTRLEN];
    int size = kind == GEN_IPADD ? ASN1_STRING_length(value) : 0;
    if (size != 4 && size != 16)
        return true;
    if (!inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value), text, sizeof text))
        return true;
    return name_add(cert, str_from(text), true);
}

static bool names_read(struct cert *cert)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(cert->chain[0], NID_subject_alt_name, NULL, NULL);
    int count = all ? sk_GENERAL_NAME_num(all) : 0;
    bool ok = count == 0 || (cert->names = arena_alloc(&cert->arena, (size_t)count * sizeof *cert->names)) != NULL;
    for (int i = 0; ok && i < count; i++)
        ok = general_name_add(cert, sk_GENERAL_NAME_value(all, i));
    GENERAL_NAMES_free(all);
    return ok;
}

static bool name_text(struct cert *cert, const X509_NAME *name, struct str *ret)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return false;
    char *data = NULL;
    bool ok = X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0;
    long size = BIO_get_mem_data(bio, &data);
    ok = ok && size >= 0 && arena_str(&cert->arena, str_make(data, (size_t)size), ret);
    BIO_free(bio);
    return ok;
}

static bool hex_text(struct cert *cert, const unsigned char *bytes, size_t size, struct str *ret)
{
    char *text = arena_alloc(&cert->arena, 2 * size + 1);
    if (!text)
        return false;
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    text[2 * size] = 0;
    *ret = str_make(text, 2 * size);
    return true;
}

static bool time_read(const ASN1_TIME *time, int64_t *ret)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(time, &tm) != 1)
        return false;
    *ret = timegm(&tm);
    return true;
}

static bool der_read(struct cert *cert, size_t index)
{
    unsigned char *der = NULL;
    int size = i2d_X509(cert->chain[index], &der);
    bool ok = size > 0 && arena_str(&cert->arena, str_make(der, (size_t)size), &cert->ders[index]);
    OPENSSL_free(der);
    return ok;
}

/* Fills the views; CERT_FAULT_UNREADABLE when a field of the leaf makes no sense. */
static enum cert_fault facts_read(struct cert *cert)
{
    X509 *leaf = cert->chain[0];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!time_read(X509_get0_notBefore(leaf), &cert->not_before_s) ||
        !time_read(X509_get0_notAfter(leaf), &cert->not_after_s))
        return CERT_FAULT_UNREADABLE;
    const ASN1_INTEGER *serial = X509_get0_serialNumber(leaf);
    bool ok = X509_digest(leaf, EVP_sha256(), digest, &size) == 1 && hex_text(cert, digest, size, &cert->fingerprint) &&
              hex_text(cert, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial), &cert->serial) &&
              name_text(cert, X509_get_subject_name(leaf), &cert->subject) &&
              name_text(cert, X509_get_issuer_name(leaf), &cert->issuer) && names_read(cert);
    for (size_t i = 0; ok && i < cert->chain_count; i++)
        ok = der_read(cert, i);
    return ok ? CERT_FAULT_NONE : CERT_FAULT_MEMORY;
}

static enum cert_fault cert_fill(struct cert *cert, struct str bytes, struct str key_bytes)
{
    struct pile pile = {.count = 0};
    enum key_fault key_fault = KEY_FAULT_NONE;
    enum cert_fault fault = pile_load(&pile, bytes);
    if (fault == CERT_FAULT_NONE) {
        cert->key = key_load(key_bytes.size ? key_bytes : bytes, &key_fault, NULL);
        fault = key_fault_here(key_fault);
    }
    if (fault == CERT_FAULT_NONE)
        fault = chain_sort(cert, &pile);
    pile_fini(&pile);
    return fault == CERT_FAULT_NONE ? facts_read(cert) : fault;
}

struct cert *cert_load(struct str bytes, struct str key_bytes, enum cert_fault *ret_fault, struct err *err)
{
    struct cert *cert = calloc(1, sizeof *cert);
    if (!cert)
        return fail(NULL, ret_fault, err, CERT_FAULT_MEMORY);
    arena_init(&cert->arena, CERT_ARENA_SIZE_MAX);
    enum cert_fault fault = cert_fill(cert, bytes, key_bytes);
    if (fault != CERT_FAULT_NONE)
        return fail(cert, ret_fault, err, fault);
    ERR_clear_error();
    if (ret_fault)
        *ret_fault = CERT_FAULT_NONE;
    return cert;
}

bool cert_chain_to_pem(const struct cert *cert, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < cert->chain_count; i++)
        ok = PEM_write_bio_X509(bio, cert->chain[i]) == 1;
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);
    ok = ok && size > 0 && buf_put(out, data, (size_t)size);
    BIO_free(bio);
    return ok;
}

size_t cert_names_count(const struct cert *cert)
{
    return cert->names_count;
}

struct str cert_name(const struct cert *cert, size_t index)
{
    return index < cert->names_count ? cert->names[index].text : (struct str){0};
}

struct str cert_subject(const struct cert *cert)
{
    return cert->subject;
}

struct str cert_issuer(const struct cert *cert)
{
    return cert->issuer;
}

struct str cert_serial(const struct cert *cert)
{
    return cert->serial;
}

int64_t cert_not_before_s(const struct cert *cert)
{
    return cert->not_before_s;
}

int64_t cert_not_after_s(const struct cert *cert)
{
    return cert->not_after_s;
}

struct str cert_fingerprint_sha256(const struct cert *cert)
{
    return cert->fingerprint;
}

size_t cert_chain_count(const struct cert *cert)
{
    return cert->chain_count;
}

struct str cert_chain_der(const struct cert *cert, size_t index)
{
    return index < cert->chain_count ? cert->ders[index] : (struct str){0};
}

const struct key *cert_key(const struct cert *cert)
{
    return cert->key;
}
