/*
 * What a CA says of itself before anything else (RFC 8555 section 7.1.1): where its resources are and what it asks for.
 */
#ifndef ACME_DIRECTORY_H
#define ACME_DIRECTORY_H

#include "base/arena.h"
#include "base/err.h"

/* Real CAs have up to four. */
#define ACME_PROFILES_COUNT_MAX 32
#define ACME_PROFILE_SIZE_MAX   64
/* Real CAs have one or two; an identity is a domain name. */
#define ACME_CAA_IDENTITIES_COUNT_MAX 16

/* Views into the arena it was read with. URLs are https and capped; empty when the CA does not have the resource. */
struct acme_directory {
    struct str new_nonce, new_account, new_order; /* always there */
    struct str revoke_cert, key_change, renewal_info;
    struct str terms_url; /* of the terms of service, cleaned for showing: not always https, never fetched */
    struct str caa_identities[ACME_CAA_IDENTITIES_COUNT_MAX]; /* names a CAA record may allow it by */
    size_t caa_identities_count;
    struct str profiles[ACME_PROFILES_COUNT_MAX]; /* draft-ietf-acme-profiles: names without their descriptions */
    size_t profiles_count;
    bool external_account_required;
};

/* False with a sentence's end in *err ("has no newOrder") when the body is no directory; outputs untouched. */
NODISCARD bool acme_directory_read(struct str body, struct arena *arena, struct acme_directory *ret, struct err *err);
/* Whether `name` is among its profiles. */
bool acme_directory_has_profile(const struct acme_directory *directory, struct str name);

#endif
