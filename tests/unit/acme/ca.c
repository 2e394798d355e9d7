/* Every request is verified before it is looked at; the objects are printed as JSON from what is known of them. */
#include "ca.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "crypto/csr.h"
#include "crypto/digest.h"
#include "crypto/jwk.h"

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("ca.c:%d: %s", __LINE__, #condition);                                                             \
    } while (0)

/* What an account's URL begins with: its number is what follows. */
static const struct str account_prefix = STR_INIT(CA_URL "/account/");

static const char *const status_names[] = {"pending", "ready", "processing", "valid", "invalid"};

/* A request, taken apart. */
struct ask {
    enum ca_step step;
    unsigned a, b; /* numbers in the URL */
    int account;   /* by kid, or -1 */
    const struct key *jwk;
    json_t *payload; /* NULL: POST-as-GET */
    bool nonce_is_bad;
    bool is_by_old_key; /* rightly signed, but not by the account's present key */
    struct str url;
};

void ca_init(struct ca *ca, const char *certificate_key_pem, const struct key *account_key,
             const struct key *other_account_key)
{
    *ca = (struct ca){.certificate_key_pem = certificate_key_pem, .keys = {account_key, other_account_key}};
    ca->roots[0] = test_ca_new();
    ca->roots[1] = test_ca_new();
    ca->certificate_key = key_load(str_from(certificate_key_pem), NULL, NULL);
    must(ca->certificate_key);
    buf_init(&ca->body, CA_BODY_MAX);
    arena_init(&ca->proofs_arena, CA_BODY_MAX);
}

/* What one test leaves behind. */
static void forget(struct ca *ca)
{
    for (size_t i = 0; i < ca->orders_count; i++)
        buf_fini(&ca->orders[i].chain);
    buf_fini(&ca->body);
    arena_fini(&ca->proofs_arena);
}

void ca_reset(struct ca *ca)
{
    forget(ca);
    *ca = (struct ca){.roots = {ca->roots[0], ca->roots[1]},
                      .certificate_key_pem = ca->certificate_key_pem,
                      .certificate_key = ca->certificate_key,
                      .keys = {ca->keys[0], ca->keys[1]}};
    buf_init(&ca->body, CA_BODY_MAX);
    arena_init(&ca->proofs_arena, CA_BODY_MAX);
}

void ca_fini(struct ca *ca)
{
    forget(ca);
    test_ca_free(ca->roots[0]);
    test_ca_free(ca->roots[1]);
    key_free((struct key *)(uintptr_t)ca->certificate_key);
}

static struct buf decoded(struct str text)
{
    struct buf out;
    buf_init(&out, CA_BODY_MAX);
    must(base64_decode(BASE64_URL, text, &out));
    return out;
}

static struct str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : (struct str){0};
}

static json_t *parsed(struct str text)
{
    json_t *value = NULL;
    must(json_parse(text, &value, NULL));
    return value;
}

/* The account of a kid, or -1. */
static int account_of(struct str kid)
{
    uint64_t number;
    if (!str_starts(kid, account_prefix) || !str_to_u64(str_after(kid, account_prefix.size), 1000, &number))
        return -1;
    return (int)number;
}

static bool verifies(const struct key *key, struct str input, struct str signature)
{
    const unsigned char *bytes = (const unsigned char *)signature.data;
    unsigned char *der = NULL;
    int der_size = (int)signature.size;
    if (key_kind(key) == KEY_ECDSA) {
        must(signature.size == 64);
        ECDSA_SIG *numbers = ECDSA_SIG_new();
        must(ECDSA_SIG_set0(numbers, BN_bin2bn(bytes, 32, NULL), BN_bin2bn(bytes + 32, 32, NULL)) == 1);
        der_size = i2d_ECDSA_SIG(numbers, &der);
        ECDSA_SIG_free(numbers);
        bytes = der;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key_handle(key)) == 1 &&
              EVP_DigestVerify(context, bytes, (size_t)der_size, (const unsigned char *)input.data, input.size) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return ok;
}

/* Which of the known keys a JWK is. */
static const struct key *key_of(const struct ca *ca, const json_t *jwk)
{
    const struct key *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++) {
        struct buf text;
        buf_init(&text, JWK_SIZE_MAX);
        must(jwk_write(ca->keys[i], &text, NULL));
        json_t *known = parsed(buf_str(&text));
        if (json_equal(known, jwk))
            found = ca->keys[i];
        json_decref(known);
        buf_fini(&text);
    }
    return found;
}

