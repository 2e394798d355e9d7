/* What an authority hands out goes into service only where it is no worse than what is there. */
#include "control/acme_install.h"

#include "api_ask.h"
#include "control/acme.h"
#include "test_ca.h"

#define SITE "/v1/sites/a.test"

static void ask_with(struct fixture *f, const char *method, const char *target, struct str cert, struct str key)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    buf_init(&content, API_BODY_SIZE_MAX);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "certificate_pem", cert);
    if (key.size)
        jsonout_str(&out, "key_pem", key);
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    RUN_ONE(f, method, target, buf_str(&content).data, 200, NULL);
    buf_fini(&content);
}

/* Hands the chain out for a.test; empty when it went into service, else what the failure says. */
static const char *install(struct fixture *f, struct str chain, struct str key, enum acme_installed expected)
{
    static struct acme_failure failure;
    struct ca ca = {.name = STR("test")};
    struct acme acme = {.core = &f->core};
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    bool was_acme = site->source == SITE_SOURCE_ACME;
    failure = (struct acme_failure){.words = ""};
    assert_int_equal(acme_install(&acme, site, &ca, chain, key, &failure), expected);
    if (expected == ACME_INSTALLED) {
        assert_int_equal(state_find(&f->core.state, STR("a.test"))->source, SITE_SOURCE_ACME);
        return "";
    }
    assert_true(was_acme == (state_find(&f->core.state, STR("a.test"))->source == SITE_SOURCE_ACME));
    assert_string_equal(failure.problem, expected == ACME_INSTALL_BAD ? "wrong_chain" : "unknown_issuer");
    assert_true(failure.try_other_ca && failure.permanent == (expected == ACME_INSTALL_BARRED));
    return failure.words;
}

static void what_browsers_do_not_trust_takes_no_place_of_what_they_do(void **state)
{
    struct fixture *f = fixture_new();
    struct test_ca *known = test_ca_new(), *unknown = test_ca_new();
    struct test_ca_made first = test_ca_make_for(known, "a.test", TEST_CA_P256),
                        second = test_ca_make_for(known, "a.test", TEST_CA_P256),
                        stranger = test_ca_make_for(unknown, "a.test", TEST_CA_P256);
    (void)state;
    ask_with(f, "POST", "/v1/private-roots", test_ca_root_pem(known), (struct str){NULL, 0});
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    assert_string_equal(install(f, buf_str(&stranger.chain), buf_str(&stranger.key), ACME_INSTALLED),
                        ""); /* there was none */
    ask_with(f, "PATCH", SITE, buf_str(&first.chain), buf_str(&first.key));
    assert_non_null(strstr(install(f, buf_str(&stranger.chain), buf_str(&stranger.key), ACME_INSTALL_BARRED),
                           "browsers do not trust"));
    assert_non_null(
        strstr(install(f, buf_str(&second.leaf), buf_str(&second.key), ACME_INSTALL_BARRED), "browsers do not trust"));
    assert_string_equal(install(f, buf_str(&second.chain), buf_str(&second.key), ACME_INSTALLED), "");
    test_ca_made_free(&first);
    test_ca_made_free(&second);
    test_ca_made_free(&stranger);
    test_ca_free(known);
    test_ca_free(unknown);
    fixture_free(f);
}

static enum acme_installed hand_out(struct fixture *f, const struct test_ca_made *made, struct acme_failure *ret)
{
    struct ca ca = {.name = STR("test")};
    struct acme acme = {.core = &f->core};
    *ret = (struct acme_failure){.words = ""};
    return acme_install(&acme, state_find(&f->core.state, STR("a.test")), &ca, buf_str(&made->chain),
                        buf_str(&made->key), ret);
}

static void one_that_has_not_begun_is_waited_for(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    const int64_t now_s = clock_wall_s(), end_s = now_s + 90LL * 86400;
    const struct test_ca_leaf now = {.names = names, .not_after_s = end_s},
                              soon = {.names = names, .not_before_s = now_s + 60, .not_after_s = end_s},
                              late = {.names = names, .not_before_s = now_s + 9LL * 86400, .not_after_s = end_s};
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made[] = {test_ca_make(ca, &soon), test_ca_make(ca, &now), test_ca_make(ca, &soon),
                                  test_ca_make(ca, &late)};
    struct acme_failure failure;
    (void)state;
    ask_with(f, "POST", "/v1/private-roots", test_ca_root_pem(ca), (struct str){NULL, 0});
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    assert_int_equal(hand_out(f, &made[0], &failure), ACME_INSTALLED); /* there was none */
    ask_with(f, "PATCH", SITE, buf_str(&made[1].chain), buf_str(&made[1].key));
    assert_int_equal(hand_out(f, &made[2], &failure), ACME_INSTALL_BARRED);
    assert_string_equal(failure.problem, "not_yet_valid");
    assert_false(failure.permanent);
    assert_int_equal(failure.retry_s, now_s + 60);
    assert_non_null(strstr(failure.fix, "clock"));
    assert_int_equal(hand_out(f, &made[3], &failure), ACME_INSTALL_BARRED);
    assert_in_range(failure.retry_s, now_s + 86400, now_s + 86400 + 60);
    f->passed_s = 61;
    assert_int_equal(hand_out(f, &made[2], &failure), ACME_INSTALLED);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        test_ca_made_free(&made[i]);
    test_ca_free(ca);
    fixture_free(f);
}

static void one_for_other_names_or_of_another_time_is_refused(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    static const struct test_ca_leaf past = {.names = names, .not_after_s = TEST_CA_NOW_S};
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made other = test_ca_make_for(ca, "b.test", TEST_CA_P256), ended = test_ca_make(ca, &past);
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    assert_non_null(strstr(install(f, buf_str(&other.chain), buf_str(&other.key), ACME_INSTALL_BAD), "no good"));
    assert_non_null(strstr(install(f, buf_str(&ended.chain), buf_str(&ended.key), ACME_INSTALL_BAD), "no good"));
    test_ca_made_free(&other);
    test_ca_made_free(&ended);
    test_ca_free(ca);
    fixture_free(f);
}

static void the_kind_of_key_says_the_side(void **state)
{
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made ecdsa = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        rsa = test_ca_make_for(ca, "a.test", TEST_CA_RSA2048);
    const struct {
        const struct test_ca_made *made;
        enum cert_side side;
    } steps[] = {{&ecdsa, CERT_SIDE_ECDSA}, {&rsa, CERT_SIDE_RSA}, {&rsa, CERT_SIDE_RSA}, {&ecdsa, CERT_SIDE_ECDSA}};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        (void)install(f, buf_str(&steps[i].made->chain), buf_str(&steps[i].made->key), ACME_INSTALLED);
        const struct site *site = state_find(&f->core.state, STR("a.test"));
        for (int side = 0; side < CERT_SIDES_COUNT; side++)
            assert_int_equal(site_certificate(site, (enum cert_side)side).size > 0,
                             (enum cert_side)side == steps[i].side);
    }
    test_ca_made_free(&ecdsa);
    test_ca_made_free(&rsa);
    test_ca_free(ca);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_browsers_do_not_trust_takes_no_place_of_what_they_do),
        cmocka_unit_test(one_that_has_not_begun_is_waited_for),
        cmocka_unit_test(one_for_other_names_or_of_another_time_is_refused),
        cmocka_unit_test(the_kind_of_key_says_the_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
