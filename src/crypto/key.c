/* Private keys by libcrypto's EVP interface. PEM blocks are walked here, so that each refusal has a reason of its own.
 */
#include "crypto/key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#define RSA_BITS 2048
/* The largest RSA key anybody serves is 16384 bits: 13 KB of PEM. A key may sit behind its chain in one file. */
#define KEY_FILE_SIZE_MAX (1024 * 1024)

struct key {
    EVP_PKEY *pkey;
};

static struct key *fail(enum key_fault *ret_fault, struct err *err, enum key_fault fault)
{
    static const char *const texts[] = {
        [KEY_FAULT_MISSING] = "There is no private key in these bytes.",
        [KEY_FAULT_ENCRYPTED] = "The private key is protected by a passphrase.",
        [KEY_FAULT_UNREADABLE] = "The private key does not parse, or is of a kind not known here.",
        [KEY_FAULT_MEMORY] = "Out of memory.",
    };
    ERR_clear_error();
    if (ret_fault)
        *ret_fault = fault;
    (void)err_set(err, fault == KEY_FAULT_MEMORY ? ERR_MEMORY : ERR_INPUT, "%s", texts[fault]);
    if (fault == KEY_FAULT_ENCRYPTED)
        (void)err_fix(err, "Remove the passphrase: openssl pkey -in KEY -out KEY.plain");
    return NULL;
}

/* Takes `pkey` over. */
static struct key *key_wrap(EVP_PKEY *pkey)
{
    struct key *key = malloc(sizeof *key);
    if (!key) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    key->pkey = pkey;
    return key;
}

void key_free(struct key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

static bool is_encrypted_der(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509_SIG *sealed = d2i_X509_SIG(NULL, &at, (long)der.size);
    X509_SIG_free(sealed);
    return sealed != NULL;
}

/* PKCS#8, PKCS#1 or SEC 1, by what the bytes say. */
static enum key_fault der_load(struct str der, EVP_PKEY **ret)
{
    const unsigned char *at = (const unsigned char *)der.data;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &at, (long)der.size);
    if (pkey) {
        *ret = pkey;
        return KEY_FAULT_NONE;
    }
    return is_encrypted_der(der) ? KEY_FAULT_ENCRYPTED : KEY_FAULT_UNREADABLE;
}

/* A PEM block: KEY_FAULT_MISSING when it is none of a private key. */
static enum key_fault block_load(struct str name, struct str header, struct str der, EVP_PKEY **ret)
{
    if (!str_ends(name, STR("PRIVATE KEY")))
        return KEY_FAULT_MISSING;
    if (str_eq(name, STR("ENCRYPTED PRIVATE KEY")) || header.size > 0) /* "Proc-Type: 4,ENCRYPTED" of RFC 1421 */
        return KEY_FAULT_ENCRYPTED;
    return der_load(der, ret);
}

static enum key_fault pem_load(struct str bytes, EVP_PKEY **ret)
{
    BIO *bio = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    if (!bio)
        return KEY_FAULT_MEMORY;
    enum key_fault fault = KEY_FAULT_MISSING;
    char *name, *header;
    unsigned char *data;
    long size;
    while (fault == KEY_FAULT_MISSING && PEM_read_bio(bio, &name, &header, &data, &size) == 1) {
        fault = block_load(str_from(name), str_from(header), str_make(data, (size_t)size), ret);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)size);
    }
    /* A block that does not even decode: it might have been the key. */
    if (fault == KEY_FAULT_MISSING && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        fault = KEY_FAULT_UNREADABLE;
    BIO_free(bio);
    return fault;
}

static bool is_pem(struct str bytes)
{
    return bytes.size && memmem(bytes.data, bytes.size, "-----BEGIN", 10) != NULL;
}

struct key *key_load(struct str bytes, enum key_fault *ret_fault, struct err *err)
{
    ERR_clear_error();
    if (bytes.size == 0)
        return fail(ret_fault, err, KEY_FAULT_MISSING);
    if (bytes.size > KEY_FILE_SIZE_MAX)
        return fail(ret_fault, err, KEY_FAULT_UNREADABLE);
    EVP_PKEY *pkey = NULL;
    enum key_fault fault = is_pem(bytes) ? pem_load(bytes, &pkey) : der_load(bytes, &pkey);
    if (fault != KEY_FAULT_NONE)
        return fail(ret_fault, err, fault);
    ERR_clear_error();
    struct key *key = key_wrap(pkey);
    if (!key)
        return fail(ret_fault, err, KEY_FAULT_MEMORY);
    if (ret_fault)
        *ret_fault = KEY_FAULT_NONE;
    return key;
}

struct key *key_generate(enum key_kind kind, struct err *err)
{
    EVP_PKEY *pkey = NULL;
    if (kind == KEY_ECDSA)
        pkey = EVP_EC_gen("P-256");
    else if (kind == KEY_RSA)
        pkey = EVP_RSA_gen(RSA_BITS);
    if (!pkey) {
        ERR_clear_error();
        (void)err_set(err, ERR_SYSTEM, "A private key of kind %s cannot be made.", key_kind_name(kind));
        return NULL;
    }
    struct key *key = key_wrap(pkey);
    if (!key)
        (void)err_memory(err);
    return key;
}

enum key_kind key_kind(const struct key *key)
{
    switch (EVP_PKEY_base_id(key->pkey)) {
    case EVP_PKEY_EC: return KEY_ECDSA;
    case EVP_PKEY_RSA: return KEY_RSA;
    case EVP_PKEY_ED25519: return KEY_ED25519;
    default: return KEY_OTHER; /* RSA-PSS, Ed448, DSA …: no browser takes them */
    }
}

unsigned key_bits(const struct key *key)
{
    int bits = EVP_PKEY_bits(key->pkey);
    return bits > 0 ? (unsigned)bits : 0;
}

const char *key_kind_name(enum key_kind kind)
{
    switch (kind) {
    case KEY_ECDSA: return "ECDSA";
    case KEY_RSA: return "RSA";
    case KEY_ED25519: return "Ed25519";
    default: return "other";
    }
}

static bool key_write(const struct key *key, struct buf *out, bool pem, struct err *err)
{
    BIO *bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
    if (!bio)
        return err_memory(err);
    int made = pem ? PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL)
                   : i2d_PKCS8PrivateKey_bio(bio, key->pkey, NULL, NULL, 0, NULL, NULL);
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);
    bool ok = made == 1 && size > 0;
    bool fits = ok && buf_put(out, data, (size_t)size);
    BIO_free(bio);
    ERR_clear_error();
    if (!ok)
        return err_set(err, ERR_SYSTEM, "The private key cannot be written.");
    return fits || err_memory(err);
}

bool key_to_der(const struct key *key, struct buf *out, struct err *err)
{
    return key_write(key, out, false, err);
}

bool key_to_pem(const struct key *key, struct buf *out, struct err *err)
{
    return key_write(key, out, true, err);
}

void key_wipe(struct buf *secret)
{
    if (secret->data)
        OPENSSL_cleanse(secret->data, secret->capacity);
    buf_fini(secret);
}

struct evp_pkey_st *key_handle(const struct key *key)
{
    return key->pkey;
}