/* The header of a JWS whose signature is right; *ret_payload is its content. By a key, or by the secret. */
static json_t *jws_open(struct ca *ca, struct str text, struct str secret, const struct key **ret_jwk,
                        bool *ret_is_by_old_key, struct buf *ret_payload)
{
    json_t *jws = parsed(text);
    must(json_object_size(jws) == 3);
    struct buf header_text = decoded(member(jws, "protected")), signature = decoded(member(jws, "signature")), input;
    buf_init(&input, CA_BODY_MAX);
    must(buf_put_str(&input, member(jws, "protected")) && buf_put_char(&input, '.') &&
         buf_put_str(&input, member(jws, "payload")));
    json_t *header = parsed(buf_str(&header_text));
    struct str kid = member(header, "kid");
    const struct key *key = key_of(ca, json_object_get(header, "jwk"));
    must((kid.size > 0) != (key != NULL));
    *ret_jwk = key;
    int number = account_of(kid);
    if (secret.size == 0 && !key && number >= 0 && (size_t)number < ca->accounts_count)
        key = ca->accounts[number].key;
    const char *alg = !key ? "HS256" : key_kind(key) == KEY_RSA ? "RS256" : "ES256";
    if (secret.size > 0)
        must(signature.size == 32);
    else if (key &&
             !(str_eq(member(header, "alg"), str_from(alg)) && verifies(key, buf_str(&input), buf_str(&signature)))) {
        const struct key *other = key == ca->keys[0] ? ca->keys[1] : ca->keys[0];
        must(ret_is_by_old_key && verifies(other, buf_str(&input), buf_str(&signature)));
        *ret_is_by_old_key = true;
    } /* an account that is gone has no key to verify by */
    *ret_payload = decoded(member(jws, "payload"));
    buf_fini(&header_text);
    buf_fini(&signature);
    buf_fini(&input);
    json_decref(jws);
    return header;
}

/* Which step an URL is, with the numbers in it. */
static enum ca_step route(struct str url, unsigned *ret_a, unsigned *ret_b)
{
    static const struct {
        const char *prefix;
        enum ca_step step;
    } routes[] = {
        {"/directory", CA_DIRECTORY},   {"/nonce", CA_NONCE},         {"/new-account", CA_NEW_ACCOUNT},
        {"/account/", CA_ACCOUNT},      {"/new-order", CA_NEW_ORDER}, {"/order/", CA_ORDER},
        {"/authz/", CA_AUTHORIZATION},  {"/chall/", CA_CHALLENGE},    {"/finalize/", CA_FINALIZE},
        {"/cert/", CA_CERTIFICATE},     {"/other/", CA_ALTERNATE},    {"/revoke", CA_REVOKE},
        {"/key-change", CA_KEY_CHANGE}, {"/ari/", CA_RENEWAL_INFO},
    };
    if (!str_starts(url, STR(CA_URL)))
        fail_msg("not a URL of this CA: \"%.*s\"", STR_ARG(url));
    url = str_after(url, sizeof CA_URL - 1);
    *ret_a = *ret_b = 0;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct str prefix = str_from(routes[i].prefix);
        if (!str_starts(url, prefix))
            continue;
        struct str rest = str_after(url, prefix.size), first = str_cut(&rest, '/');
        uint64_t number = 0;
        *ret_a = str_to_u64(first, 1000, &number) ? (unsigned)number : 0;
        *ret_b = str_to_u64(rest, 1000, &number) ? (unsigned)number : 0;
        return routes[i].step;
    }
    fail_msg("no such URL: %.*s", STR_ARG(url));
    return CA_DIRECTORY;
}

static bool nonce_take(struct ca *ca, struct str nonce)
{
    bool ok = str_eq(nonce, str_from(ca->nonce_text));
    ca->nonce_text[0] = 0;
    return ok;
}

static void open_post(struct ca *ca, const struct acme_request *request, struct ask *ask)
{
    struct buf payload;
    must(request->post);
    json_t *header = jws_open(ca, request->body, (struct str){0}, &ask->jwk, &ask->is_by_old_key, &payload);
    must(str_eq(member(header, "url"), request->url));
    struct str kid = member(header, "kid");
    ask->account = account_of(kid);
    ask->nonce_is_bad = !nonce_take(ca, member(header, "nonce"));
    bool wants_jwk = ask->step == CA_NEW_ACCOUNT;
    must((ask->jwk != NULL) == wants_jwk);
    (void)snprintf(ca->payload, sizeof ca->payload, "%.*s", STR_ARG(buf_str(&payload)));
    if (payload.size > 0)
        ask->payload = parsed(buf_str(&payload));
    json_decref(header);
    buf_fini(&payload);
}

