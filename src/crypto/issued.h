/*
 * A chain as a certificate authority hands it out for a request of ours: judged against what was asked for before
 * anything is made of it, and the identifier by which the authority knows the certificate again. Strict, since an
 * authority's answer is input: nothing but certificates, leaf first, each signed by the next.
 */
#ifndef CRYPTO_ISSUED_H
#define CRYPTO_ISSUED_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"

/* RFC 9773 section 4.1: two Base64url texts of at most 20 octets (some CAs' key identifiers are longer) and a dot. */
#define ISSUED_ARI_ID_SIZE_MAX 128
/* The common name of a root, or its organisation when it has none; ub-common-name is 64, real ones may be longer. */
#define ISSUED_ROOT_SIZE_MAX 128

enum issued_fault {
    ISSUED_FAULT_NONE,
    ISSUED_FAULT_UNREADABLE, /* no chain at all */
    ISSUED_FAULT_KEY,        /* the leaf is for another key */
    ISSUED_FAULT_NAME,       /* the leaf does not cover a name */
    ISSUED_FAULT_BROKEN,     /* a certificate is not signed by the one behind it */
    ISSUED_FAULT_ENDED,      /* it has ended by this machine's clock */
};

/*
 * Judges the PEM text for the key and the names that were asked for. *ret_root (ISSUED_ROOT_SIZE_MAX bytes, ended by a
 * zero byte) gets the name of the issuer the chain leads to. False with *err saying what is wrong and *ret_fault (NULL
 * is allowed) filled.
 */
NODISCARD bool issued_check(struct str pem, const struct key *key, const struct str *names, size_t names_count,
                            int64_t now_s, char ret_root[static ISSUED_ROOT_SIZE_MAX], enum issued_fault *ret_fault,
                            struct err *err);
/*
 * Appends the certificate's id for ARI: Base64url of its authority key identifier, a dot, Base64url of its serial
 * number (RFC 9773 section 4.1). ERR_INPUT when it is no certificate or names no such identifier.
 */
NODISCARD bool ari_id(struct str certificate_der, struct buf *out, struct err *err);

#endif
