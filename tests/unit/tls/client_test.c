#include "world.h"

#include <openssl/pem.h>

/* A client conn and a server conn, both ours. */
struct pair {
    struct tls_conn *client, *server;
    struct buf to_server, to_client;
};

static struct world_snapshot snapshot;
static struct tls_server *server;

static int setup(void **state)
{
    world_setup(state);
    snapshot = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    server = world_server(&snapshot);
    return 0;
}

static int teardown(void **state)
{
    tls_server_free(server);
    world_snapshot_free(&snapshot);
    return world_teardown(state);
}

static void pair_open(struct pair *p, struct tls_client *client, struct str name)
{
    *p = (struct pair){.client = tls_conn_new_client(client, name), .server = tls_conn_new_server(server)};
    assert_non_null(p->client);
    assert_non_null(p->server);
    buf_init(&p->to_server, WIRE_SIZE_MAX);
    buf_init(&p->to_client, WIRE_SIZE_MAX);
}

static void pair_close(struct pair *p)
{
    tls_conn_free(p->client);
    tls_conn_free(p->server);
    buf_fini(&p->to_server);
    buf_fini(&p->to_client);
}

static enum tls_result turn(struct tls_conn *conn, struct buf *from, struct buf *to)
{
    struct str in = buf_str(from);
    size_t before = in.size;
    enum tls_result result = tls_conn_handshake(conn, &in, to);
    buf_consume(from, before - in.size);
    return result;
}

static enum tls_result pair_handshake(struct pair *p)
{
    enum tls_result client = TLS_MORE, peer = TLS_MORE;
    for (int i = 0; i < 8 && (client == TLS_MORE || peer == TLS_MORE); i++) {
        if (client == TLS_MORE)
            client = turn(p->client, &p->to_client, &p->to_server);
        if (peer == TLS_MORE)
            peer = turn(p->server, &p->to_server, &p->to_client);
    }
    return client;
}

/* Data from the server, which brings the tickets along. */
static void pair_talk(struct pair *p)
{
    char plain[16];
    size_t size = 0;
    assert_int_equal(tls_conn_write(p->server, STR("pong"), &p->to_client), TLS_OK);
    struct str in = buf_str(&p->to_client);
    assert_int_equal(tls_conn_read(p->client, &in, plain, sizeof plain, &size, &p->to_server), TLS_MORE);
    assert_int_equal(size, 4);
    assert_memory_equal(plain, "pong", 4);
    assert_int_equal(tls_conn_write(p->client, STR("ping"), &p->to_server), TLS_OK);
    in = buf_str(&p->to_server);
    assert_int_equal(tls_conn_read(p->server, &in, plain, sizeof plain, &size, &p->to_client), TLS_MORE);
    assert_int_equal(size, 4);
}

