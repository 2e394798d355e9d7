/* Certificate authorities and automatic certificates over the API, with nobody at the other end. */
#include "api_ask.h"

#include <signal.h>

#include "control/acme.h"
#include "control/acme_cas.h"
#include "control/acme_site.h"
#include "control/acme_state.h"
#include "outbound/outbound.h"
#include "test_ca.h"

static struct fixture *acme_fixture_new(void)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    if (!acme_new(&f->core, &f->core.acme, &err))
        fail_msg("%s", err.text);
    return f;
}

static void acme_fixture_free(struct fixture *f)
{
    acme_free(f->core.acme);
    f->core.acme = NULL;
    fixture_free(f);
}

#define SITE(name, acme) "{\"name\": \"" name "\", \"upstreams\": [\"http://127.0.0.1:1\"], \"acme\": " acme "}"
#define CA(name, more)   "{\"name\": \"" name "\", \"directory\": \"https://127.0.0.1:1/\"" more "}"

static void authorities_come_change_and_go(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/cas", "", 200, "{\"cas\":[]}"},
        {"POST", "/v1/cas", "{\"name\": \"letsencrypt\"}", 201, "https://acme-v02.api.letsencrypt.org/directory"},
        {"POST", "/v1/cas", "{\"name\": \"letsencrypt\"}", 409, "there is a certificate authority letsencrypt already"},
        {"POST", "/v1/cas", "{\"name\": \"unknown\"}", 400, "\"field\":\"directory\""},
        {"POST", "/v1/cas", "{\"name\": \"letsencript\"}", 400, "known are letsencrypt, letsencrypt-staging"},
        {"POST", "/v1/cas", "{\"name\": \"own\", \"directory\": \"http://127.0.0.1:1/\"}", 400, "is not https"},
        {"POST", "/v1/cas", "{\"name\": \"own\", \"directory\": \"https://a b/\"}", 400, "\"field\":\"directory\""},
        {"POST", "/v1/cas", "{\"name\": \"own\", \"directory\": \"https://u:p@a.example/\"}", 400, "names no host"},
        {"POST", "/v1/cas", CA("own", ", \"contacts\": [\"Anna <a@b>\"]"), 400, "\"field\":\"contacts[0]\""},
        {"POST", "/v1/cas", CA("own", ", \"roots_pem\": \"no root\""), 400, "\"field\":\"roots_pem\""},
        {"POST", "/v1/cas", CA("own", ", \"profile\": \"a\\nb\""), 400, "\"field\":\"profile\""},
        {"POST", "/v1/cas", CA("own", ", \"preference\": 1, \"eab_kid\": \"k\", \"eab_key\": \"c2VjcmV0\""), 201,
         "\"eab_kid\":\"k\""},
        {"GET", "/v1/cas", "", 200, "{\"cas\":[{\"name\":\"own\""},
        {"PATCH", "/v1/cas/own", "{\"name\": \"other\"}", 400, "cannot be changed"},
        {"PATCH", "/v1/cas/own", "{\"terms_agreed\": true}", 200, "\"terms_agreed\":true"},
        {"GET", "/v1/cas/nobody", "", 404, "ca list"},
        {"PATCH", "/v1/cas/nobody", "{}", 404, "ca list"},
        {"POST", "/v1/cas/own/account", "{\"act\": \"dance\"}", 400, "\"field\":\"act\""},
        {"DELETE", "/v1/cas/own", "", 200, "\"name\":\"own\""},
        {"DELETE", "/v1/cas/own", "", 404, NULL},
    };
    (void)state;
    struct fixture *f = acme_fixture_new();
    RUN(f, steps);
    struct buf body;
    assert_int_equal(ask(f, "GET", "/v1/audit", "application/json", "", &body), 200);
    assert_non_null(strstr(buf_str(&body).data, "ca.add"));
    assert_null(strstr(buf_str(&body).data, "c2VjcmV0"));
    buf_fini(&body);
    acme_fixture_free(f);
}

static void a_wish_that_cannot_be_fulfilled_is_refused(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", SITE("a.example", "{}"), 400, "there is no certificate authority to order from yet"},
        {"POST", "/v1/cas", CA("own", ""), 201, NULL},
        {"POST", "/v1/cas", CA("stage", ", \"rehearsal\": true"), 201, NULL},
        {"POST", "/v1/sites", SITE("a.example", "{\"cas\": [\"nobody\"]}"), 400, "\"field\":\"acme.cas[0]\""},
        {"POST", "/v1/sites", SITE("a.example", "{\"cas\": [\"stage\"]}"), 400, "is for rehearsing"},
        {"POST", "/v1/sites", SITE("a.example", "{\"challenges\": [\"dns-01\"]}"), 400, "no zone of the DNS"},
        {"POST", "/v1/sites", SITE("a.example", "{\"cas\": [\"own\"]}"), 201, "\"phase\":\"queued\""},
        {"PATCH", "/v1/sites/a.example", "{\"aliases\": [\"*.a.example\"]}", 400, "by dns-01 alone"},
        {"PATCH", "/v1/sites/a.example", "{\"redirect\": \"off\"}", 200, "\"acme\":{\"cas\":[\"own\"]"},
        {"DELETE", "/v1/cas/own", "", 409, "a.example gets its certificate there"},
        {"POST", "/v1/sites/a.example/certificate/revoke", "", 409, "none that it got by itself"},
        {"POST", "/v1/sites/a.example/certificate/renew", "{\"now\": true}", 202, "\"phase\":\"queued\""},
        {"PATCH", "/v1/sites/a.example", "{\"local_ca\": true}", 200, "\"source\":\"local-ca\""},
        {"DELETE", "/v1/cas/own", "", 200, NULL}, /* what is given by hand ended the wish */
        {"POST", "/v1/sites/a.example/certificate/renew", "", 200, "\"applied\":true"},
        {"POST", "/v1/sites/nobody.example/certificate/renew", "", 404, NULL},
    };
    (void)state;
    struct fixture *f = acme_fixture_new();
    RUN(f, steps);
    acme_fixture_free(f);
}

