/*
 * What the tests of tls/ share: sites with certificates in a real snapshot, a server on it, and a raw OpenSSL client
 * that can be as odd as a case needs. Bytes go through memory only.
 */
#ifndef TESTS_UNIT_TLS_WORLD_H
#define TESTS_UNIT_TLS_WORLD_H

#include "check.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "snapshot/build.h"
#include "snapshot/read.h"
#include "test_ca.h"
#include "tls/conn.h"

#define WIRE_SIZE_MAX (8 * 1024 * 1024)

/* A certificate for the snapshot, from PEM. */
struct world_certificate {
    uint64_t identity;
    struct test_ca_made made;
    struct buf ders[2];
    struct str chain[2];
    size_t chain_count;
    struct buf key;
};

struct world_site {
    const char *name;
    const char *alias; /* or NULL */
    int ecdsa, rsa;    /* numbers of certificates, -1: none */
};

struct world_snapshot {
    void *blob;
    size_t size;
    struct snapshot snapshot;
};

/* The certificates every test has; names in world.c. */
enum { CERT_A_ECDSA, CERT_A_RSA, CERT_B_ECDSA, CERT_WILD, CERT_R_RSA, CERT_BAD_KEY, CERT_PROOF, CERTS_COUNT };

struct world {
    struct test_ca *ca;
    struct world_certificate certificates[CERTS_COUNT];
};

extern struct world world;

int world_setup(void **state);
int world_teardown(void **state);

/* Four sites: a.test (ECDSA and RSA), b.test (ECDSA), *.wild.test, r.test (RSA), bad.test (key does not fit),
 * none.test. Challenges by TLS for a.test and new.test, which is no site (CERT_PROOF), and bad.test. */
struct world_snapshot world_snapshot_make(uint64_t generation, enum snap_tls_profile profile, const char *ticket_keys);
void world_snapshot_free(struct world_snapshot *s);
/* A server on such a snapshot. */
struct tls_server *world_server(const struct world_snapshot *s);

/* How the raw client is to be; zeroes: a modern client for a.test. */
struct peer_options {
    const char *name; /* "": no SNI; NULL: a.test */
    int version_min, version_max;
    const char *signatures; /* list as for SSL_set1_sigalgs_list */
    const char *ciphers;    /* TLS 1.2 */
    const char *groups;
    const char *alpn; /* wire form, or NULL */
    size_t alpn_size;
    SSL_SESSION *session;
    bool no_ticket;
    bool verify; /* against the world's CA */
};

struct peer {
    SSL *ssl;
    SSL_SESSION *session; /* the newest, owned */
    size_t tickets_count;
    int alert; /* the last fatal alert received, or -1 */
};

struct peer *peer_new(const struct peer_options *options);
void peer_free(struct peer *peer);
/* Takes the session away from the peer. */
SSL_SESSION *peer_take_session(struct peer *peer);

/* A client and a server conn with the bytes between them. */
struct wire {
    struct tls_conn *server;
    struct peer *peer;
    struct buf to_server, to_client;
    size_t step;            /* bytes a turn at most; 0: all */
    enum tls_result result; /* the server's last */
};

void wire_open(struct wire *w, struct tls_server *server, const struct peer_options *options);
/* Runs until both sides have nothing more to say. True when both are done. */
bool wire_handshake(struct wire *w);
void wire_close(struct wire *w);
/* The peer's output goes to to_server; to_client goes into the peer. */
void wire_shift(struct wire *w);

/* Handshake, then everything closed again; the facts stay in *ret. */
struct outcome {
    bool done;
    bool resumed;
    bool peer_resumed;
    enum tls_failure failure;
    int alert;
    uint64_t certificate;
    size_t tickets_count; /* as TLS 1.3 has them: none, one, more */
    bool new_ticket;
    bool h2;
    bool validation;
    SSL_SESSION *session;
};
struct outcome outcome_of(struct tls_server *server, const struct peer_options *options);

#endif
