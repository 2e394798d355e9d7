/*
 * Proofs that names are ours, put up where certificate authorities look, all of an order at the same time. http-01 and
 * tls-alpn-01: the gateway answers for them out of the snapshot, so they are published, and proved when every worker
 * serves it; many that come at the same time share a snapshot. dns-01: control/dns_proof puts the record up.
 */
#ifndef CONTROL_ACME_PROVE_H
#define CONTROL_ACME_PROVE_H

#include "acme/job.h"
#include "base/list.h"
#include "control/core.h"
#include "snapshot/build.h"

/* A hundred names of a few dozen orders. */
#define ACME_PROVE_SIZE_MAX ((size_t)1 << 20)

struct acme_proving;
struct dns_proof;

/* The certificate that answers in a handshake (RFC 8737 section 3). */
struct acme_alpn_proof {
    struct str sni;              /* the proof's */
    struct buf certificate, key; /* DER; the key is a secret */
};

/* All proofs of one order, put up at the same time. */
struct acme_stage {
    struct list node;
    struct acme_proving *proving; /* NULL: nothing is up */
    const struct acme_proof *proofs;
    size_t count;
    struct acme_alpn_proof *alpn; /* of those of tls-alpn-01 */
    size_t alpn_count;
    struct dns_proof **dns; /* of those of dns-01 */
    size_t dns_count, dns_pending;
    bool in_snapshot; /* some go out in the snapshot */
    bool published;   /* they have been, or there are none */
    bool waits;       /* for the gateway */
    bool told;        /* on_done was called */
    struct publish_waiter waiter;
    char problem[512]; /* why it cannot be put up at all; or empty */
    /* `problem` is NULL when all of them can be seen, else why not: the end of a sentence. */
    void (*on_done)(struct acme_stage *stage, const char *problem);
};

NODISCARD bool acme_proving_new(struct core *core, struct acme_proving **ret, struct err *err);
/* NULL is allowed. Nothing may be up any more. */
void acme_proving_free(struct acme_proving *proving);
/* Whether proofs of this kind can be put up; else ERR_CONFLICT with what is missing. */
NODISCARD bool acme_prove_can(const struct core *core, enum acme_challenge_kind kind, struct err *err);
/* Puts them up: on_done is called later, once. What `proofs` point to stays until acme_prove_down. */
void acme_prove_up(struct acme_proving *proving, struct acme_stage *stage, const struct acme_proof *proofs,
                   size_t count);
/* Takes them down; on_done is not called any more. Nothing happens when nothing is up. */
void acme_prove_down(struct acme_stage *stage);
/* What the next snapshot carries, into the arena; views live until one of them is taken down. False when memory ran
 * out. `proving` may be NULL. */
NODISCARD bool acme_prove_challenges(const struct acme_proving *proving, struct arena *arena,
                                     const struct build_challenge **ret, size_t *ret_count);
NODISCARD bool acme_prove_handshakes(const struct acme_proving *proving, struct arena *arena,
                                     const struct acme_alpn_proof ***ret, size_t *ret_count);

#endif
