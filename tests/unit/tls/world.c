#include "world.h"

#include <openssl/pem.h>
#include <stdlib.h>

#include "crypto/cert.h"
#include "snapshot/limits.h"

#define DER_SIZE_MAX 65536

struct world world;

static void certificate_load(size_t index, struct test_ca_made made)
{
    struct world_certificate *c = &world.certificates[index];
    c->identity = 1000 + index;
    c->made = made;
    struct cert *cert = cert_load(buf_str(&c->made.chain), buf_str(&c->made.key), NULL, NULL);
    assert_non_null(cert);
    c->chain_count = cert_chain_count(cert);
    for (size_t i = 0; i < 2; i++)
        buf_init(&c->ders[i], DER_SIZE_MAX);
    for (size_t i = 0; i < c->chain_count; i++) {
        assert_true(buf_put_str(&c->ders[i], cert_chain_der(cert, i)));
        c->chain[i] = buf_str(&c->ders[i]);
    }
    buf_init(&c->key, DER_SIZE_MAX);
    assert_true(key_to_der(cert_key(cert), &c->key, NULL));
    cert_free(cert);
}

static void certificate_make(size_t index, const char *name, enum test_ca_kind kind)
{
    certificate_load(index, test_ca_make_for(world.ca, name, kind));
    assert_int_equal(world.certificates[index].chain_count, 2);
}

int world_setup(void **state)
{
    (void)state;
    world.ca = test_ca_new();
    certificate_make(CERT_A_ECDSA, "a.test", TEST_CA_P256);
    certificate_make(CERT_A_RSA, "a.test", TEST_CA_RSA2048);
    certificate_make(CERT_B_ECDSA, "b.test", TEST_CA_P384);
    certificate_make(CERT_WILD, "*.wild.test", TEST_CA_P256);
    certificate_make(CERT_R_RSA, "r.test", TEST_CA_RSA2048);
    certificate_make(CERT_BAD_KEY, "bad.test", TEST_CA_P256);
    const char *const proof_names[] = {"a.test", "new.test", NULL};
    const struct test_ca_leaf proof = {.names = proof_names, .self_signed = true};
    certificate_load(CERT_PROOF, test_ca_make(world.ca, &proof));
    struct buf *key = &world.certificates[CERT_BAD_KEY].key;
    buf_clear(key);
    assert_true(buf_put_str(key, buf_str(&world.certificates[CERT_B_ECDSA].key)));
    return 0;
}

int world_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < CERTS_COUNT; i++) {
        struct world_certificate *c = &world.certificates[i];
        test_ca_made_free(&c->made);
        buf_fini(&c->ders[0]);
        buf_fini(&c->ders[1]);
        buf_fini(&c->key);
    }
    test_ca_free(world.ca);
    return 0;
}

static const struct world_site sites[] = {
    {"a.test", "alias-of-a.test", CERT_A_ECDSA, CERT_A_RSA},
    {"b.test", NULL, CERT_B_ECDSA, -1},
    {"top.test", "*.wild.test", CERT_WILD, -1},
    {"r.test", NULL, -1, CERT_R_RSA},
    {"bad.test", NULL, CERT_BAD_KEY, -1},
    {"none.test", NULL, -1, -1},
    {"twin-of-b.test", NULL, CERT_B_ECDSA, -1},
    {"192.0.2.1", "[2001:db8::1]", CERT_WILD, -1},
};
#define SITES_COUNT (sizeof sites / sizeof *sites)

static uint32_t index_or_none(int index)
{
    return index < 0 ? SNAPSHOT_NONE : (uint32_t)index;
}

/* A key whose bytes are all derived from one letter. */
static struct snap_ticket_key ticket_key(char letter)
{
    struct snap_ticket_key key;
    memset(key.name, letter, sizeof key.name);
    memset(key.cipher_key, letter + 1, sizeof key.cipher_key);
    memset(key.mac_key, letter + 2, sizeof key.mac_key);
    return key;
}

