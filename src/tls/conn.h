/*
 * One TLS connection as a pure converter: ciphertext in, plaintext out, and the other way round. It owns no socket and
 * no buffer: input is a view the caller advances by, output goes to the end of a buffer the caller lends, so that
 * OpenSSL is fed by a custom BIO from the worker's own buffers and an idle connection holds none. Behind this interface
 * another record layer could stand.
 */
#ifndef TLS_CONN_H
#define TLS_CONN_H

#include "base/buf.h"
#include "snapshot/hello_class.h"
#include "tls/context.h"

struct tls_conn;

enum tls_result {
    TLS_OK,
    TLS_MORE,   /* all input is used; more is needed */
    TLS_CLOSED, /* the peer said close_notify: an orderly end */
    TLS_FAILED, /* fatal: an alert may be in the output, tls_conn_failure says why; tls_conn_free is all that is left
                 */
};

/* Why a handshake or connection failed, for counters and evidence; the words are in snapshot/counters.h, in this order.
 */
enum tls_failure {
    TLS_FAILURE_NONE,
    TLS_FAILURE_UNKNOWN_NAME,            /* SNI names no site of ours: unrecognized_name sent */
    TLS_FAILURE_NO_NAME,                 /* no SNI: missing_extension (or unrecognized_name in TLS 1.2) sent */
    TLS_FAILURE_NO_CERTIFICATE,          /* the site has none, or it does not load */
    TLS_FAILURE_VERSION,                 /* no protocol version in common */
    TLS_FAILURE_CIPHER,                  /* no cipher suite, group or signature algorithm in common */
    TLS_FAILURE_BAD_CERTIFICATE,         /* alert 42: the client does not accept ours, as the five that follow */
    TLS_FAILURE_UNSUPPORTED_CERTIFICATE, /* 43 */
    TLS_FAILURE_CERTIFICATE_REVOKED,     /* 44 */
    TLS_FAILURE_CERTIFICATE_EXPIRED,     /* 45 */
    TLS_FAILURE_CERTIFICATE_UNKNOWN,     /* 46: for another reason; what browsers say to most */
    TLS_FAILURE_UNKNOWN_CA,              /* 48: the client does not trust who issued it */
    TLS_FAILURE_CLIENT_ALERT,            /* any other alert from the peer */
    TLS_FAILURE_VERIFY,                  /* we (as a client) do not trust the upstream's certificate */
    TLS_FAILURE_PLAIN_HTTP,              /* what came was no TLS record */
    TLS_FAILURE_PROTOCOL,                /* anything else that breaks the protocol */
    TLS_FAILURE_MEMORY,
    TLS_FAILURE_NO_APPLICATION_PROTOCOL, /* ALPN offers nothing that is spoken here, or a CA asks for a proof of
                                            a name that is not being proven: no_application_protocol sent */
    TLS_FAILURE_CLOSED,                  /* the client went away in the middle of the handshake, without an alert */
    TLS_FAILURE_TIMEOUT,                 /* or did not go on */
    TLS_FAILURE_COUNT,
};

/* NULL when memory ran out. `server` must outlive it. */
struct tls_conn *tls_conn_new_server(struct tls_server *server);
/*
 * What a server calls for a client that sends no name, as clients of an IP address do (RFC 6066 section 3): writes the
 * address the client has connected to, in the form site names have ("192.0.2.1", "[2001:db8::1]"), and returns a view
 * of it; empty when unknown. If that is a site's name, its certificate is served; otherwise the handshake is refused.
 */
#define TLS_ADDRESS_SIZE 64
struct tls_address {
    struct str (*text)(void *owner, char room[static TLS_ADDRESS_SIZE]);
    void *owner; /* must live until the handshake is over */
};
/* Optional; without it every client without a name is refused. */
void tls_conn_set_address(struct tls_conn *conn, struct tls_address address);
/*
 * A client connection that sends and verifies `name`: a host name, or an IP address as text, which is verified but not
 * sent. Empty: nothing is sent, and only an unverified client gets through.
 */
