/*
 * From the pile of what was given (cert_pile.c) to one chain in order with its key; its facts become views that last as
 * long as it does. What is wrong with it is judged in cert_check.c.
 */
#include "crypto/cert.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/alt_names.h"
#include "crypto/cert_parts.h"
#include "crypto/cert_pile.h"
#include "crypto/key_parts.h"

/* Names, DER and texts of a chain: a hundred names and sixteen certificates are far below. */
#define CERT_ARENA_SIZE_MAX (4 * CERT_FILE_SIZE_MAX)

static struct cert *fail(struct cert *cert, enum cert_fault *ret_fault, struct err *err, enum cert_fault fault)
{
    ERR_clear_error();
    cert_free(cert);
    if (ret_fault)
        *ret_fault = fault;
    (void)err_set(err, fault == CERT_FAULT_MEMORY ? ERR_MEMORY : ERR_INPUT, "%s", cert_fault_text(fault));
    if (cert_fault_fix(fault)[0])
        (void)err_fix(err, "%s", cert_fault_fix(fault));
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

static X509 *take_out(struct cert_pile *pile, size_t index)
{
    X509 *taken = pile->certs[index];
    pile->certs_count--;
    memmove(&pile->certs[index], &pile->certs[index + 1], (pile->certs_count - index) * sizeof *pile->certs);
    return taken;
}

static EVP_PKEY *key_of(const struct cert_pile *pile, X509 *x509)
{
    for (size_t i = 0; i < pile->keys_count; i++)
        if (X509_check_private_key(x509, pile->keys[i]) == 1)
            return pile->keys[i];
    return NULL;
}

/* The leaf is the certificate of a key that was given; of several (one renewed with the same key) that which ends last.
 */
static X509 *take_leaf(struct cert_pile *pile, EVP_PKEY **ret_key)
{
    size_t best = pile->certs_count;
    for (size_t i = 0; i < pile->certs_count; i++) {
        EVP_PKEY *key = key_of(pile, pile->certs[i]);
        if (!key || (best < pile->certs_count &&
                     ASN1_TIME_compare(X509_get0_notAfter(pile->certs[i]), X509_get0_notAfter(pile->certs[best])) <= 0))
            continue;
        best = i;
        *ret_key = key;
    }
    return best < pile->certs_count ? take_out(pile, best) : NULL;
}

bool cert_has_issued(X509 *issuer, X509 *subject)
{
    return X509_check_issued(issuer, subject) == X509_V_OK && X509_verify(subject, X509_get0_pubkey(issuer)) == 1;
}

bool cert_is_self_signed(X509 *x509)
{
    return X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0 && cert_has_issued(x509, x509);
}

static X509 *take_issuer(struct cert_pile *pile, X509 *subject)
{
    for (size_t i = 0; i < pile->certs_count; i++)
        if (cert_has_issued(pile->certs[i], subject))
            return take_out(pile, i);
    return NULL;
}

/* Another form of one in the chain: a cross-signed root beside its twin. */
static bool is_twin(const struct cert *cert, X509 *root, X509 *x509)
{
    X509_NAME *subject = X509_get_subject_name(x509);
    if (root && X509_NAME_cmp(subject, X509_get_subject_name(root)) == 0)
        return true;
    for (size_t i = 1; i < cert->chain_count; i++)
        if (X509_NAME_cmp(subject, X509_get_subject_name(cert->chain[i])) == 0)
            return true;
    return false;
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

/* What is named as no part of the chain; false when memory ran out. */
static bool note_leftovers(struct cert *cert, const struct cert_pile *pile, X509 *root)
{
    for (size_t i = 0; i < pile->certs_count; i++)
        if (!is_twin(cert, root, pile->certs[i]) &&
            !name_text(cert, X509_get_subject_name(pile->certs[i]), &cert->leftovers[cert->leftovers_count++]))
            return false;
    return true;
}

/* Leaf first, each followed by its issuer, without a root. */
static enum cert_fault chain_sort(struct cert *cert, struct cert_pile *pile)
{
    EVP_PKEY *key = NULL;
    X509 *leaf = take_leaf(pile, &key), *root = NULL, *last = leaf;
    if (!leaf)
        return pile->keys_fault ? pile->keys_fault : CERT_FAULT_KEY_MISMATCH;
    cert->chain[cert->chain_count++] = leaf;
    (void)EVP_PKEY_up_ref(key);
    cert->key = key_wrap(key);
    while (!root && !cert_is_self_signed(last) && (last = take_issuer(pile, last)) != NULL) {
        if (cert_is_self_signed(last))
            root = last;
        else
            cert->chain[cert->chain_count++] = last;
    }
    bool fine = cert->key && note_leftovers(cert, pile, root);
    cert->has_root = root != NULL;
    X509_free(root);
    return fine ? CERT_FAULT_NONE : CERT_FAULT_MEMORY;
}

static bool general_name_add(struct cert *cert, const GENERAL_NAME *general)
{
    struct str text;
    bool is_address;
    if (!alt_name_read(general, &cert->arena, &text, &is_address))
        return false;
    if (text.size) {
        cert->names[cert->names_count].text = text;
        cert->names[cert->names_count++].is_address = is_address;
    }
    return true;
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
    X509 *leaf = cert->chain[0], *last = cert->chain[cert->chain_count - 1];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!time_read(X509_get0_notBefore(leaf), &cert->not_before_s) ||
        !time_read(X509_get0_notAfter(leaf), &cert->not_after_s))
        return CERT_FAULT_UNREADABLE;
    const ASN1_INTEGER *serial = X509_get0_serialNumber(leaf);
    bool ok = X509_digest(leaf, EVP_sha256(), digest, &size) == 1 && hex_text(cert, digest, size, &cert->fingerprint) &&
              hex_text(cert, ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial), &cert->serial) &&
              name_text(cert, X509_get_subject_name(leaf), &cert->subject) &&
              name_text(cert, X509_get_issuer_name(leaf), &cert->issuer) && names_read(cert) &&
              name_text(cert, X509_get_issuer_name(last), &cert->last_issuer) &&
              cert_issuer_url_read(last, &cert->arena, &cert->issuer_url);
    for (size_t i = 0; ok && i < cert->chain_count; i++)
        ok = der_read(cert, i);
    return ok ? CERT_FAULT_NONE : CERT_FAULT_MEMORY;
}

