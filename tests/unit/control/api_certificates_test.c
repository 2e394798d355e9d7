/* Certificates as the API shows them: four dates, what is wrong, the worst first. */
#include "api_ask.h"

#include "control/acme.h"
#include "store/store_parts.h"
#include "test_ca.h"

#define LOCAL "{\"name\":\"local.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define PLAIN "{\"name\":\"plain.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"

/* A site with these certificates, as the API takes it. */
static void add_site(struct fixture *f, const char *name, const struct test_ca_made *pairs, size_t count)
{
    struct buf body;
    json_t *certs = json_array(), *keys = json_array();
    for (size_t i = 0; i < count; i++) {
        struct str cert = buf_str(&pairs[i].chain), key = buf_str(&pairs[i].key);
        (void)json_array_append_new(certs, json_stringn(cert.data, cert.size));
        (void)json_array_append_new(keys, json_stringn(key.data, key.size));
    }
    json_t *site = json_pack("{s:s, s:[s], s:o, s:o}", "name", name, "upstreams", "http://127.0.0.1:1",
                             "certificate_pem", certs, "key_pem", keys);
    char *text = json_dumps(site, 0);
    unsigned status = ask(f, "POST", "/v1/sites", "application/json", text, &body);
    if (status != 201)
        fail_msg("%u %s", status, buf_str(&body).data);
    buf_fini(&body);
    free(text);
    json_decref(site);
}

/* The answer as JSON; a new reference. */
static json_t *get(struct fixture *f, const char *target)
{
    struct buf body;
    assert_int_equal(ask(f, "GET", target, NULL, "", &body), 200);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    assert_non_null(json);
    buf_fini(&body);
    return json;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* "SITE SIDE SEVERITY PROBLEM …|" for each in the list */
static void check_list(struct fixture *f, const char *expected)
{
    struct buf text;
    json_t *json = get(f, "/v1/certificates");
    const json_t *list = json_object_get(json, "certificates");
    buf_init(&text, 65536);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *problems = json_object_get(one, "problems");
        assert_true(
            buf_printf(&text, "%s %s %s", text_of(one, "site"), text_of(one, "side"), text_of(one, "severity")));
        for (size_t k = 0; k < json_array_size(problems); k++)
            assert_true(buf_printf(&text, " %s", text_of(json_array_get(problems, k), "id")));
        assert_true(buf_put_char(&text, '|'));
    }
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
    json_decref(json);
}

