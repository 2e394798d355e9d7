/*
 * The parts certificates of our own are made of, by libcrypto's builder (RFC 5280): for the local CA and for challenge
 * certificates. Inside crypto/ only. False and NULL say that the library failed; its error queue has why.
 */
#ifndef CRYPTO_X509_MAKE_H
#define CRYPTO_X509_MAKE_H

#include <openssl/x509v3.h>

#include "crypto/key.h"

/* ub-common-name of RFC 5280 appendix A.1. */
#define X509_MAKE_COMMON_NAME_SIZE_MAX 64

/* Version 3, a random serial number, the times, the public key. The caller frees (X509_free). */
X509 *x509_make(const struct key *key, int64_t from_s, int64_t to_s);
bool x509_make_common_name(X509_NAME *name, struct str text);
/* CA:TRUE with path length 0, or CA:FALSE; critical. */
bool x509_make_basic_constraints(X509 *x509, bool is_ca);
/* Numbers of bits as in RFC 5280 section 4.2.1.3; critical. */
bool x509_make_key_usage(X509 *x509, const int *bits, size_t bits_count);
bool x509_make_server_auth(X509 *x509);
/* By the library's own words ("hash", "keyid:always"), computed from `issuer` and `x509`. */
bool x509_make_key_identifier(X509 *x509, X509 *issuer, int nid, const char *value);
/* The names, which were found valid (alt_names.h). */
bool x509_make_alt_names(X509 *x509, const struct str *names, size_t names_count, bool critical);

#endif