static enum cert_fault gather(const struct cert_input *input, struct cert_pile *pile)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    for (size_t i = 0; fault == CERT_FAULT_NONE && i < input->files_count; i++)
        fault = cert_pile_add(pile, input->files[i], false);
    if (fault == CERT_FAULT_NONE && input->key.size)
        fault = cert_pile_add(pile, input->key, true);
    if (fault != CERT_FAULT_NONE)
        return fault;
    if (pile->certs_count == 0)
        return CERT_FAULT_NO_CERTIFICATE;
    if (pile->keys_count == 0)
        return pile->keys_fault ? pile->keys_fault : CERT_FAULT_NO_KEY;
    return CERT_FAULT_NONE;
}

static enum cert_fault cert_fill(struct cert *cert, const struct cert_input *input)
{
    struct cert_pile pile = {.unlock = {.passphrase = input->passphrase}};
    enum cert_fault fault = gather(input, &pile);
    if (fault == CERT_FAULT_NONE)
        fault = chain_sort(cert, &pile);
    cert_pile_fini(&pile);
    return fault == CERT_FAULT_NONE ? facts_read(cert) : fault;
}

struct cert *cert_open(const struct cert_input *input, enum cert_fault *ret_fault, struct err *err)
{
    struct cert *cert = calloc(1, sizeof *cert);
    if (!cert)
        return fail(cert, ret_fault, err, CERT_FAULT_MEMORY);
    arena_init(&cert->arena, CERT_ARENA_SIZE_MAX);
    enum cert_fault fault = cert_fill(cert, input);
    if (fault != CERT_FAULT_NONE)
        return fail(cert, ret_fault, err, fault);
    ERR_clear_error();
    if (ret_fault)
        *ret_fault = CERT_FAULT_NONE;
    return cert;
}

struct cert *cert_load(struct str bytes, struct str key_bytes, enum cert_fault *ret_fault, struct err *err)
{
    const struct cert_input input = {.files = &bytes, .files_count = 1, .key = key_bytes};
    return cert_open(&input, ret_fault, err);
}

