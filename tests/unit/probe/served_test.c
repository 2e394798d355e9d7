/* Which certificate is served, and who vouches for it. */
#include "world.h"

#include <unistd.h>

#include "probe/served.h"

static struct hsts_observation look(const struct probe_target *target)
{
    struct hsts_observation ret = {0};
    struct deadline deadline = world_deadline();
    served_look(target, &deadline, &ret, NULL);
    return ret;
}

struct expected {
    enum observed served, chain;
    enum observed_trust trust;
    const char *served_text, *chain_text;
};

static void check(const struct hsts_observation *seen, const struct expected *expected)
{
    assert_fact(seen->facts[OBSERVED_SERVED], expected->served, expected->served_text);
    assert_fact(seen->facts[OBSERVED_CHAIN], expected->chain, expected->chain_text);
    assert_int_equal(seen->trust, expected->trust);
}

static void every_kind_of_certificate_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        enum world_leaf leaf;
        bool alone, system, declared, private;
        struct expected expected;
    } cases[] = {
        {LEAF_GOOD, .system = true,
         .expected = {OBSERVED_GOOD, OBSERVED_GOOD, OBSERVED_TRUST_SYSTEM,
                      "the stored certificate is served for 1 name by 1 listening socket",
                      "leads to \"Test root\", a root of the system's store"}},
        {LEAF_GOOD, .declared = true,
         .expected = {OBSERVED_GOOD, OBSERVED_GOOD, OBSERVED_TRUST_DECLARED, "stored", "declared as installed"}},
        {LEAF_GOOD, .private = true,
         .expected = {OBSERVED_GOOD, OBSERVED_DOUBT, OBSERVED_TRUST_PRIVATE, "stored",
                      "for example.test leads to the private root \"Test root\", which is not declared"}},
        /* installed on this machine, but nobody said on all clients */
        {LEAF_GOOD, .system = true, .private = true,
         .expected = {OBSERVED_GOOD, OBSERVED_DOUBT, OBSERVED_TRUST_PRIVATE, "stored", "private root"}},
        {LEAF_GOOD, .declared = true, .private = true,
         .expected = {OBSERVED_GOOD, OBSERVED_GOOD, OBSERVED_TRUST_DECLARED, "stored", "declared"}},
        {LEAF_GOOD,
         .expected = {OBSERVED_GOOD, OBSERVED_BAD, OBSERVED_TRUST_NONE, "stored", "or its root is not known"}},
        {LEAF_GOOD, .alone = true, .system = true,
         .expected = {OBSERVED_GOOD, OBSERVED_BAD, OBSERVED_TRUST_NONE, "stored",
                      "lacks a certificate between it and its root"}},
        {LEAF_RENEWED, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_GOOD, OBSERVED_TRUST_SYSTEM,
                      "serves another certificate for example.test than the one stored: SHA-256 ", "Test root"}},
        {LEAF_WRONG_NAME, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_BAD, OBSERVED_TRUST_SYSTEM, "another certificate",
                      "is not for this name"}},
        {LEAF_EXPIRED, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_BAD, OBSERVED_TRUST_SYSTEM, "another certificate",
                      "expired on 2026-01-15"}},
        {LEAF_SELF_SIGNED, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_BAD, OBSERVED_TRUST_NONE, "another certificate", "has signed itself"}},
        {LEAF_SHA1, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_BAD, OBSERVED_TRUST_SYSTEM, "another certificate", "weak signature"}},
        {LEAF_LOCAL, .system = true,
         .expected = {OBSERVED_BAD, OBSERVED_BAD, OBSERVED_TRUST_NONE, "another certificate", ""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(cases[i].leaf, FAULT_NONE);
        if (cases[i].alone)
            options.chain = buf_str(&world.leaves[cases[i].leaf].leaf);
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        world_trust_system(cases[i].system);
        if (cases[i].declared)
            target.declared_roots = test_ca_root_pem(world.ca);
        if (cases[i].private)
            target.private_roots = test_ca_root_pem(world.ca);
        struct hsts_observation seen = look(&target);
        check(&seen, &cases[i].expected);
        assert_int_equal(fault_server_requests(server), 0); /* the application notices nothing */
        fault_server_stop(server);
    }
    world_trust_system(false);
}

/* What a look reports place by place. */
struct report {
    struct served_place places[8];
    struct served_report report;
};

static struct hsts_observation look_and_report(const struct probe_target *target, struct report *ret)
{
    struct hsts_observation seen = {0};
    struct deadline deadline = world_deadline();
    ret->report = (struct served_report){.places = ret->places, .capacity = 8};
    served_look(target, &deadline, &seen, &ret->report);
    return seen;
}

