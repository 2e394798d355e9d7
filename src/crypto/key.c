/* Private keys by libcrypto's EVP interface. PEM blocks are walked here, so that each refusal has a reason of its own.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "crypto/key_parts.h"

#define RSA_BITS 2048
/* The largest RSA key anybody serves is 16384 bits: 13 KB of PEM. A key may sit behind its chain in one file. */
#define KEY_FILE_SIZE_MAX (1024 * 1024)

struct key {
    EVP_PKEY *pkey;
};

static const struct {
    const char *text, *fix;
} faults[] = {
    [KEY_FAULT_NONE] = {"Nothing is wrong with this key.", ""},
    [KEY_FAULT_MISSING] = {"There is no private key in these bytes.", ""},
    [KEY_FAULT_ENCRYPTED] = {"The private key is protected by a passphrase.",
                             "Give the passphrase, or remove it: openssl pkey -in KEY -out KEY.plain"},
    [KEY_FAULT_PASSPHRASE] = {"The passphrase does not open the private key.", ""},
    [KEY_FAULT_OLD_CIPHER] =
        {"The private key is protected with an old cipher that is not available here.",
         "Protect it anew: openssl pkcs8 -topk8 -provider legacy -provider default -in KEY -out NEW"},
    [KEY_FAULT_COSTLY] = {"The passphrase of the private key would have to be hashed millions of times.",
                          "Protect it anew: openssl pkcs8 -topk8 -in KEY -out NEW"},
    [KEY_FAULT_UNREADABLE] = {"The private key does not parse, or is of a kind not known here.", ""},
    [KEY_FAULT_MEMORY] = {"Out of memory.", ""},
};

static struct key *fail(enum key_fault *ret_fault, struct err *err, enum key_fault fault)
{
    ERR_clear_error();
    if (ret_fault)
        *ret_fault = fault;
    (void)err_set(err, fault == KEY_FAULT_MEMORY ? ERR_MEMORY : ERR_INPUT, "%s", faults[fault].text);
    if (faults[fault].fix[0])
        (void)err_fix(err, "%s", faults[fault].fix);
    return NULL;
}

struct key *key_wrap(EVP_PKEY *take_pkey)
{
    struct key *key = malloc(sizeof *key);
    if (!key) {
        EVP_PKEY_free(take_pkey);
        return NULL;
    }
    key->pkey = take_pkey;
    return key;
}

void key_free(struct key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

enum key_fault key_from_der(struct str der, struct unlock *unlock, EVP_PKEY **ret)
{
    const unsigned char *at = (const unsigned char *)der.data;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &at, (long)der.size);
    if (pkey) {
        *ret = pkey;
        return KEY_FAULT_NONE;
    }
    at = (const unsigned char *)der.data;
    X509_SIG *sealed = d2i_X509_SIG(NULL, &at, (long)der.size);
    enum key_fault fault = sealed ? unlock_pkcs8(unlock, sealed, ret) : KEY_FAULT_UNREADABLE;
    X509_SIG_free(sealed);
    return fault;
}

enum key_fault key_from_block(const char *label, char *header, unsigned char *data, long size, struct unlock *unlock,
                              EVP_PKEY **ret)
{
    struct str name = str_from(label);
    if (!str_ends(name, STR("PRIVATE KEY")))
        return KEY_FAULT_MISSING;
    if (str_eq(name, STR("ENCRYPTED PRIVATE KEY")) && !unlock->passphrase.data)
        return KEY_FAULT_ENCRYPTED;
    if (!header[0])
        return key_from_der(str_make(data, (size_t)size), unlock, ret);
    /* "Proc-Type: 4,ENCRYPTED" of RFC 1421 */
    enum key_fault fault = unlock_block(unlock, header, data, &size);
    if (fault != KEY_FAULT_NONE)
        return fault;
    /* One wrong passphrase in 256 passes for the right one until here. */
    return key_from_der(str_make(data, (size_t)size), unlock, ret) == KEY_FAULT_NONE ? KEY_FAULT_NONE
                                                                                     : KEY_FAULT_PASSPHRASE;
}

static enum key_fault pem_load(struct str bytes, struct unlock *unlock, EVP_PKEY **ret)
{
    BIO *bio = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    if (!bio)
        return KEY_FAULT_MEMORY;
    enum key_fault fault = KEY_FAULT_MISSING;
    char *name, *header;
    unsigned char *data;
    long size;
    while (fault == KEY_FAULT_MISSING && PEM_read_bio(bio, &name, &header, &data, &size) == 1) {
        fault = key_from_block(name, header, data, size, unlock, ret);
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
    struct unlock unlock = {.rounds = 0};
    ERR_clear_error();
    if (bytes.size == 0)
        return fail(ret_fault, err, KEY_FAULT_MISSING);
    if (bytes.size > KEY_FILE_SIZE_MAX)
        return fail(ret_fault, err, KEY_FAULT_UNREADABLE);
    EVP_PKEY *pkey = NULL;
    enum key_fault fault = is_pem(bytes) ? pem_load(bytes, &unlock, &pkey) : key_from_der(bytes, &unlock, &pkey);
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
