/* Certificates that come in by the API, in each of their forms. */
#include "api_ask.h"
#include "codec/base64.h"
#include "key_forms.h"
#include "test_ca.h"

#define SECRET "correct horse"
#define SITE   "/v1/sites/a.test"

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

/* A request in the making; what is NULL is left out. */
static struct buf request(const struct str *file, const struct str *pem, const struct str *key, const char *passphrase,
                          bool beside)
{
    struct buf content, base64;
    struct jsonout out = {.out = &content};
    buf_init(&content, API_BODY_SIZE_MAX);
    buf_init(&base64, API_BODY_SIZE_MAX);
    jsonout_object(&out, NULL);
    if (file) {
        assert_true(base64_encode(BASE64_STANDARD, *file, &base64));
        jsonout_array(&out, "certificate_files");
        jsonout_str(&out, NULL, buf_str(&base64));
        jsonout_array_end(&out);
    }
    if (pem)
        jsonout_str(&out, "certificate_pem", *pem);
    if (key)
        jsonout_str(&out, "key_pem", *key);
    if (passphrase)
        jsonout_str(&out, "passphrase", str_from(passphrase));
    if (beside)
        jsonout_bool(&out, "certificate_beside", true);
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    buf_fini(&base64);
    return content;
}

static void patch(struct fixture *f, struct buf take_content, unsigned status, const char *has)
{
    RUN_ONE(f, "PATCH", SITE, buf_str(&take_content).data, status, has);
    buf_fini(&take_content);
}

static struct fixture *fixture_with_site(void)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    return f;
}

static void every_form_is_taken_and_every_refusal_names_its_member(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_site();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        other = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        young = test_ca_make_for(ca, "a.test", TEST_CA_ED25519);
    struct str chain = buf_str(&made.chain), key = buf_str(&made.key), foreign = buf_str(&other.key),
               modern = buf_str(&young.chain), modern_key = buf_str(&young.key);
    struct buf together, pfx = key_form_pkcs12(chain, key, SECRET, KEY_FORM_AES, 0),
                         modern_pfx = key_form_pkcs12(modern, modern_key, SECRET, KEY_FORM_AES, 0),
                         sealed = key_form_pkcs8(key, SECRET, 0, true);
    struct str modern_pfx_view = buf_str(&modern_pfx);
    struct str pfx_view = buf_str(&pfx), sealed_view = buf_str(&sealed);
    buf_init(&together, API_BODY_SIZE_MAX);
    assert_true(buf_put_str(&together, key) && buf_put_str(&together, chain));
    struct str together_view = buf_str(&together);
    patch(f, request(NULL, &chain, &key, NULL, false), 200, "\"source\":\"file\"");
    patch(f, request(NULL, &together_view, NULL, NULL, false), 200, "\"source\":\"file\"");
    patch(f, request(NULL, &chain, &sealed_view, SECRET, false), 200, "\"source\":\"file\"");
    patch(f, request(&pfx_view, NULL, NULL, SECRET, false), 200, "\"source\":\"file\"");
    patch(f, request(&pfx_view, NULL, NULL, NULL, false), 400, "\"field\":\"passphrase\"");
    patch(f, request(&pfx_view, NULL, NULL, "wrong", false), 400, "\"field\":\"passphrase\"");
    patch(f, request(NULL, &chain, &sealed_view, NULL, false), 400, "\"field\":\"passphrase\"");
    patch(f, request(NULL, &chain, NULL, NULL, false), 400, "\"field\":\"key_pem\"");
    patch(f, request(NULL, &chain, &foreign, NULL, false), 400, "\"field\":\"key_pem\"");
    patch(f, request(&pfx_view, &chain, NULL, SECRET, false), 400, "either files, or PEM");
    patch(f, request(NULL, &modern, &modern_key, NULL, false), 400, "Ed25519");
    patch(f, request(&modern_pfx_view, NULL, NULL, SECRET, false), 400, "\"field\":\"certificate_files\"");
    patch(f, request(NULL, &modern, &modern_key, NULL, false), 400, "\"field\":\"certificate_pem\"");
    buf_fini(&together);
    buf_fini(&pfx);
    buf_fini(&modern_pfx);
    buf_fini(&sealed);
    test_ca_made_free(&made);
    test_ca_made_free(&other);
    test_ca_made_free(&young);
    fixture_free(f);
}

