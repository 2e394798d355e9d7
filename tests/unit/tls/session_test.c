#include "world.h"

#include "tls/state.h"

/* Offers the session of one connection to another server state. */
struct second {
    enum snap_tls_profile profile;
    const char *keys_before, *keys_after;
    const char *name_before, *name_after;
    bool resumed;
    bool new_ticket_12;
    size_t tickets_13; /* sent by the second handshake */
};

static struct outcome twice(const struct second *c, int version)
{
    struct world_snapshot before = world_snapshot_make(1, c->profile, c->keys_before),
                          after = world_snapshot_make(2, c->profile, c->keys_after);
    struct tls_server *server = world_server(&before);
    struct outcome first = outcome_of(server, &(struct peer_options){.name = c->name_before, .version_max = version});
    assert_true(first.done);
    assert_false(first.resumed);
    assert_true(tls_server_use(server, &after.snapshot, NULL));
    world_snapshot_free(&before);
    struct outcome second = outcome_of(
        server, &(struct peer_options){.name = c->name_after, .version_max = version, .session = first.session});
    assert_true(second.done);
    assert_int_equal(second.resumed, second.peer_resumed);
    SSL_SESSION_free(first.session);
    tls_server_free(server);
    world_snapshot_free(&after);
    return second;
}

static void a_ticket_is_good_for_its_name_and_key_over_generations(void **state)
{
    (void)state;
    static const struct second cases[] = {
        {0, "k", "k", "a.test", "a.test", true, false, 1},
        {0, "k", "k", "b.test", "b.test", true, false, 1},
        {0, "k", "nk", "a.test", "a.test", true, true, 1}, /* an older key opens it, a new ticket follows */
        {0, "k", "npk", "a.test", "a.test", true, true, 1},
        {0, "k", "n", "a.test", "a.test", false, true, 1},         /* the key is gone */
        {0, "kx", "x", "a.test", "a.test", false, true, 1},        /* only the first makes tickets */
        {0, "k", "k", "a.test", "b.test", false, true, 1},         /* another site */
        {0, "k", "k", "b.test", "twin-of-b.test", false, true, 1}, /* another site with the same certificate */
        {0, "k", "k", "a.test", "alias-of-a.test", false, true, 1},
        {0, "k", "k", "x.wild.test", "y.wild.test", false, true, 1},
        {0, "k", "", "a.test", "a.test", false, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome o = twice(&cases[i], TLS1_3_VERSION);
        assert_int_equal(o.resumed, cases[i].resumed);
        assert_int_equal(o.tickets_count, cases[i].tickets_13);
        SSL_SESSION_free(o.session);
        o = twice(&cases[i], TLS1_2_VERSION);
        assert_int_equal(o.resumed, cases[i].resumed);
        assert_int_equal(o.new_ticket, cases[i].new_ticket_12);
        SSL_SESSION_free(o.session);
    }
}

static void a_full_handshake_gives_one_ticket(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct outcome o = outcome_of(server, &(struct peer_options){.version_max = version});
        assert_int_equal(o.tickets_count, 1);
        assert_int_equal(SSL_SESSION_has_ticket(o.session), 1);
        assert_int_equal(SSL_SESSION_get_max_early_data(o.session), 0);
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void a_resumed_connection_still_knows_its_certificate(void **state)
{
    (void)state;
    static const char *const signatures[] = {"RSA-PSS+SHA256:RSA+SHA256", "ECDSA+SHA256"};
    static const int certificates[] = {CERT_A_RSA, CERT_A_ECDSA};
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < 4; i++) {
        struct peer_options options = {.signatures = signatures[i / 2],
                                       .version_max = i % 2 ? TLS1_2_VERSION : TLS1_3_VERSION};
        struct outcome first = outcome_of(server, &options);
        options.session = first.session;
        struct outcome second = outcome_of(server, &options);
        assert_true(second.resumed);
        assert_int_equal(first.certificate, world.certificates[certificates[i / 2]].identity);
        assert_int_equal(second.certificate, first.certificate);
        /* And so does one that resumes what was resumed. */
        if (second.session) {
            options.session = second.session;
            struct outcome third = outcome_of(server, &options);
            assert_true(third.resumed);
            assert_int_equal(third.certificate, first.certificate);
            SSL_SESSION_free(third.session);
        }
        SSL_SESSION_free(first.session);
        SSL_SESSION_free(second.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

/* The library checks a certificate it is given, at a cost: a connection that shows none is given none. */
static void a_resumed_connection_is_given_no_certificate(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct peer_options options = {.version_max = version};
        struct outcome first = outcome_of(server, &options);
        for (int resumed = 0; resumed < 2; resumed++) {
            struct wire w;
            options.session = resumed ? first.session : NULL;
            wire_open(&w, server, &options);
            assert_true(wire_handshake(&w));
            assert_int_equal(tls_conn_resumed(w.server), resumed);
            assert_int_equal(SSL_get_certificate(w.server->ssl) == NULL, resumed);
            wire_close(&w);
        }
        SSL_SESSION_free(first.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void a_damaged_ticket_means_a_full_handshake(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    struct outcome first = outcome_of(server, &(struct peer_options){0});
    unsigned char *der = NULL;
    int size = i2d_SSL_SESSION(first.session, &der);
    assert_true(size > 0);
    const unsigned char *ticket = NULL;
    size_t ticket_size = 0;
    SSL_SESSION_get0_ticket(first.session, &ticket, &ticket_size);
    unsigned char *at = memmem(der, (size_t)size, ticket, ticket_size);
    assert_non_null(at);
    for (size_t i = 0; i < ticket_size; i++) {
        at[i] ^= 1;
        const unsigned char *from = der;
        SSL_SESSION *damaged = d2i_SSL_SESSION(NULL, &from, size);
        assert_non_null(damaged);
        struct outcome o = outcome_of(server, &(struct peer_options){.session = damaged});
        assert_true(o.done);
        assert_false(o.resumed);
        SSL_SESSION_free(o.session);
        SSL_SESSION_free(damaged);
        at[i] ^= 1;
    }
    OPENSSL_free(der);
    SSL_SESSION_free(first.session);
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void without_tickets_there_is_no_resumption(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    struct peer_options options = {.no_ticket = true, .version_max = TLS1_2_VERSION};
    struct outcome first = outcome_of(server, &options);
    assert_true(first.done);
    options.session = first.session;
    struct outcome second = outcome_of(server, &options);
    assert_true(second.done);
    assert_false(second.resumed);
    SSL_SESSION_free(first.session);
    SSL_SESSION_free(second.session);
    tls_server_free(server);
    world_snapshot_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_good_for_its_name_and_key_over_generations),
        cmocka_unit_test(a_full_handshake_gives_one_ticket),
        cmocka_unit_test(a_resumed_connection_still_knows_its_certificate),
        cmocka_unit_test(a_resumed_connection_is_given_no_certificate),
        cmocka_unit_test(a_damaged_ticket_means_a_full_handshake),
        cmocka_unit_test(without_tickets_there_is_no_resumption),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
