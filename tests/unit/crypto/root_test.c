/* A root that is to be relied on: the one certificate of an authority, valid now. */
#include "check.h"
#include "crypto/root.h"
#include "test_ca.h"

struct case_of {
    const char *what;
    struct str pem;
    int64_t now_s;
    const char *says; /* in the error; NULL: it is taken */
};

static void expect(const struct case_of *one, const struct test_ca *ca)
{
    struct arena arena;
    struct root root = {.not_after_s = -1};
    struct err err = {0};
    arena_init(&arena, 1 << 20);
    bool fine = root_read(one->pem, one->now_s, &arena, &root, &err);
    if (fine != !one->says || (one->says && !strstr(err.text, one->says)))
        fail_msg("%s: %d %s", one->what, fine, err.text);
    if (fine) {
        assert_str(root.pem, test_ca_root_pem(ca));
        assert_int_equal(strlen(root.fingerprint), CERT_FINGERPRINT_SIZE);
        assert_true(root.not_after_s > one->now_s);
        assert_true(root.subject.size > 0);
    } else {
        assert_int_equal(root.not_after_s, -1);
        assert_string_equal(err.field, "certificate_pem");
    }
    arena_fini(&arena);
}

static struct str both(struct arena *arena, struct str a, struct str b)
{
    return arena_printf(arena, "%.*s%.*s", STR_ARG(a), STR_ARG(b));
}

static void one_authority_that_is_valid_is_taken_and_nothing_else(void **state)
{
    struct test_ca *ca = test_ca_new(), *second = test_ca_new();
    struct test_ca_made leaf = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct arena arena;
    const struct str root = test_ca_root_pem(ca);
    (void)state;
    arena_init(&arena, 1 << 20);
    const struct case_of cases[] = {
        {"the root", root, TEST_CA_NOW_S, NULL},
        {"long past its end", root, INT64_C(9000000000), "ended"},
        {"nothing", STR(""), TEST_CA_NOW_S, "no certificate"},
        {"something else", STR("hello"), TEST_CA_NOW_S, "no certificate"},
        {"cut off", str_part(root, 0, root.size / 2), TEST_CA_NOW_S, "no certificate"},
        {"a site's own", buf_str(&leaf.leaf), TEST_CA_NOW_S, "not that of an authority"},
        {"a key", buf_str(&leaf.key), TEST_CA_NOW_S, "no certificate"},
        {"two roots", both(&arena, root, test_ca_root_pem(second)), TEST_CA_NOW_S, "more than one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(&cases[i], ca);
    arena_fini(&arena);
    test_ca_made_free(&leaf);
    test_ca_free(second);
    test_ca_free(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_authority_that_is_valid_is_taken_and_nothing_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
