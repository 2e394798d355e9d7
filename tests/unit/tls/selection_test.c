#include "tls/hello.h"
#include "world.h"

static const char h2_and_h1[] = "\x02h2\x08http/1.1";
static const char h1_only[] = "\x08http/1.1";
static const char other_only[] = "\x04spdy";
static const char acme_only[] = "\x0a" TLS_VALIDATION_PROTOCOL;
static const char acme_first[] = "\x0a" TLS_VALIDATION_PROTOCOL "\x08http/1.1";
static const char acme_last[] = "\x02h2\x0a" TLS_VALIDATION_PROTOCOL;
static const char acme_twice[] = "\x0a" TLS_VALIDATION_PROTOCOL "\x0a" TLS_VALIDATION_PROTOCOL;
#define ALPN(list) .alpn = (list), .alpn_size = sizeof(list) - 1

static uint64_t identity(int index)
{
    return world.certificates[index].identity;
}

static void a_name_leads_to_its_own_certificate_or_to_an_alert(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int certificate; /* -1: refused */
        enum tls_failure failure;
        int alert_13, alert_12;
    } cases[] = {
        {"a.test", CERT_A_ECDSA, 0, 0, 0},
        {"A.TEST", CERT_A_ECDSA, 0, 0, 0},
        {"alias-of-a.test", CERT_A_ECDSA, 0, 0, 0},
        {"b.test", CERT_B_ECDSA, 0, 0, 0},
        {"x.wild.test", CERT_WILD, 0, 0, 0},
        {"r.test", CERT_R_RSA, 0, 0, 0},
        {"wild.test", -1, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {"x.y.wild.test", -1, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {"c.test", -1, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {"127.0.0.1", -1, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {"", -1, TLS_FAILURE_NO_NAME, SSL_AD_MISSING_EXTENSION, SSL_AD_UNRECOGNIZED_NAME},
        {"bad.test", -1, TLS_FAILURE_NO_CERTIFICATE, SSL_AD_HANDSHAKE_FAILURE, SSL_AD_HANDSHAKE_FAILURE},
        {"none.test", -1, TLS_FAILURE_NO_CERTIFICATE, SSL_AD_HANDSHAKE_FAILURE, SSL_AD_HANDSHAKE_FAILURE},
    };
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        bool old = i % 2;
        struct peer_options options = {.name = cases[i / 2].name, .version_max = old ? TLS1_2_VERSION : 0};
        struct outcome o = outcome_of(server, &options);
        if (cases[i / 2].certificate >= 0) {
            assert_true(o.done);
            assert_int_equal(o.certificate, identity(cases[i / 2].certificate));
        } else {
            assert_false(o.done);
            assert_string_equal(tls_failure_name(o.failure), tls_failure_name(cases[i / 2].failure));
            assert_int_equal(o.alert, old ? cases[i / 2].alert_12 : cases[i / 2].alert_13);
        }
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

/* As soon as the name is, also where the handshake fails later or at once: whose users it is that cannot get in. */
static void the_place_of_the_site_in_the_counters_is_known_from_its_name(void **state)
{
    static const struct {
        struct peer_options options;
        uint32_t slot; /* the site's number in the world's snapshot */
    } cases[] = {
        {{.name = "a.test"}, 0},
        {{.name = "b.test"}, 1},
        {{.name = "B.test", .version_max = TLS1_1_VERSION}, 1},
        {{.name = "b.test", .groups = "P-521"}, 1},
        {{.name = "bad.test"}, 4},
        {{.name = "none.test"}, 5},
        {{.name = "c.test"}, SNAPSHOT_NONE},
        {{.name = "c.test", .version_max = TLS1_1_VERSION}, SNAPSHOT_NONE},
        {{.name = ""}, SNAPSHOT_NONE},
    };
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire w;
        wire_open(&w, server, &cases[i].options);
        assert_int_equal(tls_conn_site_slot(w.server), SNAPSHOT_NONE);
        (void)wire_handshake(&w);
        assert_int_equal(tls_conn_site_slot(w.server), cases[i].slot);
        wire_close(&w);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void the_server_name_is_kept_in_lower_case(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    struct wire w;
    wire_open(&w, server, &(struct peer_options){.name = "X.Wild.Test"});
    assert_str(tls_conn_server_name(w.server), STR(""));
    assert_true(wire_handshake(&w));
    assert_str(tls_conn_server_name(w.server), STR("x.wild.test"));
    assert_string_equal(tls_conn_protocol(w.server), "TLSv1.3");
    assert_string_equal(tls_conn_cipher(w.server), SSL_get_cipher_name(w.peer->ssl));
    wire_close(&w);
    tls_server_free(server);
    world_snapshot_free(&s);
}

static struct str address_of(void *owner, char text[static TLS_ADDRESS_SIZE])
{
    struct str address = str_from(owner);
    memcpy(text, address.data, address.size);
    return str_make(text, address.size);
}

static void a_client_without_a_name_gets_the_site_of_the_address(void **state)
{
    (void)state;
    static const struct {
        const char *address, *name;
        enum tls_failure failure;
    } cases[] = {
        {"192.0.2.1", "", TLS_FAILURE_NONE},
        {"[2001:db8::1]", "", TLS_FAILURE_NONE},
        {"192.0.2.2", "", TLS_FAILURE_NO_NAME},
        {"", "", TLS_FAILURE_NO_NAME},
        {"192.0.2.1", "c.test", TLS_FAILURE_UNKNOWN_NAME},
    };
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char address[TLS_ADDRESS_SIZE] = {0};
        memcpy(address, cases[i].address, strlen(cases[i].address));
        struct wire w;
        wire_open(&w, server, &(struct peer_options){.name = cases[i].name});
        tls_conn_set_address(w.server, (struct tls_address){.text = address_of, .owner = address});
        assert_int_equal(wire_handshake(&w), cases[i].failure == TLS_FAILURE_NONE);
        assert_int_equal(tls_conn_failure(w.server), cases[i].failure);
        if (cases[i].failure == TLS_FAILURE_NONE) {
            assert_int_equal(tls_conn_certificate(w.server), identity(CERT_WILD));
            assert_str(tls_conn_server_name(w.server), STR(""));
        }
        wire_close(&w);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void without_a_snapshot_every_handshake_is_refused(void **state)
{
    (void)state;
    struct tls_server *server = tls_server_new();
    struct outcome o = outcome_of(server, &(struct peer_options){0});
    assert_false(o.done);
    assert_int_equal(o.failure, TLS_FAILURE_UNKNOWN_NAME);
    tls_server_free(server);
}

static void the_certificate_of_a_pair_follows_the_clients_signature_algorithms(void **state)
{
    (void)state;
    static const char rsa[] = "RSA-PSS+SHA256:RSA+SHA256", ecdsa[] = "ECDSA+SHA256";
    static const struct {
        struct peer_options options;
        int certificate; /* -1: refused */
    } cases[] = {
        {{.signatures = rsa}, CERT_A_RSA},
        {{.signatures = ecdsa}, CERT_A_ECDSA},
        {{.signatures = rsa, .version_max = TLS1_2_VERSION}, CERT_A_RSA},
        {{.signatures = ecdsa, .version_max = TLS1_2_VERSION}, CERT_A_ECDSA},
        {{.ciphers = "ECDHE-RSA-AES128-GCM-SHA256", .version_max = TLS1_2_VERSION}, CERT_A_RSA},
        {{.ciphers = "DHE-RSA-AES128-GCM-SHA256", .version_max = TLS1_2_VERSION}, CERT_A_RSA},
        {{.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256", .version_max = TLS1_2_VERSION}, CERT_A_ECDSA},
        {{.name = "r.test", .signatures = ecdsa}, -1},
        {{.name = "b.test", .signatures = rsa}, -1},
        {{.name = "r.test", .signatures = ecdsa, .version_max = TLS1_2_VERSION}, -1},
    };
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome o = outcome_of(server, &cases[i].options);
        assert_int_equal(o.done, cases[i].certificate >= 0);
        if (o.done)
            assert_int_equal(o.certificate, identity(cases[i].certificate));
        else
            assert_int_equal(o.failure, TLS_FAILURE_CIPHER);
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void what_is_served_verifies_for_its_name(void **state)
{
    (void)state;
    static const char *const names[] = {"a.test", "b.test", "x.wild.test", "r.test"};
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct outcome o = outcome_of(server, &(struct peer_options){.name = names[i], .verify = true});
        assert_true(o.done);
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void the_profiles_serve_their_versions_and_suites_only(void **state)
{
    (void)state;
    static const struct {
        enum snap_tls_profile profile;
        struct peer_options options;
        enum tls_failure failure;
        int alert;
    } cases[] = {
        {SNAP_TLS_INTERMEDIATE, {.version_max = TLS1_3_VERSION}, 0, 0},
        {SNAP_TLS_INTERMEDIATE, {.version_max = TLS1_2_VERSION}, 0, 0},
        {SNAP_TLS_INTERMEDIATE, {.version_max = TLS1_1_VERSION}, TLS_FAILURE_VERSION, SSL_AD_PROTOCOL_VERSION},
        {SNAP_TLS_INTERMEDIATE,
         {.version_max = TLS1_VERSION, .name = ""},
         TLS_FAILURE_VERSION,
         SSL_AD_PROTOCOL_VERSION},
        {SNAP_TLS_MODERN, {.version_max = TLS1_3_VERSION}, 0, 0},
        {SNAP_TLS_MODERN, {.version_max = TLS1_2_VERSION}, TLS_FAILURE_VERSION, SSL_AD_PROTOCOL_VERSION},
        {SNAP_TLS_INTERMEDIATE,
         {.version_max = TLS1_2_VERSION, .ciphers = "ECDHE-RSA-AES128-SHA256:AES128-GCM-SHA256"},
         TLS_FAILURE_CIPHER,
         SSL_AD_HANDSHAKE_FAILURE},
        {SNAP_TLS_INTERMEDIATE, {.version_max = TLS1_2_VERSION, .ciphers = "DHE-RSA-CHACHA20-POLY1305"}, 0, 0},
        {SNAP_TLS_INTERMEDIATE, {.groups = "P-521"}, TLS_FAILURE_CIPHER, SSL_AD_HANDSHAKE_FAILURE},
        {SNAP_TLS_INTERMEDIATE, {.groups = "P-521:P-256"}, 0, 0}, /* by HelloRetryRequest */
        {SNAP_TLS_INTERMEDIATE, {.groups = "P-384"}, 0, 0},
        {SNAP_TLS_INTERMEDIATE, {.groups = "X25519"}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world_snapshot s = world_snapshot_make(1, cases[i].profile, "k");
        struct tls_server *server = world_server(&s);
        struct outcome o = outcome_of(server, &cases[i].options);
        assert_string_equal(tls_failure_name(o.failure), tls_failure_name(cases[i].failure));
        assert_int_equal(o.done, cases[i].failure == TLS_FAILURE_NONE);
        if (!o.done)
            assert_int_equal(o.alert, cases[i].alert);
        SSL_SESSION_free(o.session);
        tls_server_free(server);
        world_snapshot_free(&s);
    }
}

/* The library at hand knows the group: OpenSSL 3.5 and newer. */
static bool has_hybrid_group(void)
{
    char name[] = "X25519MLKEM768"; /* not const, as the library's macro wants it */
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    bool has = SSL_CTX_set1_groups_list(ctx, name) == 1;
    SSL_CTX_free(ctx);
    ERR_clear_error();
    return has;
}

static void the_hybrid_group_is_taken_by_every_client_that_has_it(void **state)
{
    (void)state;
    static const enum snap_tls_profile profiles[] = {SNAP_TLS_INTERMEDIATE, SNAP_TLS_MODERN};
    static const struct {
        const char *groups, *chosen;
    } cases[] = {
        {"X25519MLKEM768", "X25519MLKEM768"},
        {"X25519MLKEM768:X25519", "X25519MLKEM768"},
        {"*X25519MLKEM768:*X25519", "X25519MLKEM768"}, /* two key shares, as browsers send */
        {"X25519", "x25519"},
    };
    if (!has_hybrid_group())
        skip();
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct world_snapshot s = world_snapshot_make(1, profiles[i % 2], "k");
        struct tls_server *server = world_server(&s);
        struct wire w;
        wire_open(&w, server, &(struct peer_options){.groups = cases[i / 2].groups});
        assert_true(wire_handshake(&w));
        const char *chosen = SSL_group_to_name(w.peer->ssl, (int)SSL_get_negotiated_group(w.peer->ssl));
        assert_string_equal(chosen, cases[i / 2].chosen);
        wire_close(&w);
        tls_server_free(server);
        world_snapshot_free(&s);
    }
}

static void a_change_of_profile_is_for_new_connections(void **state)
{
    (void)state;
    struct world_snapshot before = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k"),
                          after = world_snapshot_make(2, SNAP_TLS_MODERN, "k");
    struct tls_server *server = world_server(&before);
    const struct peer_options old = {.version_max = TLS1_2_VERSION};
    struct wire w;
    wire_open(&w, server, &old);
    assert_true(tls_server_use(server, &after.snapshot, NULL));
    world_snapshot_free(&before);
    assert_true(wire_handshake(&w)); /* begun under the old one, answered from the new one's certificates */
    struct outcome o = outcome_of(server, &old);
    assert_int_equal(o.failure, TLS_FAILURE_VERSION);
    wire_close(&w);
    tls_server_free(server);
    world_snapshot_free(&after);
}

static void alpn_prefers_h2_and_refuses_what_we_do_not_speak(void **state)
{
    (void)state;
    static const struct {
        struct peer_options options;
        bool done, h2;
    } cases[] = {
        {{ALPN(h2_and_h1)}, true, true},
        {{ALPN(h1_only)}, true, false},
        {{0}, true, false},
        {{ALPN(other_only)}, false, false},
        {{ALPN(other_only), .version_max = TLS1_2_VERSION}, false, false},
        {{ALPN(h2_and_h1), .version_max = TLS1_2_VERSION}, true, true},
        {{.alpn = "\x08http/1.1\x02h2", .alpn_size = 12}, true, true},
    };
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome o = outcome_of(server, &cases[i].options);
        assert_int_equal(o.done, cases[i].done);
        assert_int_equal(o.h2, cases[i].h2);
        if (!o.done) {
            assert_int_equal(o.alert, SSL_AD_NO_APPLICATION_PROTOCOL);
            assert_int_equal(o.failure, TLS_FAILURE_NO_APPLICATION_PROTOCOL);
        }
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

/* RFC 8737 section 3: that protocol alone, the name of a challenge; everybody else gets what they always get. */
static void a_ca_that_validates_gets_the_challenges_certificate(void **state)
{
    (void)state;
    static const struct {
        struct peer_options options;
        int certificate; /* -1: refused */
        bool validation;
        enum tls_failure failure;
        int alert;
    } cases[] = {
        {{ALPN(acme_only)}, CERT_PROOF, true, 0, 0},
        {{ALPN(acme_only), .name = "A.Test"}, CERT_PROOF, true, 0, 0},
        {{ALPN(acme_only), .name = "new.test"}, CERT_PROOF, true, 0, 0},
        {{ALPN(acme_only), .groups = "P-521:P-256"}, CERT_PROOF, true, 0, 0}, /* by HelloRetryRequest */
        {{ALPN(acme_first)}, CERT_A_ECDSA, false, 0, 0},
        {{ALPN(acme_last)}, CERT_A_ECDSA, false, 0, 0},
        {{ALPN(acme_last), .name = "new.test"}, -1, false, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {{.name = "new.test"}, -1, false, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {{ALPN(acme_only), .name = "alias-of-a.test"},
         -1,
         false,
         TLS_FAILURE_NO_APPLICATION_PROTOCOL,
         SSL_AD_NO_APPLICATION_PROTOCOL},
        {{ALPN(acme_twice)}, -1, false, TLS_FAILURE_NO_APPLICATION_PROTOCOL, SSL_AD_NO_APPLICATION_PROTOCOL},
        {{ALPN(acme_only), .name = "c.test"}, -1, false, TLS_FAILURE_UNKNOWN_NAME, SSL_AD_UNRECOGNIZED_NAME},
        {{ALPN(acme_only), .name = "bad.test"}, -1, false, TLS_FAILURE_NO_CERTIFICATE, SSL_AD_HANDSHAKE_FAILURE},
    };
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct peer_options options = cases[i / 2].options;
        options.version_max = i % 2 ? TLS1_2_VERSION : 0;
        struct outcome o = outcome_of(server, &options);
        assert_int_equal(o.done, cases[i / 2].certificate >= 0);
        if (o.done) {
            assert_int_equal(o.certificate, identity(cases[i / 2].certificate));
            assert_int_equal(o.validation, cases[i / 2].validation);
            assert_int_equal(o.new_ticket, !cases[i / 2].validation);
        } else {
            assert_string_equal(tls_failure_name(o.failure), tls_failure_name(cases[i / 2].failure));
            assert_int_equal(o.alert, cases[i / 2].alert);
        }
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void a_proof_is_never_resumed(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    for (int old = 0; old < 2; old++) {
        const int version_max = old ? TLS1_2_VERSION : 0;
        struct outcome o = outcome_of(server, &(struct peer_options){.version_max = version_max});
        assert_true(o.done && o.session);
        const struct peer_options again = {ALPN(acme_only), .version_max = version_max, .session = o.session};
        struct outcome proof = outcome_of(server, &again);
        assert_true(proof.done && proof.validation);
        assert_false(proof.resumed);
        assert_int_equal(proof.certificate, identity(CERT_PROOF));
        SSL_SESSION_free(proof.session);
        SSL_SESSION_free(o.session);
    }
    tls_server_free(server);
    world_snapshot_free(&s);
}

static void without_a_challenge_a_ca_is_told_that_the_protocol_is_not_spoken(void **state)
{
    (void)state;
    struct world_snapshot s = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    struct tls_server *server = world_server(&s);
    struct outcome o = outcome_of(server, &(struct peer_options){ALPN(acme_only), .name = "b.test"});
    assert_false(o.done);
    assert_int_equal(o.failure, TLS_FAILURE_NO_APPLICATION_PROTOCOL);
    assert_int_equal(o.alert, SSL_AD_NO_APPLICATION_PROTOCOL);
    tls_server_free(server);
    world_snapshot_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_leads_to_its_own_certificate_or_to_an_alert),
        cmocka_unit_test(the_place_of_the_site_in_the_counters_is_known_from_its_name),
        cmocka_unit_test(the_server_name_is_kept_in_lower_case),
        cmocka_unit_test(a_client_without_a_name_gets_the_site_of_the_address),
        cmocka_unit_test(without_a_snapshot_every_handshake_is_refused),
        cmocka_unit_test(the_certificate_of_a_pair_follows_the_clients_signature_algorithms),
        cmocka_unit_test(what_is_served_verifies_for_its_name),
        cmocka_unit_test(the_profiles_serve_their_versions_and_suites_only),
        cmocka_unit_test(the_hybrid_group_is_taken_by_every_client_that_has_it),
        cmocka_unit_test(a_change_of_profile_is_for_new_connections),
        cmocka_unit_test(alpn_prefers_h2_and_refuses_what_we_do_not_speak),
        cmocka_unit_test(a_ca_that_validates_gets_the_challenges_certificate),
        cmocka_unit_test(a_proof_is_never_resumed),
        cmocka_unit_test(without_a_challenge_a_ca_is_told_that_the_protocol_is_not_spoken),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
