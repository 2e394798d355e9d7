/* /v1/account/passkeys: passkeys of one's own account. A new one takes two requests: the password first, which gives a
 * challenge; then what the browser made of it. */
#include <stdlib.h>

#include "codec/base64.h"
#include "control/api_own.h"
#include "control/api_routes.h"
#include "control/panel_events.h"
#include "crypto/mac.h"
#include "os/clock.h"
#include "store/members.h"

#define TEXT_SIZE_MAX(bytes) (4 * ((size_t)(bytes) + 2) / 3)

static bool write_passkey(void *context, const struct account_passkey *passkey)
{
    account_write_passkey(passkey, context);
    return true;
}

static void write_list(struct core *core, struct str account, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    jsonout_object(&out, NULL);
    jsonout_array(&out, "passkeys");
    bool fine = store_passkeys(core->store, account, write_passkey, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

void api_own_passkeys_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct account own;
    if (!api_own_account(core, request, &own, reply))
        return;
    write_list(core, str_from(own.name), reply);
    account_wipe(&own);
}

/* ---- the challenge ---- */

static void write_base64(struct jsonout *out, const char *key, struct str bytes)
{
    struct buf text;
    buf_init(&text, TEXT_SIZE_MAX(PASSKEY_ID_SIZE_MAX));
    if (base64_encode(BASE64_URL, bytes, &text))
        jsonout_str(out, key, buf_str(&text));
    buf_fini(&text);
}

static bool write_id(void *context, const struct account_passkey *passkey)
{
    write_base64(context, NULL, str_make(passkey->credential.id, passkey->credential.id_size));
    return true;
}

/* What authenticators know the account by: nothing that names it, and the same each time (WebAuthn section 14.6.1). */
static bool write_user(const struct core *core, const char *account, struct jsonout *out, struct err *err)
{
    static const char purpose[] = "passkey user ";
    char text[sizeof purpose + ACCOUNT_NAME_SIZE_MAX];
    uint8_t code[MAC_SIZE_MAX];
    size_t size = sizeof purpose - 1;
    memcpy(text, purpose, size);
    for (const char *at = account; *at; at++)
        text[size++] = str_lower_char(*at);
    if (!mac_make(MAC_SHA256, str_make(core->seal_key, sizeof core->seal_key), str_make(text, size), code, err))
        return false;
    write_base64(out, "user_id", str_make(code, mac_size(MAC_SHA256)));
    jsonout_str(out, "user_name", str_from(account));
    return true;
}

static bool write_challenge(struct core *core, const struct account_act *act, struct jsonout *out, struct err *err)
{
    uint8_t challenge[CHALLENGE_SIZE];
    struct str whose = str_from(act->account);
    struct passkey_place place;
    if (!passkey_place_of(str_from(act->origin), &place, err) ||
        !challenge_make(&core->challenges, CHALLENGE_NEW_PASSKEY, whose, clock_monotonic_ms(), challenge, err))
        return false;
    jsonout_object(out, NULL);
    write_base64(out, "challenge", str_make(challenge, sizeof challenge));
    jsonout_str(out, "rp_id", place.rp_id);
    jsonout_u64(out, "timeout_ms", CHALLENGE_LIFE_MS);
    if (!write_user(core, act->account, out, err))
        return false;
    jsonout_array(out, "exclude");
    bool fine = store_passkeys(core->store, whose, write_id, out, err);
    jsonout_array_end(out);
    jsonout_object_end(out);
    return fine;
}

static void begin(struct account_act *act, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    if (!write_challenge(act->hashing.core, act, &out, &err))
        api_fail(reply, &err);
}

static void ask_password(struct core *core, const struct api_request *request, const struct account *own,
                         struct str password, struct api_reply *reply)
{
    struct err err = {0};
    struct passkey_place place;
    struct account_act *act = NULL;
    if (!api_own_is_proved(request, own, reply))
        return;
    if (!passkey_place_of(request->context.origin, &place, &err) ||
        !(act = api_own_act(request, own, password, begin, &err))) {
        api_fail(reply, &err);
        return;
    }
    memcpy(act->origin, place.origin.data, place.origin.size); /* passkey_place_of has it fit */
    account_act_begin(core, request, act, reply);
}

/* ---- what the browser made ---- */

/* What it sent, decoded; buf_fini each. */
struct sent {
    struct buf client_data, authenticator_data, challenge;
};

static bool take_bytes(const json_t *json, const char *name, size_t size_max, struct buf *ret, struct err *err)
{
    struct str text = {NULL, 0};
    if (!members_str(json, "", name, TEXT_SIZE_MAX(size_max), &text, err))
        return false;
    return (text.size && base64_decode(BASE64_URL, text, ret)) || err_field(err, name, "it must be Base64url");
}

static bool take_sent(const json_t *json, struct sent *sent, struct err *err)
{
    return take_bytes(json, "client_data", PASSKEY_CLIENT_DATA_SIZE_MAX, &sent->client_data, err) &&
           take_bytes(json, "authenticator_data", PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX, &sent->authenticator_data,
                      err) &&
           passkey_challenge(buf_str(&sent->client_data), &sent->challenge, err);
}

/* The passkey that it makes, if all of it is right; the challenge is spent then. */
static bool judge(struct core *core, const struct api_request *request, const struct account *own,
                  const struct sent *sent, struct account_passkey *ret, struct err *err)
{
    struct passkey_place place;
    struct str challenge = buf_str(&sent->challenge);
    int64_t now_ms = clock_monotonic_ms();
    if (!passkey_place_of(request->context.origin, &place, err) ||
        !challenge_check(&core->challenges, CHALLENGE_NEW_PASSKEY, str_from(own->name), challenge, now_ms, err))
        return false;
    const struct passkey_expected expected = {
        .challenge = challenge, .origin = place.origin, .rp_id = place.rp_id, .user_verified = true};
    memcpy(ret->rp_id, place.rp_id.data, place.rp_id.size);
    memcpy(ret->origin, place.origin.data, place.origin.size);
    return passkey_register(&expected, buf_str(&sent->client_data), buf_str(&sent->authenticator_data),
                            &ret->credential, err) &&
           challenge_spend(&core->challenges, challenge, now_ms, err);
}

static bool add(struct core *core, const struct api_request *request, const struct account *own, struct str label,
                const struct sent *sent, struct err *err)
{
    struct account_passkey passkey = {.created_s = clock_wall_s()};
    struct record record;
    int64_t id;
    memcpy(passkey.label, label.data, label.size);
    memcpy(passkey.account, own->name, sizeof passkey.account);
    if (!judge(core, request, own, sent, &passkey, err))
        return false;
    account_act_record(&record, request->context.actor, STR("passkey.add"), str_from(own->name));
    bool fine = store_add_passkey(core->store, &passkey, &record.entry, &id, err);
    record_fini(&record);
    return fine;
}

static bool take_new(struct core *core, const struct api_request *request, const struct account *own, struct err *err)
{
    static const char *const members[] = {"label", "client_data", "authenticator_data", NULL};
    struct str label = {NULL, 0};
    struct sent sent;
    if (!members_only(request->json, "", members, err) ||
        !members_str(request->json, "", "label", ACCOUNT_LABEL_SIZE_MAX, &label, err) ||
        !account_label_check(label, "label", err))
        return false;
    buf_init(&sent.client_data, PASSKEY_CLIENT_DATA_SIZE_MAX);
    buf_init(&sent.authenticator_data, PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX);
    buf_init(&sent.challenge, PASSKEY_CLIENT_DATA_SIZE_MAX);
    bool fine = take_sent(request->json, &sent, err) && add(core, request, own, label, &sent, err);
    buf_fini(&sent.client_data);
    buf_fini(&sent.authenticator_data);
    buf_fini(&sent.challenge);
    return fine;
}

static void change(struct core *core, const struct api_request *request, const struct account *own,
                   struct api_reply *reply)
{
    static const char *const members[] = {"password", NULL};
    struct str password = {NULL, 0};
    struct err err = {0};
    if (json_object_get(request->json, "password")) {
        if (members_only(request->json, "", members, &err) &&
            members_str(request->json, "", "password", PASSWORD_SIZE_MAX, &password, &err))
            ask_password(core, request, own, password, reply);
        else
            api_fail(reply, &err);
        return;
    }
    if (!take_new(core, request, own, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 201;
    write_list(core, str_from(own->name), reply);
}

void api_own_passkeys_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct account own;
    if (!api_own_account(core, request, &own, reply))
        return;
    change(core, request, &own, reply);
    account_wipe(&own);
}

void api_own_passkey_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct account own;
    struct record record;
    struct err err = {0};
    uint64_t id;
    if (!api_own_account(core, request, &own, reply))
        return;
    account_act_record(&record, request->context.actor, STR("passkey.remove"), str_from(own.name));
    bool fine = (str_to_u64(request->name, INT64_MAX, &id) || err_set(&err, ERR_NOT_FOUND, "a passkey has a number")) &&
                store_remove_passkey(core->store, str_from(own.name), (int64_t)id, request->context.session->id,
                                     &record.entry, &err);
    record_fini(&record);
    if (fine) {
        panel_sessions_changed(core);
        write_list(core, str_from(own.name), reply);
    } else {
        api_fail(reply, &err);
    }
    account_wipe(&own);
}
