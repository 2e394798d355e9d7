/*
 * Who vouches for a chain: verification as a client does it, with the roots of this machine's system and others that
 * are told apart by a mark. For looking at what is served, not for a connection of ours: it says what is wrong in
 * plain words, and which root the chain leads to. Time is an argument. Certificates, when they are served by a
 * stranger, are input.
 */
#ifndef CRYPTO_TRUST_H
#define CRYPTO_TRUST_H

#include "base/err.h"
#include "base/str.h"
#include "crypto/system_roots.h"

struct trust;

/* The system's roots; the marks above it are the caller's. */
#define TRUST_MARK_SYSTEM     0u
#define TRUST_MARKS_COUNT_MAX 4
/* Roots of one mark: the largest real store (Mozilla's) has about 150. */
#define TRUST_ROOTS_COUNT_MAX 512
#define TRUST_WHY_SIZE        192
#define TRUST_ROOT_SIZE       96

enum trust_fault {
    TRUST_FAULT_NONE,
    TRUST_FAULT_UNREADABLE,  /* the chain does not parse, or there is none */
    TRUST_FAULT_SELF_SIGNED, /* the leaf signed itself */
    TRUST_FAULT_UNKNOWN,     /* it ends at a root that nobody here knows, or a certificate between is missing */
    TRUST_FAULT_EXPIRED,     /* a certificate of the chain */
    TRUST_FAULT_NOT_YET_VALID,
    TRUST_FAULT_NAME,  /* not for this host */
    TRUST_FAULT_WEAK,  /* a key or a signature that clients no longer take */
    TRUST_FAULT_OTHER, /* anything else that makes a client refuse */
};

struct trust_verdict {
    enum trust_fault fault;
    bool has_root;              /* the chain leads to a root, whatever else is wrong (name, time, weakness) */
    unsigned mark;              /* of that root */
    char root[TRUST_ROOT_SIZE]; /* its name */
    char why[TRUST_WHY_SIZE];   /* when there is a fault: a sentence's end, "expired on 2026-01-15" */
};

/* No roots yet. The caller frees. */
NODISCARD bool trust_new(struct trust **ret, struct err *err);
/* NULL is allowed. */
void trust_free(struct trust *trust);
/*
 * The roots of this machine's system; `kept`, which may be NULL, spares reading them again when they are the same as
 * the last time. What an administrator added to them by hand is among them: whoever knows such a root adds it with a
 * mark of its own as well, which then counts.
 */
NODISCARD bool trust_add_system(struct trust *trust, struct system_roots *kept, struct err *err);
/*
 * Every self-signed certificate of the PEM text is a root with this mark (1 and up); the others are left out, since
 * clients have roots only and must be served what lies between. ERR_INPUT when the text is no PEM, a certificate in it
 * does not parse, or there are too many.
 */
NODISCARD bool trust_add_pem(struct trust *trust, struct str pem, unsigned mark, struct err *err);
/*
 * Whether a client with these roots would take the chain (DER, leaf first) for `host` at `now_s`; fills *ret always. A
 * chain that leads to roots of several marks has the lowest, and the system's only when it has no other.
 */
void trust_judge(const struct trust *trust, const struct str *chain, size_t chain_count, struct str host, int64_t now_s,
                 struct trust_verdict *ret);
/*
 * The same words for a result of OpenSSL's verification (X509_V_ERR_…) that another library handed out, or "is not
 * trusted (REASON)".
 */
void trust_words(long library_result, char ret[static TRUST_WHY_SIZE]);

#endif