static struct acme_response reply(struct ca *ca, unsigned status, const char *type)
{
    return (struct acme_response){.status = status, .content_type = str_from(type), .body = buf_str(&ca->body)};
}

static struct acme_response json_reply(struct ca *ca, unsigned status)
{
    return reply(ca, status, "application/json; charset=utf-8");
}

static struct acme_response problem(struct ca *ca, unsigned status, const char *type, const char *detail)
{
    buf_clear(&ca->body);
    must(buf_printf(&ca->body, "{\"type\":\"urn:ietf:params:acme:error:%s\",\"detail\":\"%s\",\"status\":%u}", type,
                    detail, status));
    return reply(ca, status, "application/problem+json");
}

static struct acme_response directory(struct ca *ca)
{
    must(buf_printf(&ca->body,
                    "{\"newNonce\":\"" CA_URL "/nonce\",\"newAccount\":\"" CA_URL
                    "/new-account\",\"newOrder\":\"" CA_URL "/new-order\",\"revokeCert\":\"" CA_URL
                    "/revoke\",\"keyChange\":\"" CA_URL
                    "/key-change\",%s\"x-unknown\":{\"a\":[1]},\"meta\":{\"termsOfService\":\"" CA_URL
                    "/terms\",\"caaIdentities\":[\"ca.test\"]%s%s}}",
                    ca->has_ari ? "\"renewalInfo\":\"" CA_URL "/ari\"," : "",
                    ca->has_profiles ? ",\"profiles\":{\"classic\":\"…\",\"short\":\"six days\"}" : "",
                    ca->eab_key.size ? ",\"externalAccountRequired\":true" : ""));
    return json_reply(ca, 200);
}

static void account_put(struct ca *ca, size_t number)
{
    struct ca_account *account = &ca->accounts[number];
    must(buf_printf(&ca->body, "{\"status\":\"%s\",\"contact\":%s,\"orders\":\"" CA_URL "/orders\"}",
                    account->is_deactivated ? "deactivated" : "valid",
                    account->contacts[0] && !ca->keeps_no_contacts ? account->contacts : "[]"));
    (void)snprintf(ca->location, sizeof ca->location, CA_URL "/account/%zu", number);
}

static void contacts_take(struct ca_account *account, const json_t *payload)
{
    struct buf text;
    buf_init(&text, sizeof account->contacts - 1);
    if (json_object_get(payload, "contact")) {
        must(json_write(json_object_get(payload, "contact"), false, &text));
        (void)snprintf(account->contacts, sizeof account->contacts, "%.*s", STR_ARG(buf_str(&text)));
    }
    buf_fini(&text);
}

/* The binding is signed with the secret, for this key and this URL. */
static bool binding_is_good(struct ca *ca, const struct ask *ask)
{
    const json_t *binding = json_object_get(ask->payload, "externalAccountBinding");
    struct buf text, content;
    const struct key *none;
    if (!binding)
        return false;
    buf_init(&text, CA_BODY_MAX);
    must(json_write(binding, false, &text));
    json_t *header = jws_open(ca, buf_str(&text), ca->eab_key, &none, NULL, &content);
    json_t *jwk = parsed(buf_str(&content));
    bool ok = str_eq(member(header, "alg"), STR("HS256")) && str_eq(member(header, "kid"), STR("kid-1")) &&
              str_eq(member(header, "url"), ask->url) && member(header, "nonce").size == 0 &&
              key_of(ca, jwk) == ask->jwk;
    json_decref(jwk);
    json_decref(header);
    buf_fini(&content);
    buf_fini(&text);
    return ok;
}

static struct acme_response new_account(struct ca *ca, const struct ask *ask)
{
    for (size_t i = 0; i < ca->accounts_count; i++)
        if (ca->accounts[i].key == ask->jwk) {
            account_put(ca, i);
            return json_reply(ca, 200);
        }
    if (json_is_true(json_object_get(ask->payload, "onlyReturnExisting")))
        return problem(ca, 400, "accountDoesNotExist", "no such account");
    if (!json_is_true(json_object_get(ask->payload, "termsOfServiceAgreed")))
        return problem(ca, 403, "userActionRequired", "agree to the terms");
    if (ca->eab_key.size && !binding_is_good(ca, ask))
        return problem(ca, 403, "externalAccountRequired", "bind it");
    must(ca->accounts_count < CA_ACCOUNTS_MAX);
    ca->accounts[ca->accounts_count] = (struct ca_account){.key = ask->jwk};
    contacts_take(&ca->accounts[ca->accounts_count], ask->payload);
    account_put(ca, ca->accounts_count++);
    return json_reply(ca, 201);
}

