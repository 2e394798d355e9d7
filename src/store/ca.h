/*
 * A certificate authority that speaks ACME, as the operator configured it for the installation, with the account there.
 * Made once and then only read, counted references: a change makes another one. Its keys are secrets.
 */
#ifndef STORE_CA_H
#define STORE_CA_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/jsonout.h"

/* More than an installation turns to. */
#define CA_COUNT_MAX          32
#define CA_NAME_SIZE_MAX      63
#define CA_CONTACTS_COUNT_MAX 8
/* RFC 5321 section 4.5.3.1.3, with room for "mailto:". */
#define CA_CONTACT_SIZE_MAX 320
#define CA_URL_SIZE_MAX     1024
#define CA_EAB_KID_SIZE_MAX 512
/* Base64 of a MAC key; real ones have 32 to 64 bytes. */
#define CA_EAB_KEY_SIZE_MAX   1024
#define CA_WORD_SIZE_MAX      128 /* profile, preferred root */
#define CA_ROOTS_SIZE_MAX     ((size_t)256 * 1024)
#define CA_PREFERENCE_DEFAULT 10
#define CA_PREFERENCE_MAX     1000

struct ca {
    struct arena arena; /* holds all that follows */
    unsigned references;
    struct str name; /* letters, digits, "-", "_", "." */
    struct str directory_url;
    struct str *contacts; /* "mailto:…" */
    size_t contacts_count;
    bool terms_agreed;
    struct str eab_kid, eab_key; /* external account binding (RFC 8555 section 7.3.4); the key decoded, a secret */
    struct str profile;          /* or empty */
    struct str preferred_root;   /* or empty */
    struct str roots_pem;        /* that vouch for its own TLS, besides the system's; or empty */
    uint32_t preference;         /* which is turned to first: the least */
    bool rehearsal;              /* a staging CA: nothing from it is put into service */
    /* The account. */
    struct str account_url; /* empty while there is none */
    struct str account_key; /* PKCS#8 (DER), a secret; empty while there is none */
    struct str next_key;    /* the one it is being rolled over to; or empty */
    int64_t added_s;        /* wall clock */
};

bool ca_name_is_valid(struct str name);
/*
 * What an operator gives, over what is there (`before`, or NULL for a new one: then "name" and "directory" must be
 * given): the account stays as it is. One reference, the caller's.
 */
NODISCARD bool ca_read(const json_t *json, const struct ca *before, struct ca **ret, struct err *err);
/* The members an operator gave, without secrets ("eab_kid" tells that there is a binding), into an open object. */
void ca_write_members(const struct ca *ca, struct jsonout *out);

/* The same CA with another account: NULL when memory ran out. */
struct ca *ca_with_account(const struct ca *ca, struct str account_url, struct str account_key, struct str next_key);
/* From what the store holds: the members above with account and moment, and the secrets. */
NODISCARD bool ca_read_stored(struct str content, struct str secrets, struct ca **ret, struct err *err);
void ca_write_stored(const struct ca *ca, struct jsonout *out);
/* Secrets as JSON; whoever holds the text wipes it. */
void ca_write_secrets(const struct ca *ca, struct jsonout *out);

struct ca *ca_ref(struct ca *ca);
/* NULL is allowed. The last one wipes the keys. */
void ca_unref(struct ca *ca);

#endif
