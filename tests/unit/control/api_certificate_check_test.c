/* A certificate that is judged, and kept nowhere. */
#include "api_ask.h"
#include "codec/base64.h"
#include "control/intake.h"
#include "key_forms.h"
#include "test_ca.h"

#define CHECK "/v1/certificates/check"
#define SITE  "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"

static struct test_ca *ca;

static int make_ca(void **state)
{
    (void)state;
    ca = test_ca_new();
    return 0;
}

static int drop_ca(void **state)
{
    (void)state;
    test_ca_free(ca);
    return 0;
}

/* {"certificate_pem": …, "key_pem": …} and, where it is given, one more member. */
static json_t *given(const struct test_ca_made *made, const char *member, json_t *take_value)
{
    struct str chain = buf_str(&made->chain), key = buf_str(&made->key);
    json_t *json = json_pack("{s:s%, s:s%}", "certificate_pem", chain.data, chain.size, "key_pem", key.data, key.size);
    assert_non_null(json);
    if (member)
        assert_int_equal(json_object_set_new(json, member, take_value), 0);
    return json;
}

/* The answer as text, ended by a zero byte. */
static struct buf post(struct fixture *f, json_t *take_json, unsigned expected)
{
    struct buf body;
    char *text = json_dumps(take_json, 0);

    unsigned status = ask(f, "POST", CHECK, "application/json", text, &body);
    if (status != expected)
        fail_msg("%u %s", status, buf_str(&body).data);
    free(text);
    json_decref(take_json);
    return body;
}

static void check(struct fixture *f, json_t *take_json, unsigned status, const char *has)
{
    struct buf body = post(f, take_json, status);
    if (!strstr(buf_str(&body).data, has))
        fail_msg("no %s in %s", has, buf_str(&body).data);
    buf_fini(&body);
}

/* "GOOD ID …" of a report. */
static void check_findings(struct fixture *f, json_t *take_json, const char *expected)
{
    struct buf body = post(f, take_json, 200), text;
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    const json_t *findings = json_object_get(json, "findings");
    buf_init(&text, 65536);
    assert_true(buf_printf(&text, "%s", json_is_true(json_object_get(json, "good")) ? "good" : "bad"));
    for (size_t i = 0; i < json_array_size(findings); i++)
        assert_true(buf_printf(&text, " %s", json_string_value(json_object_get(json_array_get(findings, i), "id"))));
    assert_str(buf_str(&text), str_from(expected));
    json_decref(json);
    buf_fini(&text);
    buf_fini(&body);
}

static void a_certificate_is_judged_for_a_site_or_for_none(void **state)
{
    (void)state;
    static const char *const others[] = {"b.test", NULL};
    struct fixture *f = fixture_new();
    struct test_ca_made good = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        other = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        weak = test_ca_make_for(ca, "a.test", TEST_CA_RSA1024),
                        ended = test_ca_make(ca, &(struct test_ca_leaf){.names = others, .not_after_s = TEST_CA_NOW_S});
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    check_findings(f, given(&good, NULL, NULL), "bad unknown_issuer validity_too_long");
    check_findings(f, given(&good, "site", json_string("A.test")), "bad unknown_issuer validity_too_long");
    check_findings(f, given(&ended, NULL, NULL), "bad expired unknown_issuer");
    check_findings(f, given(&ended, "site", json_string("a.test")), "bad expired wrong_name unknown_issuer");
    check_findings(f, given(&weak, NULL, NULL), "bad weak_key validity_too_long");
    struct str foreign = buf_str(&other.key);
    check_findings(f, given(&good, "key_pem", json_stringn(foreign.data, foreign.size)), "bad key_mismatch");
    check_findings(f, json_pack("{s:s}", "certificate_pem", "nothing"), "bad no_certificate");
    check(f, given(&good, "site", json_string("a.test")), 200, "\"bound_until\":null");
    check(f, given(&good, NULL, NULL), 200, "\"chain_count\":2,\"root\":null");
    test_ca_made_free(&good);
    test_ca_made_free(&other);
    test_ca_made_free(&weak);
    test_ca_made_free(&ended);
    fixture_free(f);
}

