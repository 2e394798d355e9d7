/*
 * Accounts (RFC 8555 section 7.3): what is sent to make, change, roll over and end one, and what comes back.
 */
#ifndef ACME_ACCOUNT_H
#define ACME_ACCOUNT_H

#include "base/buf.h"
#include "codec/json.h"
#include "crypto/key.h"

/* A person, a role, and one more. */
#define ACCOUNT_CONTACTS_COUNT_MAX 8
/* "mailto:" and an address (RFC 5321 section 4.5.3.1.3). */
#define ACCOUNT_CONTACT_SIZE_MAX 263

/* Of an external account that the new one is bound to (section 7.3.4). */
struct account_binding {
    struct str kid, secret;
};

/* The payload of newAccount. `binding` may be NULL. False with *err when it cannot be made. */
NODISCARD bool account_write_new(const struct str *contacts, size_t contacts_count, bool terms_agreed,
                                 const struct account_binding *binding, const struct key *key,
                                 struct str new_account_url, struct buf *out, struct err *err);
/* One that asks for an account that is there, and makes none (section 7.3.1). */
NODISCARD bool account_write_existing(struct buf *out);
NODISCARD bool account_write_contacts(const struct str *contacts, size_t contacts_count, struct buf *out);
NODISCARD bool account_write_deactivate(struct buf *out);
/* The payload of keyChange: an inner JWS, signed by the new key (section 7.3.5). */
NODISCARD bool account_write_key_change(struct str account_url, struct str key_change_url, const struct key *old_key,
                                        const struct key *new_key, struct buf *out, struct err *err);

struct account {
    bool is_valid;          /* neither deactivated nor revoked */
    bool has_same_contacts; /* as those asked about, in any order */
};
/* Reads an account object. False with a sentence's end in *err when it is none. */
NODISCARD bool account_read(const json_t *body, const struct str *contacts, size_t contacts_count, struct account *ret,
                            struct err *err);

#endif
