/*
 * A certificate with its key as one file for other programs: PKCS#12 (RFC 7292), encrypted with PBES2 (AES-256,
 * PBKDF2 with SHA-256) and protected by an HMAC with SHA-256, which every program of today reads.
 */
#ifndef CRYPTO_EXPORT_H
#define CRYPTO_EXPORT_H

#include "crypto/cert.h"

/* Rounds of hashing a password: three times a file, a tenth of a second together; guessing costs as much each time. */
#define EXPORT_ROUNDS 100000
/* Shorter ones are guessed in days, whatever the rounds. */
#define EXPORT_PASSWORD_SIZE_MIN 8
#define EXPORT_PASSWORD_SIZE_MAX 256

/*
 * Appends the file. `name` is what programs show of it (the site). The password is UTF-8. ERR_INPUT when it is too
 * short or too long, or holds a zero byte.
 */
NODISCARD bool export_pkcs12(const struct cert *cert, struct str name, struct str password, struct buf *out,
                             struct err *err);

#endif
