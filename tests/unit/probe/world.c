#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/pem.h"
#include "crypto/digest.h"
#include "outbound/outbound.h"
#include "own_network.h"
#include "probe/fetch.h"

struct world world;

static void take_fingerprint(enum world_leaf leaf)
{
    struct pem_cursor cursor = {.rest = buf_str(&world.leaves[leaf].leaf)};
    struct pem_block block;
    struct buf der;
    buf_init(&der, 65536);
    assert_int_equal(pem_next(&cursor, &block, &der, NULL), PEM_BLOCK);
    assert_true(digest_fingerprint(buf_str(&der), world.fingerprints[leaf], NULL));
    buf_fini(&der);
}

static void make_leaves(void)
{
    static const char *const names[] = {"example.test", "www.example.test", "*.wild.test", NULL};
    static const char *const others[] = {"elsewhere.test", NULL};
    const struct test_ca_leaf kinds[LEAF_COUNT] = {
        [LEAF_GOOD] = {.names = names},
        [LEAF_GOOD_RSA] = {.names = names, .kind = TEST_CA_RSA2048},
        [LEAF_RENEWED] = {.names = names},
        [LEAF_RENEWED_RSA] = {.names = names, .kind = TEST_CA_RSA2048},
        [LEAF_LOCAL] = {.names = names, .from_root = true},
        [LEAF_WRONG_NAME] = {.names = others},
        [LEAF_EXPIRED] = {.names = names, .not_before_s = TEST_CA_NOW_S - 86400, .not_after_s = TEST_CA_NOW_S - 3600},
        [LEAF_SELF_SIGNED] = {.names = names, .self_signed = true},
        [LEAF_SHA1] = {.names = names, .sha1 = true},
    };
    for (size_t i = 0; i < LEAF_COUNT; i++) {
        world.leaves[i] = test_ca_make(i == LEAF_LOCAL ? world.local : world.ca, &kinds[i]);
        take_fingerprint((enum world_leaf)i);
    }
}

int world_setup(void **state)
{
    struct err err = {0};
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    own_network();
    assert_true(outbound_start(&err));
    world.ca = test_ca_new();
    world.local = test_ca_new();
    make_leaves();
    (void)snprintf(world.roots_file, sizeof world.roots_file, "/tmp/probe-roots-XXXXXX");
    int fd = mkstemp(world.roots_file);
    struct str pem = test_ca_root_pem(world.ca);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem.data, pem.size), (ssize_t)pem.size);
    (void)close(fd);
    world_trust_system(false);
    return 0;
}

int world_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEAF_COUNT; i++)
        test_ca_made_free(&world.leaves[i]);
    test_ca_free(world.ca);
    test_ca_free(world.local);
    (void)unlink(world.roots_file);
    outbound_stop();
    return 0;
}

void world_trust_system(bool trusted)
{
    assert_int_equal(setenv("SSL_CERT_FILE", trusted ? world.roots_file : "/nonexistent", 1), 0);
    assert_int_equal(setenv("SSL_CERT_DIR", "/nonexistent", 1), 0);
}

struct fault_server_options world_tls(enum world_leaf leaf, enum fault fault)
{
    return (struct fault_server_options){
        .fault = fault, .chain = buf_str(&world.leaves[leaf].chain), .key = buf_str(&world.leaves[leaf].key)};
}

struct probe_endpoint world_endpoint(const struct fault_server *server, enum probe_protocol protocol)
{
    return (struct probe_endpoint){.listener = protocol == PROBE_HTTP    ? STR("http")
                                               : protocol == PROBE_HTTPS ? STR("https")
                                                                         : STR("both"),
                                   .protocol = protocol,
                                   .address = STR("127.0.0.1"),
                                   .port = fault_server_port(server)};
}

int world_leave(struct fault_server *server)
{
    uint16_t port = fault_server_port(server);
    fault_server_stop(server);
    return hold_port(&port);
}

struct probe_target world_target(const struct probe_endpoint *endpoints, size_t count)
{
    static const struct str names[] = {STR_INIT("example.test")};
    return (struct probe_target){.names = names,
                                 .names_count = 1,
                                 .leaves = {[CERT_SIDE_ECDSA] = str_from(world.fingerprints[LEAF_GOOD])},
                                 .endpoints = endpoints,
                                 .endpoints_count = count,
                                 .http_port = 80,
                                 .https_port = 443,
                                 .now_s = TEST_CA_NOW_S};
}

struct deadline world_deadline(void)
{
    struct deadline deadline;
    deadline_start(&deadline, 60000, NULL);
    return deadline;
}

void check_fact(const struct observed_fact *fact, enum observed verdict, const char *const *texts)
{
    if (fact->verdict != verdict)
        fail_msg("verdict %d instead of %d: %s", fact->verdict, verdict, fact->detail);
    assert_int_equal(fact->at_s, TEST_CA_NOW_S);
    for (; *texts; texts++)
        if (!strstr(fact->detail, *texts))
            fail_msg("no \"%s\" in: %s", *texts, fact->detail);
}