static void the_worst_stand_first(void **state)
{
    static const char *const good[] = {"good.test", NULL}, *const others[] = {"elsewhere.test", NULL},
                             *const ended[] = {"ended.test", NULL}, *const ends[] = {"ends.test", NULL};
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    const int64_t now_s = clock_wall_s();
    const struct test_ca_leaf kinds[] = {
        {.names = good, .not_after_s = now_s + 80LL * 86400},
        {.names = good, .not_after_s = now_s + 90LL * 86400, .kind = TEST_CA_RSA2048},
        {.names = others, .not_after_s = now_s + 90LL * 86400},
        {.names = ended, .not_before_s = now_s - 86400, .not_after_s = now_s - 10},
        {.names = ends, .not_after_s = now_s + 5LL * 86400},
    };
    static const char *const names[] = {"good.test", NULL, "wrong.test", "ended.test", "ends.test"};
    struct test_ca_made made[5];
    (void)state;
    for (size_t i = 0; i < 5; i++)
        made[i] = test_ca_make(ca, &kinds[i]);
    add_site(f, names[0], made, 2);
    for (size_t i = 2; i < 5; i++)
        add_site(f, names[i], &made[i], 1);
    RUN_ONE(f, "POST", "/v1/sites", PLAIN, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    check_list(f, "ended.test ecdsa alarm expired|wrong.test ecdsa alarm wrong_name|ends.test ecdsa warning expiring|"
                  "plain.test  notice no_certificate|good.test ecdsa good|local.test ecdsa good|good.test rsa good|");
    for (size_t i = 0; i < 5; i++)
        test_ca_made_free(&made[i]);
    test_ca_free(ca);
    fixture_free(f);
}

/* Nobody is turned away unawares by an automatic certificate of the other kind. */
static void an_rsa_side_that_will_end_is_a_problem_of_its_own(void **state)
{
    static const char *const names[] = {"both.test", NULL}, *const gone[] = {"gone.test", NULL};
    struct fixture *f = fixture_new();
    struct test_ca *ca = test_ca_new();
    const int64_t now_s = clock_wall_s();
    const struct test_ca_leaf kinds[] = {
        {.names = names, .not_after_s = now_s + 90LL * 86400},
        {.names = names, .not_after_s = now_s + 90LL * 86400, .kind = TEST_CA_RSA2048},
        {.names = gone, .not_before_s = now_s - 86400, .not_after_s = now_s - 10, .kind = TEST_CA_RSA2048},
    };
    struct test_ca_made made[3];
    struct err err = {0};
    (void)state;
    if (!acme_new(&f->core, &f->core.acme, &err)) /* its loop never turns: nothing is asked */
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 3; i++)
        made[i] = test_ca_make(ca, &kinds[i]);
    add_site(f, "both.test", made, 2);
    add_site(f, "gone.test", &made[2], 1);
    RUN_ONE(f, "POST", "/v1/cas", "{\"name\":\"a\",\"directory\":\"https://a.test/\",\"terms_agreed\":true}", 201,
            NULL);
    RUN_ONE(f, "PATCH", "/v1/sites/both.test", "{\"acme\":{\"key\":\"ecdsa\"}}", 200, "(rsa_side_ends)");
    RUN_ONE(f, "PATCH", "/v1/sites/gone.test", "{\"acme\":{\"key\":\"ecdsa\"}}", 200, NULL);
    check_list(f, "gone.test rsa alarm expired|both.test rsa warning rsa_side_ends|both.test ecdsa good|");
    RUN_ONE(f, "PATCH", "/v1/sites/both.test", "{\"acme\":{\"key\":\"rsa\"}}", 200, NULL);
    check_list(f, "gone.test rsa alarm expired|both.test ecdsa good|both.test rsa good|");
    acme_free(f->core.acme);
    f->core.acme = NULL;
    for (size_t i = 0; i < 3; i++)
        test_ca_made_free(&made[i]);
    test_ca_free(ca);
    fixture_free(f);
}

static void ignore_name(void *context, struct str name)
{
    (void)context;
    (void)name;
}

static json_t *first_of(struct fixture *f, json_t **ret_whole)
{
    *ret_whole = get(f, "/v1/sites/local.test/certificates");
    return json_array_get(json_object_get(*ret_whole, "certificates"), 0);
}

static void each_date_comes_with_its_step(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    json_t *whole;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    const json_t *one = first_of(f, &whole);
    assert_true(json_is_string(json_object_get(one, "stored")));
    assert_true(json_is_string(json_object_get(one, "published")));
    assert_int_equal(json_integer_value(json_object_get(one, "generation")), (json_int_t)f->core.state.generation);
    assert_true(json_is_null(json_object_get(one, "acknowledged")));
    assert_true(json_is_null(json_object_get(one, "seen_first")));
    assert_true(json_is_string(json_object_get(one, "renewal_due")));
    assert_int_equal(json_array_size(json_object_get(one, "chain")), 1);
    assert_true(strstr(text_of(one, "issuer"), "Strictgate local CA"));
    assert_string_equal(text_of(one, "key"), "ECDSA P-256");
    json_decref(whole);
    assert_true(store_acknowledge(f->core.store, f->core.state.generation, 1800000000, ignore_name, NULL, &err));
    one = first_of(f, &whole);
    assert_string_equal(text_of(one, "acknowledged"), "2027-01-15T08:00:00Z");
    const struct evidence_served seen = {.site = STR("local.test"),
                                         .source = STR("local-ca"),
                                         .side = STR("ecdsa"),
                                         .fingerprint = str_from(text_of(one, "fingerprint_sha256")),
                                         .first_s = 1800000010,
                                         .last_s = 1800000020};
    assert_true(store_put_served(f->core.store, &seen, 1, &err));
    json_decref(whole);
    one = first_of(f, &whole);
    assert_string_equal(text_of(one, "seen_first"), "2027-01-15T08:00:10Z");
    assert_string_equal(text_of(one, "seen_last"), "2027-01-15T08:00:20Z");
    json_decref(whole);
    fixture_free(f);
}

