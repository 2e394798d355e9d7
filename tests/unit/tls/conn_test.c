#include "world.h"

#include <stdlib.h>

#include "tls/state.h"

#define PLAIN_SIZE (1024 * 1024)

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

static void wire_ready(struct wire *w, int version)
{
    wire_open(w, server, &(struct peer_options){.version_max = version});
    assert_true(wire_handshake(w));
}

/* What the server reads from everything the peer has written, into `plain`. */
static enum tls_result server_read(struct wire *w, char *plain, size_t room, size_t *ret_size)
{
    wire_shift(w);
    struct str in = buf_str(&w->to_server);
    size_t before = in.size;
    enum tls_result result = tls_conn_read(w->server, &in, plain, room, ret_size, &w->to_client);
    buf_consume(&w->to_server, before - in.size);
    return result;
}

static void a_handshake_fed_byte_by_byte_succeeds(void **state)
{
    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct wire w;
        wire_open(&w, server, &(struct peer_options){.version_max = version});
        w.step = 1;
        assert_true(wire_handshake(&w));
        assert_int_equal(w.to_server.size, 0);
        wire_close(&w);
    }
}

static void a_mebibyte_passes_both_ways(void **state)
{
    (void)state;
    char *sent = malloc(PLAIN_SIZE), *got = malloc(PLAIN_SIZE);
    for (size_t i = 0; i < PLAIN_SIZE; i++)
        sent[i] = (char)(i * 7 + i / 251);
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct wire w;
        wire_ready(&w, version);
        size_t size = 0;
        assert_int_equal(SSL_write_ex(w.peer->ssl, sent, PLAIN_SIZE, &size), 1);
        assert_int_equal(server_read(&w, got, PLAIN_SIZE, &size), TLS_OK);
        assert_int_equal(size, PLAIN_SIZE);
        assert_memory_equal(sent, got, PLAIN_SIZE);

        memset(got, 0, PLAIN_SIZE);
        assert_int_equal(tls_conn_write(w.server, str_make(sent, PLAIN_SIZE), &w.to_client), TLS_OK);
        assert_true(w.to_client.size <= tls_ciphertext_size_max(PLAIN_SIZE));
        wire_shift(&w);
        for (size_t at = 0; at < PLAIN_SIZE; at += size)
            assert_int_equal(SSL_read_ex(w.peer->ssl, got + at, PLAIN_SIZE - at, &size), 1);
        assert_memory_equal(sent, got, PLAIN_SIZE);
        wire_close(&w);
    }
    free(sent);
    free(got);
}

static void ciphertext_never_exceeds_what_was_announced(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 100, 16383, 16384, 16385, 32768, 65536, 100000};
    char *plain = calloc(1, 100000);
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct wire w;
        wire_ready(&w, version);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct buf out;
            buf_init(&out, tls_ciphertext_size_max(sizes[i]));
            assert_int_equal(tls_conn_write(w.server, str_make(plain, sizes[i]), &out), TLS_OK);
            assert_true(out.size > sizes[i]);
            buf_fini(&out);
        }
        assert_int_equal(tls_conn_write(w.server, STR(""), &w.to_client), TLS_OK);
        assert_int_equal(w.to_client.size, 0);
        wire_close(&w);
    }
    free(plain);
}

static void data_fed_byte_by_byte_arrives(void **state)
{
    (void)state;
    struct wire w;
    wire_ready(&w, 0);
    char plain[64];
    size_t size = 0;
    assert_int_equal(SSL_write_ex(w.peer->ssl, "hello", 5, &size), 1);
    wire_shift(&w);
    for (size_t left = w.to_server.size; left > 0; left--) {
        struct str in = str_part(buf_str(&w.to_server), 0, 1);
        enum tls_result result = tls_conn_read(w.server, &in, plain, sizeof plain, &size, &w.to_client);
        assert_int_equal(result, TLS_MORE);
        assert_int_equal(in.size, 0);
        assert_int_equal(size, left == 1 ? 5 : 0);
        buf_consume(&w.to_server, 1);
    }
    assert_memory_equal(plain, "hello", 5);
    wire_close(&w);
}

