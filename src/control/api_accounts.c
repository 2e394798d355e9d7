/* /v1/accounts: everybody's accounts, for owners and for whoever administers the machine. */
#include "control/account_act.h"
#include "control/api_routes.h"
#include "control/panel_state.h"
#include "os/clock.h"
#include "store/members.h"

static bool write_account(void *context, const struct account *account)
{
    struct jsonout *out = context;
    jsonout_object(out, NULL);
    account_write_members(account, out);
    jsonout_object_end(out);
    return true;
}

static bool write_passkey(void *context, const struct account_passkey *passkey)
{
    account_write_passkey(passkey, context);
    return true;
}

void api_accounts_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "accounts");
    bool fine = store_accounts(core->store, write_account, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

void api_account_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct account account;
    struct err err = {0};
    bool fine = store_account(core->store, request->name, &account, &err);
    if (fine) {
        jsonout_object(&out, NULL);
        account_write_members(&account, &out);
        jsonout_array(&out, "passkey_list");
        fine = store_passkeys(core->store, request->name, write_passkey, &out, &err);
        jsonout_array_end(&out);
        jsonout_object_end(&out);
        account_wipe(&account);
    }
    if (!fine)
        api_fail(reply, &err);
}

/* What somebody may give of an account; the views live as long as the request. */
struct given {
    uint32_t role; /* index into account_role_names */
    struct str password, language;
};

static bool read_given(const json_t *json, struct str name, struct given *ret, struct err *err)
{
    *ret = (struct given){.role = UINT32_MAX};
    return members_choice(json, "", "role", account_role_names, &ret->role, err) &&
           members_str(json, "", "password", PASSWORD_SIZE_MAX, &ret->password, err) &&
           members_str(json, "", "language", ACCOUNT_LANGUAGE_SIZE_MAX, &ret->language, err) &&
           account_language_check(ret->language, "language", err) &&
           (!ret->password.data || password_check(ret->password, name, "password", err));
}

/* ---- a new one ---- */

static bool add(const struct account_act *act, struct err *err)
{
    struct account account = {.role = act->role, .created_s = clock_wall_s()};
    struct record record;
    memcpy(account.name, act->account, sizeof account.name);
    memcpy(account.password, act->hashing.made, sizeof account.password);
    memcpy(account.language, act->language, sizeof account.language);
    account_act_record(&record, str_from(act->actor), STR("account.add"), str_from(act->account));
    record.entry.after = arena_printf(&record.arena, "{\"role\":\"%s\"}", account_role_name(act->role));
    bool fine = store_add_account(act->hashing.core->store, &account, false, &record.entry, err);
    record_fini(&record);
    account_wipe(&account);
    return fine;
}

static void added(struct account_act *act, struct api_reply *reply)
{
    struct err err = {0};
    if (!add(act, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 201;
    account_reply(act->hashing.core, str_from(act->account), reply);
}

static struct account_act *read_addition(const struct api_request *request, struct err *err)
{
    static const char *const members[] = {"name", "role", "password", "language", NULL};
    struct str name = {NULL, 0};
    struct given given;
    const json_t *json = request->json;
    if (!members_only(json, "", members, err) || !members_str(json, "", "name", API_TYPED_NAME_SIZE_MAX, &name, err) ||
        !account_name_check(name, "name", err) || !read_given(json, name, &given, err))
        return NULL;
    if (given.role == UINT32_MAX) {
        (void)err_field(err, "role", "it is missing: viewer, operator, or owner");
        return NULL;
    }
    if (!given.password.data) {
        (void)err_field(err, "password", "it is missing");
        return NULL;
    }
    struct account_act *act = account_act_new(request, name, ACCOUNT_OWNER, err);
    if (!act)
        return NULL;
    act->role = (enum account_role)(given.role + 1);
    if (given.language.size)
        memcpy(act->language, given.language.data, given.language.size);
    hashing_make(&act->hashing, given.password);
    act->done = added;
    return act;
}

void api_accounts_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct account_act *act = read_addition(request, &err);
    if (act)
        account_act_begin(core, request, act, reply);
    else
        api_fail(reply, &err);
}

/* ---- one that is there ---- */

/* {"role":"owner","password":true,"totp":false}: what is another one then, the password without saying it. */
static struct str describe(const struct account_act *act, struct arena *arena)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    struct str copy = {NULL, 0};
    buf_init(&text, 1024);
    jsonout_object(&out, NULL);
    if (act->role != ACCOUNT_NONE)
        jsonout_str(&out, "role", str_from(account_role_name(act->role)));
    if (act->hashing.made[0])
        jsonout_bool(&out, "password", true);
    if (act->has_language)
        jsonout_str(&out, "language", str_from(act->language));
    if (act->ends_totp)
        jsonout_bool(&out, "totp", false);
    if (act->ends_passkeys)
        jsonout_bool(&out, "passkeys", false);
    jsonout_object_end(&out);
    bool fine = buf_ok(&text) && arena_str(arena, buf_str(&text), &copy);
    buf_fini(&text);
    return fine ? copy : (struct str){NULL, 0};
}

