/*
 * The people who may use the admin panel, their passkeys, and the sessions they have open, as the store keeps them:
 * plain values with room of their own, so that nobody owns anything. Passwords are here only as hashes, cookies only as
 * digests, secrets of one-time codes only sealed. What a password, a code or a passkey is worth is judged in crypto/,
 * who may do what in control/.
 */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "base/err.h"
#include "crypto/digest.h"
#include "crypto/passkey.h"
#include "crypto/password.h"
#include "crypto/totp.h"
#include "store/audit.h"

/* A panel for the people of one house; also the most that a list of them shows. */
#define ACCOUNT_COUNT_MAX     256
#define ACCOUNT_NAME_SIZE_MAX 64
/* A tag like "en", "fr", "zh-Hant". */
#define ACCOUNT_LANGUAGE_SIZE_MAX 16
/* Keys, phones and computers of one person, with some that are lost. */
#define ACCOUNT_PASSKEYS_COUNT_MAX 16
/* "Anna's phone": up to 64 bytes. */
#define ACCOUNT_LABEL_SIZE_MAX 64
/* Browsers of one person; one more ends the one that was used least lately. */
#define ACCOUNT_SESSIONS_COUNT_MAX 32
/* RFC 1035: the longest name, which is what an rp id is. */
#define ACCOUNT_RP_ID_SIZE_MAX 253
/* "https://", such a name, and a port; with some room. */
#define ACCOUNT_ORIGIN_SIZE_MAX 280

/* Each may what those before it may. Nobody has none: a place that was forgotten asks for more than anybody has. */
enum account_role { ACCOUNT_NONE, ACCOUNT_VIEWER, ACCOUNT_OPERATOR, ACCOUNT_OWNER };

struct account {
    char name[ACCOUNT_NAME_SIZE_MAX + 1]; /* as it was given; unique without regard to case */
    enum account_role role;
    char password[PASSWORD_HASH_SIZE]; /* a hash, which leaves only in a backup */
    bool has_totp;
    uint8_t totp_secret[TOTP_SECRET_SIZE]; /* a secret, with has_totp */
    int64_t totp_step;                     /* the last one that was used: it and those before are used up */
    bool has_totp_next;
    uint8_t totp_next[TOTP_SECRET_SIZE];          /* one that was made, and no code of it seen yet */
    char language[ACCOUNT_LANGUAGE_SIZE_MAX + 1]; /* or empty: what the browser says */
    int64_t created_s;                            /* wall clock */
    uint32_t passkeys_count;
};

struct account_passkey {
    int64_t id; /* given by the store */
    char account[ACCOUNT_NAME_SIZE_MAX + 1];
    struct passkey_credential credential; /* id, key, sign count */
    char label[ACCOUNT_LABEL_SIZE_MAX + 1];
    char rp_id[ACCOUNT_RP_ID_SIZE_MAX + 1];   /* the name it was made for */
    char origin[ACCOUNT_ORIGIN_SIZE_MAX + 1]; /* of the page that it was made on; it works there and nowhere else */
    int64_t created_s;                        /* wall clock */
    int64_t last_used_s;                      /* 0: never */
};

/* Through which of the panel's doors a session was opened. */
enum session_door { SESSION_LOOPBACK, SESSION_PANEL_SOCKET, SESSION_NAME, SESSION_DOORS_COUNT };

#define SESSION_ID_SIZE DIGEST_SHA256_SIZE
/* 256 random bits as Base64url, with a zero byte. */
#define SESSION_CSRF_SIZE           44
#define SESSION_ADDRESS_SIZE_MAX    64
#define SESSION_USER_AGENT_SIZE_MAX 200
#define SESSION_IDLE_S              (12 * 3600)
#define SESSION_LIFE_S              (7 * 86400)
/* Written no more often than this when it is used. */
#define SESSION_TOUCH_S 60
/* One that began further ahead than this began under a clock that was wrong, and is over: nobody knows how old it is.
 */
#define SESSION_AHEAD_S_MAX 300

struct session {
    int64_t number;              /* what it is called by; given by the store */
    uint8_t id[SESSION_ID_SIZE]; /* SHA-256 of the cookie */
    char csrf[SESSION_CSRF_SIZE];
    char account[ACCOUNT_NAME_SIZE_MAX + 1];
    enum account_role role; /* of the account now; not stored with the session */
    enum session_door door;
    int64_t created_s, last_seen_s; /* wall clock */
    int64_t expires_s;              /* whatever happens; it is over earlier when it is idle */
    char address[SESSION_ADDRESS_SIZE_MAX + 1];
    char user_agent[SESSION_USER_AGENT_SIZE_MAX + 1]; /* cut, and only what can be shown */
};

/* "viewer", "operator", "owner"; "none" for what is none of these. */
const char *account_role_name(enum account_role role);
/* The names of the roles there are, ends with NULL; the index and 1 are the role. */
extern const char *const account_role_names[];
/* "loopback", "panel_socket", "name" */
const char *session_door_name(enum session_door door);

/*
 * Whether this can be an account's name: letters and digits of ASCII and ". _ - @ +", a letter or a digit first. No
 * others, so that a name can be typed on every keyboard and no two look the same in the audit log.
 */
NODISCARD bool account_name_check(struct str name, const char *field, struct err *err);
/* "en", "fr", "zh-Hant" (letters, digits, "-"), or empty. */
NODISCARD bool account_language_check(struct str language, const char *field, struct err *err);
/* UTF-8 text for people, without control characters. */
NODISCARD bool account_label_check(struct str label, const char *field, struct err *err);
/* Overwrites the secrets. */
void account_wipe(struct account *account);
/* Whether it is over: too old, idle for too long, or from a clock that was wrong. */
bool session_is_over(const struct session *session, int64_t now_s);

