/* What a bound site may be given in exchange for its certificate. */
#include "core_fixture.h"
#include "test_ca.h"

/* The request `method target` with `{"certificate_pem": …, "key_pem": …}` or, without a leaf, `text`. */
static unsigned ask(struct fixture *f, const char *method, const char *target, const struct test_ca_made *made,
                    const char *text, struct buf *ret_body)
{
    struct http_field fields[1] = {
        {.name = STR_INIT("Content-Type"), .value = STR_INIT("application/json"), .id = HTTP_FIELD_CONTENT_TYPE}};
    struct http_request request = {.method = http_method(str_from(method)),
                                   .method_text = str_from(method),
                                   .path = str_from(target),
                                   .fields = fields,
                                   .fields_count = 1};
    struct api_reply reply = {0};
    struct buf content;
    buf_init(&content, API_BODY_SIZE_MAX);
    struct jsonout out = {.out = &content};
    jsonout_object(&out, NULL);
    if (made) {
        jsonout_str(&out, "certificate_pem", buf_str(&made->chain));
        jsonout_str(&out, "key_pem", buf_str(&made->key));
    }
    jsonout_object_end(&out);
    buf_init(&reply.body, API_REPLY_SIZE_MAX);
    api_answer(&f->core, &request, made ? buf_str(&content) : str_from(text), &reply);
    if (reply.generation)
        api_complete(&reply, NULL);
    assert_true(buf_put_char(&reply.body, '\0'));
    buf_fini(&content);
    *ret_body = reply.body;
    return reply.status;
}

static void expect(struct fixture *f, const char *method, const char *target, const struct test_ca_made *made,
                   const char *text, unsigned status, const char *has)
{
    struct buf body;
    unsigned got = ask(f, method, target, made, text, &body);
    if (got != status || (has && !strstr(buf_str(&body).data, has)))
        fail_msg("%s %s: %u %s", method, target, got, buf_str(&body).data);
    buf_fini(&body);
}

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
    expect(f, "PUT", "/v1/sites/a.test/hsts", NULL, "{\"max_age\":31536000}", 200, "bound_until");
    expect(f, "PATCH", site, NULL, "{\"local_ca\":true}", 409, "of the local CA");
    expect(f, "PATCH", site, &lonely, NULL, 409, "self-signed");
    expect(f, "PATCH", site, &second, NULL, 200, NULL);
    expect(f, "PATCH", site, NULL,
           "{\"local_ca\":true,\"override\":{\"typed_name\":\"a.test\",\"reason\":\"all trust it\"}}", 200, NULL);
    expect(f, "PATCH", site, &lonely, NULL, 409, "self-signed");
    expect(f, "PATCH", site, &first, NULL, 200, NULL); /* the way back */
    test_ca_made_free(&first);
    test_ca_made_free(&second);
    test_ca_made_free(&lonely);
    test_ca_free(ca);
    fixture_free(f);
}

#define UPSTREAMS "\"upstreams\":[\"http://127.0.0.1:1\"]"

static void subdomains_are_bound_only_when_all_of_them_can_keep_it(void **state)
{
    static const char site[] = "/v1/sites/a.test", below[] = "/v1/sites/app.a.test";
    static const char hsts[] = "/v1/sites/a.test/hsts", all[] = "{\"max_age\":300,\"include_subdomains\":true}";
    struct fixture *f = fixture_new();
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"app.a.test\"," UPSTREAMS "}", 201, NULL);
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"another-a.test\"," UPSTREAMS "}", 201, NULL);
    expect(f, "PUT", hsts, NULL, all, 409, "insist on HTTPS for app.a.test");
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300}", 200, NULL);
    expect(f, "PATCH", below, NULL, "{\"local_ca\":true}", 200, NULL);
    expect(f, "PUT", hsts, NULL, all, 200, "includeSubDomains");
    expect(f, "PATCH", below, NULL, "{\"certificate\":null}", 409, "lose its certificate");
    expect(f, "DELETE", below, NULL, "", 409, "not be served");
    expect(f, "DELETE", "/v1/sites/another-a.test", NULL, "", 200, NULL);
    /* The site above may go (by force): what it said stays. */
    expect(f, "DELETE", site, NULL, "{\"override\":{\"typed_name\":\"a.test\",\"reason\":\"moved\"}}", 200, NULL);
    expect(f, "PATCH", below, NULL, "{\"certificate\":null}", 409, "lose its certificate");
    expect(f, "DELETE", below, NULL, "{\"override\":{\"typed_name\":\"app.a.test\",\"reason\":\"moved\"}}", 200, NULL);
    fixture_free(f);
}

/* An expired certificate is no reason to hold on to a promise: the other of the pair may still be served. */
static void the_way_back_needs_no_good_certificate(void **state)
{
    static const char *const names[] = {"a.test", NULL};
    static const char site[] = "/v1/sites/a.test", hsts[] = "/v1/sites/a.test/hsts";
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    struct test_ca_made expired =
        test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_after_s = TEST_CA_NOW_S + 1});
    (void)state;
    expect(f, "POST", "/v1/sites", NULL, "{\"name\":\"a.test\"," UPSTREAMS ",\"local_ca\":true}", 201, NULL);
    expect(f, "PUT", hsts, NULL, "{\"max_age\":86400}", 200, NULL);
    struct site *changed = state_find(&f->core.state, STR("a.test"));
    changed->promise = (struct promise){0, 0, false}; /* as if nobody were bound: the certificate may go */
    expect(f, "PATCH", site, &expired, NULL, 200, NULL);
    expect(f, "PUT", hsts, NULL, "{\"max_age\":86401}", 409, "expired");
    expect(f, "PUT", hsts, NULL, "{\"max_age\":300}", 200, "max-age=300");
    expect(f, "PUT", hsts, NULL, "{\"max_age\":0}", 200, "max-age=0");
    test_ca_made_free(&expired);
    test_ca_free(ca);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subdomains_are_bound_only_when_all_of_them_can_keep_it),
        cmocka_unit_test(the_way_back_needs_no_good_certificate),
        cmocka_unit_test(trust_that_browsers_hold_on_to_is_not_given_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
