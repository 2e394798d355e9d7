/*
 * Stateless session tickets (RFC 5077, RFC 8446 section 4.6.1) under the snapshot's keys: the first key makes tickets,
 * every key opens them, and a ticket opened by an older key is replaced. Which site a ticket is good for is not decided
 * here but by the session id context (tls/selection).
 */
#ifndef TLS_TICKETS_H
#define TLS_TICKETS_H

#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include "base/str.h"
#include "snapshot/format.h"

/* The keys in use: a view of the snapshot's table and what the library need not look up at every handshake. */
struct tickets {
    const struct snap_ticket_key *keys;
    size_t keys_count;
    EVP_CIPHER *cipher;
    EVP_MD *digest;
};

NODISCARD bool tickets_init(struct tickets *t);
void tickets_fini(struct tickets *t);
/*
 * The body of the library's ticket callback. `encrypt`: 1 done, 0 no key (no ticket is sent), -1 failed. Otherwise: 1
 * opened, 2 opened and to be replaced, 0 unknown key (a full handshake follows), -1 failed.
 */
int tickets_apply(const struct tickets *t, SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                  HMAC_CTX *mac, bool encrypt);

#endif
