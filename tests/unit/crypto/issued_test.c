#include "check.h"

#include "codec/pem.h"
#include "crypto/issued.h"
#include "test_ca.h"

#define DAY_S 86400

struct world {
    struct test_ca *ca, *other_ca;
    struct test_ca_made made;
    struct key *key;
};

static int setup(void **state)
{
    static struct world world;
    static const char *const names[] = {"app.test", "*.app.test", "192.0.2.1", NULL};
    world.ca = test_ca_new();
    world.other_ca = test_ca_new();
    world.made = test_ca_make(
        world.ca, &(struct test_ca_leaf){.names = names, .not_after_s = TEST_CA_NOW_S + (int64_t)90 * DAY_S});
    world.key = key_load(buf_str(&world.made.key), NULL, NULL);
    *state = &world;
    return world.key ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;
    key_free(world->key);
    test_ca_made_free(&world->made);
    test_ca_free(world->ca);
    test_ca_free(world->other_ca);
    return 0;
}

static enum issued_fault check(const struct world *world, struct str pem, struct str name, int64_t now_s,
                               struct err *err)
{
    char root[ISSUED_ROOT_SIZE_MAX];
    enum issued_fault fault = ISSUED_FAULT_NONE;
    *err = (struct err){0};
    bool ok = issued_check(pem, world->key, &name, 1, now_s, root, &fault, err);
    assert_int_equal(ok, fault == ISSUED_FAULT_NONE);
    assert_int_equal(ok, err->text[0] == 0);
    return fault;
}

static void a_good_chain_passes_and_names_its_root(void **state)
{
    struct world *world = *state;
    const struct str names[] = {STR("app.test"), STR("*.app.test"), STR("a.app.test"), STR("192.0.2.1")};
    char root[ISSUED_ROOT_SIZE_MAX];
    struct err err = {0};
    assert_true(issued_check(buf_str(&world->made.chain), world->key, names, 4, TEST_CA_NOW_S, root, NULL, &err));
    /* With the root at its end, which some CAs send along, it is the same. */
    struct buf longer;
    char again[ISSUED_ROOT_SIZE_MAX];
    buf_init(&longer, 65536);
    assert_true(buf_put_str(&longer, buf_str(&world->made.chain)) && buf_put_str(&longer, test_ca_root_pem(world->ca)));
    assert_true(issued_check(buf_str(&longer), world->key, names, 4, TEST_CA_NOW_S, again, NULL, &err));
    assert_string_equal(root, again);
    buf_fini(&longer);
}

static void each_fault_has_its_own_answer(void **state)
{
    struct world *world = *state;
    struct test_ca_made other = test_ca_make_for(world->ca, "app.test", TEST_CA_P256);
    struct buf wrong_issuer, wrong_order, with_key;
    struct err err;
    buf_init(&wrong_issuer, 65536);
    buf_init(&wrong_order, 65536);
    buf_init(&with_key, 65536);
    assert_true(buf_put_str(&wrong_issuer, buf_str(&world->made.leaf)) &&
                buf_put_str(&wrong_issuer, test_ca_intermediate_pem(world->other_ca)));
    assert_true(buf_put_str(&wrong_order, test_ca_intermediate_pem(world->ca)) &&
                buf_put_str(&wrong_order, buf_str(&world->made.leaf)));
    assert_true(buf_put_str(&with_key, buf_str(&world->made.chain)) &&
                buf_put_str(&with_key, buf_str(&world->made.key)));
    int64_t now_s = TEST_CA_NOW_S;
    struct str chain = buf_str(&world->made.chain);
    assert_int_equal(check(world, buf_str(&other.chain), STR("app.test"), now_s, &err), ISSUED_FAULT_KEY);
    assert_int_equal(check(world, buf_str(&wrong_order), STR("app.test"), now_s, &err), ISSUED_FAULT_KEY);
    assert_int_equal(check(world, chain, STR("b.test"), now_s, &err), ISSUED_FAULT_NAME);
    assert_string_equal(err.text, "it does not cover \"b.test\"");
    assert_int_equal(check(world, chain, STR("192.0.2.2"), now_s, &err), ISSUED_FAULT_NAME);
    assert_int_equal(check(world, buf_str(&wrong_issuer), STR("app.test"), now_s, &err), ISSUED_FAULT_BROKEN);
    assert_int_equal(check(world, chain, STR("app.test"), now_s + (int64_t)90 * DAY_S, &err), ISSUED_FAULT_ENDED);
    assert_string_equal(err.text, "it ended on 2026-04-15 by this machine's clock");
    assert_int_equal(check(world, buf_str(&with_key), STR("app.test"), now_s, &err), ISSUED_FAULT_UNREADABLE);
    assert_int_equal(check(world, STR(""), STR("app.test"), now_s, &err), ISSUED_FAULT_UNREADABLE);
    assert_int_equal(check(world, STR("<html>"), STR("app.test"), now_s, &err), ISSUED_FAULT_UNREADABLE);
    buf_fini(&wrong_issuer);
    buf_fini(&wrong_order);
    buf_fini(&with_key);
    test_ca_made_free(&other);
}

