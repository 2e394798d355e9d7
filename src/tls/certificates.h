/*
 * Parsed certificates, kept by the identity the snapshot gives them: made when a handshake first asks, kept over
 * generations, let go when the newest snapshot no longer has them or the cache is full (the one unused for longest).
 * Connections hold references of their own, so that letting go here never touches them.
 *
 *     buckets[identity & mask] ──▶ certificate ──▶ certificate
 *     recent ⇄ most recently used ⇄ … ⇄ least ⇄ recent
 *     certificate.chain ──▶ issuer ◀── certificate.chain      (one intermediate for all it has issued)
 */
#ifndef TLS_CERTIFICATES_H
#define TLS_CERTIFICATES_H

#include <openssl/ssl.h>

#include "base/list.h"
#include "snapshot/read.h"

struct certificate {
    uint64_t identity;
    X509 *leaf; /* NULL: does not load; remembered, so that it is tried once */
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
    struct certificate *next; /* in its bucket */
    struct list recent;
    uint32_t mark; /* the sweep that last saw it in a snapshot */
};

struct certificates {
    struct certificate **buckets;
    size_t count;
    struct list recent;
    uint32_t mark;
    struct issuer *issuers; /* intermediates in use, shared */
};

NODISCARD bool certificates_init(struct certificates *c);
void certificates_fini(struct certificates *c);
/*
 * The parsed certificate of this record, or NULL when it does not load or memory ran out. Stays valid until the next
 * call on `c`.
 */
const struct certificate *certificates_lookup(struct certificates *c, const struct snapshot *snapshot,
                                              const struct snap_certificate *record);
/* Lets go of those this snapshot does not have. */
void certificates_sweep(struct certificates *c, const struct snapshot *snapshot);

#endif