static void what_cannot_be_asked_names_its_member(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct str chain = buf_str(&made.chain), key = buf_str(&made.key);
    struct buf sealed = key_form_pkcs8(key, "secret", 0, true);
    struct str sealed_view = buf_str(&sealed);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    check(f, given(&made, "site", json_string("c.test")), 400, "\"field\":\"site\"");
    check(f, given(&made, "site", json_string("no name")), 400, "\"field\":\"site\"");
    check(f, given(&made, "upstreams", json_array()), 400, "\"field\":\"upstreams\"");
    check(f, given(&made, "fetch_private", json_true()), 400, "\"field\":\"fetch_private\"");
    check(f, given(&made, "fetch_intermediates", json_integer(1)), 400, "\"field\":\"fetch_intermediates\"");
    check(f, given(&made, "key_pem", json_stringn(sealed_view.data, sealed_view.size)), 400,
          "\"field\":\"passphrase\"");
    check(f,
          json_pack("{s:[s%,s%], s:[s%,s%]}", "certificate_pem", chain.data, chain.size, chain.data, chain.size,
                    "key_pem", key.data, key.size, key.data, key.size),
          400, "one certificate at a time");
    json_t *list = json_pack("[o]", given(&made, "fetch_intermediates", json_true()));
    json_object_set_new(json_array_get(list, 0), "name", json_string("d.test"));
    json_object_set_new(json_array_get(list, 0), "upstreams", json_pack("[s]", "http://127.0.0.1:1"));
    char *text = json_dumps(list, 0);

    RUN_ONE(f, "POST", "/v1/sites", text ? text : "", 400, "[0].fetch_intermediates");
    free(text);
    json_decref(list);
    buf_fini(&sealed);
    test_ca_made_free(&made);
    fixture_free(f);
}

static void nothing_is_kept(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct buf before, after;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    const uint64_t generation = f->core.state.generation;
    assert_int_equal(ask(f, "GET", "/v1/audit", NULL, NULL, &before), 200);
    check(f, given(&made, "site", json_string("a.test")), 200, "\"good\"");
    assert_int_equal(ask(f, "GET", "/v1/audit", NULL, NULL, &after), 200);
    assert_str(buf_str(&after), buf_str(&before));
    assert_int_equal(f->core.state.generation, generation);
    RUN_ONE(f, "GET", "/v1/sites/a.test", "", 200, "\"source\":\"none\"");
    buf_fini(&before);
    buf_fini(&after);
    test_ca_made_free(&made);
    fixture_free(f);
}

/* How many certificates the chain has, once what was fetched was put to the request. */
static size_t completed(json_t *take_json, struct str fetched)
{
    struct intake intake;
    struct err err = {0};
    json_t *more = json_pack("[s%]", fetched.size ? fetched.data : "", fetched.size);
    assert_true(intake_complete(take_json, more));
    if (!intake_read(take_json, "", &intake, &err))
        fail_msg("%s", err.text);
    size_t count = cert_chain_count(intake.certs[0]);
    intake_fini(&intake);
    json_decref(more);
    json_decref(take_json);
    return count;
}

static void what_was_fetched_joins_the_request_in_every_form(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct str leaf = buf_str(&made.leaf), key = buf_str(&made.key), more = test_ca_intermediate_pem(ca);
    struct buf pfx = key_form_pkcs12(leaf, key, "secret", KEY_FORM_AES, 0), base64;
    buf_init(&base64, API_BODY_SIZE_MAX);
    assert_true(base64_encode(BASE64_STANDARD, buf_str(&pfx), &base64));
    struct str file = buf_str(&base64);
    for (int i = 0; i < 2; i++) { /* what lay there was the root; the intermediate */
        struct str fetched = i ? more : STR("");
        size_t expected = i ? 2 : 1;
        assert_int_equal(
            completed(json_pack("{s:s%, s:s%}", "certificate_pem", leaf.data, leaf.size, "key_pem", key.data, key.size),
                      fetched),
            expected);
        assert_int_equal(completed(json_pack("{s:[s%], s:[s%]}", "certificate_pem", leaf.data, leaf.size, "key_pem",
                                             key.data, key.size),
                                   fetched),
                         expected);
        assert_int_equal(
            completed(json_pack("{s:[s%], s:s}", "certificate_files", file.data, file.size, "passphrase", "secret"),
                      fetched),
            expected);
    }
    buf_fini(&base64);
    buf_fini(&pfx);
    test_ca_made_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_judged_for_a_site_or_for_none),
        cmocka_unit_test(what_cannot_be_asked_names_its_member),
        cmocka_unit_test(nothing_is_kept),
        cmocka_unit_test(what_was_fetched_joins_the_request_in_every_form),
    };
    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
