/*
 * Passkeys (WebAuthn level 2): what a browser sends of a new one and of one that is used, read strictly and judged. The
 * steps are those of the standard's sections 7.1 and 7.2; attestation is not asked for ("none"), so that there is no
 * statement to parse: of a new passkey the authenticator data is taken as it is, which holds the key. The key is COSE
 * (crypto/cose.h), the signature libcrypto's. Which challenges are good, and whose passkey it is, is the caller's.
 */
#ifndef CRYPTO_PASSKEY_H
#define CRYPTO_PASSKEY_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/cose.h"

/* WebAuthn level 2 section 4: no credential id is longer. */
#define PASSKEY_ID_SIZE_MAX 1023
/* Real ones have some 200 bytes; extensions may be added. */
#define PASSKEY_CLIENT_DATA_SIZE_MAX 4096
/* A credential id, a key of RSA 4096, extensions. */
#define PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX 4096
/* RSA 4096. */
#define PASSKEY_SIGNATURE_SIZE_MAX 512

struct passkey_credential {
    uint8_t id[PASSKEY_ID_SIZE_MAX];
    size_t id_size;
    uint8_t key[COSE_KEY_SIZE_MAX]; /* COSE, as it was given */
    size_t key_size;
    enum cose_algorithm algorithm;
    uint32_t sign_count;
};

/* What must be found in what the browser sent. */
struct passkey_expected {
    struct str challenge; /* the bytes that were sent to the browser */
    struct str origin;    /* "http://localhost:8460", "https://panel.example.org" */
    struct str rp_id;     /* "localhost", "panel.example.org" */
    bool user_verified;   /* whether the authenticator must have asked for a PIN or a finger */
};

/* The challenge in this client data, to be looked up: appended to `out`. ERR_INPUT when it is none that can be read. */
NODISCARD bool passkey_challenge(struct str client_data, struct buf *out, struct err *err);
/*
 * A new one. ERR_INPUT with a sentence that says what of it is not right; *ret is untouched then.
 */
NODISCARD bool passkey_register(const struct passkey_expected *expected, struct str client_data,
                                struct str authenticator_data, struct passkey_credential *ret, struct err *err);
/*
 * One that is used: ERR_DENIED when the signature, the challenge, or the place is not right, or its sign count went
 * back (a copy of it is about); ERR_INPUT when the bytes are not what they should be. *ret_sign_count is to be kept.
 */
NODISCARD bool passkey_verify(const struct passkey_expected *expected, const struct passkey_credential *credential,
                              struct str client_data, struct str authenticator_data, struct str signature,
                              uint32_t *ret_sign_count, struct err *err);

#endif
