/*
 * What the files of tls/ know of each other: the insides of the server, the client and the connection, which nobody
 * outside sees. The library's callbacks find the connection as the SSL's application data.
 *
 *     tls_server ──▶ an SSL_CTX per profile, certificates, tickets ──▶ snapshot (borrowed)
 *     tls_client ──▶ one SSL_CTX, the last session (counted: connections hold it too)
 *     tls_conn   ──▶ SSL ──▶ BIO ──▶ tls_conn.pipe ──▶ the caller's view and buffer, during a call
 */
#ifndef TLS_STATE_H
#define TLS_STATE_H

#include "tls/certificates.h"
#include "tls/conn.h"
#include "tls/pipe.h"
#include "tls/profile.h"
#include "tls/tickets.h"

struct tls_server {
    SSL_CTX *contexts[TLS_PROFILES_COUNT]; /* by enum snap_tls_profile; made when first used */
    enum snap_tls_profile profile;
    const struct snapshot *snapshot; /* NULL: none yet */
    struct certificates certificates;
    struct tickets tickets;
    BIO_METHOD *pipe_method;
};

struct tls_client {
    SSL_CTX *context;
    BIO_METHOD *pipe_method;
    SSL_SESSION *session; /* of the last connection, to be resumed; or NULL */
    char *session_name;   /* and the name it was verified for */
    bool unverified;
    size_t users_count; /* the owner and the connections */
};

/* Which certificate of a site's pair a connection has used; also what a ticket remembers (one byte). */
enum tls_used { TLS_USED_NONE, TLS_USED_ECDSA, TLS_USED_RSA };

struct tls_conn {
    SSL *ssl;
    struct tls_server *server; /* one of the two */
    struct tls_client *client;
    struct pipe pipe;
    enum tls_failure failure;
    const char *failure_text;                    /* one of the library's constant strings */
    char *server_name;                           /* lower case (an upstream's as given); NULL without */
    struct tls_address address;                  /* for clients without a name; or zeroes */
    const struct snap_site *site;                /* of the server's snapshot; while a ClientHello is handled only */
    const struct snap_alpn_challenge *challenge; /* likewise; a CA asks for it: site is NULL */
    uint64_t certificate_ecdsa;                  /* identities of the site's pair; 0: none */
    uint64_t certificate_rsa;
    uint32_t site_slot; /* of the site that was asked for; SNAPSHOT_NONE: not known */
    enum tls_used used;
    enum hello_class class; /* of the client, by its first message */
    bool by_wildcard;       /* that site has the name that was asked for by a wildcard only */
    bool validation;        /* the challenge's certificate is what was asked for and served */
    bool started;           /* the first byte has been looked at */
    bool done;              /* the handshake is over */
    bool failed;
    uint32_t late_messages; /* handshake messages and alerts after the handshake: what a flood is made of */
    uint64_t plain_size;    /* application bytes received: what earns such messages */
};

/* The connection behind the library's object. */
static inline struct tls_conn *conn_of(const SSL *ssl)
{
    return SSL_get_app_data(ssl);
}

/* The server's context for the profile of its snapshot; NULL when the library refuses. */
SSL_CTX *server_context(struct tls_server *server);

#endif