struct world_snapshot world_snapshot_make(uint64_t generation, enum snap_tls_profile profile, const char *ticket_keys)
{
    const struct build_route route = {.prefix = STR("/"), .kind = SNAP_ROUTE_FIXED, .status = 204};
    struct build_site built[SITES_COUNT];
    struct str aliases[SITES_COUNT];
    for (size_t i = 0; i < SITES_COUNT; i++) {
        aliases[i] = str_from(sites[i].alias);
        built[i] = (struct build_site){.name = str_from(sites[i].name),
                                       .aliases = &aliases[i],
                                       .aliases_count = sites[i].alias != NULL,
                                       .slot = (uint32_t)i,
                                       .certificate_ecdsa = index_or_none(sites[i].ecdsa),
                                       .certificate_rsa = index_or_none(sites[i].rsa),
                                       .routes = &route,
                                       .routes_count = 1};
    }
    struct build_certificate certificates[CERTS_COUNT];
    for (size_t i = 0; i < CERTS_COUNT; i++) {
        const struct world_certificate *c = &world.certificates[i];
        certificates[i] = (struct build_certificate){
            .identity = c->identity, .chain = c->chain, .chain_count = c->chain_count, .key = buf_str(&c->key)};
    }
    static const struct build_alpn_challenge challenges[] = {
        {STR_INIT("new.test"), CERT_PROOF}, {STR_INIT("a.test"), CERT_PROOF}, {STR_INIT("bad.test"), CERT_BAD_KEY}};
    struct snap_ticket_key tickets[4];
    size_t tickets_count = strlen(ticket_keys);
    for (size_t i = 0; i < tickets_count; i++)
        tickets[i] = ticket_key(ticket_keys[i]);
    struct build_input input = {.generation = generation,
                                .made_s = TEST_CA_NOW_S,
                                .tls_profile = profile,
                                .sites = built,
                                .sites_count = SITES_COUNT,
                                .certificates = certificates,
                                .certificates_count = CERTS_COUNT,
                                .tickets = tickets,
                                .tickets_count = tickets_count,
                                .alpn_challenges = challenges,
                                .alpn_challenges_count = sizeof challenges / sizeof *challenges};
    snapshot_limits_default(&input.limits);
    struct world_snapshot s;
    struct err err = {0};
    if (!snapshot_build(&input, &s.blob, &s.size, &err) || !snapshot_open(s.blob, s.size, &s.snapshot, &err))
        fail_msg("%s", err.text);
    return s;
}

void world_snapshot_free(struct world_snapshot *s)
{
    snapshot_blob_free(s->blob, s->size);
}

struct tls_server *world_server(const struct world_snapshot *s)
{
    struct tls_server *server = tls_server_new();
    assert_non_null(server);
    struct err err = {0};
    assert_true(tls_server_use(server, &s->snapshot, &err));
    return server;
}

static int on_session(SSL *ssl, SSL_SESSION *session)
{
    struct peer *peer = SSL_get_app_data(ssl);
    SSL_SESSION_free(peer->session);
    peer->session = session;
    peer->tickets_count++;
    return 1;
}

static void on_info(const SSL *ssl, int where, int value)
{
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && value >> 8 == SSL3_AL_FATAL)
        ((struct peer *)SSL_get_app_data(ssl))->alert = value & 0xff;
}

static void trust(SSL_CTX *ctx)
{
    struct str pem = test_ca_root_pem(world.ca);
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    X509 *root = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root), 1);
    X509_free(root);
    BIO_free(bio);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
}

static SSL_CTX *peer_context(const struct peer_options *options)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    assert_non_null(ctx);
    SSL_CTX_set_security_level(ctx, 0); /* so that the odd cases reach the server */
    SSL_CTX_set_min_proto_version(ctx, options->version_min);
    SSL_CTX_set_max_proto_version(ctx, options->version_max);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, on_session);
    SSL_CTX_set_info_callback(ctx, on_info);
    if (options->no_ticket)
        SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (options->verify)
        trust(ctx);
    /* The library's macros want lists without const. */
    char *signatures = str_dup(str_from(options->signatures)), *groups = str_dup(str_from(options->groups));
    if (options->signatures)
        assert_int_equal(SSL_CTX_set1_sigalgs_list(ctx, signatures), 1);
    if (options->groups)
        assert_int_equal(SSL_CTX_set1_groups_list(ctx, groups), 1);
    free(signatures);
    free(groups);
    if (options->ciphers)
        assert_int_equal(SSL_CTX_set_cipher_list(ctx, options->ciphers), 1);
    if (options->alpn)
        assert_int_equal(
            SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)options->alpn, (unsigned)options->alpn_size), 0);
    return ctx;
}

