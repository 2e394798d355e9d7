/* What a bound site may be given in exchange for its certificate, and what it cannot lose. */
#include "api_ask.h"
#include "control/promises.h"
#include "test_ca.h"

/* With a certificate as the request's content, or with `text`. */
static void expect(struct fixture *f, const char *method, const char *target, const struct test_ca_made *made,
                   const char *text, unsigned status, const char *has)
{
    struct buf content;
    buf_init(&content, API_BODY_SIZE_MAX);
    struct jsonout out = {.out = &content};
    jsonout_object(&out, NULL);
    if (made) {
        jsonout_str(&out, "certificate_pem", buf_str(&made->chain));
        jsonout_str(&out, "key_pem", buf_str(&made->key));
    }
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    RUN_ONE(f, method, target, made ? buf_str(&content).data : text, status, has);
    buf_fini(&content);
}

#define OVERRIDE(guard, name) "\"override\":{\"guards\":[\"" guard "\"],\"reason\":\"moved\",\"confirm\":\"" name "\"}"

static void trust_that_browsers_hold_on_to_is_not_given_away(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    static const char site[] = "/v1/sites/a.test";
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made first = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct test_ca_made second = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct test_ca_made lonely = test_ca_make(ca, &(struct test_ca_leaf){.names = names, .self_signed = true});
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    expect(f, "PATCH", site, &lonely, NULL, 200, NULL);
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true}", 200, NULL); /* nobody is bound yet */
    expect(f, "PATCH", site, &first, NULL, 200, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    expect(f, "PUT", "/v1/sites/a.test/hsts", NULL, "{\"max_age\":300}", 200, "bound_until");
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true}", 409, "of the local CA");
    expect(f, "PATCH", site, &lonely, NULL, 409, "self-signed");
    expect(f, "PATCH", site, &second, NULL, 200, NULL);
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true," OVERRIDE("keep-trust", "a.test") "}", 200, NULL);
    expect(f, "PATCH", site, &lonely, NULL, 409, "self-signed");
    expect(f, "PATCH", site, &first, NULL, 200, NULL); /* the way back */
    test_ca_made_free(&first);
    test_ca_made_free(&second);
    test_ca_made_free(&lonely);
    test_ca_free(ca);
    fixture_free(f);
}

static void declare(struct fixture *f, struct str root_pem)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    buf_init(&content, API_BODY_SIZE_MAX);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "certificate_pem", root_pem);
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    RUN_ONE(f, "POST", "/v1/private-roots", buf_str(&content).data, 200, NULL);
    buf_fini(&content);
}

static void leave_the_leaf(struct test_ca_made *made)
{
    buf_clear(&made->chain);
    assert_true(buf_put_str(&made->chain, buf_str(&made->leaf)));
}

