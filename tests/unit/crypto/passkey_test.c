/* Passkeys of an authenticator in software: taken when everything is right, refused when any one thing is not. */
#include "check.h"

#include "crypto/passkey.h"
#include "test_passkey.h"

#define ORIGIN "http://localhost:8460"
#define RP_ID  STR("localhost")

enum { PRESENT = 1, VERIFIED = 4, BACKED_UP = 24, ATTESTED = 64, EXTENSIONS = 128 };

static const enum cose_algorithm algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};
#define ALGORITHMS_COUNT (sizeof algorithms / sizeof *algorithms)

static const char challenge_bytes[32] = "thirty-two bytes of a challenge";
#define CHALLENGE str_make(challenge_bytes, sizeof challenge_bytes)

static const struct passkey_expected expected = {
    .challenge = {challenge_bytes, sizeof challenge_bytes},
    .origin = STR_INIT(ORIGIN),
    .rp_id = STR_INIT("localhost"),
    .user_verified = true,
};

/* What a browser sends. */
struct sent {
    struct buf client, data, signature;
};

static void sent_init(struct sent *sent)
{
    buf_init(&sent->client, 8192);
    buf_init(&sent->data, 8192);
    buf_init(&sent->signature, 8192);
}

static void sent_fini(struct sent *sent)
{
    buf_fini(&sent->client);
    buf_fini(&sent->data);
    buf_fini(&sent->signature);
}

static void put_new(struct sent *sent, const struct test_passkey *passkey, uint8_t flags)
{
    sent_init(sent);
    test_passkey_put_client("webauthn.create", CHALLENGE, ORIGIN, &sent->client);
    test_passkey_put_new(passkey, RP_ID, flags, 5, STR("the credential"), &sent->data);
}

static void put_use(struct sent *sent, const struct test_passkey *passkey, uint8_t flags, uint32_t sign_count)
{
    sent_init(sent);
    test_passkey_put_client("webauthn.get", CHALLENGE, ORIGIN, &sent->client);
    test_passkey_put_head(RP_ID, flags, sign_count, &sent->data);
    test_passkey_sign(passkey, buf_str(&sent->data), buf_str(&sent->client), &sent->signature);
}

static bool take_new(const struct sent *sent, struct passkey_credential *ret, struct err *err)
{
    return passkey_register(&expected, buf_str(&sent->client), buf_str(&sent->data), ret, err);
}

static bool take_use(const struct sent *sent, const struct passkey_credential *credential, uint32_t *ret_count,
                     struct err *err)
{
    return passkey_verify(&expected, credential, buf_str(&sent->client), buf_str(&sent->data),
                          buf_str(&sent->signature), ret_count, err);
}

static struct passkey_credential make(const struct test_passkey *passkey)
{
    struct passkey_credential credential;
    struct sent sent;
    struct err err = {0};
    put_new(&sent, passkey, PRESENT | VERIFIED | ATTESTED);
    if (!take_new(&sent, &credential, &err))
        fail_msg("%s", err.text);
    sent_fini(&sent);
    return credential;
}

static void passkeys_of_every_kind_are_taken_and_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALGORITHMS_COUNT; i++) {
        struct test_passkey *passkey = test_passkey_new(algorithms[i]), *other = test_passkey_new(algorithms[i]);
        struct passkey_credential credential = make(passkey);
        struct sent sent;
        struct err err = {0};
        uint32_t count = 0;
        assert_int_equal(credential.algorithm, algorithms[i]);
        assert_str(str_make(credential.id, credential.id_size), STR("the credential"));
        assert_int_equal(credential.sign_count, 5);
        put_use(&sent, passkey, PRESENT | VERIFIED | BACKED_UP, 6);
        if (!take_use(&sent, &credential, &count, &err))
            fail_msg("%d: %s", (int)algorithms[i], err.text);
        assert_int_equal(count, 6);
        sent_fini(&sent);
        put_use(&sent, other, PRESENT | VERIFIED, 6);
        assert_false(take_use(&sent, &credential, &count, &err));
        assert_int_equal(err.code, ERR_DENIED);
        sent_fini(&sent);
        test_passkey_free(passkey);
        test_passkey_free(other);
    }
}

