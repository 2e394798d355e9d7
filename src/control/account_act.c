/* From a request to the thread and back. */
#include "control/account_act.h"

#include <stdio.h>
#include <stdlib.h>

#include "control/panel_session.h"
#include "control/panel_state.h"
#include "crypto/wipe.h"
#include "os/clock.h"

struct account_act *account_act_new(const struct api_request *request, struct str account, enum account_role least,
                                    struct err *err)
{
    const struct api_context *context = &request->context;
    struct account_act *act = calloc(1, sizeof *act);
    if (!act) {
        (void)err_memory(err);
        return NULL;
    }
    act->least = least;
    act->has_session = context->session != NULL;
    act->hashing.is_local = !context->session;
    if (context->session)
        memcpy(act->session_id, context->session->id, SESSION_ID_SIZE);
    session_set_text(act->address, sizeof act->address, context->address);
    (void)snprintf(act->actor, sizeof act->actor, "%.*s", STR_ARG(context->actor));
    (void)snprintf(act->account, sizeof act->account, "%.*s", STR_ARG(account));
    return act;
}

void account_act_free(struct account_act *act)
{
    wipe_free(act, sizeof *act);
}

/* While the password was looked at, somebody may have ended the session or taken the role. */
static bool is_still_allowed(const struct account_act *act, struct err *err)
{
    struct session session;
    if (!act->has_session)
        return true;
    if (!store_session(act->hashing.core->store, act->session_id, clock_wall_s(), &session, err))
        return false;
    return session.role >= act->least || err_set(err, ERR_DENIED, "the account may not do this any more");
}

/*
 * What is known of the attempt by now: right, wrong, or neither. Half of what opens the account is neither, or whoever
 * knows the password could have wrong codes forgotten by it, and guess those without ever having to wait.
 */
static void count_attempt(const struct account_act *act)
{
    struct core *core = act->hashing.core;
    struct str address = str_from(act->address), account = str_from(act->account);
    if (!act->hashing.checks)
        return;
    if (act->hashing.right ? act->is_half : act->hashing.err.code != ERR_NONE)
        panel_try_undone(core, address, account);
    else
        panel_tried(core, address, account, act->hashing.right);
    if (act->hashing.err.code == ERR_NONE && !act->hashing.right && core->panel)
        panel_refusals_add(&core->panel->refusals, account, address);
}

static void write_reply(struct api_later *later, struct api_reply *reply)
{
    struct account_act *act = container_of(later, struct account_act, hashing.later);
    struct err err = {0};
    count_attempt(act);
    if (act->hashing.err.code != ERR_NONE) {
        api_fail(reply, &act->hashing.err);
    } else if (act->hashing.checks && !act->hashing.right) {
        (void)err_set(&err, ERR_DENIED, "the password is not the account's");
        api_fail_as(reply, 403, "wrong_password", &err);
    } else if (!is_still_allowed(act, &err)) {
        api_fail(reply, &err);
    } else {
        act->done(act, reply);
    }
}

static void free_later(struct api_later *later)
{
    struct account_act *act = container_of(later, struct account_act, hashing.later);
    hashing_fini(&act->hashing);
    account_act_free(act);
}

void account_act_begin(struct core *core, const struct api_request *request, struct account_act *take_act,
                       struct api_reply *reply)
{
    struct str account = str_from(take_act->account);
    if (take_act->hashing.checks && !panel_may_try(core, &request->context, account, reply)) {
        account_act_free(take_act);
        return;
    }
    take_act->hashing.later.write = write_reply;
    take_act->hashing.later.free = free_later;
    if (hashing_begin(core, &take_act->hashing, reply))
        return;
    if (take_act->hashing.checks)
        panel_try_undone(core, str_from(take_act->address), account);
    account_act_free(take_act);
}

void account_act_record(struct record *record, struct str actor, struct str act, struct str account)
{
    record_init(record, actor, act, STR(""), clock_wall_s());
    record->entry.reason = account;
}

void account_write_members(const struct account *account, struct jsonout *out)
{
    jsonout_str(out, "name", str_from(account->name));
    jsonout_str(out, "role", str_from(account_role_name(account->role)));
    jsonout_bool(out, "totp", account->has_totp);
    jsonout_u64(out, "passkeys", account->passkeys_count);
    jsonout_str(out, "language", str_from(account->language));
    jsonout_time(out, "created", account->created_s);
}

void account_write_passkey(const struct account_passkey *passkey, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_i64(out, "id", passkey->id);
    jsonout_str(out, "label", str_from(passkey->label));
    jsonout_str(out, "rp_id", str_from(passkey->rp_id));
    jsonout_time(out, "created", passkey->created_s);
    if (passkey->last_used_s)
        jsonout_time(out, "last_used", passkey->last_used_s);
    else
        jsonout_null(out, "last_used");
    jsonout_object_end(out);
}

void account_reply(struct core *core, struct str name, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct account account;
    struct err err = {0};
    if (!store_account(core->store, name, &account, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    account_write_members(&account, &out);
    jsonout_object_end(&out);
    account_wipe(&account);
}
