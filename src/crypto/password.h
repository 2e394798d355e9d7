/*
 * Passwords of people: hashed with Argon2id (RFC 9106), slow and large on purpose, so that a stolen hash is expensive
 * to guess. A hash carries its own parameters, so that they can be raised later. Each call takes 50 to 100 ms and 64
 * MiB: never on a loop, and never many at a time.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/err.h"
#include "base/str.h"

/* "$argon2id$v=19$m=65536,t=2,p=1$…", with its zero byte; libsodium's crypto_pwhash_STRBYTES. */
#define PASSWORD_HASH_SIZE 128
/* NIST SP 800-63B wants 8 at the least; 12 bytes keep a guesser busy who has the hash. */
#define PASSWORD_SIZE_MIN 12
/* More than a sentence; it has to be bounded somewhere. */
#define PASSWORD_SIZE_MAX 1024

/* Whether it may become somebody's password: its size, and that it is not the name. The text never tells it. */
NODISCARD bool password_check(struct str password, struct str account, const char *field, struct err *err);
/* The hash with a new salt. Fails when memory or chance is not to be had. */
NODISCARD bool password_hash(struct str password, char ret[static PASSWORD_HASH_SIZE], struct err *err);
/*
 * Whether the hash is this password's. NULL as the hash (there is no such account) costs the same and is false, so that
 * nobody learns by the time which accounts there are. False with err->code set when it cannot be told: no memory.
 */
NODISCARD bool password_verify(const char *hash, struct str password, struct err *err);
/* Whether it was made with less effort than is made today: hash the password anew when it is given next. */
bool password_is_outdated(const char *hash);

#endif