static struct acme_response account(struct ca *ca, const struct ask *ask)
{
    struct ca_account *one = &ca->accounts[ask->a];
    must((int)ask->a == ask->account);
    if (str_eq(member(ask->payload, "status"), STR("deactivated")))
        one->is_deactivated = true;
    contacts_take(one, ask->payload);
    account_put(ca, ask->a);
    return json_reply(ca, 200);
}

static void order_put(struct ca *ca, size_t number)
{
    const struct ca_order *order = &ca->orders[number];
    must(buf_printf(&ca->body, "{\"status\":\"%s\",\"expires\":\"2026-01-22T12:00:00Z\",\"identifiers\":[",
                    status_names[order->status]));
    for (size_t i = 0; i < order->names_count; i++)
        must(buf_printf(&ca->body, "%s{\"type\":\"%s\",\"value\":\"%s%s\"}", i ? "," : "",
                        order->names[i].is_address ? "ip" : "dns", order->names[i].is_wildcard ? "*." : "",
                        order->names[i].name));
    must(buf_printf(&ca->body, "],\"authorizations\":["));
    for (size_t i = 0; i < order->names_count; i++)
        must(buf_printf(&ca->body, "%s\"" CA_URL "/authz/%zu/%zu\"", i ? "," : "", number, i));
    must(buf_printf(&ca->body, "],\"finalize\":\"" CA_URL "/finalize/%zu\"", number));
    if (order->profile[0])
        must(buf_printf(&ca->body, ",\"profile\":\"%s\"", order->profile));
    if (order->status == CA_VALID)
        must(buf_printf(&ca->body, ",\"certificate\":\"" CA_URL "/cert/%zu\"", number));
    if (order->status == CA_INVALID)
        must(buf_printf(&ca->body,
                        ",\"error\":{\"type\":\"urn:ietf:params:acme:error:caa\",\"detail\":\"CAA says no\"}"));
    must(buf_put_char(&ca->body, '}'));
}

static void name_take(struct ca *ca, struct ca_order *order, const json_t *identifier)
{
    struct ca_authorization *one = &order->names[order->names_count++];
    struct str value = member(identifier, "value");
    one->is_address = str_eq(member(identifier, "type"), STR("ip"));
    one->is_wildcard = str_starts(value, STR("*."));
    one->status = ca->authorizations_are_reused ? CA_VALID : CA_PENDING;
    (void)snprintf(one->name, sizeof one->name, "%.*s", STR_ARG(one->is_wildcard ? str_after(value, 2) : value));
    (void)snprintf(one->token, sizeof one->token, "token-%zu-%zu-_abcdefghijklmnopq", ca->orders_count,
                   order->names_count);
}

static void order_settle(struct ca_order *order)
{
    bool all = true;
    for (size_t i = 0; i < order->names_count; i++) {
        all = all && order->names[i].status == CA_VALID;
        if (order->names[i].status == CA_INVALID)
            order->status = CA_INVALID;
    }
    if (all && order->status == CA_PENDING)
        order->status = CA_READY;
}

static struct acme_response new_order(struct ca *ca, const struct ask *ask)
{
    const json_t *identifiers = json_object_get(ask->payload, "identifiers");
    struct str replaces = member(ask->payload, "replaces"), profile = member(ask->payload, "profile");
    must(json_array_size(identifiers) > 0 && json_array_size(identifiers) <= CA_NAMES_MAX);
    if (ca->refuses_replaces && replaces.size > 0)
        return problem(ca, 409, "alreadyReplaced", "replaced already");
    must(ca->orders_count < CA_ORDERS_MAX);
    struct ca_order *order = &ca->orders[ca->orders_count];
    *order = (struct ca_order){.account = (unsigned)ask->account, .polls_left = ca->polls};
    buf_init(&order->chain, CA_BODY_MAX);
    for (size_t i = 0; i < json_array_size(identifiers); i++)
        name_take(ca, order, json_array_get(identifiers, i));
    (void)snprintf(ca->replaces, sizeof ca->replaces, "%.*s", STR_ARG(replaces));
    (void)snprintf(order->profile, sizeof order->profile, "%.*s", STR_ARG(profile));
    order_settle(order);
    order_put(ca, ca->orders_count);
    (void)snprintf(ca->location, sizeof ca->location, CA_URL "/order/%zu", ca->orders_count++);
    return json_reply(ca, 201);
}

