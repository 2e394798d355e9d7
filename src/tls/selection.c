/*
 * Selection happens in three callbacks. The first sees the raw ClientHello before anything is decided: there the
 * certificates are looked up and the session id context is set, for tickets are looked at right after it. The second
 * comes once the version is known: there a missing name is refused, since the right alert depends on the version. The
 * third comes when no ticket was good: only then are the certificates put on the connection, which the library takes
 * its time to check (some 5 us that a resumed handshake does without).
 *
 * A CA that validates a name (RFC 8737) is told by its one application protocol, and looked for only while the snapshot
 * has a challenge. It gets that challenge's certificate and no ticket; everybody else is served as if there were none.
 */
#include "tls/selection.h"

#include <stdlib.h>

#include "tls/hello.h"
#include "tls/state.h"

/* A ticket is good for one name with one pair of certificates. Fits SSL_MAX_SID_CTX_LENGTH (32). */
struct session_scope {
    uint64_t name_hash;
    uint64_t certificate_ecdsa;
    uint64_t certificate_rsa;
};

static int refuse(struct tls_conn *conn, enum tls_failure failure, int alert, int *ret_alert)
{
    conn->failure = failure;
    *ret_alert = alert;
    return SSL_CLIENT_HELLO_ERROR;
}

static bool name_keep(struct tls_conn *conn, struct str name)
{
    free(conn->server_name); /* a second ClientHello, after HelloRetryRequest */
    conn->server_name = str_dup(name);
    if (!conn->server_name)
        return false;
    for (char *at = conn->server_name; *at; at++)
        *at = str_lower_char(*at);
    return true;
}

/* Looks one certificate of the pair up; 0 when there is none that loads. */
static uint64_t certificate_identity(struct tls_conn *conn, uint32_t index)
{
    if (index == SNAPSHOT_NONE)
        return 0;
    struct tls_server *server = conn->server;
    const struct snap_certificate *record = &server->snapshot->certificates[index];
    return certificates_lookup(&server->certificates, server->snapshot, record) ? record->identity : 0;
}

static int site_put(struct tls_conn *conn, const struct snap_site *site, struct str name, int *ret_alert)
{
    conn->site_slot = site->slot;
    conn->certificate_rsa = certificate_identity(conn, site->certificate_rsa);
    conn->certificate_ecdsa = certificate_identity(conn, site->certificate_ecdsa);
    if (!conn->certificate_ecdsa && !conn->certificate_rsa)
        return refuse(conn, TLS_FAILURE_NO_CERTIFICATE, SSL_AD_HANDSHAKE_FAILURE, ret_alert);
    conn->site = site;
    struct session_scope scope = {.name_hash = str_hash(name),
                                  .certificate_ecdsa = conn->certificate_ecdsa,
                                  .certificate_rsa = conn->certificate_rsa};
    if (SSL_set_session_id_context(conn->ssl, (const unsigned char *)&scope, sizeof scope) != 1)
        return refuse(conn, TLS_FAILURE_MEMORY, SSL_AD_INTERNAL_ERROR, ret_alert);
    return SSL_CLIENT_HELLO_SUCCESS;
}

/* The proof that a CA asks for, in the place of a site's certificates. */
static int challenge_put(struct tls_conn *conn, const struct snap_alpn_challenge *challenge, int *ret_alert)
{
    conn->certificate_rsa = 0;
    conn->certificate_ecdsa = certificate_identity(conn, challenge->certificate);
    if (!conn->certificate_ecdsa)
        return refuse(conn, TLS_FAILURE_NO_CERTIFICATE, SSL_AD_HANDSHAKE_FAILURE, ret_alert);
    conn->challenge = challenge;
    conn->validation = true;
    SSL_set_options(conn->ssl, SSL_OP_NO_TICKET); /* neither taken nor given: the proof must be seen each time */
    if (SSL_set_num_tickets(conn->ssl, 0) != 1)
        return refuse(conn, TLS_FAILURE_MEMORY, SSL_AD_INTERNAL_ERROR, ret_alert);
    return SSL_CLIENT_HELLO_SUCCESS;
}

