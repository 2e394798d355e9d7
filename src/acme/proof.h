/*
 * What has to be put up so that a CA believes that a name is ours (RFC 8555 section 8, RFC 8737, RFC 8738): made from a
 * challenge's token and the thumbprint of the account's key.
 */
#ifndef ACME_PROOF_H
#define ACME_PROOF_H

#include "base/arena.h"
#include "base/err.h"

enum acme_challenge_kind { ACME_HTTP_01, ACME_TLS_ALPN_01, ACME_DNS_01 };
#define ACME_CHALLENGE_KINDS_COUNT 3

struct acme_proof {
    enum acme_challenge_kind kind;
    struct str name;     /* host name without "*.", or IP address as text */
    struct str token;    /* http-01: the last part of the path; letters, digits, "-" and "_" only */
    struct str content;  /* http-01: the response's body; dns-01: the TXT value; tls-alpn-01: 32 raw bytes (SHA-256) */
    struct str dns_name; /* dns-01: "_acme-challenge.NAME". A name with its wildcard has two values there at once */
    struct str sni;      /* tls-alpn-01: the server name the CA asks with; of an address its reverse name (RFC 8738) */
};

/* "http-01", and back; false for a kind not known here. */
const char *acme_challenge_kind_name(enum acme_challenge_kind kind);
NODISCARD bool acme_challenge_kind_parse(struct str text, enum acme_challenge_kind *ret);

struct identifier;
/*
 * The proof for a challenge of this kind and token, in the arena. `thumbprint` is the Base64url of the account key's
 * (jwk_thumbprint). `identifier` is what the authorization names, without "*.".
 */
NODISCARD bool acme_proof_make(enum acme_challenge_kind kind, const struct identifier *identifier, struct str token,
                               struct str thumbprint, struct arena *arena, struct acme_proof *ret, struct err *err);

#endif