static void sign(struct ca *ca, struct ca_order *order)
{
    const char *names[CA_NAMES_MAX + 1] = {0};
    char texts[CA_NAMES_MAX][132];
    for (size_t i = 0; i < order->names_count; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "%s%s", order->names[i].is_wildcard ? "*." : "",
                       order->names[i].name);
        names[i] = texts[i];
    }
    struct test_ca_leaf leaf = {.names = names, .key_of = ca->wrong_chain ? NULL : ca->certificate_key_pem};
    struct test_ca_made made = test_ca_make(ca->roots[0], &leaf);
    must(buf_put_str(&order->chain, buf_str(&made.chain)));
    test_ca_made_free(&made);
    order->status = CA_VALID;
}

static struct acme_response order_read_(struct ca *ca, const struct ask *ask)
{
    struct ca_order *order = &ca->orders[ask->a];
    must(!ask->payload);
    if (ask->a >= ca->orders_count)
        return problem(ca, 404, "malformed", "no such order");
    if ((int)order->account != ask->account)
        return problem(ca, 403, "unauthorized", "another account's order");
    order_settle(order);
    if (order->status == CA_PROCESSING && order->polls_left-- == 0)
        sign(ca, order);
    order_put(ca, ask->a);
    return json_reply(ca, 200);
}

/* Whether the proof of this name is up and right. */
static bool is_proved(const struct ca *ca, const struct ca_order *order, const struct ca_authorization *one)
{
    uint8_t thumbprint[DIGEST_SHA256_SIZE], digest[DIGEST_SHA256_SIZE];
    struct buf text, wanted;
    bool found = false;
    if (ca->proofs_fail)
        return false;
    buf_init(&text, 256);
    buf_init(&wanted, 256);
    must(jwk_thumbprint(ca->accounts[order->account].key, thumbprint, NULL));
    must(buf_printf(&text, "%s.", one->token) &&
         base64_encode(BASE64_URL, str_make(thumbprint, sizeof thumbprint), &text));
    must(digest_sha256(buf_str(&text), digest, NULL));
    if (one->kind == ACME_HTTP_01)
        must(buf_put_str(&wanted, buf_str(&text)));
    else if (one->kind == ACME_DNS_01)
        must(base64_encode(BASE64_URL, str_make(digest, sizeof digest), &wanted));
    else
        must(buf_put(&wanted, digest, sizeof digest));
    for (size_t i = 0; i < ca->proofs_count && !found; i++) {
        const struct acme_proof *proof = &ca->proofs[i];
        found = proof->kind == one->kind && str_eq(proof->name, str_from(one->name)) &&
                str_eq(proof->content, buf_str(&wanted)) &&
                (one->kind != ACME_HTTP_01 || str_eq(proof->token, str_from(one->token)));
    }
    buf_fini(&text);
    buf_fini(&wanted);
    return found;
}

static void challenge_put(struct ca *ca, const struct ask *ask, enum acme_challenge_kind kind,
                          const struct ca_authorization *one)
{
    bool was_answered = one->status != CA_PENDING && one->kind == kind;
    must(buf_printf(&ca->body,
                    "{\"type\":\"%s\",\"status\":\"%s\",\"url\":\"" CA_URL "/chall/%u/%u%u\",\"token\":\"%s\"",
                    acme_challenge_kind_name(kind), was_answered ? status_names[one->status] : "pending", ask->a,
                    ask->b, (unsigned)kind, one->token));
    if (was_answered && one->status == CA_INVALID)
        must(buf_printf(&ca->body,
                        ",\"error\":{\"type\":\"urn:ietf:params:acme:error:unauthorized\",\"detail\":\"found "
                        "\\\"nothing\\\" at %s\"}",
                        one->name));
    must(buf_put_char(&ca->body, '}'));
}

static struct acme_response authorization(struct ca *ca, const struct ask *ask)
{
    struct ca_order *order = &ca->orders[ask->a];
    struct ca_authorization *one = &order->names[ask->b];
    must(!ask->payload && ask->a < ca->orders_count && ask->b < order->names_count);
    if (one->status == CA_PROCESSING && order->polls_left-- == 0) {
        one->status = is_proved(ca, order, one) ? CA_VALID : CA_INVALID;
        order->polls_left = ca->polls;
    }
    must(buf_printf(&ca->body,
                    "{\"status\":\"%s\",\"identifier\":{\"type\":\"%s\",\"value\":\"%s\"}%s,\"challenges\":[",
                    one->status == CA_PROCESSING ? "pending" : status_names[one->status],
                    one->is_address ? "ip" : "dns", one->name, one->is_wildcard ? ",\"wildcard\":true" : ""));
    bool first = true;
    for (unsigned kind = 0; kind < ACME_CHALLENGE_KINDS_COUNT; kind++) {
        bool is_offered = one->is_wildcard ? kind == ACME_DNS_01 : !one->is_address || kind != ACME_DNS_01;
        if (!is_offered || (ca->offers_only_http && kind != ACME_HTTP_01))
            continue;
        must(first || buf_put_char(&ca->body, ','));
        first = false;
        challenge_put(ca, ask, (enum acme_challenge_kind)kind, one);
    }
    must(buf_printf(&ca->body, "%s{\"type\":\"new-01\",\"odd\":1}]}", first ? "" : ","));
    return json_reply(ca, 200);
}