static struct fault_server *start_pair(enum world_leaf ecdsa, enum world_leaf rsa)
{
    struct fault_server_options options = world_tls(ecdsa, FAULT_NONE);
    options.chain2 = buf_str(&world.leaves[rsa].chain);
    options.key2 = buf_str(&world.leaves[rsa].key);
    return fault_server_start(&options);
}

static struct probe_target target_of_pair(const struct probe_endpoint *endpoint)
{
    struct probe_target target = world_target(endpoint, 1);
    target.leaves[CERT_SIDE_RSA] = str_from(world.fingerprints[LEAF_GOOD_RSA]);
    target.declared_roots = test_ca_root_pem(world.ca);
    return target;
}

static void of_a_pair_each_certificate_is_asked_for(void **state)
{
    (void)state;
    struct fault_server *server = start_pair(LEAF_GOOD, LEAF_GOOD_RSA);
    const struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    const struct probe_target target = target_of_pair(&endpoint);
    struct report report;
    struct hsts_observation seen = look_and_report(&target, &report);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_GOOD, "the stored certificates (ECDSA and RSA) are served");
    assert_int_equal(fault_server_connections(server), 2);
    assert_int_equal(report.report.places_count, 2);
    assert_true(served_everywhere(&report.report, CERT_SIDE_ECDSA));
    assert_true(served_everywhere(&report.report, CERT_SIDE_RSA));
    assert_false(served_otherwise(&report.report));
    fault_server_stop(server);
}

/* One of the two was renewed and the other is still the old one. */
static void of_a_pair_the_side_that_is_not_served_is_named(void **state)
{
    (void)state;
    static const struct {
        enum world_leaf ecdsa, rsa;
        enum cert_side wrong;
        const char *text;
    } cases[] = {
        {LEAF_RENEWED, LEAF_GOOD_RSA, CERT_SIDE_ECDSA, "serves another ECDSA certificate for example.test"},
        {LEAF_GOOD, LEAF_RENEWED_RSA, CERT_SIDE_RSA, "serves another RSA certificate for example.test"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server *server = start_pair(cases[i].ecdsa, cases[i].rsa);
        const struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        const struct probe_target target = target_of_pair(&endpoint);
        enum world_leaf served = cases[i].wrong == CERT_SIDE_RSA ? cases[i].rsa : cases[i].ecdsa;
        struct report report;
        struct hsts_observation seen = look_and_report(&target, &report);
        const struct served_place *place = &report.places[cases[i].wrong];
        assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_BAD, cases[i].text);
        assert_int_equal(place->side, cases[i].wrong);
        assert_int_equal(place->state, SERVED_OTHER);
        assert_string_equal(place->fingerprint, world.fingerprints[served]);
        assert_true(strlen(place->serial) > 0 && strstr(place->issuer, "Test intermediate"));
        assert_false(served_everywhere(&report.report, cases[i].wrong));
        assert_true(served_everywhere(&report.report, CERT_SIDES_COUNT - 1 - cases[i].wrong));
        assert_true(served_otherwise(&report.report));
        fault_server_stop(server);
    }
}

static void a_pair_of_which_one_is_missing_is_refused_on_that_side(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    const struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct probe_target target = target_of_pair(&endpoint);
    struct report report;
    struct hsts_observation seen = look_and_report(&target, &report);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_BAD, "asked for the RSA certificate of example.test",
                "handshake_failure");
    assert_int_equal(report.places[CERT_SIDE_RSA].state, SERVED_REFUSED);
    assert_true(served_everywhere(&report.report, CERT_SIDE_ECDSA));
    target.leaves[CERT_SIDE_RSA] = STR("");
    seen = look_and_report(&target, &report); /* of one certificate only that one is asked for, with all offered */
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_GOOD, "the stored certificate is served");
    int held_fd = world_leave(server);
    seen = look_and_report(&target, &report);
    (void)close(held_fd);
    assert_int_equal(report.report.places_count, 1);
    assert_int_equal(report.places[0].state, SERVED_UNSEEN);
    assert_true(strstr(report.places[0].why, "refuses the connection"));
    assert_false(served_everywhere(&report.report, CERT_SIDE_ECDSA));
}