static bool change(struct core *core, const struct account_act *act, struct err *err)
{
    const bool is_key = act->hashing.made[0] || act->role != ACCOUNT_NONE || act->ends_totp || act->ends_passkeys;
    const struct store_account_change wanted = {
        .password = act->hashing.made[0] ? act->hashing.made : NULL,
        .role = act->role,
        .language = act->has_language ? str_from(act->language) : (struct str){NULL, 0},
        .ends_totp = act->ends_totp,
        .ends_passkeys = act->ends_passkeys,
        .ends_sessions = is_key,
    };
    struct account before;
    struct record record;
    if (!store_account(core->store, str_from(act->account), &before, err))
        return false;
    account_act_record(&record, str_from(act->actor), STR("account.change"), str_from(before.name));
    record.entry.before = arena_printf(&record.arena, "{\"role\":\"%s\"}", account_role_name(before.role));
    record.entry.after = describe(act, &record.arena);
    bool fine = (record.entry.after.data || err_memory(err)) &&
                store_change_account(core->store, str_from(act->account), &wanted, &record.entry, err);
    record_fini(&record);
    if (fine && is_key)
        panel_sessions_changed(core);
    account_wipe(&before);
    return fine;
}

static void reply_change(struct core *core, const struct account_act *act, struct api_reply *reply)
{
    struct err err = {0};
    if (change(core, act, &err))
        account_reply(core, str_from(act->account), reply);
    else
        api_fail(reply, &err);
}

static void changed(struct account_act *act, struct api_reply *reply)
{
    reply_change(act->hashing.core, act, reply);
}

/* Whoever has got hold of a session must not make it theirs for good: one's own keys need the password (/v1/account).
 */
static bool check_not_own_keys(const struct api_request *request, const struct account_act *act, bool password,
                               struct err *err)
{
    if (!str_eq_nocase(request->context.account, request->name) || !request->context.account.size)
        return true;
    if (!password && !act->ends_totp && !act->ends_passkeys)
        return true;
    (void)err_set(err, ERR_DENIED, "the password, codes and passkeys of your own account change elsewhere");
    return err_fix(err, "use /v1/account, with your password");
}

/* Only false can be said: what is taken away here is made by its owner alone. */
static bool read_end(const json_t *json, const char *name, bool *ret, struct err *err)
{
    bool value = false;
    if (!members_bool(json, "", name, &value, err))
        return false;
    if (value)
        return err_field(err, name, "only false can be said here: it takes them away");
    *ret = json_object_get(json, name) != NULL;
    return true;
}

static bool read_change(const struct api_request *request, struct account_act *act, struct err *err)
{
    static const char *const members[] = {"role", "password", "language", "totp", "passkeys", NULL};
    struct given given;
    if (!members_only(request->json, "", members, err) || !read_given(request->json, request->name, &given, err) ||
        !read_end(request->json, "totp", &act->ends_totp, err) ||
        !read_end(request->json, "passkeys", &act->ends_passkeys, err) ||
        !check_not_own_keys(request, act, given.password.data != NULL, err))
        return false;
    act->role = given.role == UINT32_MAX ? ACCOUNT_NONE : (enum account_role)(given.role + 1);
    act->has_language = given.language.data != NULL;
    if (given.language.size)
        memcpy(act->language, given.language.data, given.language.size);
    if (given.password.data)
        hashing_make(&act->hashing, given.password);
    act->done = changed;
    return true;
}

static bool exists(struct core *core, struct str name, struct err *err)
{
    struct account account;
    if (!store_account(core->store, name, &account, err))
        return false;
    account_wipe(&account);
    return true;
}

void api_account_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct account_act *act = NULL;
    if (!exists(core, request->name, &err) || !(act = account_act_new(request, request->name, ACCOUNT_OWNER, &err)) ||
        !read_change(request, act, &err)) {
        account_act_free(act);
        api_fail(reply, &err);
        return;
    }
    if (act->hashing.makes) {
        account_act_begin(core, request, act, reply);
        return;
    }
    reply_change(core, act, reply);
    account_act_free(act);
}

void api_account_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct account before;
    struct record record;
    struct err err = {0};
    if (!store_account(core->store, request->name, &before, &err)) {
        api_fail(reply, &err);
        return;
    }
    account_act_record(&record, request->context.actor, STR("account.remove"), str_from(before.name));
    record.entry.before = arena_printf(&record.arena, "{\"role\":\"%s\"}", account_role_name(before.role));
    bool fine = store_remove_account(core->store, request->name, &record.entry, &err);
    record_fini(&record);
    account_wipe(&before);
    if (!fine) {
        api_fail(reply, &err);
        return;
    }
    panel_sessions_changed(core);
    jsonout_object(&out, NULL);
    jsonout_object_end(&out);
}