static void what_does_not_fit_stays_pending(void **state)
{
    (void)state;
    struct wire w;
    wire_ready(&w, 0);
    char plain[8];
    size_t size = 0;
    assert_false(tls_conn_pending(w.server));
    assert_int_equal(SSL_write_ex(w.peer->ssl, "0123456789", 10, &size), 1);
    assert_int_equal(server_read(&w, plain, 4, &size), TLS_OK);
    assert_int_equal(size, 4);
    assert_true(tls_conn_pending(w.server));
    assert_int_equal(server_read(&w, plain, 4, &size), TLS_OK);
    assert_int_equal(size, 4);
    assert_true(tls_conn_pending(w.server));
    assert_int_equal(server_read(&w, plain, 4, &size), TLS_MORE);
    assert_int_equal(size, 2);
    assert_memory_equal(plain, "89", 2);
    assert_false(tls_conn_pending(w.server));
    wire_close(&w);
}

static void data_behind_the_last_handshake_message_is_left_for_reading(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w, server, &(struct peer_options){0});
    /* The client's Finished and its first data arrive together. */
    assert_int_equal(SSL_do_handshake(w.peer->ssl), -1);
    wire_shift(&w);
    struct str in = buf_str(&w.to_server);
    assert_int_equal(tls_conn_handshake(w.server, &in, &w.to_client), TLS_MORE);
    buf_clear(&w.to_server);
    wire_shift(&w);
    size_t size = 0;
    assert_int_equal(SSL_do_handshake(w.peer->ssl), 1);
    assert_int_equal(SSL_write_ex(w.peer->ssl, "early bird", 10, &size), 1);
    wire_shift(&w);
    in = buf_str(&w.to_server);
    assert_int_equal(tls_conn_handshake(w.server, &in, &w.to_client), TLS_OK);
    assert_true(in.size > 0);
    char plain[32];
    assert_int_equal(tls_conn_read(w.server, &in, plain, sizeof plain, &size, &w.to_client), TLS_MORE);
    assert_int_equal(size, 10);
    assert_memory_equal(plain, "early bird", 10);
    wire_close(&w);
}

static void a_close_is_told_from_a_cut(void **state)
{
    (void)state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct wire w;
        wire_ready(&w, version);
        char plain[32];
        size_t size = 0;
        assert_int_equal(server_read(&w, plain, sizeof plain, &size), TLS_MORE); /* cut here: never TLS_CLOSED */
        assert_int_equal(SSL_write_ex(w.peer->ssl, "last", 4, &size), 1);
        assert_int_equal(SSL_shutdown(w.peer->ssl), 0);
        assert_int_equal(server_read(&w, plain, sizeof plain, &size), TLS_CLOSED);
        assert_int_equal(size, 4);
        assert_int_equal(tls_conn_failure(w.server), TLS_FAILURE_NONE);
        assert_string_equal(tls_conn_failure_text(w.server), "none");
        /* The other direction still works, and is then closed, too. */
        assert_int_equal(tls_conn_write(w.server, STR("bye"), &w.to_client), TLS_OK);
        tls_conn_close(w.server, &w.to_client);
        wire_shift(&w);
        assert_int_equal(SSL_read_ex(w.peer->ssl, plain, sizeof plain, &size), 1);
        assert_int_equal(size, 3);
        assert_int_equal(SSL_get_error(w.peer->ssl, SSL_read_ex(w.peer->ssl, plain, sizeof plain, &size)),
                         SSL_ERROR_ZERO_RETURN);
        wire_close(&w);
    }
}

static void closing_before_the_handshake_is_over_says_nothing(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w, server, &(struct peer_options){0});
    tls_conn_close(w.server, &w.to_client);
    assert_int_equal(w.to_client.size, 0);
    wire_close(&w);
}

static void first_bytes_that_are_no_tls_have_their_cause(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        enum tls_failure failure;
    } cases[] = {
        {STR_INIT("GET / HTTP/1.1\r\n"), TLS_FAILURE_PLAIN_HTTP},
        {STR_INIT("POST"), TLS_FAILURE_PLAIN_HTTP},
        {STR_INIT("P"), TLS_FAILURE_PLAIN_HTTP},
        {STR_INIT("\r\n"), TLS_FAILURE_PROTOCOL},
        {STR_INIT("\x80\x2e\x01"), TLS_FAILURE_PROTOCOL},
        {STR_INIT("\x17\x03\x03"), TLS_FAILURE_PROTOCOL},
        {STR_INIT("\x00"), TLS_FAILURE_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tls_conn *conn = tls_conn_new_server(server);
        struct buf out;
        buf_init(&out, 1024);
        struct str in = STR("");
        assert_int_equal(tls_conn_handshake(conn, &in, &out), TLS_MORE);
        in = cases[i].bytes;
        assert_int_equal(tls_conn_handshake(conn, &in, &out), TLS_FAILED);
        assert_string_equal(tls_failure_name(tls_conn_failure(conn)), tls_failure_name(cases[i].failure));
        assert_int_equal(in.size, cases[i].bytes.size); /* left for who may answer in plain HTTP */
        assert_int_equal(out.size, 0);
        assert_int_equal(tls_conn_handshake(conn, &in, &out), TLS_FAILED);
        tls_conn_free(conn);
        buf_fini(&out);
    }
}

