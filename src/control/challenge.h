/*
 * Challenges for passkeys: random bytes that a browser's answer has to be about. They are not kept in a table, which
 * whoever asks for many could fill: each carries when it is over and a code (HMAC) by which we know it again, and only
 * those that were answered rightly are remembered, until they are over. They do not outlive the process.
 *
 *     nonce (16) │ end (8, monotonic milliseconds) │ HMAC-SHA-256 over both, what for, and for whom (32)
 */
#ifndef CONTROL_CHALLENGE_H
#define CONTROL_CHALLENGE_H

#include "base/err.h"

#define CHALLENGE_SIZE 56
/* Time to find the key, and to type its PIN. */
#define CHALLENGE_LIFE_MS 300000
/* Right answers in that time; beyond that the next one has to wait. */
#define CHALLENGE_SPENT_COUNT_MAX 256

#define CHALLENGE_NONCE_SIZE 16

enum challenge_use { CHALLENGE_SIGN_IN, CHALLENGE_NEW_PASSKEY, CHALLENGE_PROOF };

/* All zero is how it begins. */
struct challenges {
    bool has_key;
    uint8_t key[32];
    struct challenge_spent {
        uint8_t nonce[CHALLENGE_NONCE_SIZE];
        int64_t end_ms; /* 0: a free place */
    } spent[CHALLENGE_SPENT_COUNT_MAX];
};

/* A new one. `whose` is the account that it is for, the session that is to be proved, or empty for whoever signs in. */
NODISCARD bool challenge_make(struct challenges *challenges, enum challenge_use use, struct str whose, int64_t now_ms,
                              uint8_t ret[static CHALLENGE_SIZE], struct err *err);
/* Whether it is one of ours, for this use and account, not over and not spent. ERR_DENIED otherwise. */
NODISCARD bool challenge_check(struct challenges *challenges, enum challenge_use use, struct str whose,
                               struct str challenge, int64_t now_ms, struct err *err);
/* It was answered rightly, and is good for nothing more. ERR_DENIED when so many were that it cannot be remembered. */
NODISCARD bool challenge_spend(struct challenges *challenges, struct str challenge, int64_t now_ms, struct err *err);

#endif
