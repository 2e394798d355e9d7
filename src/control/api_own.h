/*
 * What the routes of one's own account (api_account*.c) have in common. For them alone.
 */
#ifndef CONTROL_API_OWN_H
#define CONTROL_API_OWN_H

#include "control/account_act.h"

/* The account of whoever asks; account_wipe. False when nobody is signed in: the reply says so. */
NODISCARD bool api_own_account(struct core *core, const struct api_request *request, struct account *ret,
                               struct api_reply *reply);
/*
 * Whether the account may be changed by its password, which the request brings: with one-time codes only a session that
 * was proved lately (api_check_fresh), for the password is half of what opens the account then. False: the reply says
 * so.
 */
NODISCARD bool api_own_is_proved(const struct api_request *request, const struct account *own, struct api_reply *reply);
/* `done` when this password is the account's. NULL with *err when memory ran out. */
struct account_act *api_own_act(const struct api_request *request, const struct account *own, struct str password,
                                void (*done)(struct account_act *act, struct api_reply *reply), struct err *err);
/* Changes the account of the act; `after` is JSON for the audit log. */
NODISCARD bool api_own_change(struct core *core, const struct account_act *act,
                              const struct store_account_change *change, const char *after, struct err *err);

#endif
