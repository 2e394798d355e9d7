/*
 * What the files behind store/account.h share: pieces of rows. For store/ only.
 */
#ifndef STORE_ACCOUNT_PARTS_H
#define STORE_ACCOUNT_PARTS_H

#include "store/account.h"
#include "store/store_parts.h"

/* store_account.c */
/* Seals a secret of one-time codes; NULL gives NULL. *ret is for free. */
NODISCARD bool account_row_seal(const struct store *store, const uint8_t *secret, void **ret, size_t *ret_size,
                                struct err *err);
/* Binds what account_row_seal gave. */
void account_row_bind(struct db_query *query, const void *sealed, size_t size);
/* Copies a text with a zero byte; false when it has no room there. */
NODISCARD bool account_row_text(char *ret, size_t ret_size, struct str text);
enum account_role account_row_role(struct str text);
/* Commits what went well, takes back what did not. */
NODISCARD bool account_row_end(struct store *store, bool fine, struct err *err);

/* store_account_change.c: all of the account's but `spared`, the id of one, or NULL. */
NODISCARD bool account_row_end_sessions(struct store *store, struct str name, const uint8_t *spared, struct err *err);

/* store_passkey.c */
/* Its number is the store's to give. */
NODISCARD bool passkey_row_insert(struct store *store, const struct account_passkey *passkey, struct err *err);

#endif