static void an_upstream_is_verified_by_name(void **state)
{
    (void)state;
    struct test_ca *stranger = test_ca_new();
    const struct {
        const char *name;
        bool unverified, other_roots;
        enum tls_result result;
    } cases[] = {
        {"a.test", false, false, TLS_OK},
        {"x.wild.test", false, false, TLS_OK},
        {"alias-of-a.test", false, false, TLS_FAILED}, /* served with a certificate for a.test */
        {"top.test", false, false, TLS_FAILED},
        {"a.test", false, true, TLS_FAILED},
        {"alias-of-a.test", true, false, TLS_OK},
        {"a.test", true, true, TLS_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct tls_client *client = tls_client_new(
            cases[i].other_roots ? test_ca_root_pem(stranger) : test_ca_root_pem(world.ca), cases[i].unverified, &err);
        assert_non_null(client);
        struct pair p;
        pair_open(&p, client, str_from(cases[i].name));
        assert_int_equal(pair_handshake(&p), cases[i].result);
        if (cases[i].result == TLS_FAILED) {
            assert_int_equal(tls_conn_failure(p.client), TLS_FAILURE_VERIFY);
            assert_true(tls_conn_failure_text(p.client)[0]);
            (void)turn(p.server, &p.to_server, &p.to_client);
            /* The stranger's root has the name of ours, so that it is the signature that fails. */
            assert_int_equal(tls_conn_failure(p.server),
                             cases[i].other_roots ? TLS_FAILURE_CLIENT_ALERT : TLS_FAILURE_BAD_CERTIFICATE);
        } else {
            pair_talk(&p);
            assert_false(tls_conn_is_h2(p.server));
        }
        pair_close(&p);
        tls_client_free(client);
    }
    test_ca_free(stranger);
}

static void without_a_name_nothing_can_be_verified(void **state)
{
    (void)state;
    struct tls_client *client = tls_client_new(test_ca_root_pem(world.ca), false, NULL);
    struct pair p;
    pair_open(&p, client, STR(""));
    struct str in = STR("");
    assert_int_equal(tls_conn_handshake(p.client, &in, &p.to_server), TLS_FAILED);
    assert_int_equal(tls_conn_failure(p.client), TLS_FAILURE_VERIFY);
    assert_int_equal(p.to_server.size, 0);
    pair_close(&p);
    tls_client_free(client);
}

/* An upstream outside of our server: a raw OpenSSL one, for addresses and versions. */
struct upstream {
    SSL_CTX *ctx;
    SSL *ssl;
};

static struct upstream upstream_open(struct test_ca_made *made, int version_max, const char *cipher)
{
    struct upstream u = {.ctx = SSL_CTX_new(TLS_server_method())};
    SSL_CTX_set_security_level(u.ctx, 0);
    SSL_CTX_set_min_proto_version(u.ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(u.ctx, version_max);
    if (cipher)
        assert_int_equal(SSL_CTX_set_cipher_list(u.ctx, cipher), 1);
    BIO *bio = BIO_new_mem_buf(buf_str(&made->leaf).data, (int)made->leaf.size);
    X509 *leaf = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    bio = BIO_new_mem_buf(test_ca_intermediate_pem(world.ca).data, (int)test_ca_intermediate_pem(world.ca).size);
    X509 *between = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    bio = BIO_new_mem_buf(buf_str(&made->key).data, (int)made->key.size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_int_equal(SSL_CTX_use_certificate(u.ctx, leaf), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(u.ctx, key), 1);
    assert_int_equal(SSL_CTX_add0_chain_cert(u.ctx, between), 1);
    X509_free(leaf);
    EVP_PKEY_free(key);
    u.ssl = SSL_new(u.ctx);
    SSL_set_bio(u.ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(u.ssl);
    return u;
}

static void upstream_close(struct upstream *u)
{
    SSL_free(u->ssl);
    SSL_CTX_free(u->ctx);
}

static enum tls_result upstream_handshake(struct upstream *u, struct tls_conn *conn)
{
    struct buf out;
    buf_init(&out, WIRE_SIZE_MAX);
    enum tls_result result = TLS_MORE;
    for (int i = 0; i < 8 && result == TLS_MORE; i++) {
        char *data = NULL;
        long size = BIO_get_mem_data(SSL_get_wbio(u->ssl), &data);
        struct str in = str_make(data, (size_t)size);
        result = tls_conn_handshake(conn, &in, &out);
        (void)BIO_reset(SSL_get_wbio(u->ssl));
        if (out.size)
            BIO_write(SSL_get_rbio(u->ssl), buf_str(&out).data, (int)out.size);
        buf_clear(&out);
        (void)SSL_do_handshake(u->ssl);
        ERR_clear_error();
    }
    buf_fini(&out);
    return result;
}

static void an_upstream_is_verified_by_address(void **state)
{
    (void)state;
    const char *names[] = {"192.0.2.1", "2001:db8::1", "a.test", NULL};
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    static const struct {
        const char *name;
        enum tls_result result;
    } cases[] = {{"192.0.2.1", TLS_OK},
                 {"2001:db8::1", TLS_OK},
                 {"a.test", TLS_OK},
                 {"192.0.2.2", TLS_FAILED},
                 {"2001:db8::2", TLS_FAILED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tls_client *client = tls_client_new(test_ca_root_pem(world.ca), false, NULL);
        struct upstream u = upstream_open(&made, 0, NULL);
        struct tls_conn *conn = tls_conn_new_client(client, str_from(cases[i].name));
        assert_int_equal(upstream_handshake(&u, conn), cases[i].result);
        /* An address is never sent as a name. */
        const char *sent = SSL_get_servername(u.ssl, TLSEXT_NAMETYPE_host_name);
        assert_int_equal(sent != NULL, i == 2);
        tls_conn_free(conn);
        upstream_close(&u);
        tls_client_free(client);
    }
    test_ca_made_free(&made);
}

static void old_protocols_and_common_names_are_refused(void **state)
{
    (void)state;
    struct tls_client *client = tls_client_new(test_ca_root_pem(world.ca), false, NULL);
    struct test_ca_made good = test_ca_make_for(world.ca, "a.test", TEST_CA_P256);
    struct upstream u = upstream_open(&good, TLS1_1_VERSION, NULL);
    struct tls_conn *conn = tls_conn_new_client(client, STR("a.test"));
    assert_int_equal(upstream_handshake(&u, conn), TLS_FAILED);
    assert_int_equal(tls_conn_failure(conn), TLS_FAILURE_VERSION);
    tls_conn_free(conn);
    upstream_close(&u);

    /* A certificate whose only name is its subject's common name. */
    struct test_ca_made unnamed = test_ca_make(world.ca, &(struct test_ca_leaf){.names = NULL});
    u = upstream_open(&unnamed, 0, NULL);
    conn = tls_conn_new_client(client, STR("nobody"));
    assert_int_equal(upstream_handshake(&u, conn), TLS_FAILED);
    assert_int_equal(tls_conn_failure(conn), TLS_FAILURE_VERIFY);
    tls_conn_free(conn);
    upstream_close(&u);
    test_ca_made_free(&good);
    test_ca_made_free(&unnamed);
    tls_client_free(client);
}

static void the_last_session_is_resumed_for_the_same_name_only(void **state)
{
    (void)state;
    struct tls_client *client = tls_client_new(test_ca_root_pem(world.ca), false, NULL);
    struct pair p;
    for (int i = 0; i < 3; i++) {
        pair_open(&p, client, STR("a.test"));
        assert_int_equal(pair_handshake(&p), TLS_OK);
        assert_int_equal(tls_conn_resumed(p.client), i > 0);
        pair_talk(&p);
        pair_close(&p);
    }
    pair_open(&p, client, STR("b.test"));
    assert_int_equal(pair_handshake(&p), TLS_OK);
    assert_false(tls_conn_resumed(p.client));
    pair_close(&p);
    tls_client_free(client);
}

static void connections_may_outlive_their_client(void **state)
{
    (void)state;
    struct tls_client *client = tls_client_new(test_ca_root_pem(world.ca), false, NULL);
    struct pair p;
    pair_open(&p, client, STR("a.test"));
    tls_client_free(client);
    assert_int_equal(pair_handshake(&p), TLS_OK);
    pair_talk(&p);
    pair_close(&p);
    tls_client_free(NULL);
}

static void roots_that_do_not_load_are_told(void **state)
{
    (void)state;
    struct buf broken;
    buf_init(&broken, WIRE_SIZE_MAX);
    assert_true(buf_put_str(&broken, test_ca_root_pem(world.ca)));
    assert_true(buf_put_str(&broken, STR("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")));
    const struct str cases[] = {STR("no PEM at all"), buf_str(&broken)};
    for (size_t i = 0; i < 2; i++) {
        struct err err = {0};
        assert_null(tls_client_new(cases[i], false, &err));
        assert_true(err.text[0]);
    }
    buf_fini(&broken);
    /* The system's own, whatever they are. */
    struct tls_client *client = tls_client_new(STR(""), false, NULL);
    assert_non_null(client);
    struct pair p;
    pair_open(&p, client, STR("a.test"));
    assert_int_equal(pair_handshake(&p), TLS_FAILED);
    assert_int_equal(tls_conn_failure(p.client), TLS_FAILURE_VERIFY);
    pair_close(&p);
    tls_client_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upstream_is_verified_by_name),
        cmocka_unit_test(without_a_name_nothing_can_be_verified),
        cmocka_unit_test(an_upstream_is_verified_by_address),
        cmocka_unit_test(old_protocols_and_common_names_are_refused),
        cmocka_unit_test(the_last_session_is_resumed_for_the_same_name_only),
        cmocka_unit_test(connections_may_outlive_their_client),
        cmocka_unit_test(roots_that_do_not_load_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
