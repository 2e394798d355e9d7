/*
 * The connection: lends the caller's view and buffer to the BIO for one call, runs the library, and turns what it says
 * into four results. Nothing is kept of either after the call.
 */
#include "tls/conn.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "tls/client.h"
#include "tls/failure.h"
#include "tls/hello_read.h"
#include "tls/selection.h"
#include "tls/state.h"

#define TLS_RECORD_HANDSHAKE 0x16
#define TLS_RECORD_SIZE_MAX  16384 /* plaintext of one record, RFC 8446 section 5.1 */
/* Header 5, nonce or IV 16, MAC 48, padding 16, type 1: no suite adds more. */
#define TLS_RECORD_OVERHEAD_MAX 96

/* What a client may send before its handshake is over: a ClientHello with a post-quantum key share is below 4 KB,
 * twice. */
#define HANDSHAKE_INPUT_SIZE_MAX_SERVER (64 * 1024)
/* What an upstream may: its certificates and, with them, a retry. */
#define HANDSHAKE_INPUT_SIZE_MAX_CLIENT (192 * 1024)
/*
 * Handshake messages after the handshake (key updates, renegotiation attempts, tickets) each cost us key derivations or
 * an answer, and the peer nothing. Peers that mean well send one in gigabytes; this many are free, and so is one per
 * MiB of application data.
 */
#define LATE_MESSAGES_FREE     32
#define LATE_MESSAGE_EARNED_BY (1024 * 1024)

static enum tls_result fail(struct tls_conn *conn, enum tls_failure failure, const char *text)
{
    conn->failed = true;
    if (conn->failure == TLS_FAILURE_NONE)
        conn->failure = failure;
    if (!conn->failure_text)
        conn->failure_text = text;
    return TLS_FAILED;
}

/* The library has failed: why. A cause that a callback has noted already stands. */
static enum tls_result fail_library(struct tls_conn *conn)
{
    if (conn->pipe.out && !buf_ok(conn->pipe.out))
        return fail(conn, TLS_FAILURE_MEMORY, "the output buffer is full");
    const char *text;
    enum tls_failure failure = failure_take(&text);
    if (failure == TLS_FAILURE_VERIFY)
        text = X509_verify_cert_error_string(SSL_get_verify_result(conn->ssl));
    return fail(conn, failure, text);
}

/*
 * Of a client's messages the first is read: whoever it is, should it fail. After the handshake, records of handshake
 * messages are counted: by the record's header in TLS 1.2, by the type inside the encrypted record in TLS 1.3. (A key
 * update must end its record, so that none hides behind another.)
 */
static void on_message(int sending, int version, int type, const void *data, size_t size, SSL *ssl, void *unused)
{
    (void)version, (void)unused;
    struct tls_conn *conn = conn_of(ssl);
    if (sending || size == 0)
        return;
    if (!conn->done) {
        if (conn->server && type == SSL3_RT_HANDSHAKE && conn->class == HELLO_CLASS_NONE)
            conn->class = hello_read(str_make(data, size));
        return;
    }
    bool is_record = type == SSL3_RT_HEADER || type == SSL3_RT_INNER_CONTENT_TYPE;
    if (is_record && *(const unsigned char *)data == TLS_RECORD_HANDSHAKE)
        conn->late_messages++;
}

static bool is_flooding(const struct tls_conn *conn)
{
    return conn->late_messages > LATE_MESSAGES_FREE + conn->plain_size / LATE_MESSAGE_EARNED_BY;
}

static struct tls_conn *conn_new(SSL_CTX *ctx, const BIO_METHOD *method, size_t input_size_max)
{
    struct tls_conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        return NULL;
    conn->pipe.read_max = input_size_max;
    conn->site_slot = SNAPSHOT_NONE;
    conn->ssl = SSL_new(ctx);
    BIO *bio = conn->ssl ? pipe_new(method, &conn->pipe) : NULL;
    if (!bio) {
        tls_conn_free(conn);
        return NULL;
    }
    SSL_set_bio(conn->ssl, bio, bio);
    SSL_set_app_data(conn->ssl, conn);
    SSL_set_msg_callback(conn->ssl, on_message);
    return conn;
}