static void extensions_are_passed_over_when_the_flag_says_so(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct passkey_credential credential;
    struct sent sent;
    (void)state;
    put_new(&sent, passkey, PRESENT | VERIFIED | ATTESTED | EXTENSIONS);
    assert_true(buf_put(&sent.data,
                        "\xa1\x6b"
                        "credProtect"
                        "\x02",
                        14));
    assert_true(take_new(&sent, &credential, NULL));
    assert_true(buf_put_char(&sent.data, 0));
    assert_false(take_new(&sent, &credential, NULL));
    sent_fini(&sent);
    put_new(&sent, passkey, PRESENT | VERIFIED | ATTESTED | EXTENSIONS); /* and there are none */
    assert_false(take_new(&sent, &credential, NULL));
    sent_fini(&sent);
    put_new(&sent, passkey, PRESENT | VERIFIED | ATTESTED); /* and there are some */
    assert_true(buf_put(&sent.data, "\xa0", 1));
    assert_false(take_new(&sent, &credential, NULL));
    sent_fini(&sent);
    test_passkey_free(passkey);
}

static void what_the_page_said_must_be_what_was_asked(void **state)
{
    static const struct {
        const char *client, *says;
    } cases[] = {
        {"{\"type\":\"webauthn.create\",\"challenge\":\"C\",\"origin\":\"O\"}", "webauthn.get"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":\"O\"}", "another question"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"\",\"origin\":\"O\"}", "another question"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"C=\",\"origin\":\"O\"}", "another question"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"C\",\"origin\":\"http://localhost:8461\"}", "another page"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"C\",\"origin\":\"https://localhost:8460\"}", "another page"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"C\",\"origin\":\"O\",\"crossOrigin\":true}", "another page"},
        {"{\"type\":\"webauthn.get\",\"challenge\":\"C\"}", "client_data.origin"},
        {"{\"type\":\"webauthn.get\",\"origin\":\"O\"}", "client_data.challenge"},
        {"{\"challenge\":\"C\",\"origin\":\"O\"}", "client_data.type"},
        {"{\"type\":1,\"challenge\":\"C\",\"origin\":\"O\"}", "client_data.type"},
        {"{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\",\"challenge\":\"C\",\"origin\":\"O\"}", "no JSON"},
        {"[]", "client_data"},
        {"", "no JSON"},
    };
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct passkey_credential credential = make(passkey);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sent sent;
        struct err err = {0};
        uint32_t count = 99;
        put_use(&sent, passkey, PRESENT | VERIFIED, 6);
        buf_clear(&sent.client);
        for (const char *at = cases[i].client; *at; at++) {
            if (*at == 'C' && at[-1] == '"')
                buf_put_str(&sent.client, STR("dGhpcnR5LXR3byBieXRlcyBvZiBhIGNoYWxsZW5nZQA"));
            else if (*at == 'O' && at[-1] == '"')
                buf_put_str(&sent.client, STR(ORIGIN));
            else
                buf_put_char(&sent.client, *at);
        }
        buf_clear(&sent.signature); /* right for whatever stands there */
        test_passkey_sign(passkey, buf_str(&sent.data), buf_str(&sent.client), &sent.signature);
        if (take_use(&sent, &credential, &count, &err) ||
            (!strstr(err.text, cases[i].says) && !strstr(err.field, cases[i].says)))
            fail_msg("%s: %s", cases[i].client, err.text);
        assert_int_equal(count, 99);
        sent_fini(&sent);
    }
    test_passkey_free(passkey);
}

static void the_authenticator_must_have_asked_somebody_at_this_name(void **state)
{
    static const struct {
        const char *rp_id, *says;
        uint8_t flags;
        uint32_t sign_count;
    } cases[] = {
        {"localhost", NULL, PRESENT | VERIFIED, 6},
        {"evil.example", "another name", PRESENT | VERIFIED, 6},
        {"localhost", "nobody touched", VERIFIED, 6},
        {"localhost", "neither a PIN nor a finger", PRESENT, 6},
        {"localhost", "new passkey", PRESENT | VERIFIED | ATTESTED, 6},
        {"localhost", "its flags say", PRESENT | VERIFIED | EXTENSIONS, 6},
        {"localhost", "count went back", PRESENT | VERIFIED, 5},
        {"localhost", "count went back", PRESENT | VERIFIED, 4},
        {"localhost", "count went back", PRESENT | VERIFIED, 0},
    };
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct passkey_credential credential = make(passkey);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sent sent;
        struct err err = {0};
        uint32_t count;
        put_use(&sent, passkey, cases[i].flags, cases[i].sign_count);
        buf_clear(&sent.data);
        buf_clear(&sent.signature);
        test_passkey_put_head(str_from(cases[i].rp_id), cases[i].flags, cases[i].sign_count, &sent.data);
        test_passkey_sign(passkey, buf_str(&sent.data), buf_str(&sent.client), &sent.signature);
        bool taken = take_use(&sent, &credential, &count, &err);
        if (taken != !cases[i].says || (!taken && !strstr(err.text, cases[i].says)))
            fail_msg("case %zu: %s", i, err.text);
        sent_fini(&sent);
    }
    test_passkey_free(passkey);
}

