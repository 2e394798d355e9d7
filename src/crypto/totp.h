/*
 * One-time codes by time (TOTP, RFC 6238): what authenticator apps show. SHA-1, six digits, steps of 30 seconds, since
 * other parameters are ignored by widespread apps. A code is good for its own step and the ones beside it, once: which
 * step was used last is the caller's to keep.
 */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include "base/buf.h"
#include "base/err.h"

/* As large as SHA-1's output (RFC 4226 section 4). */
#define TOTP_SECRET_SIZE 20
#define TOTP_STEP_S      30
#define TOTP_DIGITS      6
/* A clock may be off by one step, and a code may be typed at its end. */
#define TOTP_STEPS_AROUND 1
/* Base32 of the secret. */
#define TOTP_SECRET_TEXT_SIZE 32
/* For totp_write_uri. */
#define TOTP_URI_SIZE_MAX 1024

NODISCARD bool totp_secret_make(uint8_t ret[static TOTP_SECRET_SIZE], struct err *err);
/* The six digits of the step with a zero byte. */
NODISCARD bool totp_code(const uint8_t secret[static TOTP_SECRET_SIZE], int64_t step, char ret[static TOTP_DIGITS + 1],
                         struct err *err);
/*
 * Whether the code is good at this time and of a step after `last_step` (a replay is not), which *ret_step is then.
 * Blanks between the digits are passed over, as apps show them. Takes the same time whichever digit is wrong.
 */
NODISCARD bool totp_check(const uint8_t secret[static TOTP_SECRET_SIZE], struct str code, int64_t now_s,
                          int64_t last_step, int64_t *ret_step);
/* Appends the secret as Base32 (RFC 4648 section 6), for typing. */
bool totp_write_secret(const uint8_t secret[static TOTP_SECRET_SIZE], struct buf *out);
/* Appends "otpauth://totp/ISSUER:ACCOUNT?secret=…", for a QR code. A secret. */
bool totp_write_uri(const uint8_t secret[static TOTP_SECRET_SIZE], struct str issuer, struct str account,
                    struct buf *out);

#endif
