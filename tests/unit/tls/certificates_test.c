#include "world.h"

#include <stdlib.h>

#include "tls/certificates.h"
#include "tls/context.h"

static struct world_snapshot snapshot;

static int setup(void **state)
{
    world_setup(state);
    snapshot = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    return 0;
}

static int teardown(void **state)
{
    world_snapshot_free(&snapshot);
    return world_teardown(state);
}

/* The record of a certificate of the world. */
static struct snap_certificate record_of(const struct snapshot *s, int index)
{
    for (uint32_t i = 0; i < s->header->certificates.count; i++)
        if (s->certificates[i].identity == world.certificates[index].identity)
            return s->certificates[i];
    fail();
    return (struct snap_certificate){0};
}

static void a_certificate_is_parsed_once_and_found_by_identity(void **state)
{
    (void)state;
    struct certificates c;
    assert_true(certificates_init(&c));
    struct snap_certificate a = record_of(&snapshot.snapshot, CERT_A_ECDSA),
                            b = record_of(&snapshot.snapshot, CERT_B_ECDSA);
    const struct certificate *first = certificates_lookup(&c, &snapshot.snapshot, &a);
    assert_non_null(first);
    assert_int_equal(sk_X509_num(first->chain), 1);
    assert_ptr_equal(certificates_lookup(&c, &snapshot.snapshot, &a), first);
    const struct certificate *other = certificates_lookup(&c, &snapshot.snapshot, &b);
    assert_ptr_not_equal(other, first);
    assert_ptr_equal(sk_X509_value(other->chain, 0), sk_X509_value(first->chain, 0)); /* one intermediate for both */
    assert_int_equal(c.count, 2);
    certificates_fini(&c);
}

static void one_that_does_not_load_is_tried_once_and_harms_nobody(void **state)
{
    (void)state;
    struct certificates c;
    assert_true(certificates_init(&c));
    struct snap_certificate bad = record_of(&snapshot.snapshot, CERT_BAD_KEY),
                            good = record_of(&snapshot.snapshot, CERT_WILD);
    assert_null(certificates_lookup(&c, &snapshot.snapshot, &bad));
    assert_int_equal(c.count, 1);
    assert_null(certificates_lookup(&c, &snapshot.snapshot, &bad));
    assert_int_equal(c.count, 1);
    assert_non_null(certificates_lookup(&c, &snapshot.snapshot, &good));
    certificates_fini(&c);
}

static void damaged_bytes_at_any_place_do_not_load_or_do_no_harm(void **state)
{
    (void)state;
    struct snap_certificate record = record_of(&snapshot.snapshot, CERT_A_ECDSA);
    char *copy = malloc(snapshot.size);
    memcpy(copy, snapshot.blob, snapshot.size);
    struct snapshot damaged = snapshot.snapshot;
    damaged.header = (const struct snap_header *)(const void *)copy;
    size_t refused = 0;
    for (uint32_t at = 0; at < record.chain.size + record.key.size; at++) {
        uint32_t offset =
            at < record.chain.size ? record.chain.offset + at : record.key.offset + at - record.chain.size;
        struct certificates c;
        assert_true(certificates_init(&c));
        copy[offset] ^= 0x55;
        refused += certificates_lookup(&c, &damaged, &record) == NULL;
        copy[offset] ^= 0x55;
        certificates_fini(&c);
    }
    assert_true(refused > 100);
    for (uint32_t size = 0; size < record.chain.size; size++) {
        struct certificates c;
        struct snap_certificate cut = record;
        cut.chain.size = size;
        assert_true(certificates_init(&c));
        const struct certificate *got = certificates_lookup(&c, &snapshot.snapshot, &cut);
        assert_true(!got || sk_X509_num(got->chain) == 0); /* cut between leaf and intermediate is a chain of one */
        certificates_fini(&c);
    }
    free(copy);
}