struct tls_conn *tls_conn_new_client(struct tls_client *client, struct str name);
void tls_conn_free(struct tls_conn *conn);

/*
 * Goes on with the handshake. Takes what it can from *in (advancing it) and appends what must be sent to `out`. TLS_OK:
 * done. Call it first with empty input on the client's side.
 */
enum tls_result tls_conn_handshake(struct tls_conn *conn, struct str *in, struct buf *out);
/*
 * After the call of tls_conn_handshake that said TLS_OK: what it appended is nothing the peer waits for (the session
 * ticket of a TLS 1.3 server), so that it may leave with whatever is encrypted next.
 */
bool tls_conn_output_may_wait(const struct tls_conn *conn);
/*
 * Decrypts from *in into `plain` until that is full or the input is used. TLS_OK with *ret_size > 0: call again while
 * input or decrypted bytes are left (tls_conn_pending). TLS_MORE: nothing more to give now; *ret_size may be > 0 too.
 * TLS_CLOSED may come with bytes as well. Handshake messages after the handshake (tickets, key updates) may append to
 * `out`.
 */
enum tls_result tls_conn_read(struct tls_conn *conn, struct str *in, char *plain, size_t room, size_t *ret_size,
                              struct buf *out);
/* Bytes decrypted but not read yet because `room` was short: they need no further input. */
bool tls_conn_pending(const struct tls_conn *conn);
/* Encrypts all of `plain` in records of up to 16 KB, appended to `out`. TLS_FAILED when `out` is full (its cap): a
 * caller's bug. */
enum tls_result tls_conn_write(struct tls_conn *conn, struct str plain, struct buf *out);
/*
 * Between calls the library keeps 34 KB for a record each way: gives them back until they are needed again. False while
 * a part of a record is in them.
 */
bool tls_conn_rest(struct tls_conn *conn);
/* Appends close_notify. */
void tls_conn_close(struct tls_conn *conn, struct buf *out);

/* How many ciphertext bytes `plain_size` bytes may become at most. */
size_t tls_ciphertext_size_max(size_t plain_size);

/* Facts, valid after the handshake. */
bool tls_conn_is_h2(const struct tls_conn *conn); /* ALPN chose h2 */
/* A CA that has seen the certificate it asked for (RFC 8737): all that is left is to close. */
bool tls_conn_is_validation(const struct tls_conn *conn);
struct str tls_conn_server_name(const struct tls_conn *conn); /* SNI, lower case, owned by conn; empty without */
uint64_t tls_conn_certificate(const struct tls_conn *conn);   /* identity of the site's certificate that was served (the
                                                                 one of its pair for this client) */
const char *tls_conn_protocol(const struct tls_conn *conn);   /* "TLSv1.3" */
const char *tls_conn_cipher(const struct tls_conn *conn);
bool tls_conn_resumed(const struct tls_conn *conn);
enum tls_failure tls_conn_failure(const struct tls_conn *conn);
/*
 * The place in the counters of the site that a client asked for, as the snapshot says; SNAPSHOT_NONE while or when that
 * is not known: no name, another name, no ClientHello, a CA that looks for its proof.
 */
uint32_t tls_conn_site_slot(const struct tls_conn *conn);
/* The kind of client, by what it offered; HELLO_CLASS_NONE while no ClientHello has come. */
enum hello_class tls_conn_class(const struct tls_conn *conn);
/* That site has the name that the client asked for by a wildcard only. */
bool tls_conn_by_wildcard(const struct tls_conn *conn);
/*
 * The client is gone, or has not gone on in time: why the handshake that it began failed, as `gone` says; what is known
 * already stands. TLS_FAILURE_NONE when it had not begun one, as whoever only looks whether the port is open.
 */
enum tls_failure tls_conn_abandoned(const struct tls_conn *conn, enum tls_failure gone);
/* A word for logs and metrics: "unknown_name". */
const char *tls_failure_name(enum tls_failure failure);
/* OpenSSL's own words for the last failure, for the log; never NULL. */
const char *tls_conn_failure_text(const struct tls_conn *conn);

#endif
