/* PKCS#12 by libcrypto's PKCS12_create, with the MAC made apart: its own would be of the library's default. */
#include "crypto/export.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "crypto/cert_parts.h"
#include "crypto/wipe.h"

/* What programs show of a certificate: a site's name, at most 253 bytes. */
#define NAME_SIZE_MAX 256

static bool check_password(struct str password, struct err *err)
{
    if (password.size < EXPORT_PASSWORD_SIZE_MIN || password.size > EXPORT_PASSWORD_SIZE_MAX) {
        (void)err_field(err, "password", "it must have %d to %d characters", EXPORT_PASSWORD_SIZE_MIN,
                        EXPORT_PASSWORD_SIZE_MAX);
        return err_fix(err, "take a long one: whoever has the file can try as many as he likes");
    }
    return !memchr(password.data, 0, password.size) || err_field(err, "password", "it holds a zero byte");
}

/* What stands above the leaf, still owned by `cert`. */
static STACK_OF(X509) * above_leaf(const struct cert *cert)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    for (size_t i = 1; chain && i < cert->chain_count; i++)
        if (sk_X509_push(chain, cert->chain[i]) <= 0) {
            sk_X509_free(chain);
            return NULL;
        }
    return chain;
}

static PKCS12 *make(const struct cert *cert, const char *name, const char *password, int password_size)
{
    STACK_OF(X509) *chain = above_leaf(cert);
    if (!chain)
        return NULL;
    PKCS12 *made = PKCS12_create(password, name, key_handle(cert->key), cert->chain[0], chain, NID_aes_256_cbc,
                                 NID_aes_256_cbc, EXPORT_ROUNDS, -1, 0);
    sk_X509_free(chain);
    if (made && PKCS12_set_mac(made, password, password_size, NULL, 0, EXPORT_ROUNDS, EVP_sha256()) != 1) {
        PKCS12_free(made);
        return NULL;
    }
    return made;
}

static bool write(PKCS12 *pkcs12, struct buf *out, struct err *err)
{
    unsigned char *der = NULL;
    int size = i2d_PKCS12(pkcs12, &der);
    bool fine = size > 0 && buf_put(out, der, (size_t)size);
    OPENSSL_free(der);
    return fine || err_memory(err);
}

bool export_pkcs12(const struct cert *cert, struct str name, struct str password, struct buf *out, struct err *err)
{
    char secret[EXPORT_PASSWORD_SIZE_MAX + 1], title[NAME_SIZE_MAX + 1];
    if (!check_password(password, err))
        return false;
    memcpy(secret, password.data, password.size);
    secret[password.size] = '\0';
    name = str_part(name, 0, NAME_SIZE_MAX);
    memcpy(title, name.data ? name.data : "", name.size);
    title[name.size] = '\0';
    PKCS12 *pkcs12 = make(cert, title, secret, (int)password.size);
    wipe_bytes(secret, sizeof secret);
    ERR_clear_error();
    if (!pkcs12)
        return err_set(err, ERR_SYSTEM, "the certificate and its key could not be written as PKCS#12");
    bool fine = write(pkcs12, out, err);
    PKCS12_free(pkcs12);
    return fine;
}