/* The bytes a client sends first, or in its second flight. */
static void flight_of(struct wire *w, bool second, struct buf *ret)
{
    (void)SSL_do_handshake(w->peer->ssl);
    wire_shift(w);
    if (second) {
        struct str in = buf_str(&w->to_server);
        assert_int_equal(tls_conn_handshake(w->server, &in, &w->to_client), TLS_MORE);
        buf_clear(&w->to_server);
        wire_shift(w);
        (void)SSL_do_handshake(w->peer->ssl);
        wire_shift(w);
    }
    buf_clear(ret);
    assert_true(buf_put_str(ret, buf_str(&w->to_server)));
    buf_clear(&w->to_server);
}

/* A wrong byte anywhere must end in an orderly failure, or in nothing worse than waiting or success. */
static void garbage_at_every_byte_of_a_handshake_is_survived(void **state)
{
    (void)state;
    size_t failed = 0, tried = 0;
    for (size_t round = 0; round < 4; round++) {
        const struct peer_options options = {.version_max = round & 1 ? TLS1_3_VERSION : TLS1_2_VERSION,
                                             .groups = "X25519"};
        bool second = round & 2;
        struct buf flight;
        buf_init(&flight, WIRE_SIZE_MAX);
        size_t size = 1;
        for (size_t at = 0; at < size; at++) {
            struct wire w;
            wire_open(&w, server, &options);
            flight_of(&w, second, &flight);
            size = flight.size;
            flight.data[flight.start + at] ^= 0x55;
            struct str in = buf_str(&flight);
            enum tls_result result = tls_conn_handshake(w.server, &in, &w.to_client);
            assert_true(result == TLS_FAILED || result == TLS_MORE || result == TLS_OK);
            if (result == TLS_FAILED) {
                assert_int_not_equal(tls_conn_failure(w.server), TLS_FAILURE_NONE);
                assert_true(tls_conn_failure_text(w.server)[0]);
                failed++;
            }
            if (second && result == TLS_OK) /* the second flight is authenticated but for a record's version field */
                assert_true(round == 2 ? at < 3 || size > 0 : true);
            tried++;
            wire_close(&w);
        }
        buf_fini(&flight);
    }
    assert_true(failed > tried / 3);
}

static void a_handshake_that_never_ends_is_cut(void **state)
{
    (void)state;
    /* A ClientHello that announces 128 KB, in records of full size. */
    struct tls_conn *conn = tls_conn_new_server(server);
    struct buf out;
    buf_init(&out, 65536);
    char record[5 + 16384] = {0x16, 3, 1, 0x40, 0};
    enum tls_result result = TLS_MORE;
    size_t sent = 0;
    while (result == TLS_MORE && sent < 256 * 1024) {
        memset(record + 5, 0, sizeof record - 5);
        if (sent == 0)
            memcpy(record + 5, "\x01\x01\xff\x00\x03\x03", 6);
        struct str in = str_make(record, sizeof record);
        result = tls_conn_handshake(conn, &in, &out);
        sent += sizeof record;
    }
    assert_int_equal(result, TLS_FAILED);
    assert_true(sent <= 80 * 1024);
    tls_conn_free(conn);
    buf_fini(&out);
}