static void an_issuer_that_browsers_know_is_not_exchanged_for_one_that_they_do_not(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    static const char site[] = "/v1/sites/a.test";
    struct fixture *f = fixture_new();
    struct test_ca *known = test_ca_new(), *unknown = test_ca_new();
    const struct test_ca_leaf with_url = {.names = names, .issuer_url = "http://ca.test/between.crt"};
    struct test_ca_made first = test_ca_make_for(known, "a.test", TEST_CA_P256),
                        second = test_ca_make_for(known, "a.test", TEST_CA_P256),
                        stranger = test_ca_make_for(unknown, "a.test", TEST_CA_P256),
                        gap = test_ca_make(known, &with_url), lonely = test_ca_make_for(known, "a.test", TEST_CA_P256);
    (void)state;
    leave_the_leaf(&gap);
    leave_the_leaf(&lonely);
    declare(f, test_ca_root_pem(known));
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    expect(f, "PATCH", site, &stranger, NULL, 200, NULL); /* nobody is bound yet */
    expect(f, "PATCH", site, &gap, NULL, 200, NULL);
    expect(f, "PATCH", site, &first, NULL, 200, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    expect(f, "PUT", "/v1/sites/a.test/hsts", NULL, "{\"max_age\":300}", 200, "bound_until");
    expect(f, "PATCH", site, &stranger, NULL, 409, "with a chain that browsers refuse"); /* a root of the same name */
    expect(f, "PATCH", site, &gap, NULL, 409, "without the intermediate certificate");
    expect(f, "PATCH", site, &lonely, NULL, 409, "leads to no public or declared root");
    expect(f, "PATCH", site, &lonely, NULL, 409, "\"guard\":\"keep-trust\"");
    expect(f, "PATCH", site, &second, NULL, 200, NULL);
    test_ca_made_free(&first);
    test_ca_made_free(&second);
    test_ca_made_free(&stranger);
    test_ca_made_free(&gap);
    test_ca_made_free(&lonely);
    test_ca_free(known);
    test_ca_free(unknown);
    fixture_free(f);
}

#define UPSTREAMS "\"upstreams\":[\"http://127.0.0.1:1\"]"

static void subdomains_are_bound_only_when_all_of_them_can_keep_it(void **state)
{
    static const char site[] = "/v1/sites/a.test", below[] = "/v1/sites/app.a.test";
    static const char hsts[] = "/v1/sites/a.test/hsts", all[] = "{\"max_age\":300,\"include_subdomains\":true}";
    static const char named[] = "{" OVERRIDE("keep-name", "a.test") "}";
    struct fixture *f = fixture_new();
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"app.a.test\"," UPSTREAMS "}", 201, NULL);
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"another-a.test\"," UPSTREAMS "}", 201, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    expect(f, "PUT", hsts, NULL, all, 409, "app.a.test");
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300}", 200, NULL);
    expect(f, "PATCH", below, NULL, "{\"local_ca\":true}", 200, NULL);
    expect(f, "PUT", hsts, NULL, all, 200, "includeSubDomains");
    expect(f, "PATCH", below, NULL, "{\"certificate\":null}", 409, "lose its certificate");
    expect(f, "DELETE", below, NULL, "", 409, "not be served");
    expect(f, "DELETE", "/v1/sites/another-a.test", NULL, "", 200, NULL);
    /* The site above may go (by force): what it said stays. */
    expect(f, "DELETE", site, NULL, named, 200, NULL);
    expect(f, "PATCH", below, NULL, "{\"certificate\":null}", 409, "lose its certificate");
    expect(f, "DELETE", below, NULL, "{" OVERRIDE("keep-name", "app.a.test") "}", 200, NULL);
    fixture_free(f);
}

/* An expired certificate is no reason to hold on to a promise: the way back is always open. */
static void the_way_back_needs_no_good_certificate(void **state)
{
    static const char moves[] = "/v1/sites/a.test/hsts/moves";
    struct fixture *f = fixture_new();
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    fixture_prove_renewals(f, "a.test");
    fixture_look(f, "a.test", OBSERVED_TRUST_PRIVATE);
    expect(f, "POST", moves, NULL, "{\"move\":\"start\"}", 200, "max-age=300");
    f->passed_s = 100 * 86400; /* the leaf has ended, and nothing was looked at since */
    expect(f, "POST", moves, NULL, "{\"move\":\"climb\"}", 409, "certificate-valid");
    expect(f, "POST", moves, NULL, "{\"move\":\"release\"}", 200, "\"field\":\"max-age=0\"");
    fixture_free(f);
}

