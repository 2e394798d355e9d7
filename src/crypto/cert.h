/*
 * A server certificate with its chain and its private key, as one thing: read from the files operators have, put in the
 * order TLS wants, judged in plain words before it is ever served, and written in the form the snapshot carries. It
 * says what the certificate is and what is wrong with it by itself; whether clients have its root, and the words that
 * go into particulars, are in cert_report.h.
 */
#ifndef CRYPTO_CERT_H
#define CRYPTO_CERT_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"

struct cert;

/* More than any real bundle holds; a trust store given by mistake is refused by it. */
#define CERT_CHAIN_COUNT_MAX 16
/* 64 KiB a certificate are far beyond real ones (Mozilla's largest root is 3 KB, a 100-name leaf 5 KB). */
#define CERT_FILE_SIZE_MAX (1024 * 1024)
/* SHA-256, lower case hexadecimal. */
#define CERT_FINGERPRINT_SIZE 64

/* The id and the words of each are in cert_fault.c. */
enum cert_fault {
    CERT_FAULT_NONE,
    /* Reasons for cert_open to give nothing. */
    CERT_FAULT_NO_CERTIFICATE,
    CERT_FAULT_UNREADABLE, /* a certificate in the files does not parse */
    CERT_FAULT_TOO_MANY,   /* more than CERT_CHAIN_COUNT_MAX */
    CERT_FAULT_NO_KEY,
    CERT_FAULT_KEY_ENCRYPTED, /* the key, or a PKCS#12 file, needs a passphrase and none was given */
    CERT_FAULT_PASSPHRASE,    /* the one that was given does not open it */
    CERT_FAULT_OLD_CIPHER,    /* protected in a way that this machine's library does not know (any more) */
    CERT_FAULT_COSTLY,        /* protected so that trying a passphrase would take very long */
    CERT_FAULT_KEY_UNREADABLE,
    CERT_FAULT_KEY_MISMATCH, /* the key belongs to none of the certificates */
    CERT_FAULT_MEMORY,
    /* What cert_check finds in one that was loaded. */
    CERT_FAULT_KEY_KIND,        /* browsers take ECDSA P-256, P-384 and RSA, not Ed25519 or P-521 */
    CERT_FAULT_WEAK_KEY,        /* RSA below 2048 bits, a curve below 256 */
    CERT_FAULT_WEAK_SIGNATURE,  /* MD5 or SHA-1 in the chain */
    CERT_FAULT_NOT_FOR_SERVERS, /* its extended key usage leaves servers out */
    CERT_FAULT_EXPIRED,
    CERT_FAULT_NOT_YET_VALID,
    CERT_FAULT_NAME,        /* does not cover a name it is to be served for */
    CERT_FAULT_NO_NAMES,    /* has a common name at best: browsers look at subject alternative names only */
    CERT_FAULT_MANY_NAMES,  /* more than CERT_NAMES_COUNT_WISE */
    CERT_FAULT_SELF_SIGNED, /* the leaf signed itself: no client trusts it unasked */
    CERT_FAULT_AUTHORITY,   /* the leaf is the certificate of an authority */
    CERT_FAULT_UNRELATED,   /* certificates in the files that are no part of its chain */
    /* What takes roots to find (cert_report.h). */
    CERT_FAULT_MISSING_INTERMEDIATE,
    CERT_FAULT_UNKNOWN_ISSUER,
    CERT_FAULT_CHAIN_INVALID, /* the chain leads to a root, but clients refuse something in it */
    CERT_FAULT_TOO_LONG,      /* valid for longer than browsers accept */
    CERT_FAULT_COUNT,
};

/* Authorities issue up to 100 in one certificate (Let's Encrypt), which makes about 5 KB in every handshake. */
#define CERT_NAMES_COUNT_WISE 100

/* How much a fault weighs. */
enum cert_weight {
    CERT_NOTE,    /* worth knowing */
    CERT_WARNING, /* browsers complain, or some of them refuse; taken, since nobody but the operator knows the clients
                   */
    CERT_REFUSAL, /* no client would take it at all: never given to the gateway */
};

