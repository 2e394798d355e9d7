/* /v1/account: one's own account, for everybody who is signed in. What opens it changes only with the password. */
#include "control/api_own.h"
#include "control/api_routes.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "os/clock.h"
#include "store/members.h"

bool api_own_account(struct core *core, const struct api_request *request, struct account *ret, struct api_reply *reply)
{
    struct err err = {0};
    if (request->context.account.size && request->context.session) {
        if (store_account(core->store, request->context.account, ret, &err))
            return true;
    } else {
        (void)err_set(&err, ERR_CONFLICT, "nobody is signed in here: there is no account of one's own");
        (void)err_fix(&err, "use /v1/accounts/NAME");
    }
    api_fail(reply, &err);
    return false;
}

bool api_own_is_proved(const struct api_request *request, const struct account *own, struct api_reply *reply)
{
    return !own->has_totp || api_check_fresh(&request->context, reply);
}

struct account_act *api_own_act(const struct api_request *request, const struct account *own, struct str password,
                                void (*done)(struct account_act *act, struct api_reply *reply), struct err *err)
{
    struct account_act *act = account_act_new(request, str_from(own->name), ACCOUNT_VIEWER, err);
    if (!act)
        return NULL;
    hashing_check(&act->hashing, own->password, password, false);
    act->is_half = own->has_totp;
    act->done = done;
    return act;
}

bool api_own_change(struct core *core, const struct account_act *act, const struct store_account_change *change,
                    const char *after, struct err *err)
{
    struct record record;
    account_act_record(&record, str_from(act->actor), STR("account.change"), str_from(act->account));
    record.entry.after = str_from(after);
    bool fine = store_change_account(core->store, str_from(act->account), change, &record.entry, err);
    record_fini(&record);
    if (fine && change->ends_sessions)
        panel_sessions_changed(core);
    return fine;
}

/* The password; all other sessions end, and this one gets another cookie. */
static void password_changed(struct account_act *act, struct api_reply *reply)
{
    const struct store_account_change change = {
        .password = act->hashing.made, .ends_sessions = true, .spared = act->session_id};
    struct core *core = act->hashing.core;
    struct err err = {0};
    if (api_own_change(core, act, &change, "{\"password\":true}", &err) &&
        panel_session_renew(core, act->session_id, reply, &err))
        account_reply(core, str_from(act->account), reply);
    else
        api_fail(reply, &err);
}

static bool set_language(struct core *core, const struct api_request *request, const struct account *own,
                         struct str language, struct err *err)
{
    const struct store_account_change change = {.language = language};
    struct record record;
    account_act_record(&record, request->context.actor, STR("account.change"), str_from(own->name));
    record.entry.after = arena_printf(&record.arena, "{\"language\":\"%.*s\"}", STR_ARG(language));
    bool fine = store_change_account(core->store, str_from(own->name), &change, &record.entry, err);
    record_fini(&record);
    return fine;
}

static bool read_password(const json_t *json, const struct account *own, struct str *ret_old, struct str *ret_new,
                          struct err *err)
{
    struct str old = {NULL, 0}, wanted = {NULL, 0};
    if (!members_str(json, "", "old_password", PASSWORD_SIZE_MAX, &old, err) ||
        !members_str(json, "", "password", PASSWORD_SIZE_MAX, &wanted, err))
        return false;
    if (wanted.data && !password_check(wanted, str_from(own->name), "password", err))
        return false;
    if (wanted.data && !old.data)
        return err_field(err, "old_password", "the present password is needed for a new one");
    if (old.data && !wanted.data)
        return err_field(err, "password", "the new password is missing");
    *ret_old = old;
    *ret_new = wanted;
    return true;
}

static void change(struct core *core, const struct api_request *request, const struct account *own,
                   struct api_reply *reply)
{
    static const char *const members[] = {"password", "old_password", "language", NULL};
    struct str old, wanted, language = {NULL, 0};
    struct err err = {0};
    struct account_act *act = NULL;
    bool fine = members_only(request->json, "", members, &err) &&
                members_str(request->json, "", "language", ACCOUNT_LANGUAGE_SIZE_MAX, &language, &err) &&
                account_language_check(language, "language", &err) &&
                read_password(request->json, own, &old, &wanted, &err) &&
                (!wanted.data || !language.data ||
                 err_field(&err, "language", "change the password and the language one after the other"));
    if (fine && wanted.data && !api_own_is_proved(request, own, reply))
        return;
    if (fine && wanted.data)
        fine = (act = api_own_act(request, own, old, password_changed, &err)) != NULL;
    else if (fine && language.data)
        fine = set_language(core, request, own, language, &err);
    if (!fine) {
        api_fail(reply, &err);
    } else if (act) {
        hashing_make(&act->hashing, wanted);
        account_act_begin(core, request, act, reply);
    } else {
        account_reply(core, str_from(own->name), reply);
    }
}

void api_own_account_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct account own;
    if (!api_own_account(core, request, &own, reply))
        return;
    change(core, request, &own, reply);
    account_wipe(&own);
}