static enum cert_fault chain_fill(struct cert *cert, const struct str *ders, size_t count)
{
    if (count == 0 || count > CERT_CHAIN_COUNT_MAX)
        return count ? CERT_FAULT_TOO_MANY : CERT_FAULT_NO_CERTIFICATE;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *at = (const unsigned char *)ders[i].data;
        X509 *x509 = ders[i].size > CERT_FILE_SIZE_MAX ? NULL : d2i_X509(NULL, &at, (long)ders[i].size);
        if (!x509)
            return CERT_FAULT_UNREADABLE;
        cert->chain[cert->chain_count++] = x509;
        if (at != (const unsigned char *)ders[i].data + ders[i].size)
            return CERT_FAULT_UNREADABLE;
    }
    EVP_PKEY *key = X509_get_pubkey(cert->chain[0]);
    if (!key)
        return CERT_FAULT_UNREADABLE;
    cert->key = key_wrap(key);
    return cert->key ? facts_read(cert) : CERT_FAULT_MEMORY;
}

struct cert *cert_open_chain(const struct str *ders, size_t count, struct err *err)
{
    struct cert *cert = calloc(1, sizeof *cert);
    if (!cert)
        return fail(cert, NULL, err, CERT_FAULT_MEMORY);
    arena_init(&cert->arena, CERT_ARENA_SIZE_MAX);
    enum cert_fault fault = chain_fill(cert, ders, count);
    if (fault != CERT_FAULT_NONE)
        return fail(cert, NULL, err, fault);
    ERR_clear_error();
    return cert;
}

/* Takes `issuer` over. */
static enum cert_issuer put_issuer(struct cert *cert, X509 *issuer)
{
    size_t at = cert->chain_count;
    if (cert_is_self_signed(issuer)) {
        X509_free(issuer);
        cert->has_root = true;
        return CERT_ISSUER_ROOT;
    }
    if (at == CERT_CHAIN_COUNT_MAX) {
        X509_free(issuer);
        return CERT_ISSUER_OTHER;
    }
    cert->chain[cert->chain_count++] = issuer;
    cert->issuer_url = (struct str){NULL, 0};
    if (der_read(cert, at) && name_text(cert, X509_get_issuer_name(issuer), &cert->last_issuer) &&
        cert_issuer_url_read(issuer, &cert->arena, &cert->issuer_url))
        return CERT_ISSUER_ADDED;
    cert->chain_count--;
    X509_free(issuer);
    return CERT_ISSUER_OTHER;
}

enum cert_issuer cert_add_issuer(struct cert *cert, struct str bytes)
{
    struct cert_pile pile = {.certs_count = 0};
    X509 *issuer = NULL;
    if (cert_pile_add(&pile, bytes, false) == CERT_FAULT_NONE)
        issuer = take_issuer(&pile, cert->chain[cert->chain_count - 1]);
    cert_pile_fini(&pile);
    enum cert_issuer result = issuer ? put_issuer(cert, issuer) : CERT_ISSUER_OTHER;
    ERR_clear_error();
    return result;
}

bool cert_chain_to_pem(const struct cert *cert, struct buf *out)
{
    return cert_chain_to_pem_from(cert, 0, out);
}

bool cert_chain_to_pem_from(const struct cert *cert, size_t index, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return false;
    bool ok = true;
    for (size_t i = index; ok && i < cert->chain_count; i++)
        ok = PEM_write_bio_X509(bio, cert->chain[i]) == 1;
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);
    ok = ok && size >= 0 && buf_put(out, data, (size_t)size);
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

size_t cert_leftovers_count(const struct cert *cert)
{
    return cert->leftovers_count;
}

struct str cert_leftover(const struct cert *cert, size_t index)
{
    return index < cert->leftovers_count ? cert->leftovers[index] : (struct str){0};
}

struct str cert_last_issuer(const struct cert *cert)
{
    return cert->last_issuer;
}

struct str cert_issuer_url(const struct cert *cert)
{
    return cert->issuer_url;
}

const struct key *cert_key(const struct cert *cert)
{
    return cert->key;
}
