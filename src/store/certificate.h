/*
 * Certificates with their keys as control works with them: found by id, kept in memory in the form a snapshot wants,
 * parsed only when somebody asks what one says. They live in the store (keys sealed), read from there when first asked
 * for. The id is made from chain and key, so that equal certificates of many sites are one.
 */
#ifndef STORE_CERTIFICATE_H
#define STORE_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/cert.h"

/* 128 bits in hexadecimal: no two certificates share it. */
#define CERTIFICATE_ID_SIZE 32

struct store;

struct certificate_facts {
    int64_t not_before_s;
    int64_t not_after_s;
    struct str *names;
    size_t names_count;
    struct str issuer;
    struct str fingerprint_sha256;
    uint32_t faults; /* of cert_check, those that depend neither on names nor on the time */
};

struct certificate {
    char id[CERTIFICATE_ID_SIZE + 1];
    struct arena arena;                     /* what follows; wiped when it goes, since the key is in it */
    struct str chain[CERT_CHAIN_COUNT_MAX]; /* DER, leaf first */
    size_t chain_count;                     /* 0: nobody has asked for it yet */
    struct str key;                         /* DER, PKCS#8: a secret */
    uint64_t identity;                      /* of chain and key, for the snapshot */
    bool facts_known;
    bool marked;
    struct certificate *next; /* in its bucket */
    struct certificate_facts facts;
};

struct certificates;

/* All that the store has are known from the start, by id. The store must outlive them. */
NODISCARD bool certificates_new(struct store *store, struct certificates **ret, struct err *err);
void certificates_free(struct certificates *certificates);

/* The certificate with this id, read from the store when it is asked for first. NULL with *err filled. */
const struct certificate *certificates_get(struct certificates *certificates, struct str id, struct err *err);
/*
 * Takes a loaded certificate in, on disk when it returns, and gives it back. NULL with *err filled. Nothing refers to
 * it yet: it goes with the next certificates_remove_unmarked when that stays so.
 */
const struct certificate *certificates_add(struct certificates *certificates, const struct cert *cert, struct err *err);
/* What it says; NULL (with *err) when memory ran out. */
const struct certificate_facts *certificates_facts(struct certificates *certificates,
                                                   const struct certificate *certificate, struct err *err);
/* What the chain says, parsed, without the private key; the caller frees it with cert_free. */
NODISCARD bool certificates_open_chain(struct certificates *certificates, struct str id, struct cert **ret,
                                       struct err *err);
/* The whole certificate with its key, parsed; the caller frees it with cert_free. */
NODISCARD bool certificates_open(struct certificates *certificates, struct str id, struct cert **ret, struct err *err);
/*
 * Removing what no site refers to: forget all marks, mark what is used, remove the rest. What a stored site refers to
 * is never removed, whatever the marks say; what came into the store by another way (a backup that is being restored)
 * is not known here before the next start, and stays until then. Logs what it cannot remove.
 */
void certificates_unmark_all(struct certificates *certificates);
void certificates_mark(struct certificates *certificates, struct str id);
void certificates_remove_unmarked(struct certificates *certificates);

#endif