/* A gateway that never takes it: an old process that goes on with what it has. */
static void what_no_worker_acknowledges_becomes_an_alarm(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    check_list(f, "local.test ecdsa good|");
    assert_true(db_script(f->core.store->db, "UPDATE publication SET published_s = published_s - 120;", NULL));
    check_list(f, "local.test ecdsa alarm not_acknowledged|");
    fixture_free(f);
}

/* Whose names are addresses alone is never asked for: that is to be known, and no reason to warn for ever. */
static void what_could_not_be_seen_is_a_warning_for_names_only(void **state)
{
    static const char *const sites[] = {"192.0.2.1", "local.test"};
    struct fixture *f = fixture_new();
    const struct watch_leaf leaves[CERT_SIDES_COUNT] = {{.served = false}};
    const struct hsts_observation seen = {
        .facts[OBSERVED_SERVED] = {.verdict = OBSERVED_FAILED, .at_s = clock_wall_s(), .detail = "nobody could look"}};
    struct err err = {0};
    bool changed;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"192.0.2.1\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}",
            201, NULL);
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        assert_true(watch_observed(f->core.watch, state_find(&f->core.state, str_from(sites[i])), &seen, leaves,
                                   &changed, &err));
    check_list(f, "local.test ecdsa warning unseen|192.0.2.1 ecdsa notice unseen|");
    fixture_free(f);
}

static void a_certificate_that_cannot_be_read_is_told(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    assert_true(db_script(f->core.store->db, "UPDATE certificate SET key = X'00';", NULL));
    fixture_restart(f);
    check_list(f, "local.test ecdsa alarm unreadable|");
    fixture_free(f);
}

static void the_audit_log_says_which_names_and_certificates_changed(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", PLAIN, 201, NULL},
        {"PATCH", "/v1/sites/plain.test", "{\"aliases\":[\"www.plain.test\"]}", 200, NULL},
        {"GET", "/v1/audit?limit=1", "", 200,
         "\"before\":{\"aliases\":[]},\"after\":{\"aliases\":[\"www.plain.test\"]}"},
        {"PATCH", "/v1/sites/plain.test", "{\"local_ca\":true}", 200, NULL},
        {"GET", "/v1/audit?limit=1", "", 200,
         "\"before\":{\"certificate\":{\"source\":\"none\"}},\"after\":{\"certificate\":{\"source\":\"local-ca\","
         "\"ecdsa\":\""},
        {"PATCH", "/v1/sites/plain.test", "{\"redirect\":\"permanent\"}", 200, NULL},
        {"GET", "/v1/audit?limit=1", "", 200, "\"before\":null,\"after\":null"},
        {"DELETE", "/v1/sites/plain.test", "", 200, NULL},
        {"GET", "/v1/audit?limit=1", "", 200, "\"before\":{\"aliases\":[\"www.plain.test\"],\"certificate\":{"},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void what_is_asked_wrongly_is_refused(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites/none.test/certificates", "", 404, "there is no site none.test"},
        {"GET", "/v1/sites/local.test/certificates?look=1", "", 400, "only look=true can be said here"},
        {"GET", "/v1/sites/local.test/certificates?look=true", "", 200, "\"looked\":null"}, /* nobody to look here */
        {"POST", "/v1/certificates", "{}", 405, NULL},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    RUN(f, steps);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_stand_first),
        cmocka_unit_test(an_rsa_side_that_will_end_is_a_problem_of_its_own),
        cmocka_unit_test(each_date_comes_with_its_step),
        cmocka_unit_test(what_no_worker_acknowledges_becomes_an_alarm),
        cmocka_unit_test(what_could_not_be_seen_is_a_warning_for_names_only),
        cmocka_unit_test(a_certificate_that_cannot_be_read_is_told),
        cmocka_unit_test(the_audit_log_says_which_names_and_certificates_changed),
        cmocka_unit_test(what_is_asked_wrongly_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