static void key_updates_are_answered_until_they_are_a_flood(void **state)
{
    (void)state;
    struct wire w;
    wire_ready(&w, TLS1_3_VERSION);
    char plain[16];
    size_t size = 0, count = 0;
    enum tls_result result = TLS_MORE;
    while (result == TLS_MORE && count < 1000) {
        assert_int_equal(
            SSL_key_update(w.peer->ssl, count % 2 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        assert_int_equal(SSL_write_ex(w.peer->ssl, "x", 1, &size), 1);
        result = server_read(&w, plain, sizeof plain, &size);
        if (result == TLS_MORE) {
            assert_int_equal(size, 1);
            assert_int_equal(tls_conn_write(w.server, STR("y"), &w.to_client), TLS_OK);
            wire_shift(&w);
            assert_int_equal(SSL_read_ex(w.peer->ssl, plain, sizeof plain, &size), 1);
        }
        count++;
    }
    assert_int_equal(result, TLS_FAILED);
    assert_int_equal(tls_conn_failure(w.server), TLS_FAILURE_PROTOCOL);
    assert_in_range(count, 16, 40);
    wire_close(&w);
}

static void renegotiation_is_refused_and_its_flood_is_cut(void **state)
{
    (void)state;
    struct wire w;
    wire_ready(&w, TLS1_2_VERSION);
    char plain[16];
    size_t size = 0;
    assert_int_equal(SSL_renegotiate(w.peer->ssl), 1);
    (void)SSL_do_handshake(w.peer->ssl);
    assert_int_equal(server_read(&w, plain, sizeof plain, &size), TLS_MORE);
    assert_true(w.to_client.size > 0); /* no_renegotiation */
    wire_shift(&w);
    assert_int_not_equal(SSL_do_handshake(w.peer->ssl), 1);
    ERR_clear_error();
    /* The library's client asks once only; each attempt has counted, so that one that goes on meets the limit. */
    assert_int_equal(w.server->late_messages, 1);
    wire_close(&w);
    wire_ready(&w, TLS1_2_VERSION);
    w.server->late_messages = 32;
    assert_int_equal(server_read(&w, plain, sizeof plain, &size), TLS_MORE);
    w.server->late_messages = 33;
    assert_int_equal(server_read(&w, plain, sizeof plain, &size), TLS_FAILED);
    assert_int_equal(tls_conn_failure(w.server), TLS_FAILURE_PROTOCOL);
    wire_close(&w);
}

static void a_full_output_buffer_fails_the_connection(void **state)
{
    (void)state;
    struct wire w;
    wire_ready(&w, 0);
    struct buf small;
    buf_init(&small, 10);
    assert_int_equal(tls_conn_write(w.server, STR("more than ten bytes"), &small), TLS_FAILED);
    assert_int_equal(tls_conn_failure(w.server), TLS_FAILURE_MEMORY);
    buf_fini(&small);
    wire_close(&w);
}

static void the_peers_alerts_have_their_cause(void **state)
{
    (void)state;
    /* A client that does not know our root says unknown_ca. */
    struct wire w;
    wire_open(&w, server, &(struct peer_options){0});
    SSL_set_verify(w.peer->ssl, SSL_VERIFY_PEER, NULL);
    assert_false(wire_handshake(&w));
    wire_shift(&w);
    struct str in = buf_str(&w.to_server);
    (void)tls_conn_handshake(w.server, &in, &w.to_client);
    assert_int_equal(tls_conn_failure(w.server), TLS_FAILURE_UNKNOWN_CA);
    assert_int_equal(tls_conn_abandoned(w.server, TLS_FAILURE_CLOSED), TLS_FAILURE_UNKNOWN_CA);
    assert_string_equal(tls_conn_failure_text(w.server), "tlsv1 alert unknown ca");
    wire_close(&w);
}

static void an_alert_in_the_clear_has_its_cause(void **state)
{
    (void)state;
    static const struct {
        char alert;
        enum tls_failure failure;
    } cases[] = {{42, TLS_FAILURE_BAD_CERTIFICATE},     {43, TLS_FAILURE_UNSUPPORTED_CERTIFICATE},
                 {44, TLS_FAILURE_CERTIFICATE_REVOKED}, {45, TLS_FAILURE_CERTIFICATE_EXPIRED},
                 {46, TLS_FAILURE_CERTIFICATE_UNKNOWN}, {48, TLS_FAILURE_UNKNOWN_CA},
                 {47, TLS_FAILURE_CLIENT_ALERT},        {40, TLS_FAILURE_CLIENT_ALERT},
                 {80, TLS_FAILURE_CLIENT_ALERT},        {70, TLS_FAILURE_VERSION}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire w;
        wire_open(&w, server, &(struct peer_options){.version_max = TLS1_2_VERSION});
        struct buf flight;
        buf_init(&flight, WIRE_SIZE_MAX);
        flight_of(&w, false, &flight);
        const char record[] = {0x15, 3, 3, 0, 2, 2, cases[i].alert};
        assert_true(buf_put(&flight, record, sizeof record));
        struct str in = buf_str(&flight);
        assert_int_equal(tls_conn_handshake(w.server, &in, &w.to_client), TLS_FAILED);
        assert_string_equal(tls_failure_name(tls_conn_failure(w.server)), tls_failure_name(cases[i].failure));
        buf_fini(&flight);
        wire_close(&w);
    }
}

/* The words stand in the counters' header, away from the causes. */
static void every_cause_has_its_own_name(void **state)
{
    static const struct {
        enum tls_failure failure;
        const char *name;
    } cases[] = {{TLS_FAILURE_NONE, "none"},
                 {TLS_FAILURE_UNKNOWN_NAME, "unknown_name"},
                 {TLS_FAILURE_NO_NAME, "no_name"},
                 {TLS_FAILURE_NO_CERTIFICATE, "no_certificate"},
                 {TLS_FAILURE_VERSION, "version"},
                 {TLS_FAILURE_CIPHER, "cipher"},
                 {TLS_FAILURE_BAD_CERTIFICATE, "bad_certificate"},
                 {TLS_FAILURE_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
                 {TLS_FAILURE_CERTIFICATE_REVOKED, "certificate_revoked"},
                 {TLS_FAILURE_CERTIFICATE_EXPIRED, "certificate_expired"},
                 {TLS_FAILURE_CERTIFICATE_UNKNOWN, "certificate_unknown"},
                 {TLS_FAILURE_UNKNOWN_CA, "unknown_ca"},
                 {TLS_FAILURE_CLIENT_ALERT, "client_alert"},
                 {TLS_FAILURE_VERIFY, "verify"},
                 {TLS_FAILURE_PLAIN_HTTP, "plain_http"},
                 {TLS_FAILURE_PROTOCOL, "protocol"},
                 {TLS_FAILURE_MEMORY, "memory"},
                 {TLS_FAILURE_NO_APPLICATION_PROTOCOL, "no_application_protocol"},
                 {TLS_FAILURE_CLOSED, "closed"},
                 {TLS_FAILURE_TIMEOUT, "timeout"},
                 {TLS_FAILURE_COUNT, "unknown"}};
    (void)state;
    assert_int_equal(sizeof cases / sizeof *cases, TLS_FAILURE_COUNT + 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(tls_failure_name(cases[i].failure), cases[i].name);
    tls_conn_free(NULL);
    tls_server_free(NULL);
}

/* Whoever only looks whether the port is open has begun no handshake. */
static void a_handshake_that_was_begun_can_be_abandoned(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w, server, &(struct peer_options){0});
    assert_int_equal(tls_conn_abandoned(w.server, TLS_FAILURE_CLOSED), TLS_FAILURE_NONE);
    struct str in = STR("\x16\x03");
    assert_int_equal(tls_conn_handshake(w.server, &in, &w.to_client), TLS_MORE);
    assert_int_equal(tls_conn_abandoned(w.server, TLS_FAILURE_CLOSED), TLS_FAILURE_CLOSED);
    assert_int_equal(tls_conn_abandoned(w.server, TLS_FAILURE_TIMEOUT), TLS_FAILURE_TIMEOUT);
    wire_close(&w);
    wire_ready(&w, 0);
    assert_int_equal(tls_conn_abandoned(w.server, TLS_FAILURE_CLOSED), TLS_FAILURE_NONE);
    wire_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handshake_fed_byte_by_byte_succeeds),
        cmocka_unit_test(a_mebibyte_passes_both_ways),
        cmocka_unit_test(ciphertext_never_exceeds_what_was_announced),
        cmocka_unit_test(data_fed_byte_by_byte_arrives),
        cmocka_unit_test(what_does_not_fit_stays_pending),
        cmocka_unit_test(data_behind_the_last_handshake_message_is_left_for_reading),
        cmocka_unit_test(a_close_is_told_from_a_cut),
        cmocka_unit_test(closing_before_the_handshake_is_over_says_nothing),
        cmocka_unit_test(first_bytes_that_are_no_tls_have_their_cause),
        cmocka_unit_test(garbage_at_every_byte_of_a_handshake_is_survived),
        cmocka_unit_test(a_handshake_that_never_ends_is_cut),
        cmocka_unit_test(key_updates_are_answered_until_they_are_a_flood),
        cmocka_unit_test(renegotiation_is_refused_and_its_flood_is_cut),
        cmocka_unit_test(a_full_output_buffer_fails_the_connection),
        cmocka_unit_test(the_peers_alerts_have_their_cause),
        cmocka_unit_test(an_alert_in_the_clear_has_its_cause),
        cmocka_unit_test(every_cause_has_its_own_name),
        cmocka_unit_test(a_handshake_that_was_begun_can_be_abandoned),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