/* The challenge that this ClientHello asks for, or NULL. */
static const struct snap_alpn_challenge *challenge_asked(const struct tls_conn *conn, struct str name)
{
    const struct snapshot *snapshot = conn->server->snapshot;
    if (!snapshot || snapshot->header->alpn_challenges.count == 0 || !hello_is_validation(conn->ssl))
        return NULL;
    return snapshot_alpn_challenge(snapshot, name);
}

/* The address that the client has connected to; empty when unknown. */
static struct str address_of(const struct tls_conn *conn, char room[static TLS_ADDRESS_SIZE])
{
    return conn->address.text ? conn->address.text(conn->address.owner, room) : STR("");
}

static const struct snap_site *site_of(const struct tls_conn *conn, struct str name)
{
    const struct snapshot *snapshot = conn->server->snapshot;
    return snapshot && name.size ? snapshot_site(snapshot, name) : NULL;
}

/* A client of an IP address sends no name: the address may be a site's name. */
static int address_put(struct tls_conn *conn, int *ret_alert)
{
    char room[TLS_ADDRESS_SIZE];
    struct str address = address_of(conn, room);
    const struct snap_site *site = site_of(conn, address);
    if (site)
        return site_put(conn, site, address, ret_alert);
    conn->failure = TLS_FAILURE_NO_NAME; /* refused in on_server_name */
    return SSL_CLIENT_HELLO_SUCCESS;
}

static int name_put(struct tls_conn *conn, struct str name, int *ret_alert)
{
    if (!name_keep(conn, name))
        return refuse(conn, TLS_FAILURE_MEMORY, SSL_AD_INTERNAL_ERROR, ret_alert);
    const struct snap_alpn_challenge *challenge = challenge_asked(conn, name);
    if (challenge)
        return challenge_put(conn, challenge, ret_alert);
    const struct snapshot *snapshot = conn->server->snapshot;
    const struct snap_site *site = snapshot ? snapshot_site_by(snapshot, name, &conn->by_wildcard) : NULL;
    if (!site)
        return refuse(conn, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME, ret_alert);
    return site_put(conn, site, str_from(conn->server_name), ret_alert);
}

/* The library is going to refuse the client for its version: which site it wanted is known all the same. */
static int version_refused(struct tls_conn *conn, struct str name)
{
    char room[TLS_ADDRESS_SIZE];
    const struct snap_site *site = site_of(conn, name.size ? name : address_of(conn, room));
    if (site)
        conn->site_slot = site->slot;
    return SSL_CLIENT_HELLO_SUCCESS;
}

static int on_client_hello(SSL *ssl, int *ret_alert, void *unused)
{
    (void)unused;
    struct tls_conn *conn = conn_of(ssl);
    struct str name;
    conn->site = NULL;
    conn->site_slot = SNAPSHOT_NONE;
    conn->challenge = NULL;
    conn->by_wildcard = false;
    conn->validation = false;
    if (!hello_server_name(ssl, &name))
        return SSL_CLIENT_HELLO_SUCCESS; /* the library refuses it with decode_error */
    if (hello_version_max(ssl) < SSL_get_min_proto_version(ssl))
        return version_refused(conn, name); /* and this with protocol_version */
    return name.size ? name_put(conn, name, ret_alert) : address_put(conn, ret_alert);
}

/* Puts one certificate of the pair on the connection; 0 when that cannot be. */
static uint64_t certificate_put(struct tls_conn *conn, uint32_t index)
{
    if (index == SNAPSHOT_NONE)
        return 0;
    struct tls_server *server = conn->server;
    const struct snap_certificate *record = &server->snapshot->certificates[index];
    const struct certificate *found = certificates_lookup(&server->certificates, server->snapshot, record);
    if (!found || SSL_use_cert_and_key(conn->ssl, found->leaf, found->key, found->chain, 1) != 1)
        return 0;
    return record->identity;
}

