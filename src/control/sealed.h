/*
 * Files that only this installation can read: sealed with DATA/seal.key, which is made on first need (32 random bytes,
 * mode 0600). The supervisor opens the sealed snapshot with the same key.
 */
#ifndef CONTROL_SEALED_H
#define CONTROL_SEALED_H

#include "base/err.h"
#include "base/str.h"
#include "crypto/seal.h"

/* What the files are sealed for. */
#define SEALED_PURPOSE_SNAPSHOT "snapshot"
#define SEALED_PURPOSE_TICKETS  "tickets"

/*
 * The key in the file. One that is missing or damaged is made anew (the damaged one put aside) only while there is no
 * `store` beside it (the database's path): what is in there was sealed with it and could never be opened again.
 */
NODISCARD bool sealed_key(const char *path, const char *store, uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err);
/* Durable when it returns true. */
NODISCARD bool sealed_write(const uint8_t key[static SEAL_KEY_SIZE], const char *path, struct str purpose,
                            struct str plain, struct err *err);
/* *ret_plain is on the heap and secret: wipe_free. ERR_NOT_FOUND when there is no such file. */
NODISCARD bool sealed_read(const uint8_t key[static SEAL_KEY_SIZE], const char *path, struct str purpose,
                           void **ret_plain, size_t *ret_size, struct err *err);

#endif
