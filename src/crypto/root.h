/*
 * A root certificate that an operator says is installed on all clients: read and judged before anything is believed on
 * its strength. Only the certificate, never a key.
 */
#ifndef CRYPTO_ROOT_H
#define CRYPTO_ROOT_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/cert.h"

struct root {
    struct str subject; /* RFC 2253 text */
    struct str pem;     /* this certificate alone */
    int64_t not_after_s;
    char fingerprint[CERT_FINGERPRINT_SIZE + 1];
};

/*
 * Reads one PEM certificate that is a certificate authority's and valid at `now_s`; the texts are in the arena.
 * ERR_INPUT says what is wrong: none or several in the text, not an authority's, ended.
 */
NODISCARD bool root_read(struct str pem, int64_t now_s, struct arena *arena, struct root *ret, struct err *err);

#endif