/* Called when a certificate will be needed: not for a handshake that is resumed. */
static int on_certificate(SSL *ssl, void *unused)
{
    (void)unused;
    struct tls_conn *conn = conn_of(ssl);
    SSL_certs_clear(ssl); /* a second ClientHello, after HelloRetryRequest */
    if (!conn->site && !conn->challenge)
        return 1; /* no name: refused by on_server_name already */
    conn->certificate_rsa = conn->site ? certificate_put(conn, conn->site->certificate_rsa) : 0;
    conn->certificate_ecdsa =
        certificate_put(conn, conn->site ? conn->site->certificate_ecdsa : conn->challenge->certificate);
    if (conn->certificate_ecdsa || conn->certificate_rsa)
        return 1;
    conn->failure = TLS_FAILURE_NO_CERTIFICATE;
    return 0;
}

/* RFC 8446 section 9.2 asks TLS 1.3 servers for missing_extension; TLS 1.2 has no such alert. */
static int on_server_name(SSL *ssl, int *ret_alert, void *unused)
{
    (void)unused;
    if (conn_of(ssl)->failure != TLS_FAILURE_NO_NAME)
        return SSL_TLSEXT_ERR_OK;
    *ret_alert = SSL_version(ssl) == TLS1_3_VERSION ? SSL_AD_MISSING_EXTENSION : SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* h2 before http/1.1, whatever order the client has; no overlap is fatal (RFC 7301 section 3.2). */
static int on_alpn(SSL *ssl, const unsigned char **ret, unsigned char *ret_size, const unsigned char *offered,
                   unsigned offered_size, void *unused)
{
    (void)unused;
    static const unsigned char ours[] = "\x02h2\x08http/1.1", validation[] = "\x0a" TLS_VALIDATION_PROTOCOL;
    bool validates = conn_of(ssl)->validation;
    unsigned char *chosen = NULL;
    if (SSL_select_next_proto(&chosen, ret_size, validates ? validation : ours,
                              validates ? sizeof validation - 1 : sizeof ours - 1, offered,
                              offered_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *ret = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static int on_ticket_key(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, HMAC_CTX *mac,
                         int encrypt)
{
    return tickets_apply(&conn_of(ssl)->server->tickets, ssl, name, iv, cipher, mac, encrypt == 1);
}

/* The certificate in use, while there is one: a resumed session has none and keeps what the ticket says. */
static enum tls_used used_now(SSL *ssl)
{
    const EVP_PKEY *key = SSL_get_privatekey(ssl);
    if (!key)
        return TLS_USED_NONE;
    return EVP_PKEY_is_a(key, "RSA") ? TLS_USED_RSA : TLS_USED_ECDSA;
}

static int on_ticket_make(SSL *ssl, void *unused)
{
    (void)unused;
    struct tls_conn *conn = conn_of(ssl);
    selection_note_used(conn);
    unsigned char used = (unsigned char)conn->used;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), &used, sizeof used);
}

void selection_note_used(struct tls_conn *conn)
{
    if (conn->used != TLS_USED_NONE)
        return;
    if (!SSL_session_reused(conn->ssl)) {
        conn->used = used_now(conn->ssl);
        return;
    }
    void *data = NULL;
    size_t size = 0;
    if (SSL_SESSION_get0_ticket_appdata(SSL_get_session(conn->ssl), &data, &size) == 1 && size == 1)
        conn->used = *(unsigned char *)data == TLS_USED_RSA ? TLS_USED_RSA : TLS_USED_ECDSA;
}

void selection_install(SSL_CTX *ctx)
{
    SSL_CTX_set_client_hello_cb(ctx, on_client_hello, NULL);
    SSL_CTX_set_tlsext_servername_callback(ctx, on_server_name);
    SSL_CTX_set_cert_cb(ctx, on_certificate, NULL);
    SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
    SSL_CTX_set_tlsext_ticket_key_cb(ctx, on_ticket_key);
    SSL_CTX_set_session_ticket_cb(ctx, on_ticket_make, NULL, NULL);
}