static void a_sweep_keeps_what_the_newest_snapshot_has(void **state)
{
    (void)state;
    struct certificates c;
    assert_true(certificates_init(&c));
    struct snap_certificate a = record_of(&snapshot.snapshot, CERT_A_ECDSA),
                            r = record_of(&snapshot.snapshot, CERT_R_RSA);
    const struct certificate *kept = certificates_lookup(&c, &snapshot.snapshot, &a);
    assert_non_null(certificates_lookup(&c, &snapshot.snapshot, &r));
    certificates_sweep(&c, &snapshot.snapshot);
    assert_int_equal(c.count, 2);

    uint64_t identity = world.certificates[CERT_R_RSA].identity;
    world.certificates[CERT_R_RSA].identity = 7777; /* renewed */
    struct world_snapshot next = world_snapshot_make(2, SNAP_TLS_INTERMEDIATE, "k");
    certificates_sweep(&c, &next.snapshot);
    assert_int_equal(c.count, 1);
    assert_ptr_equal(certificates_lookup(&c, &next.snapshot, &a), kept);
    world.certificates[CERT_R_RSA].identity = identity;
    world_snapshot_free(&next);
    certificates_fini(&c);
    assert_null(c.issuers);
}

static void a_full_cache_drops_the_one_unused_for_longest(void **state)
{
    (void)state;
    struct certificates c;
    assert_true(certificates_init(&c));
    struct snap_certificate a = record_of(&snapshot.snapshot, CERT_A_ECDSA),
                            bad = record_of(&snapshot.snapshot, CERT_BAD_KEY);
    const struct certificate *used = certificates_lookup(&c, &snapshot.snapshot, &a);
    bad.chain.size = 0; /* fails fast */
    for (uint64_t i = 0; i < TLS_CERTIFICATES_COUNT_MAX + 100; i++) {
        bad.identity = 100000 + i;
        assert_null(certificates_lookup(&c, &snapshot.snapshot, &bad));
        assert_ptr_equal(certificates_lookup(&c, &snapshot.snapshot, &a), used);
    }
    assert_int_equal(c.count, TLS_CERTIFICATES_COUNT_MAX);
    certificates_fini(&c);
}

static void a_connection_outlives_its_certificates_place_in_the_cache(void **state)
{
    (void)state;
    struct tls_server *server = world_server(&snapshot);
    struct wire w;
    wire_open(&w, server, &(struct peer_options){.name = "r.test"});
    assert_true(wire_handshake(&w));
    uint64_t identity = world.certificates[CERT_R_RSA].identity;
    world.certificates[CERT_R_RSA].identity = 8888;
    struct world_snapshot next = world_snapshot_make(2, SNAP_TLS_INTERMEDIATE, "k");
    assert_true(tls_server_use(server, &next.snapshot, NULL));
    assert_int_equal(tls_conn_certificate(w.server), identity);
    assert_int_equal(tls_conn_write(w.server, STR("still here"), &w.to_client), TLS_OK);
    wire_shift(&w);
    char plain[32];
    size_t size = 0;
    assert_int_equal(SSL_read_ex(w.peer->ssl, plain, sizeof plain, &size), 1);
    assert_int_equal(size, 10);
    struct outcome o = outcome_of(server, &(struct peer_options){.name = "r.test"});
    assert_int_equal(o.certificate, 8888);
    SSL_SESSION_free(o.session);
    wire_close(&w);
    world.certificates[CERT_R_RSA].identity = identity;
    tls_server_free(server);
    world_snapshot_free(&next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_parsed_once_and_found_by_identity),
        cmocka_unit_test(one_that_does_not_load_is_tried_once_and_harms_nobody),
        cmocka_unit_test(damaged_bytes_at_any_place_do_not_load_or_do_no_harm),
        cmocka_unit_test(a_sweep_keeps_what_the_newest_snapshot_has),
        cmocka_unit_test(a_full_cache_drops_the_one_unused_for_longest),
        cmocka_unit_test(a_connection_outlives_its_certificates_place_in_the_cache),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
