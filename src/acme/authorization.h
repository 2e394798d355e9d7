/*
 * Authorizations (RFC 8555 section 7.1.4): one name that a CA wants proved, and the ways it would take.
 */
#ifndef ACME_AUTHORIZATION_H
#define ACME_AUTHORIZATION_H

#include "acme/identifier.h"
#include "acme/problem.h"
#include "acme/proof.h"

/* Real CAs offer three or four; those of a kind not known here are left out. */
#define AUTHORIZATION_CHALLENGES_COUNT_MAX 16

enum authorization_status {
    AUTHORIZATION_PENDING,
    AUTHORIZATION_VALID,
    AUTHORIZATION_INVALID,
    AUTHORIZATION_DEACTIVATED,
    AUTHORIZATION_EXPIRED,
    AUTHORIZATION_REVOKED,
};

enum challenge_status { CHALLENGE_PENDING, CHALLENGE_PROCESSING, CHALLENGE_VALID, CHALLENGE_INVALID };

/* One way to prove the name (section 7.1.5, section 8). */
struct challenge {
    enum acme_challenge_kind kind;
    enum challenge_status status;
    struct str url;
    struct str token;      /* Base64url, at least 128 bits */
    struct problem *error; /* what the CA found, or NULL */
};

/* Views into the arena it was read with. */
struct authorization {
    enum authorization_status status;
    struct identifier identifier; /* without "*." */
    bool is_of_wildcard;
    struct challenge challenges[AUTHORIZATION_CHALLENGES_COUNT_MAX];
    size_t challenges_count;
};

/* Reads an authorization object. False with a sentence's end in *err when it is none. */
NODISCARD bool authorization_read(const json_t *body, struct arena *arena, struct authorization *ret, struct err *err);
/*
 * The challenge to take: one the CA is looking at already, else the first of `allowed` that it offers and that can
 * prove this kind of name (wildcards: dns-01 only; addresses: never dns-01). NULL with *err saying what it offers and
 * what is allowed.
 */
const struct challenge *authorization_choose(const struct authorization *authorization,
                                             const enum acme_challenge_kind *allowed, size_t allowed_count,
                                             struct err *err);
/* The challenge that failed, or NULL. */
const struct challenge *authorization_failed(const struct authorization *authorization);
/* The name for sentences, with "*." where it is a wildcard's. */
struct str authorization_name(const struct authorization *authorization, char room[static IDENTIFIER_SIZE_MAX + 3]);

#endif
