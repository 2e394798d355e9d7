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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trust_that_browsers_hold_on_to_is_not_given_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