static void whoever_gives_a_certificate_is_told_what_is_wrong_with_it(void **state)
{
    (void)state;
    static const char *const names[] = {"b.test", NULL};
    struct fixture *f = fixture_with_site();
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_after_s = TEST_CA_NOW_S});
    struct str chain = buf_str(&made.chain), key = buf_str(&made.key);
    patch(f, request(NULL, &chain, &key, NULL, false), 200, "\"id\":\"expired\",\"weight\":\"warning\"");
    patch(f, request(NULL, &chain, &key, NULL, false), 200, "covers b.test, but not a.test");
    patch(f, request(NULL, &chain, &key, NULL, false), 200, "leads to \\\"CN=Test root\\\"");
    struct buf reply;
    assert_int_equal(ask(f, "GET", SITE, NULL, NULL, &reply), 200);
    assert_null(strstr(buf_str(&reply).data, "findings"));
    buf_fini(&reply);
    test_ca_made_free(&made);
    fixture_free(f);
}

static void the_other_kind_of_key_stays_beside_when_asked(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_site();
    struct test_ca_made ecdsa = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        rsa = test_ca_make_for(ca, "a.test", TEST_CA_RSA2048);
    struct str ecdsa_chain = buf_str(&ecdsa.chain), ecdsa_key = buf_str(&ecdsa.key), rsa_chain = buf_str(&rsa.chain),
               rsa_key = buf_str(&rsa.key);
    patch(f, request(NULL, &ecdsa_chain, &ecdsa_key, NULL, true), 200, "\"rsa\":null");
    patch(f, request(NULL, &rsa_chain, &rsa_key, NULL, true), 200, "\"ecdsa\":\"");
    patch(f, request(NULL, &ecdsa_chain, &ecdsa_key, NULL, true), 200, "\"rsa\":\"");
    patch(f, request(NULL, &rsa_chain, &rsa_key, NULL, false), 200, "\"ecdsa\":null");
    RUN_ONE(f, "PATCH", SITE, "{\"local_ca\":true}", 200, NULL);
    patch(f, request(NULL, &rsa_chain, &rsa_key, NULL, true), 200, "\"ecdsa\":null"); /* the local CA's is no file */
    test_ca_made_free(&ecdsa);
    test_ca_made_free(&rsa);
    fixture_free(f);
}

static void a_passphrase_is_written_down_nowhere(void **state)
{
    (void)state;
    struct fixture *f = fixture_with_site();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct buf pfx = key_form_pkcs12(buf_str(&made.chain), buf_str(&made.key), SECRET, KEY_FORM_AES, 0), audit;
    struct str view = buf_str(&pfx);
    struct buf content = request(&view, NULL, NULL, SECRET, false);
    const struct asked asked = {.method = "PATCH",
                                .target = SITE,
                                .type = "application/json",
                                .content = buf_str(&content).data,
                                .idempotency_key = "once"};
    struct api_reply reply = ask_fully(f, &asked);
    struct arena arena;
    struct str kept = {NULL, 0}, body = {NULL, 0};
    struct err err = {0};
    uint16_t status;
    arena_init(&arena, API_BODY_SIZE_MAX);
    assert_int_equal(reply.status, 200);
    assert_null(strstr(buf_str(&reply.body).data, SECRET));
    assert_int_equal(ask(f, "GET", "/v1/audit", NULL, NULL, &audit), 200);
    assert_null(strstr(buf_str(&audit).data, SECRET));
    assert_non_null(strstr(buf_str(&audit).data, "site.change"));
    /* Only moves of HSTS are kept for whoever asks again; this request carries keys. */
    assert_false(store_idempotency_get(f->core.store, STR("once"), 0, &arena, &kept, &status, &body, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    arena_fini(&arena);
    buf_fini(&audit);
    buf_fini(&reply.body);
    buf_fini(&content);
    buf_fini(&pfx);
    test_ca_made_free(&made);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_taken_and_every_refusal_names_its_member),
        cmocka_unit_test(whoever_gives_a_certificate_is_told_what_is_wrong_with_it),
        cmocka_unit_test(the_other_kind_of_key_stays_beside_when_asked),
        cmocka_unit_test(a_passphrase_is_written_down_nowhere),
    };
    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
