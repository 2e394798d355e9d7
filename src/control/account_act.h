/*
 * A change of an account on its way: what was asked for, by whom, and the password that has to be right or hashed
 * first. The request it came with is gone when the thread is done with the password, so that everything is copied; what
 * must still be so by then (the session, its role, the account) is looked at again.
 */
#ifndef CONTROL_ACCOUNT_ACT_H
#define CONTROL_ACCOUNT_ACT_H

#include "control/hashing.h"
#include "control/passkey_place.h"
#include "control/record.h"
#include "store/account.h"

/* "account NAME", "uid 4294967295 (a-user-name-of-up-to-32-bytes)" */
#define ACCOUNT_ACT_ACTOR_SIZE 96

struct account_act {
    struct hashing hashing;
    char actor[ACCOUNT_ACT_ACTOR_SIZE];
    char account[ACCOUNT_NAME_SIZE_MAX + 1];    /* that the change is about */
    char address[SESSION_ADDRESS_SIZE_MAX + 1]; /* where the request came from */
    bool has_session;
    uint8_t session_id[SESSION_ID_SIZE]; /* that the request came with */
    bool is_half;                        /* the password that is checked opens the account with a code only */
    enum account_role least;             /* what the session's account must be when it happens */
    /* What is wanted: `text` and `role` are as the act's `done` has it. */
    enum account_role role;
    bool has_language;
    char language[ACCOUNT_LANGUAGE_SIZE_MAX + 1];
    bool ends_totp, ends_passkeys;
    char origin[PASSKEY_ORIGIN_SIZE_MAX + 1]; /* of the page that a new passkey is for */
    /* On the loop, when the password was right and the new hash is made: does it, and fills the reply. */
    void (*done)(struct account_act *act, struct api_reply *reply);
};

/* About this account. `least` is what the route asks for. NULL with *err when memory ran out; account_act_free. */
struct account_act *account_act_new(const struct api_request *request, struct str account, enum account_role least,
                                    struct err *err);
/* NULL is allowed. Overwrites it. */
void account_act_free(struct account_act *act);
/*
 * To the thread with the password, then to `done`; takes the act. A password that has to be right is an attempt, of
 * which there may be too many (panel_session.h).
 */
void account_act_begin(struct core *core, const struct api_request *request, struct account_act *take_act,
                       struct api_reply *reply);

/* The entry in the audit log for an act about an account, which is its reason; record_fini. */
void account_act_record(struct record *record, struct str actor, struct str act, struct str account);

/* The account as the API shows it, as members of an open object: nothing secret. */
void account_write_members(const struct account *account, struct jsonout *out);
void account_write_passkey(const struct account_passkey *passkey, struct jsonout *out);
/* The account as the whole reply. */
void account_reply(struct core *core, struct str name, struct api_reply *reply);

#endif
