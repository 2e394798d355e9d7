/* /v1/account/passkeys: a new one takes the password and what the browser made, each once and at the right place. */
#include "account_ask.h"
#include "codec/base64.h"
#include "test_passkey.h"

enum { PRESENT = 1, VERIFIED = 4, ATTESTED = 64 };

/* The challenge of the last answer, decoded; buf_fini. */
static struct buf read_challenge(struct asker *p)
{
    struct buf bytes;
    const char *at = strstr(p->body.data, "\"challenge\":\"");
    assert_non_null(at);
    at += strlen("\"challenge\":\"");
    buf_init(&bytes, 4096);
    assert_true(base64_decode(BASE64_URL, str_make(at, str_find(str_from(at), '"')), &bytes));
    return bytes;
}

static struct buf ask_challenge(struct asker *p)
{
    asker_check(p, "POST", "/v1/account/passkeys", "{\"password\":\"" PASSWORD "\"}", 200,
                "\"rp_id\":\"localhost\",\"timeout_ms\":300000,\"user_id\":\"");
    return read_challenge(p);
}

static void put_base64(struct buf *out, struct str bytes)
{
    assert_true(base64_encode(BASE64_URL, bytes, out));
}

/* The request that a browser makes of the challenge. */
static struct buf make(const struct test_passkey *passkey, struct str challenge, const char *origin, uint8_t flags,
                       const char *id)
{
    struct buf client, data, request;
    buf_init(&client, 4096);
    buf_init(&data, 4096);
    buf_init(&request, 16384);
    test_passkey_put_client("webauthn.create", challenge, origin, &client);
    test_passkey_put_new(passkey, STR("localhost"), flags, 0, str_from(id), &data);
    assert_true(buf_put_str(&request, STR("{\"label\":\"phone\",\"client_data\":\"")));
    put_base64(&request, buf_str(&client));
    assert_true(buf_put_str(&request, STR("\",\"authenticator_data\":\"")));
    put_base64(&request, buf_str(&data));
    assert_true(buf_put_str(&request, STR("\"}")) && buf_put_char(&request, '\0'));
    buf_fini(&client);
    buf_fini(&data);
    return request;
}

static void a_passkey_is_made_listed_and_removed(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct account_passkey kept;
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_add(&p, "bert", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    struct buf challenge = ask_challenge(&p);
    assert_non_null(strstr(p.body.data, "\"exclude\":[]"));
    struct buf request = make(passkey, buf_str(&challenge), ORIGIN, PRESENT | VERIFIED | ATTESTED, "one");
    asker_check(&p, "POST", "/v1/account/passkeys", request.data, 201,
                "{\"passkeys\":[{\"id\":1,\"label\":\"phone\",\"rp_id\":\"localhost\",\"created\":\"2");
    asker_check(&p, "POST", "/v1/account/passkeys", request.data, 403, "not asked"); /* the challenge is spent */
    assert_true(store_passkey(p.f->core.store, STR("one"), &kept, NULL));
    assert_string_equal(kept.account, "anna");
    struct buf again = ask_challenge(&p);
    assert_non_null(strstr(p.body.data, "\"exclude\":[\"b25l\"]"));
    asker_sign_in(&p, "bert");
    asker_check(&p, "DELETE", "/v1/account/passkeys/1", "", 404, NULL);
    asker_check(&p, "GET", "/v1/account/passkeys", "", 200, "{\"passkeys\":[]}");
    asker_sign_in(&p, "anna");
    asker_check(&p, "GET", "/v1/account/passkeys", "", 200, "\"last_used\":null");
    asker_check(&p, "DELETE", "/v1/account/passkeys/x", "", 404, NULL);
    asker_check(&p, "DELETE", "/v1/account/passkeys/1", "", 200, "{\"passkeys\":[]}");
    asker_check_audit(&p, "account anna passkey.remove anna >|account anna passkey.add anna >|");
    buf_fini(&challenge);
    buf_fini(&again);
    buf_fini(&request);
    test_passkey_free(passkey);
    asker_fini(&p);
}

static void what_is_not_right_makes_none(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_add(&p, "bert", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    asker_check(&p, "POST", "/v1/account/passkeys", "{\"password\":\"wrong password\"}", 403, "wrong_password");
    struct buf challenge = ask_challenge(&p);
    const struct {
        struct str challenge;
        const char *origin;
        uint8_t flags;
        unsigned status;
        const char *says;
    } cases[] = {
        {STR("made up"), ORIGIN, PRESENT | VERIFIED | ATTESTED, 403, "not asked"},
        {buf_str(&challenge), "http://evil.example", PRESENT | VERIFIED | ATTESTED, 403, "another page"},
        {buf_str(&challenge), ORIGIN, PRESENT | ATTESTED, 403, "neither a PIN"},
        {buf_str(&challenge), ORIGIN, PRESENT | VERIFIED, 400, "no new passkey"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf request = make(passkey, cases[i].challenge, cases[i].origin, cases[i].flags, "one");
        asker_check(&p, "POST", "/v1/account/passkeys", request.data, cases[i].status, cases[i].says);
        buf_fini(&request);
    }
    struct buf request = make(passkey, buf_str(&challenge), ORIGIN, PRESENT | VERIFIED | ATTESTED, "one");
    asker_sign_in(&p, "bert"); /* it was asked of anna */
    asker_check(&p, "POST", "/v1/account/passkeys", request.data, 403, "not asked");
    asker_sign_in(&p, "anna");
    (void)snprintf(p.origin, sizeof p.origin, "http://127.0.0.1:8460");
    asker_check(&p, "POST", "/v1/account/passkeys", request.data, 409, "no passkeys for http://127.0.0.1:8460");
    asker_check(&p, "POST", "/v1/account/passkeys", "{\"password\":\"" PASSWORD "\"}", 409, "open the panel as");
    static const struct asker_step steps[] = {
        {"POST", "/v1/account/passkeys", "{}", 400, "\"field\":\"label\""},
        {"POST", "/v1/account/passkeys", "{\"label\":\"x\"}", 400, "\"field\":\"client_data\""},
        {"POST", "/v1/account/passkeys", "{\"label\":\"x\",\"client_data\":\"=\"}", 400, "\"field\":\"client_data\""},
        {"POST", "/v1/account/passkeys", "{\"label\":\"x\",\"client_data\":\"e30\",\"authenticator_data\":\"AA\"}", 400,
         "client_data.type"},
        {"POST", "/v1/account/passkeys", "{\"label\":\"\\n\",\"client_data\":\"e30\"}", 400, "\"field\":\"label\""},
        {"GET", "/v1/account/passkeys", "", 200, "{\"passkeys\":[]}"},
    };
    ASKER_RUN(&p, steps);
    buf_fini(&request);
    buf_fini(&challenge);
    test_passkey_free(passkey);
    asker_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passkey_is_made_listed_and_removed),
        cmocka_unit_test(what_is_not_right_makes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
