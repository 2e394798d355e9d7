/*
 * An endpoint's client. It is counted, because pooled connections may outlive the generation that knew the endpoint.
 * The last session is kept outside of the library's cache: one slot is all a single endpoint needs.
 */
#include "tls/client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "tls/state.h"

static bool fail(struct err *err, const char *what)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    return err_set(err, ERR_SYSTEM, "%s: %s.", what, why ? why : "no reason given");
}

/* Every certificate of the bundle becomes a root; at least one must be there. */
static bool roots_add(SSL_CTX *ctx, struct str pem, struct err *err)
{
    if (pem.size > INT32_MAX)
        return err_set(err, ERR_INPUT, "The bundle of trusted certificates is too large.");
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    if (!bio)
        return err_memory(err);
    size_t count = 0;
    bool ok = true;
    for (X509 *root; ok && (root = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL; count++) {
        ok = X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root) == 1;
        X509_free(root);
    }
    BIO_free(bio);
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (ok && count > 0 && at_end) {
        ERR_clear_error();
        return true;
    }
    if (count == 0 && at_end)
        return err_set(err, ERR_INPUT, "The bundle of trusted certificates holds no PEM certificate.");
    return fail(err, "A trusted certificate does not load");
}

static bool trust_set(SSL_CTX *ctx, struct str roots_pem, struct err *err)
{
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    if (roots_pem.size)
        return roots_add(ctx, roots_pem, err);
    /* A folder by hash is read when a chain asks for it: no store of 150 roots per endpoint. */
    if (SSL_CTX_set_default_verify_paths(ctx) != 1)
        return fail(err, "The system's trusted certificates do not load");
    ERR_clear_error(); /* a missing file beside the folder is no failure, but is noted there */
    return true;
}

/* Takes the session: the newest is the one to resume. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
    const struct tls_conn *conn = conn_of(ssl);
    struct tls_client *client = conn->client;
    char *name = str_dup(str_from(conn->server_name));
    if (!name)
        return 0;
    SSL_SESSION_free(client->session);
    free(client->session_name);
    client->session = session;
    client->session_name = name;
    return 1;
}

static bool client_init(struct tls_client *client, struct str roots_pem, struct err *err)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    client->pipe_method = pipe_method_new();
    client->context = profile_client_new();
    if (!client->pipe_method || !client->context)
        return fail(err, "The TLS library refuses a context for upstreams");
    SSL_CTX_set_session_cache_mode(client->context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(client->context, on_session);
    if (SSL_CTX_set_alpn_protos(client->context, alpn, sizeof alpn - 1) != 0) /* 0 is success here */
        return err_memory(err);
    return client->unverified || trust_set(client->context, roots_pem, err);
}

struct tls_client *tls_client_new(struct str roots_pem, bool unverified, struct err *err)
{
    struct tls_client *client = calloc(1, sizeof *client);
    if (!client) {
        (void)err_memory(err);
        return NULL;
    }
    client->users_count = 1;
    client->unverified = unverified;
    ERR_clear_error();
    if (!client_init(client, roots_pem, err)) {
        tls_client_free(client);
        return NULL;
    }
    return client;
}

struct tls_client *client_ref(struct tls_client *client)
{
    client->users_count++;
    return client;
}

void tls_client_free(struct tls_client *client)
{
    if (!client || --client->users_count > 0)
        return;
    SSL_SESSION_free(client->session);
    free(client->session_name);
    SSL_CTX_free(client->context);
    BIO_meth_free(client->pipe_method);
    free(client);
}

static bool is_address(const char *name)
{
    unsigned char address[16];
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* RFC 6066 section 3 allows no address as server_name; it is verified against the certificate's iPAddress names. */
static bool name_set(SSL *ssl, char *name) /* not const, as the library's macro wants it */
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    if (is_address(name))
        return X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1;
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(param, name, 0) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
}

bool client_prepare(struct tls_conn *conn, struct str name)
{
    struct tls_client *client = conn->client;
    conn->server_name = str_dup(name);
    if (!conn->server_name || (name.size > 0 && !name_set(conn->ssl, conn->server_name)))
        return false;
    /* A session was verified for its own name and proves nothing about another. */
    if (client->session && str_eq(str_from(client->session_name), name))
        return SSL_set_session(conn->ssl, client->session) == 1;
    return true;
}
