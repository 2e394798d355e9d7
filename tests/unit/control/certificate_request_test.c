/* Requests made here: their keys stay here, and are found by the certificate that comes back. */
#include "api_ask.h"

#include "codec/base64.h"
#include "control/certificate_request.h"
#include "crypto/csr.h"
#include "test_ca.h"

#define SITE     "{\"name\":\"a.test\",\"aliases\":[\"b.test\"],\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define REQUESTS "/v1/sites/a.test/certificate-requests"

static void a_request_is_for_all_names_and_shows_no_key(void **state)
{
    static const struct step steps[] = {
        {"GET", REQUESTS, "", 200, "{\"requests\":[]}"},
        {"POST", REQUESTS, "{}", 201,
         "\"common_name\":\"\",\"names\":[\"a.test\",\"b.test\"],\"request_pem\":\"-----BEGIN "},
        {"POST", REQUESTS, "{\"key\":\"rsa\",\"common_name\":\"a.test\"}", 201, "\"common_name\":\"a.test\""},
        {"GET", REQUESTS, "", 200, "{\"id\":2,"},
        {"GET", "/v1/audit", "", 200, "\"act\":\"certificate.request\""},
        {"DELETE", REQUESTS, "{\"id\":1}", 200, "{\"requests\":[{\"id\":2,"},
        {"DELETE", REQUESTS, "{\"id\":1}", 404, "a.test has no request 1"},
        {"POST", REQUESTS, "{\"key\":\"dsa\"}", 400, "\"field\":\"key\""},
        {"POST", REQUESTS, "{\"subject\":\"a\"}", 400, "subject"},
        {"POST", "/v1/sites/none.test/certificate-requests", "{}", 404, NULL},
    };
    struct fixture *f = fixture_new();
    struct buf body;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    RUN(f, steps);
    assert_int_equal(ask(f, "GET", REQUESTS, NULL, "", &body), 200);
    assert_null(strstr(buf_str(&body).data, "PRIVATE KEY"));
    assert_non_null(strstr(buf_str(&body).data, "CERTIFICATE REQUEST"));
    buf_fini(&body);
    fixture_free(f);
}

static void there_are_only_so_many_at_a_time(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    for (int i = 0; i < CERTIFICATE_REQUESTS_COUNT_MAX; i++)
        RUN_ONE(f, "POST", REQUESTS, "{}", 201, NULL);
    RUN_ONE(f, "POST", REQUESTS, "{}", 409, "a.test has 16 requests already");
    fixture_free(f);
}

/* What an authority would make of a request: a certificate for its key. */
struct authority {
    struct test_ca *ca;
    struct test_ca_made made;
};

static bool issue(void *context, const struct store_request *request)
{
    static const char *const names[] = {"a.test", "b.test", NULL};
    struct authority *authority = context;
    struct buf pem;
    struct key *key = key_load(request->key, NULL, NULL);
    assert_non_null(key);
    buf_init(&pem, 65536);
    assert_true(key_to_pem(key, &pem, NULL) && buf_put_char(&pem, '\0'));
    const struct test_ca_leaf leaf = {.names = names, .key_of = buf_str(&pem).data};
    authority->made = test_ca_make(authority->ca, &leaf);
    key_wipe(&pem);
    key_free(key);
    return false; /* of the first */
}

/* The chain alone, as an authority sends it. */
static void give(struct fixture *f, const char *method, const char *target, const struct test_ca_made *made,
                 unsigned status, const char *has)
{
    struct str pem = buf_str(&made->chain);
    json_t *json = json_pack("{s:o}", "certificate_pem", json_stringn(pem.data, pem.size));
    char *text = json_dumps(json, 0);
    RUN_ONE(f, method, target, text, status, has);
    free(text);
    json_decref(json);
}

/* The same as files, with the site that it is checked for (NULL: none). */
static void give_files(struct fixture *f, const char *method, const char *target, const struct test_ca_made *made,
                       const char *site, unsigned status, const char *has)
{
    struct buf base64;
    buf_init(&base64, 65536);
    assert_true(base64_encode(BASE64_STANDARD, buf_str(&made->chain), &base64));
    json_t *json = json_pack("{s:[o]}", "certificate_files", json_stringn(buf_str(&base64).data, base64.size));
    if (site)
        assert_int_equal(json_object_set_new(json, "site", json_string(site)), 0);
    char *text = json_dumps(json, 0);
    RUN_ONE(f, method, target, text, status, has);
    free(text);
    json_decref(json);
    buf_fini(&base64);
}

static void the_certificate_that_comes_back_finds_its_key(void **state)
{
    struct fixture *f = fixture_new();
    struct authority authority = {.ca = test_ca_new()};
    struct test_ca_made stranger = test_ca_make_for(authority.ca, "a.test", TEST_CA_P256);
    struct err err = {0};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    RUN_ONE(f, "POST", REQUESTS, "{}", 201, NULL);
    RUN_ONE(f, "POST", REQUESTS, "{}", 201, NULL);
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    assert_true(store_requests(f->core.store, site->name, true, issue, &authority, &err));
    fixture_restart(f);
    give(f, "PUT", "/v1/sites/a.test/drawer", &stranger, 400, "\"field\":\"key_pem\"");
    give(f, "PUT", "/v1/sites/a.test/drawer", &authority.made, 200, NULL);
    RUN_ONE(f, "GET", REQUESTS, "", 200, "{\"requests\":[{\"id\":2,"); /* it is done with */
    test_ca_made_free(&authority.made);
    assert_true(store_requests(f->core.store, STR("a.test"), true, issue, &authority, &err));
    give_files(f, "POST", "/v1/certificates/check", &authority.made, NULL, 200, "\"id\":\"no_key\"");
    give_files(f, "POST", "/v1/certificates/check", &authority.made, "a.test", 200, "\"certificate\":{");
    give_files(f, "PATCH", "/v1/sites/a.test", &stranger, NULL, 400, "The private key is missing");
    give_files(f, "PATCH", "/v1/sites/a.test", &authority.made, NULL, 200, "\"source\":\"file\"");
    RUN_ONE(f, "GET", REQUESTS, "", 200, "{\"requests\":[]}");
    test_ca_made_free(&authority.made);
    test_ca_made_free(&stranger);
    test_ca_free(authority.ca);
    fixture_free(f);
}

static void an_export_is_encrypted_and_written_down(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites/a.test/certificates/export", "{\"password\":\"short\"}", 400, "\"field\":\"password\""},
        {"POST", "/v1/sites/a.test/certificates/export", "{\"password\":\"long enough\",\"side\":\"rsa\"}", 404,
         "a.test has no RSA certificate"},
        {"POST", "/v1/sites/a.test/certificates/export", "{\"password\":\"long enough\"}", 200, NULL},
        {"GET", "/v1/audit", "", 200, "\"act\":\"certificate.export\",\"site\":\"a.test\""},
        {"GET", "/v1/audit", "", 200, "ECDSA certificate with its key, SHA-256 "},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites/a.test/certificates/export", "{\"password\":\"long enough\"}", 404, NULL);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"local_ca\":true}", 200, NULL);
    RUN(f, steps);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_for_all_names_and_shows_no_key),
        cmocka_unit_test(there_are_only_so_many_at_a_time),
        cmocka_unit_test(the_certificate_that_comes_back_finds_its_key),
        cmocka_unit_test(an_export_is_encrypted_and_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