/* What was given for one certificate. */
struct cert_input {
    /* PEM with blocks in any order, DER, PKCS#7 or PKCS#12: certificates, and the key where it is not apart. */
    const struct str *files;
    size_t files_count;
    struct str key;        /* of the key apart, or empty */
    struct str passphrase; /* of the key or the PKCS#12 file; data NULL: none is given. A secret, the caller's. */
};

/*
 * Reads all of it. The leaf is the certificate the key belongs to; a self-signed root above it is left out of the
 * chain, since clients have it or do not trust it. NULL on failure, with *ret_fault (NULL is allowed) and *err filled.
 */
struct cert *cert_open(const struct cert_input *input, enum cert_fault *ret_fault, struct err *err);
/* The same of one file, or one and its key apart (which may be empty), without a passphrase. */
struct cert *cert_load(struct str bytes, struct str key_bytes, enum cert_fault *ret_fault, struct err *err);
/*
 * A chain that was taken from one before (DER, leaf first), without its private key: to say what it is, for much less
 * work. It is not put in order again, and cert_key is the public one. NULL with *err filled.
 */
struct cert *cert_open_chain(const struct str *ders, size_t count, struct err *err);
/* NULL is allowed. */
void cert_free(struct cert *cert);

enum cert_issuer {
    CERT_ISSUER_ADDED, /* the chain is one longer */
    CERT_ISSUER_ROOT,  /* the issuer is a root: nothing was missing, it is left out */
    CERT_ISSUER_OTHER, /* none of these certificates signed the chain's last, or it takes no more */
};

/* Looks in `bytes` (PEM, DER or PKCS#7, input) for who signed the last certificate of the chain, and puts it behind. */
enum cert_issuer cert_add_issuer(struct cert *cert, struct str bytes);

/*
 * What is wrong with it, as bits (1u << fault), 0 when nothing is: for these names (host names in A-label form or IP
 * addresses, "*.example.org" must be covered by the same wildcard), at this time (seconds since 1970).
 */
uint32_t cert_check(const struct cert *cert, const struct str *names, size_t names_count, int64_t now_s);
enum cert_weight cert_fault_weight(enum cert_fault fault);
/* A word for machines, which never changes: "key_mismatch". */
const char *cert_fault_id(enum cert_fault fault);
/* What is wrong, one sentence. */
const char *cert_fault_text(enum cert_fault fault);
/* What to do about it, one sentence; or empty. */
const char *cert_fault_fix(enum cert_fault fault);

/* Does it cover this host (RFC 6125: exact, or a wildcard for the one leftmost label) or IP address (text form)? */
bool cert_covers(const struct cert *cert, struct str host);
/* One presented name against one host, both any case: "*.example.org" matches "a.example.org" only. */
bool cert_name_matches(struct str pattern, struct str host);

/* The views below live as long as `cert`. */
size_t cert_names_count(const struct cert *cert);
struct str cert_name(const struct cert *cert, size_t index); /* SAN: DNS name in lower case, or IP address as text */
struct str cert_subject(const struct cert *cert);            /* RFC 2253 text */
struct str cert_issuer(const struct cert *cert);
struct str cert_serial(const struct cert *cert); /* hexadecimal */
int64_t cert_not_before_s(const struct cert *cert);
int64_t cert_not_after_s(const struct cert *cert);
struct str cert_fingerprint_sha256(const struct cert *cert);
size_t cert_chain_count(const struct cert *cert);
/* Subjects of certificates that were given and are no part of the chain. */
size_t cert_leftovers_count(const struct cert *cert);
struct str cert_leftover(const struct cert *cert, size_t index);
/* Who issued the last of the chain: a root, unless one between is missing. */
struct str cert_last_issuer(const struct cert *cert);
/* Where that issuer's certificate can be fetched, http:// or https://; or empty. Text of a stranger. */
struct str cert_issuer_url(const struct cert *cert);
const struct key *cert_key(const struct cert *cert);

/* DER of the chain's certificate at `index`, 0 being the leaf. */
struct str cert_chain_der(const struct cert *cert, size_t index);
/* Appends the chain as PEM, leaf first, without the key. */
NODISCARD bool cert_chain_to_pem(const struct cert *cert, struct buf *out);
/* The same of those at `index` and behind it, which may be none. */
NODISCARD bool cert_chain_to_pem_from(const struct cert *cert, size_t index, struct buf *out);

#endif