static void one_listener_that_lags_behind_is_found_and_named(void **state)
{
    (void)state;
    static const struct str names[] = {STR_INIT("example.test"), STR_INIT("www.example.test"), STR_INIT("*.wild.test"),
                                       STR_INIT("127.0.0.1")};
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *good = fault_server_start(&options);
    options = world_tls(LEAF_RENEWED, FAULT_NONE);
    struct fault_server *old = fault_server_start(&options);
    const struct probe_endpoint endpoints[] = {world_endpoint(good, PROBE_HTTPS), world_endpoint(old, PROBE_BOTH)};
    char where[ENDPOINT_TEXT_SIZE], name[256];
    struct probe_target target = world_target(endpoints, 2);
    target.names = names;
    target.names_count = 4;
    target.declared_roots = test_ca_root_pem(world.ca);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_BAD, endpoint_text(&endpoints[1], where), "example.test",
                "(and 2 more like it)");
    assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_GOOD, "Test root");
    assert_int_equal(fault_server_connections(good), 3);
    assert_string_equal(fault_server_name(good, name, sizeof name), "strictgate-probe.wild.test");
    target.endpoints_count = 1;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_GOOD, "for 3 names by 1 listening socket");
    fault_server_stop(good);
    fault_server_stop(old);
}

static void the_worst_trust_of_all_listeners_counts(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *one = fault_server_start(&options);
    options = world_tls(LEAF_LOCAL, FAULT_NONE);
    struct fault_server *other = fault_server_start(&options);
    const struct probe_endpoint endpoints[] = {world_endpoint(other, PROBE_HTTPS), world_endpoint(one, PROBE_HTTPS)};
    struct probe_target target = world_target(endpoints, 2);
    target.declared_roots = test_ca_root_pem(world.ca);
    target.private_roots = test_ca_root_pem(world.local);
    struct hsts_observation seen = look(&target);
    assert_int_equal(seen.trust, OBSERVED_TRUST_PRIVATE);
    assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_DOUBT, "private root");
    fault_server_stop(one);
    fault_server_stop(other);
}

static void listeners_that_do_not_answer_as_they_must_have_their_verdict(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        enum observed served;
        const char *text;
    } cases[] = {
        {FAULT_REFUSES_NAMES, OBSERVED_BAD, "asked for example.test, refuses this name"},
        {FAULT_CLOSES, OBSERVED_FAILED, "closes the connection in the TLS handshake"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, cases[i].fault);
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        struct hsts_observation seen = look(&target);
        assert_fact(seen.facts[OBSERVED_SERVED], cases[i].served, cases[i].text);
        assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_FAILED, cases[i].text);
        assert_int_equal(seen.trust, OBSERVED_TRUST_UNKNOWN);
        int held_fd = world_leave(server);
        seen = look(&target); /* now nobody is there */
        (void)close(held_fd);
        assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_FAILED, "https (127.0.0.1:", "refuses the connection");
    }
}

static void without_a_way_in_there_is_nothing_to_see(void **state)
{
    (void)state;
    static const struct str addresses[] = {STR_INIT("192.0.2.1")};
    const struct probe_endpoint plain = {.listener = STR("http"), .address = STR("127.0.0.1"), .port = 1};
    struct probe_target target = world_target(&plain, 1);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_BAD, "no listener speaks HTTPS");
    assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_FAILED, "");
    target.names = addresses;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_FAILED, "no name that a browser could be bound to");
}

static void roots_that_do_not_parse_leave_the_proof_alone(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct probe_target target = world_target(&endpoint, 1);
    target.declared_roots = STR("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_GOOD, "stored");
    assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_FAILED, "nobody could look at the chain", "does not parse");
    assert_int_equal(seen.trust, OBSERVED_TRUST_UNKNOWN);
    fault_server_stop(server);
}

static void a_look_that_ran_out_of_time_proves_nothing(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct probe_target target = world_target(&endpoint, 1);
    struct hsts_observation seen = {0};
    struct deadline deadline;
    deadline_start(&deadline, 0, NULL);
    served_look(&target, &deadline, &seen, NULL);
    assert_fact(seen.facts[OBSERVED_SERVED], OBSERVED_FAILED, "was not asked: the time for it ran out");
    assert_fact(seen.facts[OBSERVED_CHAIN], OBSERVED_FAILED, "ran out");
    assert_int_equal(fault_server_connections(server), 0);
    fault_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_certificate_has_its_verdict),
        cmocka_unit_test(of_a_pair_each_certificate_is_asked_for),
        cmocka_unit_test(of_a_pair_the_side_that_is_not_served_is_named),
        cmocka_unit_test(a_pair_of_which_one_is_missing_is_refused_on_that_side),
        cmocka_unit_test(one_listener_that_lags_behind_is_found_and_named),
        cmocka_unit_test(the_worst_trust_of_all_listeners_counts),
        cmocka_unit_test(listeners_that_do_not_answer_as_they_must_have_their_verdict),
        cmocka_unit_test(without_a_way_in_there_is_nothing_to_see),
        cmocka_unit_test(roots_that_do_not_parse_leave_the_proof_alone),
        cmocka_unit_test(a_look_that_ran_out_of_time_proves_nothing),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