static struct acme_response challenge(struct ca *ca, struct ask *ask)
{
    enum acme_challenge_kind kind = (enum acme_challenge_kind)(ask->b % 10);
    ask->b /= 10;
    struct ca_authorization *one = &ca->orders[ask->a].names[ask->b];
    must(json_is_object(ask->payload) && json_object_size(ask->payload) == 0);
    if (one->status != CA_PENDING)
        return problem(ca, 400, "malformed", "not pending");
    one->status = CA_PROCESSING;
    one->kind = kind;
    challenge_put(ca, ask, kind, one);
    return json_reply(ca, 200);
}

static struct acme_response finalize(struct ca *ca, const struct ask *ask)
{
    struct ca_order *order = &ca->orders[ask->a];
    struct csr *csr = NULL;
    if (order->status != CA_READY)
        return problem(ca, 403, "orderNotReady", "not ready");
    struct buf der = decoded(member(ask->payload, "csr"));
    must(csr_read(buf_str(&der), &csr, NULL));
    must(csr_names_count(csr) == order->names_count && csr_is_of_key(csr, ca->certificate_key));
    csr_free(csr);
    buf_fini(&der);
    order->status = CA_PROCESSING;
    order->polls_left = ca->polls;
    order_put(ca, ask->a);
    return json_reply(ca, 200);
}

static struct acme_response certificate(struct ca *ca, const struct ask *ask)
{
    struct ca_order *order = &ca->orders[ask->a];
    must(!ask->payload && ask->a < ca->orders_count);
    if (order->status != CA_VALID)
        return problem(ca, 404, "malformed", "no such certificate");
    must(buf_put_str(&ca->body, buf_str(&order->chain)));
    /* The second chain: the same leaf cannot be signed twice here, so it is one of the leaf and its root's twin. */
    if (ask->step == CA_ALTERNATE) {
        struct test_ca_made made =
            test_ca_make(ca->roots[1], &(struct test_ca_leaf){.names = (const char *[]){order->names[0].name, NULL},
                                                              .key_of = ca->certificate_key_pem});
        buf_clear(&ca->body);
        must(buf_put_str(&ca->body, buf_str(&made.leaf)));
        test_ca_made_free(&made);
    }
    (void)snprintf(ca->link, sizeof ca->link,
                   "<" CA_URL "/directory>;rel=\"index\", <" CA_URL "/other/%u>; rel=\"alternate\"", ask->a);
    return reply(ca, 200, "application/pem-certificate-chain");
}

static struct acme_response revoke(struct ca *ca, const struct ask *ask)
{
    must(member(ask->payload, "certificate").size > 0);
    if (ca->revoked_count++ > 0)
        return problem(ca, 400, "alreadyRevoked", "revoked already");
    return reply(ca, 200, "");
}

static struct acme_response key_change(struct ca *ca, const struct ask *ask)
{
    struct buf text, content;
    const struct key *jwk;
    buf_init(&text, CA_BODY_MAX);
    must(json_write(ask->payload, false, &text));
    json_t *header = jws_open(ca, buf_str(&text), (struct str){0}, &jwk, NULL, &content);
    json_t *inner = parsed(buf_str(&content));
    char url[64];
    (void)snprintf(url, sizeof url, CA_URL "/account/%d", ask->account);
    must(member(header, "nonce").size == 0 && str_eq(member(header, "url"), ask->url));
    must(str_eq(member(inner, "account"), str_from(url)));
    must(key_of(ca, json_object_get(inner, "oldKey")) == ca->accounts[ask->account].key);
    ca->accounts[ask->account].key = jwk;
    json_decref(inner);
    json_decref(header);
    buf_fini(&content);
    buf_fini(&text);
    return json_reply(ca, 200);
}

static struct acme_response renewal_info(struct ca *ca)
{
    must(buf_printf(&ca->body,
                    "{\"suggestedWindow\":{\"start\":\"2026-01-20T00:00:00Z\",\"end\":\"2026-01-22T00:00:00Z\"},"
                    "\"explanationURL\":\"" CA_URL "/why\"}"));
    struct acme_response response = json_reply(ca, 200);
    response.retry_after = STR("21600");
    return response;
}

