#include "check.h"

#include "acme/authorization.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz"
#define CHALLENGE(type, status, more)                                                                                  \
    "{\"type\":\"" type "\",\"status\":\"" status "\",\"url\":\"https://ca.test/c/" type "\",\"token\":\"" TOKEN       \
    "\"" more "}"
#define DNS "\"identifier\":{\"type\":\"dns\",\"value\":\"a.test\"}"
#define IP  "\"identifier\":{\"type\":\"ip\",\"value\":\"192.0.2.1\"}"
#define ALL                                                                                                            \
    "\"challenges\":[" CHALLENGE("dns-01", "pending", "") "," CHALLENGE("http-01", "pending", "") "," CHALLENGE(       \
        "tls-alpn-01", "pending", "") ",{\"type\":\"x-01\",\"token\":5}]}"

struct read {
    struct arena arena;
    struct authorization authorization;
    struct err err;
    json_t *json;
};

static bool read_authorization(struct read *read, const char *body)
{
    *read = (struct read){0};
    arena_init(&read->arena, 65536);
    assert_true(json_parse(str_from(body), &read->json, NULL));
    return authorization_read(read->json, &read->arena, &read->authorization, &read->err);
}

static void read_fini(struct read *read)
{
    json_decref(read->json);
    arena_fini(&read->arena);
}

static void the_operators_order_decides_within_what_can_prove(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum acme_challenge_kind allowed[3];
        size_t allowed_count;
        int chosen; /* -1: none */
    } cases[] = {
        {"{\"status\":\"pending\"," DNS "," ALL, {ACME_HTTP_01, ACME_DNS_01}, 2, ACME_HTTP_01},
        {"{\"status\":\"pending\"," DNS "," ALL, {ACME_DNS_01, ACME_HTTP_01}, 2, ACME_DNS_01},
        {"{\"status\":\"pending\"," DNS "," ALL, {ACME_TLS_ALPN_01}, 1, ACME_TLS_ALPN_01},
        {"{\"status\":\"pending\",\"wildcard\":true," DNS "," ALL, {ACME_HTTP_01, ACME_DNS_01}, 2, ACME_DNS_01},
        {"{\"status\":\"pending\",\"wildcard\":true," DNS "," ALL, {ACME_HTTP_01, ACME_TLS_ALPN_01}, 2, -1},
        {"{\"status\":\"pending\"," IP "," ALL, {ACME_DNS_01, ACME_HTTP_01}, 2, ACME_HTTP_01},
        {"{\"status\":\"pending\"," IP "," ALL, {ACME_DNS_01}, 1, -1},
        /* What the CA is looking at already is gone on with. */
        {"{\"status\":\"pending\"," DNS
         ",\"challenges\":[" CHALLENGE("http-01", "pending", "") "," CHALLENGE("dns-01", "processing", "") "]}",
         {ACME_HTTP_01, ACME_DNS_01},
         2,
         ACME_DNS_01},
        {"{\"status\":\"pending\"," DNS
         ",\"challenges\":[" CHALLENGE("http-01", "pending", "") "," CHALLENGE("dns-01", "processing", "") "]}",
         {ACME_HTTP_01},
         1,
         ACME_HTTP_01},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[" CHALLENGE("http-01", "invalid", "") "]}",
         {ACME_HTTP_01},
         1,
         -1},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[]}", {ACME_HTTP_01}, 1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_true(read_authorization(&read, cases[i].body));
        const struct challenge *chosen =
            authorization_choose(&read.authorization, cases[i].allowed, cases[i].allowed_count, &read.err);
        assert_int_equal(chosen ? (int)chosen->kind : -1, cases[i].chosen);
        assert_int_equal(read.err.text[0] != 0, !chosen);
        read_fini(&read);
    }
}

static void the_error_of_a_challenge_is_found(void **state)
{
    (void)state;
    struct read read;
    assert_true(read_authorization(
        &read, "{\"status\":\"invalid\"," DNS ",\"challenges\":[" CHALLENGE("http-01", "pending", "") "," CHALLENGE(
                   "dns-01", "invalid",
                   ",\"error\":{\"type\":\"urn:ietf:params:acme:error:dns\",\"detail\":\"NXDOMAIN\"}") "]}"));
    const struct challenge *failed = authorization_failed(&read.authorization);
    assert_non_null(failed);
    assert_int_equal(failed->kind, ACME_DNS_01);
    assert_string_equal(failed->error->type, "dns");
    assert_string_equal(failed->error->detail, "NXDOMAIN");
    read_fini(&read);
}

static void what_is_none_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"{}", "status is missing"},
        {"{\"status\":\"pending\"}", "identifier is missing"},
        {"{\"status\":\"pending\"," DNS "}", "challenges is missing"},
        {"{\"status\":\"pending\",\"identifier\":{\"type\":\"dns\",\"value\":\"*.a.test\"},\"challenges\":[]}",
         "identifier has a wildcard, which RFC 8555 does not know there"},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[5]}", "challenges[0] must be an object"},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[{\"type\":\"http-01\"}]}", "challenges[0].status is missing"},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[{\"type\":\"http-01\",\"status\":\"pending\",\"url\":"
         "\"https://ca.test/\",\"token\":\"../../../../etc/passwd--\"}]}",
         "challenges[0].token is not Base64url of at least 128 bits"},
        {"{\"status\":\"pending\"," DNS ",\"challenges\":[{\"type\":\"http-01\",\"status\":\"pending\",\"url\":"
         "\"https://ca.test/\",\"token\":\"abcdefghijklmnopqrstu\"}]}",
         "challenges[0].token is not Base64url of at least 128 bits"},
        {"{\"status\":\"pending\"," DNS
         ",\"challenges\":[{\"type\":\"http-01\",\"status\":\"pending\",\"url\":\"x\"}]}",
         "challenges[0].url is not https"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_false(read_authorization(&read, cases[i].body));
        assert_string_equal(read.err.text, cases[i].text);
        read_fini(&read);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_operators_order_decides_within_what_can_prove),
        cmocka_unit_test(the_error_of_a_challenge_is_found),
        cmocka_unit_test(what_is_none_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