static void one_that_keeps_no_count_is_used_again_and_again(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct passkey_credential credential = make(passkey);
    struct sent sent;
    uint32_t count = 7;
    (void)state;
    credential.sign_count = 0;
    put_use(&sent, passkey, PRESENT | VERIFIED, 0);
    assert_true(take_use(&sent, &credential, &count, NULL));
    assert_int_equal(count, 0);
    sent_fini(&sent);
    test_passkey_free(passkey);
}

/* Also every byte that is another one, since all of it is signed. */
static void a_use_that_is_cut_or_changed_anywhere_is_refused(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    struct passkey_credential credential = make(passkey);
    struct sent sent;
    uint32_t count;
    (void)state;
    put_use(&sent, passkey, PRESENT | VERIFIED, 6);
    assert_true(take_use(&sent, &credential, &count, NULL));
    struct buf *parts[] = {&sent.client, &sent.data, &sent.signature};
    for (size_t p = 0; p < 3; p++) {
        for (size_t i = 0; i < parts[p]->size; i++) {
            size_t size = parts[p]->size;
            parts[p]->size = i;
            assert_false(take_use(&sent, &credential, &count, NULL));
            parts[p]->size = size;
            parts[p]->data[i] ^= 1;
            assert_false(take_use(&sent, &credential, &count, NULL));
            parts[p]->data[i] ^= 1;
        }
    }
    assert_true(take_use(&sent, &credential, &count, NULL));
    sent_fini(&sent);
    test_passkey_free(passkey);
}

static void a_new_one_that_is_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < ALGORITHMS_COUNT; k++) {
        struct test_passkey *passkey = test_passkey_new(algorithms[k]);
        struct passkey_credential credential;
        struct sent sent;
        put_new(&sent, passkey, PRESENT | VERIFIED | ATTESTED);
        size_t size = sent.data.size;
        for (size_t i = 0; i < size; i++) {
            sent.data.size = i;
            struct err err = {0};
            assert_false(take_new(&sent, &credential, &err));
            assert_int_equal(err.code, ERR_INPUT);
        }
        sent.data.size = size;
        assert_true(take_new(&sent, &credential, NULL));
        sent_fini(&sent);
        test_passkey_free(passkey);
    }
}

static void ids_may_be_as_long_as_the_standard_has_them(void **state)
{
    static char id[PASSKEY_ID_SIZE_MAX + 1];
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    (void)state;
    memset(id, 'i', sizeof id);
    const size_t sizes[] = {0, 1, PASSKEY_ID_SIZE_MAX, PASSKEY_ID_SIZE_MAX + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct passkey_credential credential;
        struct sent sent;
        sent_init(&sent);
        test_passkey_put_client("webauthn.create", CHALLENGE, ORIGIN, &sent.client);
        test_passkey_put_new(passkey, RP_ID, PRESENT | VERIFIED | ATTESTED, 0, str_make(id, sizes[i]), &sent.data);
        assert_int_equal(take_new(&sent, &credential, NULL), sizes[i] > 0 && sizes[i] <= PASSKEY_ID_SIZE_MAX);
        sent_fini(&sent);
    }
    test_passkey_free(passkey);
}

static void the_challenge_can_be_read_to_be_looked_up(void **state)
{
    struct buf client, challenge;
    struct err err = {0};
    (void)state;
    buf_init(&client, 4096);
    buf_init(&challenge, 4096);
    test_passkey_put_client("webauthn.get", CHALLENGE, ORIGIN, &client);
    assert_true(passkey_challenge(buf_str(&client), &challenge, &err));
    assert_str(buf_str(&challenge), CHALLENGE);
    assert_false(passkey_challenge(STR("{\"type\":\"a\",\"challenge\":\"=\",\"origin\":\"\"}"), &challenge, &err));
    assert_string_equal(err.field, "client_data.challenge");
    buf_fini(&client);
    buf_fini(&challenge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passkeys_of_every_kind_are_taken_and_used),
        cmocka_unit_test(extensions_are_passed_over_when_the_flag_says_so),
        cmocka_unit_test(what_the_page_said_must_be_what_was_asked),
        cmocka_unit_test(the_authenticator_must_have_asked_somebody_at_this_name),
        cmocka_unit_test(one_that_keeps_no_count_is_used_again_and_again),
        cmocka_unit_test(a_use_that_is_cut_or_changed_anywhere_is_refused),
        cmocka_unit_test(a_new_one_that_is_cut_anywhere_is_refused),
        cmocka_unit_test(ids_may_be_as_long_as_the_standard_has_them),
        cmocka_unit_test(the_challenge_can_be_read_to_be_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