static struct acme_response serve(struct ca *ca, struct ask *ask)
{
    bool is_gone = ask->account >= 0 && ((size_t)ask->account >= ca->accounts_count || !ca->accounts[ask->account].key);
    if (ask->nonce_is_bad)
        return problem(ca, 400, "badNonce", "used or unknown");
    if (is_gone)
        return problem(ca, 400, "accountDoesNotExist", "who?");
    if (ask->is_by_old_key)
        return problem(ca, 403, "unauthorized", "not signed by the account's key");
    if (ask->account >= 0 && ca->accounts[ask->account].is_deactivated)
        return problem(ca, 401, "unauthorized", "deactivated");
    switch (ask->step) {
    case CA_DIRECTORY: return directory(ca);
    case CA_NONCE: return reply(ca, 200, "");
    case CA_NEW_ACCOUNT: return new_account(ca, ask);
    case CA_ACCOUNT: return account(ca, ask);
    case CA_NEW_ORDER: return new_order(ca, ask);
    case CA_ORDER: return order_read_(ca, ask);
    case CA_AUTHORIZATION: return authorization(ca, ask);
    case CA_CHALLENGE: return challenge(ca, ask);
    case CA_FINALIZE: return finalize(ca, ask);
    case CA_CERTIFICATE:
    case CA_ALTERNATE: return certificate(ca, ask);
    case CA_REVOKE: return revoke(ca, ask);
    case CA_KEY_CHANGE: return key_change(ca, ask);
    default: return renewal_info(ca);
    }
}

static struct acme_response page(struct ca *ca, unsigned status)
{
    buf_clear(&ca->body);
    must(buf_printf(&ca->body, "<html><h1>%u</h1></html>", status));
    return reply(ca, status, "text/html");
}

static struct acme_response filled(struct ca *ca, struct str with, size_t times)
{
    buf_clear(&ca->body);
    for (size_t i = 0; i < times; i++)
        must(buf_put_str(&ca->body, with));
    return json_reply(ca, 200);
}

static void urls_worsen(struct buf *body)
{
    for (size_t i = 0; i + 8 < body->size; i++)
        if (memcmp(body->data + i, "https://", 8) == 0)
            memcpy(body->data + i, "http:///", 8);
}

/* What the fault makes of the good answer; false: there is none. */
static bool spoil(struct ca *ca, enum ca_fault fault, struct acme_response *ret)
{
    struct str type = ret->content_type;
    switch (fault) {
    case CA_SOUND: return true;
    case CA_SILENT:
    case CA_LOST: return false;
    case CA_ERROR_500: *ret = page(ca, 500); return true;
    case CA_BUSY:
    case CA_BUSY_LONG:
        *ret = page(ca, 503);
        ret->retry_after = fault == CA_BUSY ? STR("30") : STR("7200");
        return true;
    case CA_LIMITED:
        *ret = problem(ca, 429, "rateLimited", "too many certificates");
        ret->retry_after = STR("3600");
        return true;
    case CA_BAD_NONCE: *ret = problem(ca, 400, "badNonce", "no"); return true;
    case CA_HTML: *ret = page(ca, 200); return true;
    case CA_NOT_FOUND: *ret = page(ca, 404); return true;
    case CA_REDIRECT: *ret = page(ca, 302); return true;
    case CA_DEEP: *ret = filled(ca, STR("[{\"a\":"), 5000); return true;
    case CA_HUGE: *ret = filled(ca, STR("                                "), 20000); return true;
    case CA_EMPTY: *ret = filled(ca, STR("{}"), 1); return true;
    case CA_PROBLEM: *ret = problem(ca, 403, ca->problem, "so it \\\"is\\\""); return true;
    case CA_CUT:
        ret->body = str_part(ret->body, 0, ca->cut_at);
        ret->content_type = type;
        return true;
    case CA_NO_FIELDS: ca->location[0] = 0; return true;
    case CA_BAD_URLS:
        urls_worsen(&ca->body);
        (void)snprintf(ca->location, sizeof ca->location, "http://ca.test/");
        return true;
    }
    return true;
}

/* The fault of this request, which is the seen-th of its kind. */
static enum ca_fault fault_of(const struct ca *ca, const struct ask *ask)
{
    unsigned seen = ca->seen[ask->step], from = ca->break_at.from ? ca->break_at.from : 1;
    bool is_it = ca->break_at.fault != CA_SOUND && ask->step == ca->break_at.step && seen >= from &&
                 (ca->break_at.times == 0 || seen < from + ca->break_at.times);
    return is_it ? ca->break_at.fault : CA_SOUND;
}