/* The loop and its timers, for as long as it takes. */
static void turn_until_asked(struct fixture *f, struct str site)
{
    for (int i = 0; i < 100; i++) {
        struct acme_state seen;
        timer_wheel_advance(&f->core.wheel, clock_monotonic_ms());
        loop_turn(f->core.loop, 20);
        acme_state_of(&f->core, state_find(&f->core.state, site), &seen);
        if (seen.order && seen.order->has_key)
            return;
    }
    fail_msg("nothing was ordered");
}

static void an_order_is_durable_before_it_is_asked_for(void **state)
{
    (void)state;
    struct fixture *f = acme_fixture_new();
    struct buf key, again;
    RUN_ONE(f, "POST", "/v1/cas", CA("own", ""), 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE("a.example", "{}"), 201, NULL);
    turn_until_asked(f, STR("a.example"));
    assert_true(store_acme_key(f->core.store, STR("a.example"), false, &key, NULL));
    acme_free(f->core.acme); /* in the middle of it */
    f->core.acme = NULL;
    fixture_restart(f);
    assert_true(acme_new(&f->core, &f->core.acme, NULL));
    const struct acme_order *order = acme_site_order(f->core.acme, STR("a.example"), false);
    assert_non_null(order);
    assert_true(order->active && order->has_key);
    assert_int_equal(order->failures, 0);
    assert_int_equal(acme_site_due_s(f->core.acme, state_find(&f->core.state, STR("a.example"))), 0);
    turn_until_asked(f, STR("a.example"));
    assert_true(store_acme_key(f->core.store, STR("a.example"), false, &again, NULL));
    assert_str(buf_str(&again), buf_str(&key)); /* the same order goes on with the same key */
    assert_true(acme_cas_find(f->core.acme, STR("own"))->account_key.size > 0);
    key_wipe(&key);
    key_wipe(&again);
    RUN_ONE(f, "DELETE", "/v1/sites/a.example", "", 200, NULL);
    assert_null(acme_site_order(f->core.acme, STR("a.example"), false));
    assert_false(store_acme_key(f->core.store, STR("a.example"), false, &key, NULL));
    acme_fixture_free(f);
}

static int setup(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    return outbound_start(NULL) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    outbound_stop();
    return 0;
}

/* Gives the site a certificate for this kind of key beside what it has. */
static void give(struct fixture *f, struct test_ca *ca, enum test_ca_kind kind)
{
    struct test_ca_made made = test_ca_make_for(ca, "a.example", kind);
    struct buf content;
    struct jsonout out = {.out = &content};
    buf_init(&content, API_BODY_SIZE_MAX);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "certificate_pem", buf_str(&made.chain));
    jsonout_str(&out, "key_pem", buf_str(&made.key));
    jsonout_bool(&out, "certificate_beside", true);
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    RUN_ONE(f, "PATCH", "/v1/sites/a.example", buf_str(&content).data, 200, NULL);
    buf_fini(&content);
    test_ca_made_free(&made);
}

/* Whether the answer to this wish warns of clients that take RSA only. */
static bool warns_of_rsa(struct fixture *f, const char *wish)
{
    struct buf body;
    assert_int_equal(ask(f, "PATCH", "/v1/sites/a.example", "application/json", wish, &body), 200);
    bool warns = strstr(buf_str(&body).data, "rsa_side_ends") != NULL;
    buf_fini(&body);
    return warns;
}

static bool key_is(const struct fixture *f, enum cert_side key)
{
    const struct site *site = state_find(&f->core.state, STR("a.example"));
    return site && site->automatic.wanted && site->automatic.key == key;
}

static void whoever_has_rsa_gets_rsa_or_is_told_what_ecdsa_ends(void **state)
{
    struct fixture *f = acme_fixture_new();
    struct test_ca *ca = test_ca_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/cas", CA("own", ", \"terms_agreed\": true"), 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE("a.example", "null"), 201, NULL);
    give(f, ca, TEST_CA_P256);
    assert_false(warns_of_rsa(f, "{\"acme\": {}}"));
    give(f, ca, TEST_CA_RSA2048); /* whoever gives one ends the wish */
    assert_false(warns_of_rsa(f, "{\"acme\": null}"));
    assert_false(warns_of_rsa(f, "{\"acme\": {}}")); /* RSA then, which everybody takes */
    assert_true(key_is(f, CERT_SIDE_RSA));
    assert_true(warns_of_rsa(f, "{\"acme\": {\"key\": \"ecdsa\"}}"));
    assert_true(warns_of_rsa(f, "{\"acme\": {\"challenges\": [\"http-01\"]}}")); /* what was wished stays */
    assert_true(key_is(f, CERT_SIDE_ECDSA));
    assert_false(warns_of_rsa(f, "{\"acme\": {\"key\": \"rsa\"}}"));
    assert_false(warns_of_rsa(f, "{\"acme\": null}"));
    test_ca_free(ca);
    acme_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authorities_come_change_and_go),
        cmocka_unit_test(a_wish_that_cannot_be_fulfilled_is_refused),
        cmocka_unit_test(an_order_is_durable_before_it_is_asked_for),
        cmocka_unit_test(whoever_has_rsa_gets_rsa_or_is_told_what_ecdsa_ends),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
