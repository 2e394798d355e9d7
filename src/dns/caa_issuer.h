/*
 * By which names in CAA records the issuer of a certificate is allowed: as the authorities state them in their
 * certification practice statements (RFC 8659 section 4.2 leaves it to them). An authority that is not known here may
 * be allowed or not: that cannot be told. For authorities that are asked by ACME, the directory says it
 * (acme/directory).
 */
#ifndef DNS_CAA_ISSUER_H
#define DNS_CAA_ISSUER_H

#include "base/str.h"

/* Of one authority, with those that it took over and those of resellers. */
#define CAA_IDENTITIES_COUNT_MAX 24

/*
 * Of an issuer's name as RFC 2253 writes it ("CN=R12,O=Let's Encrypt,C=US"): how many names there are, with *ret at the
 * first, the one it asks for today. 0: it is not known, *ret untouched.
 */
size_t caa_identities_of(struct str issuer, const struct str **ret);

#endif