/* Copies text into a room of a session with a zero byte: cut, and what is no printable ASCII becomes a '?'. */
void session_set_text(char *ret, size_t ret_size, struct str text);

/* ---- in the store (store/store.h) ---- */

struct store;

typedef bool store_visit_account(void *context, const struct account *account);
/* All of them, by name. The account is wiped when the visitor returns. */
NODISCARD bool store_accounts(struct store *store, store_visit_account *visit, void *context, struct err *err);
NODISCARD bool store_account_count(struct store *store, size_t *ret, struct err *err);
/* The one of this name in any case; account_wipe. ERR_NOT_FOUND when there is none. */
NODISCARD bool store_account(struct store *store, struct str name, struct account *ret, struct err *err);
/*
 * A new one, with the audit entry. ERR_CONFLICT when the name is taken, or ACCOUNT_COUNT_MAX are there. `only_first`:
 * only while there is no other one at all (ERR_CONFLICT).
 */
NODISCARD bool store_add_account(struct store *store, const struct account *account, bool only_first,
                                 const struct audit_entry *record, struct err *err);

/* What changes of an account, together. */
struct store_account_change {
    const char *password;       /* another hash; NULL: leave it */
    enum account_role role;     /* ACCOUNT_NONE: leave it */
    struct str language;        /* data NULL: leave it */
    bool ends_totp;             /* no one-time codes any more */
    const uint8_t *totp_secret; /* TOTP_SECRET_SIZE bytes from now on, with totp_step; NULL: leave it */
    int64_t totp_step;
    const uint8_t *totp_next; /* one to be confirmed by a code; NULL: leave it */
    bool ends_passkeys;       /* all of them */
    bool ends_sessions;       /* all of them, but `spared` */
    const uint8_t *spared;    /* id of a session, or NULL */
};
/* ERR_NOT_FOUND; ERR_CONFLICT when there would be no owner any more. */
NODISCARD bool store_change_account(struct store *store, struct str name, const struct store_account_change *change,
                                    const struct audit_entry *record, struct err *err);
/* With its passkeys and sessions; errors as above. */
NODISCARD bool store_remove_account(struct store *store, struct str name, const struct audit_entry *record,
                                    struct err *err);
/* The code of this step was used. ERR_DENIED when it, or a later one, was used already. */
NODISCARD bool store_use_totp(struct store *store, struct str name, int64_t step, struct err *err);

typedef bool store_visit_passkey(void *context, const struct account_passkey *passkey);
/* Of this account (empty: of all), in the order they were made in. */
NODISCARD bool store_passkeys(struct store *store, struct str account, store_visit_passkey *visit, void *context,
                              struct err *err);
/* The one with this credential id. ERR_NOT_FOUND. */
NODISCARD bool store_passkey(struct store *store, struct str credential_id, struct account_passkey *ret,
                             struct err *err);
/* *ret_id is its number. ERR_CONFLICT when it is there already, or the account has its most. */
NODISCARD bool store_add_passkey(struct store *store, const struct account_passkey *passkey,
                                 const struct audit_entry *record, int64_t *ret_id, struct err *err);
/* It was used. ERR_DENIED when the account has it no more, or its count has come further meanwhile. */
NODISCARD bool store_use_passkey(struct store *store, int64_t id, uint32_t sign_count, int64_t now_s, struct err *err);
/*
 * With all sessions of the account but `spared` (the id of one, or NULL): one may have been opened by it. ERR_NOT_FOUND
 * when the account has none of this number.
 */
NODISCARD bool store_remove_passkey(struct store *store, struct str account, int64_t id, const uint8_t *spared,
                                    const struct audit_entry *record, struct err *err);

/*
 * A session begins, with the audit entry (or NULL); those that are over go, and the least lately used of the account
 * beyond the most it may have. `instead` (or NULL) is the id of the one that it takes the place of. *ret_number is what
 * it is called by.
 */
NODISCARD bool store_add_session(struct store *store, const struct session *session, const uint8_t *instead,
                                 const struct audit_entry *record, int64_t *ret_number, struct err *err);
/* The one with this id, if it is not over. ERR_NOT_FOUND otherwise. */
NODISCARD bool store_session(struct store *store, const uint8_t id[static SESSION_ID_SIZE], int64_t now_s,
                             struct session *ret, struct err *err);
/* It is used now. Not of consequence enough for more than one write in SESSION_TOUCH_S, which is the caller's. */
NODISCARD bool store_touch_session(struct store *store, const uint8_t id[static SESSION_ID_SIZE], int64_t now_s,
                                   struct err *err);
typedef bool store_visit_session(void *context, const struct session *session);
/* Of this account (empty: of all) that are not over, those used last first. */
NODISCARD bool store_sessions(struct store *store, struct str account, int64_t now_s, store_visit_session *visit,
                              void *context, struct err *err);
/* Ends those that were opened by a name of the panel's. */
NODISCARD bool store_end_sessions_by_name(struct store *store, struct err *err);
/* Ends one by its number, with the audit entry (or NULL). `account` not empty: only if it is that one's. ERR_NOT_FOUND.
 */
NODISCARD bool store_end_session(struct store *store, struct str account, int64_t number,
                                 const struct audit_entry *record, struct err *err);

#endif
