/* /v1/account/totp: one-time codes for one's own account. They count when a code of them was seen. */
#include "control/api_own.h"
#include "control/api_routes.h"
#include "control/panel_state.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/members.h"

/* What apps list the account under. */
#define ISSUER "Strictgate"
/* "123 456", and what people type around it. */
#define CODE_SIZE_MAX 16

/* A secret, once. */
static void write_secret(const uint8_t secret[static TOTP_SECRET_SIZE], const char *account, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct buf text, uri;
    buf_init_secret(&text, TOTP_SECRET_TEXT_SIZE);
    buf_init_secret(&uri, TOTP_URI_SIZE_MAX);
    struct err err = {0};
    if (totp_write_secret(secret, &text) && totp_write_uri(secret, STR(ISSUER), str_from(account), &uri)) {
        jsonout_object(&out, NULL);
        jsonout_str(&out, "secret", buf_str(&text));
        jsonout_str(&out, "uri", buf_str(&uri));
        jsonout_object_end(&out);
    } else {
        (void)err_memory(&err);
        api_fail(reply, &err);
    }
    buf_fini(&text);
    buf_fini(&uri);
}

/* The password was right: a new secret, which counts when a code of it comes. */
static void begin(struct account_act *act, struct api_reply *reply)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    const struct store_account_change change = {.totp_next = secret};
    struct err err = {0};
    if (totp_secret_make(secret, &err) &&
        store_change_account(act->hashing.core->store, str_from(act->account), &change, NULL, &err))
        write_secret(secret, act->account, reply);
    else
        api_fail(reply, &err);
    wipe_bytes(secret, sizeof secret);
}

static void end(struct account_act *act, struct api_reply *reply)
{
    const struct store_account_change change = {.ends_totp = true, .ends_sessions = true, .spared = act->session_id};
    struct err err = {0};
    if (api_own_change(act->hashing.core, act, &change, "{\"totp\":false}", &err))
        account_reply(act->hashing.core, str_from(act->account), reply);
    else
        api_fail(reply, &err);
}

/* The code of the new secret: from now on one is asked for, and what was signed in without it is not any more. */
static bool confirm(struct core *core, const struct api_request *request, const struct account *own, struct str code,
                    struct err *err)
{
    struct store_account_change change = {
        .totp_secret = own->totp_next, .ends_sessions = true, .spared = request->context.session->id};
    struct record record;
    if (!own->has_totp_next) {
        (void)err_set(err, ERR_CONFLICT, "there are no new one-time codes to confirm");
        return err_fix(err, "ask for them first, with your password");
    }
    if (!totp_check(own->totp_next, code, clock_wall_s(), 0, &change.totp_step)) {
        (void)err_field(err, "code", "this is not the code of the moment");
        return err_fix(err, "see that the clocks of this machine and of your device are right");
    }
    account_act_record(&record, request->context.actor, STR("account.change"), str_from(own->name));
    record.entry.after = STR("{\"totp\":true}");
    bool fine = store_change_account(core->store, str_from(own->name), &change, &record.entry, err);
    record_fini(&record);
    if (fine)
        panel_sessions_changed(core);
    return fine;
}

/* To `done` when the password is the account's. */
static void with_password(struct core *core, const struct api_request *request, const struct account *own,
                          struct str password, void (*done)(struct account_act *act, struct api_reply *reply),
                          struct api_reply *reply)
{
    struct err err = {0};
    if (!api_own_is_proved(request, own, reply))
        return;
    struct account_act *act = api_own_act(request, own, password, done, &err);
    if (act)
        account_act_begin(core, request, act, reply);
    else
        api_fail(reply, &err);
}

static void change(struct core *core, const struct api_request *request, const struct account *own,
                   struct api_reply *reply)
{
    static const char *const members[] = {"password", "code", NULL};
    struct str password = {NULL, 0}, code = {NULL, 0};
    struct err err = {0};
    bool fine = members_only(request->json, "", members, &err) &&
                members_str(request->json, "", "password", PASSWORD_SIZE_MAX, &password, &err) &&
                members_str(request->json, "", "code", CODE_SIZE_MAX, &code, &err) &&
                ((password.data != NULL) != (code.data != NULL) ||
                 err_field(&err, "password", "give either your password, for a new secret, or a code of it"));
    if (fine && password.data) {
        with_password(core, request, own, password, begin, reply);
        return;
    }
    if (fine && confirm(core, request, own, code, &err))
        account_reply(core, str_from(own->name), reply);
    else
        api_fail(reply, &err);
}

void api_own_totp_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct account own;
    if (!api_own_account(core, request, &own, reply))
        return;
    change(core, request, &own, reply);
    account_wipe(&own);
}

void api_own_totp_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"password", NULL};
    struct account own;
    struct str password = {NULL, 0};
    struct err err = {0};
    if (!api_own_account(core, request, &own, reply))
        return;
    if (members_only(request->json, "", members, &err) &&
        members_str(request->json, "", "password", PASSWORD_SIZE_MAX, &password, &err) &&
        (password.data || err_field(&err, "password", "it is missing")))
        with_password(core, request, &own, password, end, reply);
    else
        api_fail(reply, &err);
    account_wipe(&own);
}
