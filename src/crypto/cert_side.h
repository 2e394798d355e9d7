/*
 * A site can have two certificates at once, one for clients that take ECDSA (nearly all) and one for those that know
 * RSA only. Which of the two is meant is told by the kind of its key.
 */
#ifndef CRYPTO_CERT_SIDE_H
#define CRYPTO_CERT_SIDE_H

#include "crypto/key.h"

enum cert_side { CERT_SIDE_ECDSA, CERT_SIDE_RSA, CERT_SIDES_COUNT };

/* "ecdsa", "rsa" */
static inline const char *cert_side_name(enum cert_side side)
{
    return side == CERT_SIDE_RSA ? "rsa" : "ecdsa";
}

static inline enum cert_side cert_side_of(enum key_kind kind)
{
    return kind == KEY_RSA ? CERT_SIDE_RSA : CERT_SIDE_ECDSA;
}

#endif
