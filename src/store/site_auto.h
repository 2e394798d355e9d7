/*
 * The wish for a certificate that a site gets and keeps by itself (ACME): from which authorities, by which proofs, and
 * with which kind of key.
 * It says nothing of the certificate that is in service, which may still come from elsewhere (struct site: source).
 */
#ifndef STORE_SITE_AUTO_H
#define STORE_SITE_AUTO_H

#include <jansson.h>

#include "acme/proof.h"
#include "base/arena.h"
#include "base/err.h"
#include "crypto/cert_side.h"
#include "store/jsonout.h"

/* One, and a few to turn to when it fails. */
#define SITE_AUTO_CAS_COUNT_MAX 8

struct site_auto {
    bool wanted;
    struct str *cas; /* names, the preferred first; none: all that are configured, by their own order */
    size_t cas_count;
    enum acme_challenge_kind challenges[ACME_CHALLENGE_KINDS_COUNT]; /* the preferred first; at least one */
    size_t challenges_count;
    enum cert_side key; /* the kind of key: RSA where clients take nothing else */
};

/* The object's member "acme" (null or absent: not wanted); texts are copied into the arena. */
NODISCARD bool site_auto_read(const json_t *object, const char *path, struct arena *arena, struct site_auto *ret,
                              struct err *err);
/* The same member, when it is wanted. */
void site_auto_write(const struct site_auto *wish, struct jsonout *out);
/* A copy whose texts live in the arena. */
NODISCARD bool site_auto_copy(const struct site_auto *wish, struct arena *arena, struct site_auto *ret);

#endif