struct tls_conn *tls_conn_new_server(struct tls_server *server)
{
    SSL_CTX *ctx = server_context(server);
    struct tls_conn *conn = ctx ? conn_new(ctx, server->pipe_method, HANDSHAKE_INPUT_SIZE_MAX_SERVER) : NULL;
    if (!conn)
        return NULL;
    conn->server = server;
    SSL_set_accept_state(conn->ssl);
    return conn;
}

void tls_conn_set_address(struct tls_conn *conn, struct tls_address address)
{
    conn->address = address;
}

struct tls_conn *tls_conn_new_client(struct tls_client *client, struct str name)
{
    struct tls_conn *conn = conn_new(client->context, client->pipe_method, HANDSHAKE_INPUT_SIZE_MAX_CLIENT);
    if (!conn)
        return NULL;
    conn->client = client_ref(client);
    conn->started = true;
    SSL_set_connect_state(conn->ssl);
    if (!client_prepare(conn, name)) {
        tls_conn_free(conn);
        return NULL;
    }
    return conn;
}

void tls_conn_free(struct tls_conn *conn)
{
    if (!conn)
        return;
    /* Else the library takes a connection that ends without close_notify as a reason never to resume its session. */
    if (conn->done && !conn->failed)
        SSL_set_shutdown(conn->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(conn->ssl);
    tls_client_free(conn->client);
    free(conn->server_name);
    free(conn);
}

static void lend(struct tls_conn *conn, struct str *in, struct buf *out)
{
    conn->pipe.in = in;
    conn->pipe.out = out;
    if (ERR_peek_error()) /* SSL_get_error looks at what is left from others, too; clearing nothing takes long */
        ERR_clear_error();
}

static void take_back(struct tls_conn *conn)
{
    conn->pipe.in = NULL;
    conn->pipe.out = NULL;
}

/* A server looks at the first byte itself, to tell a plain HTTP request on a TLS port from noise. */
static enum tls_result first_byte_check(struct tls_conn *conn, struct str in)
{
    if (conn->started || in.size == 0)
        return TLS_OK;
    conn->started = true;
    char first = in.data[0];
    if (first == TLS_RECORD_HANDSHAKE)
        return TLS_OK;
    if (first >= 'A' && first <= 'Z')
        return fail(conn, TLS_FAILURE_PLAIN_HTTP, "a plain HTTP request on a TLS port");
    return fail(conn, TLS_FAILURE_PROTOCOL, "not a TLS record");
}

static enum tls_result handshake_done(struct tls_conn *conn)
{
    conn->done = true;
    conn->pipe.read_max = SIZE_MAX;
    if (conn->server)
        selection_note_used(conn);
    return TLS_OK;
}

static enum tls_result handshake(struct tls_conn *conn)
{
    int result = SSL_do_handshake(conn->ssl);
    if (result == 1)
        return handshake_done(conn);
    if (SSL_get_error(conn->ssl, result) == SSL_ERROR_WANT_READ)
        return TLS_MORE;
    return fail_library(conn);
}

enum tls_result tls_conn_handshake(struct tls_conn *conn, struct str *in, struct buf *out)
{
    if (conn->failed)
        return TLS_FAILED;
    if (conn->done)
        return TLS_OK;
    if (first_byte_check(conn, *in) == TLS_FAILED)
        return TLS_FAILED;
    /* Without a name any certificate of any site would do. */
    if (conn->client && !conn->client->unverified && tls_conn_server_name(conn).size == 0)
        return fail(conn, TLS_FAILURE_VERIFY, "no name to verify the certificate for");
    lend(conn, in, out);
    enum tls_result result = handshake(conn);
    take_back(conn);
    return result;
}

bool tls_conn_output_may_wait(const struct tls_conn *conn)
{
    /* in TLS 1.2 a ticket comes before our Finished, and a client's last words are its Finished */
    return conn->done && conn->server && SSL_version(conn->ssl) == TLS1_3_VERSION;
}

/* One SSL_read; *ret_size is what it gave. */
static enum tls_result read_some(struct tls_conn *conn, char *plain, size_t room, size_t *ret_size)
{
    *ret_size = 0;
    int result = SSL_read_ex(conn->ssl, plain, room, ret_size);
    if (is_flooding(conn))
        return fail(conn, TLS_FAILURE_PROTOCOL, "too many handshake messages after the handshake");
    if (result == 1) {
        conn->plain_size += *ret_size;
        return TLS_OK;
    }
    *ret_size = 0;
    switch (SSL_get_error(conn->ssl, result)) {
    case SSL_ERROR_WANT_READ: return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN: return TLS_CLOSED;
    default: return fail_library(conn);
    }
}

enum tls_result tls_conn_read(struct tls_conn *conn, struct str *in, char *plain, size_t room, size_t *ret_size,
                              struct buf *out)
{
    *ret_size = 0;
    if (conn->failed || !conn->done)
        return TLS_FAILED;
    lend(conn, in, out);
    enum tls_result result = TLS_OK;
    while (result == TLS_OK && *ret_size < room) {
        size_t size;
        result = read_some(conn, plain + *ret_size, room - *ret_size, &size);
        *ret_size += size;
    }
    take_back(conn);
    return result;
}

bool tls_conn_pending(const struct tls_conn *conn)
{
    return conn->done && !conn->failed && SSL_pending(conn->ssl) > 0;
}

enum tls_result tls_conn_write(struct tls_conn *conn, struct str plain, struct buf *out)
{
    if (conn->failed || !conn->done)
        return TLS_FAILED;
    if (plain.size == 0)
        return TLS_OK;
    lend(conn, NULL, out);
    size_t written = 0;
    bool ok = SSL_write_ex(conn->ssl, plain.data, plain.size, &written) == 1 && written == plain.size;
    enum tls_result result = ok ? TLS_OK : fail_library(conn);
    take_back(conn);
    return result;
}

bool tls_conn_rest(struct tls_conn *conn)
{
    return SSL_free_buffers(conn->ssl) == 1;
}

void tls_conn_close(struct tls_conn *conn, struct buf *out)
{
    if (conn->failed || !conn->done)
        return;
    lend(conn, NULL, out);
    (void)SSL_shutdown(conn->ssl); /* 0 or 1: sent; a full buffer leaves an unannounced end, which the peer notices */
    ERR_clear_error();
    take_back(conn);
}

size_t tls_ciphertext_size_max(size_t plain_size)
{
    /* One record more than data needs: an answer to a key update may go ahead. */
    return plain_size + (plain_size / TLS_RECORD_SIZE_MAX + 2) * TLS_RECORD_OVERHEAD_MAX;
}

bool tls_conn_is_h2(const struct tls_conn *conn)
{
    const unsigned char *chosen = NULL;
    unsigned size = 0;
    SSL_get0_alpn_selected(conn->ssl, &chosen, &size);
    return str_eq(str_make(chosen, size), STR("h2"));
}

bool tls_conn_is_validation(const struct tls_conn *conn)
{
    return conn->validation;
}

struct str tls_conn_server_name(const struct tls_conn *conn)
{
    return str_from(conn->server_name);
}

uint64_t tls_conn_certificate(const struct tls_conn *conn)
{
    if (conn->used == TLS_USED_RSA && conn->certificate_rsa)
        return conn->certificate_rsa;
    return conn->certificate_ecdsa ? conn->certificate_ecdsa : conn->certificate_rsa;
}

const char *tls_conn_protocol(const struct tls_conn *conn)
{
    return SSL_get_version(conn->ssl);
}

const char *tls_conn_cipher(const struct tls_conn *conn)
{
    return SSL_get_cipher_name(conn->ssl);
}

bool tls_conn_resumed(const struct tls_conn *conn)
{
    return SSL_session_reused(conn->ssl) == 1;
}

enum tls_failure tls_conn_failure(const struct tls_conn *conn)
{
    return conn->failed ? conn->failure : TLS_FAILURE_NONE;
}

uint32_t tls_conn_site_slot(const struct tls_conn *conn)
{
    return conn->site_slot;
}

enum hello_class tls_conn_class(const struct tls_conn *conn)
{
    return conn->class;
}

bool tls_conn_by_wildcard(const struct tls_conn *conn)
{
    return conn->by_wildcard;
}

enum tls_failure tls_conn_abandoned(const struct tls_conn *conn, enum tls_failure gone)
{
    if (conn->failed)
        return conn->failure;
    return conn->started && !conn->done ? gone : TLS_FAILURE_NONE;
}

const char *tls_conn_failure_text(const struct tls_conn *conn)
{
    return conn->failed && conn->failure_text ? conn->failure_text : "none";
}