static void a_certificate_does_not_end_before_what_was_promised_with_the_one_before(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    static const char site[] = "/v1/sites/a.test";
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made month =
        test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_after_s = clock_wall_s() + (int64_t)30 * 86400});
    struct test_ca_made hour =
        test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_after_s = clock_wall_s() + 3600});
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    expect(f, "PATCH", site, &hour, NULL, 200, NULL); /* nobody is bound yet */
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true}", 200, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    expect(f, "PUT", "/v1/sites/a.test/hsts", NULL, "{\"max_age\":300}", 200, NULL);
    expect(f, "PATCH", site, &hour, NULL, 409, "ends sooner than its promise");
    expect(f, "PATCH", site, &month, NULL, 200, NULL); /* sooner than the local CA's, and late enough */
    expect(f, "PATCH", site, &hour, NULL, 409, "\"guard\":\"keep-certificate\"");
    test_ca_made_free(&month);
    test_ca_made_free(&hour);
    test_ca_free(ca);
    fixture_free(f);
}

/* A local CA that renews by itself proves nothing about files that somebody has to replace. */
static void what_one_source_has_proven_proves_no_other(void **state)
{
    static const char site[] = "/v1/sites/a.test", hsts[] = "/v1/sites/a.test/hsts";
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made file = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    fixture_prove_renewals(f, "a.test");
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300}", 200, NULL);
    expect(f, "GET", hsts, NULL, "", 200, "\"certificate_bounds_until\":null");
    expect(f, "PATCH", site, &file, NULL, 200, NULL);
    expect(f, "GET", hsts, NULL, "", 200, "\"certificate_bounds_until\":\"20");
    expect(f, "GET", hsts, NULL, "", 200, "\"renewals_seen\":0");
    struct ledger_promise promise;
    assert_true(promises_of(&f->core, state_find(&f->core.state, STR("a.test")), &promise));
    assert_true(promise.cap_s > 0);
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true," OVERRIDE("keep-trust", "a.test") "}", 200, NULL);
    expect(f, "GET", hsts, NULL, "", 200, "\"certificate_bounds_until\":null");
    test_ca_made_free(&file);
    test_ca_free(ca);
    fixture_free(f);
}

/* A name that is added must not bind what is below it behind the guards' back. */
static void a_name_does_not_come_to_include_its_subdomains_unasked(void **state)
{
    static const char site[] = "/v1/sites/app.a.test", hsts[] = "/v1/sites/app.a.test/hsts";
    struct fixture *f = fixture_new();
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"app.a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    fixture_look(f, "app.a.test", OBSERVED_TRUST_DECLARED);
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300}", 200, NULL);
    expect(f, "PATCH", site, NULL, "{\"aliases\":[\"b.test\"]}", 200, NULL);
    fixture_look(f, "app.a.test", OBSERVED_TRUST_DECLARED);
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300,\"include_subdomains\":true}", 200, "includeSubDomains");
    expect(f, "PATCH", site, NULL, "{\"aliases\":[\"b.test\",\"www.app.a.test\"]}", 200, NULL);
    expect(f, "PATCH", site, NULL, "{\"aliases\":[\"b.test\",\"www.app.a.test\",\"a.test\"]}", 409, "bind-below");
    expect(f, "POST", "/v1/apply", NULL,
           "{\"sites\":[{\"name\":\"app.a.test\",\"aliases\":[\"b.test\",\"www.app.a.test\",\"a.test\"]," UPSTREAMS
           "}]}",
           409, "bind-below");
    expect(f, "PATCH", site, NULL,
           "{\"aliases\":[\"b.test\",\"www.app.a.test\",\"a.test\"]," OVERRIDE("bind-below", "app.a.test") "}", 200,
           NULL);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subdomains_are_bound_only_when_all_of_them_can_keep_it),
        cmocka_unit_test(the_way_back_needs_no_good_certificate),
        cmocka_unit_test(trust_that_browsers_hold_on_to_is_not_given_away),
        cmocka_unit_test(an_issuer_that_browsers_know_is_not_exchanged_for_one_that_they_do_not),
        cmocka_unit_test(a_certificate_does_not_end_before_what_was_promised_with_the_one_before),
        cmocka_unit_test(what_one_source_has_proven_proves_no_other),
        cmocka_unit_test(a_name_does_not_come_to_include_its_subdomains_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
