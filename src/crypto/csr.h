/*
 * Certificate signing requests (PKCS#10, RFC 2986): made from a key and names, and read back, so that the certificate
 * that comes for one can be matched with it. Requests that are read are input.
 */
#ifndef CRYPTO_CSR_H
#define CRYPTO_CSR_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"

/* As for a certificate of the local CA: far beyond a site with all its aliases. */
#define CSR_NAMES_COUNT_MAX 100
/* 100 names of 253 bytes, a 16384-bit key, and room for what others put in. */
#define CSR_SIZE_MAX ((size_t)64 * 1024)

struct csr;

/*
 * Appends the DER of a request for these names (host names in A-label form, "*.example.org", or IP addresses as text),
 * signed with SHA-256 by `key`. `common_name` may be empty; a name over 64 bytes cannot be one and is refused.
 */
NODISCARD bool csr_make(const struct key *key, struct str common_name, const struct str *names, size_t names_count,
                        struct buf *der, struct err *err);
/* Appends the same bytes as PEM, for people to send. */
NODISCARD bool csr_to_pem(struct str der, struct buf *out);

/* Reads DER or PEM and verifies the request's own signature. ERR_INPUT says what is wrong. The caller frees. */
NODISCARD bool csr_read(struct str bytes, struct csr **ret, struct err *err);
/* NULL is allowed. */
void csr_free(struct csr *csr);
/* The subject alternative names: DNS names in lower case and IP addresses as text; then views live as long as `csr`. */
size_t csr_names_count(const struct csr *csr);
struct str csr_name(const struct csr *csr, size_t index);
/* The subject's common name, or empty. */
struct str csr_common_name(const struct csr *csr);
/* Whether the request was made with this key. */
bool csr_is_of_key(const struct csr *csr, const struct key *key);
/* Whether a certificate (DER) is for the request's key. */
bool csr_is_of_certificate(const struct csr *csr, struct str certificate_der);

#endif
