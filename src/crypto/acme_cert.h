/*
 * The self-signed certificate that answers the challenge tls-alpn-01 (RFC 8737 section 3; RFC 8738 section 6 for IP
 * addresses): the name alone as its subject alternative name, and the critical extension acmeIdentifier. Served to the
 * CA only, in handshakes that offer "acme-tls/1".
 */
#ifndef CRYPTO_ACME_CERT_H
#define CRYPTO_ACME_CERT_H

#include "base/buf.h"
#include "base/err.h"

#define ACME_CERT_DIGEST_SIZE 32
/* Nobody checks it; long enough for any validation, and for clocks that differ. */
#define ACME_CERT_DAYS 7

/*
 * Appends the certificate's DER and its fresh P-256 key (PKCS#8 DER, a secret: key_wipe). `digest` is the SHA-256 of
 * the key authorization (acme_proof.content). `name` is a host name in A-label form or an IP address as text.
 */
NODISCARD bool acme_cert_make(struct str name, const uint8_t digest[static ACME_CERT_DIGEST_SIZE], int64_t now_s,
                              struct buf *cert_der, struct buf *key_der, struct err *err);

#endif