struct peer *peer_new(const struct peer_options *options)
{
    struct peer *peer = calloc(1, sizeof *peer);
    SSL_CTX *ctx = peer_context(options);
    assert_non_null(peer);
    peer->alert = -1;
    peer->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    assert_non_null(peer->ssl);
    SSL_set_app_data(peer->ssl, peer);
    SSL_set_bio(peer->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    char *name = str_dup(str_from(options->name ? options->name : "a.test"));
    if (name[0])
        assert_int_equal(SSL_set_tlsext_host_name(peer->ssl, name), 1);
    if (options->verify)
        assert_int_equal(SSL_set1_host(peer->ssl, name), 1);
    free(name);
    if (options->session)
        assert_int_equal(SSL_set_session(peer->ssl, options->session), 1);
    SSL_set_connect_state(peer->ssl);
    return peer;
}

void peer_free(struct peer *peer)
{
    if (!peer)
        return;
    SSL_SESSION_free(peer->session);
    SSL_set_shutdown(peer->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); /* else its session is never resumed */
    SSL_free(peer->ssl);
    free(peer);
}

SSL_SESSION *peer_take_session(struct peer *peer)
{
    SSL_SESSION *session = peer->session;
    peer->session = NULL;
    return session;
}

void wire_open(struct wire *w, struct tls_server *server, const struct peer_options *options)
{
    *w = (struct wire){.server = tls_conn_new_server(server), .peer = peer_new(options), .result = TLS_MORE};
    assert_non_null(w->server);
    buf_init(&w->to_server, WIRE_SIZE_MAX);
    buf_init(&w->to_client, WIRE_SIZE_MAX);
}

void wire_close(struct wire *w)
{
    tls_conn_free(w->server);
    peer_free(w->peer);
    buf_fini(&w->to_server);
    buf_fini(&w->to_client);
}

void wire_shift(struct wire *w)
{
    char *data = NULL;
    BIO *from_peer = SSL_get_wbio(w->peer->ssl);
    long size = BIO_get_mem_data(from_peer, &data);
    assert_true(buf_put(&w->to_server, data, (size_t)size));
    (void)BIO_reset(from_peer);
    if (w->to_client.size)
        assert_int_equal(BIO_write(SSL_get_rbio(w->peer->ssl), buf_str(&w->to_client).data, (int)w->to_client.size),
                         (int)w->to_client.size);
    buf_clear(&w->to_client);
}

/* One turn of the server with up to `step` bytes. */
static void server_turn(struct wire *w)
{
    size_t size = w->step ? w->step : w->to_server.size;
    struct str in = str_part(buf_str(&w->to_server), 0, size);
    size_t before = in.size;
    w->result = tls_conn_handshake(w->server, &in, &w->to_client);
    buf_consume(&w->to_server, before - in.size);
}

bool wire_handshake(struct wire *w)
{
    int peer_result = 0;
    for (;;) {
        peer_result = SSL_do_handshake(w->peer->ssl);
        ERR_clear_error();
        wire_shift(w);
        bool had_input = w->to_server.size > 0;
        while (w->to_server.size && w->result == TLS_MORE)
            server_turn(w);
        if ((!had_input && w->to_client.size == 0) || (w->result != TLS_MORE && w->to_client.size == 0))
            break;
        wire_shift(w);
    }
    /* Lets the peer see tickets and alerts. */
    char byte;
    (void)SSL_read(w->peer->ssl, &byte, 1);
    ERR_clear_error();
    return peer_result == 1 && w->result == TLS_OK;
}

/* The peer has another ticket now than the one it came with. */
static bool has_new_ticket(const struct peer *peer, const SSL_SESSION *offered)
{
    const unsigned char *before = NULL, *now = NULL;
    size_t before_size = 0, now_size = 0;
    if (offered)
        SSL_SESSION_get0_ticket(offered, &before, &before_size);
    SSL_SESSION_get0_ticket(SSL_get0_session(peer->ssl), &now, &now_size);
    return now_size > 0 && !str_eq(str_make(before, before_size), str_make(now, now_size));
}

struct outcome outcome_of(struct tls_server *server, const struct peer_options *options)
{
    /* A copy, since the library writes a new ticket of TLS 1.2 into the session that was offered. */
    SSL_SESSION *offered = options->session ? SSL_SESSION_dup(options->session) : NULL;
    struct wire w;
    wire_open(&w, server, options);
    struct outcome o = {.done = wire_handshake(&w)};
    o.failure = tls_conn_failure(w.server);
    o.alert = w.peer->alert;
    o.tickets_count = w.peer->tickets_count;
    if (o.done) {
        o.resumed = tls_conn_resumed(w.server);
        o.peer_resumed = SSL_session_reused(w.peer->ssl) == 1;
        o.certificate = tls_conn_certificate(w.server);
        o.new_ticket = has_new_ticket(w.peer, offered);
        o.h2 = tls_conn_is_h2(w.server);
        o.validation = tls_conn_is_validation(w.server);
    }
    o.session = peer_take_session(w.peer);
    wire_close(&w);
    SSL_SESSION_free(offered);
    return o;
}