bool ca_answer(struct ca *ca, const struct acme_request *request, struct acme_response *ret)
{
    struct ask ask = {.account = -1, .url = request->url};
    ask.step = route(request->url, &ask.a, &ask.b);
    ca->requests_count++;
    ca->seen[ask.step]++;
    must((ask.step == CA_NONCE) == request->head);
    if (ask.step != CA_DIRECTORY && ask.step != CA_NONCE && ask.step != CA_RENEWAL_INFO)
        open_post(ca, request, &ask);
    must((request->accept.size > 0) == (ask.step == CA_CERTIFICATE || ask.step == CA_ALTERNATE));
    enum ca_fault fault = fault_of(ca, &ask);
    buf_clear(&ca->body);
    ca->location[0] = ca->link[0] = 0;
    bool does_it = fault == CA_SOUND || fault >= CA_CUT || fault == CA_LOST;
    *ret = does_it ? serve(ca, &ask) : reply(ca, 200, "");
    bool answers = spoil(ca, fault, ret);
    json_decref(ask.payload);
    bool is_broken_nonce = ask.step == CA_NONCE && fault != CA_SOUND;
    if (answers && fault != CA_NO_FIELDS && !is_broken_nonce &&
        (ask.step != CA_DIRECTORY && ask.step != CA_RENEWAL_INFO))
        (void)snprintf(ca->nonce_text, sizeof ca->nonce_text, "nonce-_%u", ca->nonce++);
    ret->replay_nonce = str_from(ca->nonce_text);
    ret->location = str_from(ca->location);
    ca->links[0] = str_from(ca->link);
    ret->links = ca->links;
    ret->links_count = ca->link[0] ? 1 : 0;
    return answers;
}

void ca_order_becomes(struct ca *ca, size_t order, enum ca_status status)
{
    ca->orders[order].status = status;
    for (size_t i = 0; i < ca->orders[order].names_count; i++)
        ca->orders[order].names[i].status = status == CA_INVALID   ? CA_INVALID
                                            : status == CA_PENDING ? CA_PENDING
                                                                   : CA_VALID;
    if (status == CA_VALID)
        sign(ca, &ca->orders[order]);
}

void ca_put_up(struct ca *ca, const struct acme_proof *proofs, size_t proofs_count)
{
    must(proofs_count > 0);
    arena_clear(&ca->proofs_arena);
    ca->proofs = arena_alloc(&ca->proofs_arena, proofs_count * sizeof *proofs);
    ca->proofs_count = proofs_count;
    must(ca->proofs);
    for (size_t i = 0; i < proofs_count; i++) {
        const struct acme_proof *from = &proofs[i];
        struct acme_proof *to = &ca->proofs[i];
        to->kind = from->kind;
        must(arena_str(&ca->proofs_arena, from->name, &to->name) &&
             arena_str(&ca->proofs_arena, from->token, &to->token) &&
             arena_str(&ca->proofs_arena, from->content, &to->content) &&
             arena_str(&ca->proofs_arena, from->dns_name, &to->dns_name) &&
             arena_str(&ca->proofs_arena, from->sni, &to->sni));
    }
}

/* One step of the job. */
static void obey(struct ca *ca, struct acme_job *job, const struct acme_step *step, int64_t *now_s)
{
    struct acme_response response;
    if (step->kind == ACME_STEP_WAIT) {
        must(step->until_s > *now_s);
        *now_s = step->until_s;
    } else if (step->kind == ACME_STEP_PROVE) {
        ca_put_up(ca, step->proofs, step->proofs_count);
        acme_job_proved(job, *now_s);
    } else if (ca_answer(ca, &step->request, &response)) {
        acme_job_response(job, &response, *now_s);
    } else {
        acme_job_no_response(job, "refuses the connection", *now_s);
    }
}

enum acme_step_kind ca_drive(struct ca *ca, struct acme_job *job, int64_t *now_s, unsigned steps_max,
                             struct acme_failure *ret_failure)
{
    struct acme_step step;
    for (unsigned i = 0; i < 5000; i++) {
        acme_job_step(job, *now_s, &step);
        if (step.kind == ACME_STEP_FAILED && ret_failure)
            *ret_failure = *step.failure;
        if (step.kind == ACME_STEP_FAILED || step.kind == ACME_STEP_DONE || (steps_max && i == steps_max))
            return step.kind;
        obey(ca, job, &step, now_s);
    }
    fail_msg("the job does not come to an end: %s", acme_job_phase(job));
    return step.kind;
}
