/* Encrypt-then-MAC as RFC 5077 section 4 recommends it: AES-256-CBC and HMAC-SHA-256, keyed per call. */
/*
 * HMAC_CTX is deprecated, but the callback with EVP_MAC_CTX looks HMAC and SHA-256 up by name for every ticket made or
 * opened.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tls/tickets.h"

#include <openssl/rand.h>

#define IV_SIZE 16

bool tickets_init(struct tickets *t)
{
    *t = (struct tickets){.cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL),
                          .digest = EVP_MD_fetch(NULL, "SHA256", NULL)};
    return t->cipher && t->digest;
}

void tickets_fini(struct tickets *t)
{
    EVP_CIPHER_free(t->cipher);
    EVP_MD_free(t->digest);
    *t = (struct tickets){0};
}

static bool mac_set(const struct tickets *t, HMAC_CTX *mac, const struct snap_ticket_key *key)
{
    return HMAC_Init_ex(mac, key->mac_key, sizeof key->mac_key, t->digest, NULL) == 1;
}

static int ticket_make(const struct tickets *t, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                       HMAC_CTX *mac)
{
    if (t->keys_count == 0)
        return 0;
    const struct snap_ticket_key *key = &t->keys[0];
    memcpy(name, key->name, sizeof key->name);
    if (RAND_bytes(iv, IV_SIZE) != 1 || EVP_EncryptInit_ex(cipher, t->cipher, NULL, key->cipher_key, iv) != 1)
        return -1;
    return mac_set(t, mac, key) ? 1 : -1;
}

static int ticket_open(const struct tickets *t, SSL *ssl, const unsigned char *name, const unsigned char *iv,
                       EVP_CIPHER_CTX *cipher, HMAC_CTX *mac)
{
    size_t i = 0;
    while (i < t->keys_count && memcmp(t->keys[i].name, name, SNAP_TICKET_NAME_SIZE) != 0)
        i++;
    if (i == t->keys_count)
        return 0;
    if (!mac_set(t, mac, &t->keys[i]) || EVP_DecryptInit_ex(cipher, t->cipher, NULL, t->keys[i].cipher_key, iv) != 1)
        return -1;
    /* TLS 1.3 clients use a ticket once (RFC 8446 appendix C.4): without a new one every second connection is full. */
    return i > 0 || SSL_version(ssl) == TLS1_3_VERSION ? 2 : 1;
}

int tickets_apply(const struct tickets *t, SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                  HMAC_CTX *mac, bool encrypt)
{
    return encrypt ? ticket_make(t, name, iv, cipher, mac) : ticket_open(t, ssl, name, iv, cipher, mac);
}
