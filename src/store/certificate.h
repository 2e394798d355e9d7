/*
 * Certificates with their keys, one file each: DATA/certificates/ID.pem (mode 0600), chain first, then the key. The id
 * is made from the content, so that equal certificates of many sites are one file; a file that was replaced in place
 * keeps its name and is taken over at the next reload. Kept in memory in the form a snapshot wants; what a certificate
 * says is parsed when somebody asks.
 */
#ifndef STORE_CERTIFICATE_H
#define STORE_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/cert.h"

/* 128 bits in hexadecimal: no two certificates share it. */
#define CERTIFICATE_ID_SIZE 32

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
    size_t chain_count;
    struct str key;    /* DER, PKCS#8: a secret */
    uint64_t identity; /* of chain and key, for the snapshot */
    uint64_t digest;   /* of the file, to see a change */
    bool facts_known;
    bool marked;
    struct certificate *next; /* in its bucket */
    struct certificate_facts facts;
};

struct certificates;

/* The folder is made (0700) when it is missing. */
NODISCARD bool certificates_new(const char *directory, struct certificates **ret, struct err *err);
void certificates_free(struct certificates *certificates);

/* The certificate with this id, read from its file when it is not known yet. NULL with *err filled. */
const struct certificate *certificates_get(struct certificates *certificates, struct str id, struct err *err);
/*
 * Takes a loaded certificate in: writes its file unless there is one with the same content, and gives it back. NULL
 * with *err filled. Nothing refers to it yet: it goes with the next certificates_remove_unmarked when that stays so.
 */
const struct certificate *certificates_add(struct certificates *certificates, const struct cert *cert, struct err *err);
/* What it says; NULL (with *err) when its file cannot be read any more. */
const struct certificate_facts *certificates_facts(struct certificates *certificates,
                                                   const struct certificate *certificate, struct err *err);
/* The whole certificate, parsed; the caller frees it with cert_free. */
NODISCARD bool certificates_open(struct certificates *certificates, struct str id, struct cert **ret, struct err *err);
/*
 * Reads all known files again. Those that changed, are sound, have all names of their predecessor and are valid now (if
 * it was) replace what is in memory; of the others a warning is logged, and what was served goes on being served.
 * Returns how many changed.
 */
size_t certificates_reload(struct certificates *certificates);
/*
 * Removing what no site refers to: forget all marks, mark what is used, remove the files of the rest. Files never asked
 * for are not touched: they may belong to a state that somebody put aside.
 */
void certificates_unmark_all(struct certificates *certificates);
void certificates_mark(struct certificates *certificates, struct str id);
void certificates_remove_unmarked(struct certificates *certificates);

#endif
