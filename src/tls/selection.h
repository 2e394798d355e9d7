/*
 * Which certificate answers a ClientHello: the name in it leads to the site, the site to its pair of certificates, and
 * both are put on the connection before the library chooses between them by the client's signature algorithms. A name
 * that is not ours gets an alert, never another site's certificate.
 */
#ifndef TLS_SELECTION_H
#define TLS_SELECTION_H

#include <openssl/ssl.h>

/* Installs the callbacks on a server's context. */
void selection_install(SSL_CTX *ctx);
/* After a handshake on the server's side: which of the pair was used. */
struct tls_conn;
void selection_note_used(struct tls_conn *conn);

#endif
