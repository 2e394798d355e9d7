/* All three kinds are made of the key authorization, "TOKEN.THUMBPRINT" (RFC 8555 section 8.1). */
#include "acme/proof.h"

#include "acme/identifier.h"
#include "codec/base64.h"
#include "crypto/digest.h"

static const char *const kind_names[ACME_CHALLENGE_KINDS_COUNT] = {
    [ACME_HTTP_01] = "http-01", [ACME_TLS_ALPN_01] = "tls-alpn-01", [ACME_DNS_01] = "dns-01"};

const char *acme_challenge_kind_name(enum acme_challenge_kind kind)
{
    return (unsigned)kind < ACME_CHALLENGE_KINDS_COUNT ? kind_names[kind] : "unknown";
}

bool acme_challenge_kind_parse(struct str text, enum acme_challenge_kind *ret)
{
    for (unsigned i = 0; i < ACME_CHALLENGE_KINDS_COUNT; i++) {
        if (str_eq(text, str_from(kind_names[i]))) {
            *ret = (enum acme_challenge_kind)i;
            return true;
        }
    }
    return false;
}

/* The digest of the key authorization: as it is, or as Base64url for a TXT record. */
static bool digest_put(enum acme_challenge_kind kind, struct str authorization, struct arena *arena, struct str *ret,
                       struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    if (!digest_sha256(authorization, digest, err))
        return false;
    struct str bytes = str_make(digest, sizeof digest);
    if (kind == ACME_TLS_ALPN_01)
        return arena_str(arena, bytes, ret) || err_memory(err);
    struct buf text;
    buf_init(&text, 2 * sizeof digest);
    bool ok = (base64_encode(BASE64_URL, bytes, &text) && arena_str(arena, buf_str(&text), ret)) || err_memory(err);
    buf_fini(&text);
    return ok;
}

static bool names_put(const struct identifier *identifier, struct arena *arena, struct acme_proof *proof)
{
    struct str base = identifier_base(identifier);
    if (proof->kind == ACME_TLS_ALPN_01)
        return identifier_sni(identifier, arena, &proof->sni);
    if (proof->kind != ACME_DNS_01)
        return true;
    proof->dns_name = arena_printf(arena, "_acme-challenge.%.*s", STR_ARG(base));
    return proof->dns_name.data != NULL;
}

bool acme_proof_make(enum acme_challenge_kind kind, const struct identifier *identifier, struct str token,
                     struct str thumbprint, struct arena *arena, struct acme_proof *ret, struct err *err)
{
    struct acme_proof proof = {.kind = kind};
    struct str authorization = arena_printf(arena, "%.*s.%.*s", STR_ARG(token), STR_ARG(thumbprint));
    if (!authorization.data || !arena_str(arena, identifier_base(identifier), &proof.name) ||
        !names_put(identifier, arena, &proof))
        return err_memory(err);
    if (kind == ACME_HTTP_01) {
        proof.content = authorization;
        proof.token = str_part(authorization, 0, token.size);
    } else if (!digest_put(kind, authorization, arena, &proof.content, err)) {
        return false;
    }
    *ret = proof;
    return true;
}