/* Between two blocks the text is a whole, shorter chain: the leaf alone, and nothing else, passes. */
static void a_chain_that_is_cut_is_not_taken(void **state)
{
    struct world *world = *state;
    struct str chain = buf_str(&world->made.chain), leaf = buf_str(&world->made.leaf);
    struct err err;
    for (size_t size = 0; size + 1 < chain.size; size++) {
        bool is_leaf_alone = size + 1 == leaf.size || size == leaf.size;
        enum issued_fault fault = check(world, str_part(chain, 0, size), STR("app.test"), TEST_CA_NOW_S, &err);
        if ((fault == ISSUED_FAULT_NONE) != is_leaf_alone)
            fail_msg("cut at %zu of %zu: %d", size, chain.size, (int)fault);
    }
}

static void too_many_certificates_are_refused(void **state)
{
    struct world *world = *state;
    struct buf many;
    struct err err;
    buf_init(&many, 65536);
    for (int i = 0; i < 17; i++)
        assert_true(buf_put_str(&many, buf_str(&world->made.leaf)));
    assert_int_equal(check(world, buf_str(&many), STR("app.test"), TEST_CA_NOW_S, &err), ISSUED_FAULT_UNREADABLE);
    assert_string_equal(err.text, "it has more than 16 certificates");
    buf_fini(&many);
}

/* The certificate of RFC 9773 appendix A. */
static void the_ari_id_is_that_of_rfc_9773(void **state)
{
    (void)state;
    static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
                              "MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt\n"
                              "cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS\n"
                              "BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu\n"
                              "7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf\n"
                              "qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B\n"
                              "yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb\n"
                              "+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK\n"
                              "-----END CERTIFICATE-----\n";
    struct pem_cursor cursor = {.rest = str_from(pem)};
    struct pem_block block;
    struct buf der, id;
    struct err err = {0};
    buf_init(&der, 4096);
    buf_init(&id, ISSUED_ARI_ID_SIZE_MAX);
    assert_int_equal(pem_next(&cursor, &block, &der, &err), PEM_BLOCK);
    assert_true(ari_id(buf_str(&der), &id, &err));
    assert_str(buf_str(&id), STR("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"));
    for (size_t size = 0; size < der.size; size++)
        assert_false(ari_id(str_part(buf_str(&der), 0, size), &id, &err));
    buf_fini(&id);
    buf_fini(&der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_chain_passes_and_names_its_root), cmocka_unit_test(each_fault_has_its_own_answer),
        cmocka_unit_test(a_chain_that_is_cut_is_not_taken),       cmocka_unit_test(too_many_certificates_are_refused),
        cmocka_unit_test(the_ari_id_is_that_of_rfc_9773),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
