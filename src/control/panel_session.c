/* Cookies, tokens, tries. */
#include "control/panel_session.h"

#include <stdio.h>

#include "codec/base64.h"
#include "control/panel_state.h"
#include "control/record.h"
#include "crypto/digest.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "crypto/wipe.h"
#include "os/clock.h"

#define TOKEN_BYTES 32
/* Cookies of our name that are looked at: ours, and what others have put beside it. */
#define COOKIES_COUNT_MAX 8
/* "account NAME" */
#define ACTOR_SIZE (sizeof "account " + ACCOUNT_NAME_SIZE_MAX)

void panel_visitor_of(const struct api_context *context, struct panel_visitor *ret)
{
    *ret = (struct panel_visitor){.door = context->door, .has_session = context->session != NULL};
    session_set_text(ret->address, sizeof ret->address, context->address);
    session_set_text(ret->user_agent, sizeof ret->user_agent, context->user_agent);
    if (context->session)
        memcpy(ret->session_id, context->session->id, SESSION_ID_SIZE);
}

bool panel_token_make(char ret[static PANEL_TOKEN_SIZE], struct err *err)
{
    uint8_t bytes[TOKEN_BYTES];
    struct buf text;
    if (!random_bytes(bytes, sizeof bytes, err))
        return false;
    buf_init_secret(&text, PANEL_TOKEN_SIZE);
    bool fine = base64_encode(BASE64_URL, str_make((const char *)bytes, sizeof bytes), &text) &&
                text.size == PANEL_TOKEN_SIZE - 1;
    if (fine) {
        memcpy(ret, buf_str(&text).data, PANEL_TOKEN_SIZE - 1);
        ret[PANEL_TOKEN_SIZE - 1] = '\0';
    }
    buf_fini(&text);
    wipe_bytes(bytes, sizeof bytes);
    return fine || err_memory(err);
}

bool panel_token_eq(struct str a, struct str b)
{
    return a.size == b.size && a.size && mac_equal((const uint8_t *)a.data, (const uint8_t *)b.data, a.size);
}

const char *panel_cookie_name(enum api_door door)
{
    return door == API_DOOR_NAME ? "__Host-strictgate_session" : "strictgate_session";
}

/* With one of the browser's cookies. */
static bool find_by(struct core *core, struct str cookie, enum api_door door, int64_t now_s, struct session *ret)
{
    uint8_t id[SESSION_ID_SIZE];
    if (!digest_sha256(cookie, id, NULL) || !store_session(core->store, id, now_s, ret, NULL))
        return false;
    if ((ret->door == SESSION_NAME) == (door == API_DOOR_NAME))
        return true;
    wipe_bytes(ret, sizeof *ret);
    return false;
}

/*
 * By its value in the Cookie field (RFC 6265 section 5.4). There may be several: a program on another port of localhost
 * can have the browser keep one of this name for a longer path, which comes first then, and must not lock anybody out.
 */
static bool find(struct core *core, const struct http_request *request, enum api_door door, int64_t now_s,
                 struct session *ret)
{
    int tries = COOKIES_COUNT_MAX;
    for (size_t i = 0; i < request->fields_count; i++) {
        if (request->fields[i].id != HTTP_FIELD_COOKIE)
            continue;
        for (struct str rest = request->fields[i].value; rest.data;) {
            struct str value = str_trim(str_cut(&rest, ';'));
            struct str name = str_cut(&value, '=');
            if (!str_eq(name, str_from(panel_cookie_name(door))) || value.size != PANEL_TOKEN_SIZE - 1)
                continue;
            if (find_by(core, value, door, now_s, ret))
                return true;
            if (--tries == 0)
                return false;
        }
    }
    return false;
}

bool panel_session_find(struct core *core, const struct http_request *request, enum api_door door, struct session *ret)
{
    int64_t now_s = clock_wall_s();
    if (!find(core, request, door, now_s, ret))
        return false;
    if (now_s - ret->last_seen_s >= SESSION_TOUCH_S && store_touch_session(core->store, ret->id, now_s, NULL))
        ret->last_seen_s = now_s;
    return true;
}

/* Another cookie for it, which the reply takes to the browser. */
static bool give_cookie(struct session *session, struct api_reply *reply, struct err *err)
{
    return panel_token_make(reply->cookie, err) && digest_sha256(str_from(reply->cookie), session->id, err);
}

static enum session_door door_of(enum api_door door)
{
    return door == API_DOOR_LOOPBACK ? SESSION_LOOPBACK : door == API_DOOR_NAME ? SESSION_NAME : SESSION_PANEL_SOCKET;
}

static bool begin(struct core *core, const struct panel_visitor *visitor, struct str account, struct session *session,
                  struct api_reply *reply, struct err *err)
{
    struct record record;
    char actor[ACTOR_SIZE];
    int64_t now_s = clock_wall_s();
    *session = (struct session){
        .door = door_of(visitor->door), .created_s = now_s, .last_seen_s = now_s, .expires_s = now_s + SESSION_LIFE_S};
    (void)snprintf(session->account, sizeof session->account, "%.*s", STR_ARG(account));
    (void)snprintf(session->address, sizeof session->address, "%s", visitor->address);
    (void)snprintf(session->user_agent, sizeof session->user_agent, "%s", visitor->user_agent);
    (void)snprintf(actor, sizeof actor, "account %s", session->account);
    if (!panel_token_make(session->csrf, err) || !give_cookie(session, reply, err))
        return false;
    record_init(&record, str_from(actor), STR("session.begin"), STR(""), now_s);
    record.entry.after = arena_printf(&record.arena, "{\"door\":\"%s\"}", session_door_name(session->door));
    bool fine = store_add_session(core->store, session, visitor->has_session ? visitor->session_id : NULL,
                                  &record.entry, &session->number, err);
    record_fini(&record);
    if (fine && core->panel)
        panel_proof_give(&core->panel->proofs, session->id, clock_elapsed_s());
    return fine;
}

void panel_session_begin(struct core *core, const struct panel_visitor *visitor, struct str account,
                         struct api_reply *reply)
{
    struct session session;
    struct err err = {0};
    if (!begin(core, visitor, account, &session, reply, &err))
        api_fail(reply, &err);
    else if (panel_session_write(core, &session, reply))
        reply->status = 201;
    if (reply->status != 201)
        wipe_bytes(reply->cookie, sizeof reply->cookie);
    panel_sessions_changed(core);
    wipe_bytes(&session, sizeof session);
}

/* The session of this id under another one, whose cookie the reply has. `record` or NULL. */
static bool renew(struct core *core, const uint8_t id[static SESSION_ID_SIZE], const struct audit_entry *record,
                  struct session *ret, struct api_reply *reply, struct err *err)
{
    int64_t now_s = clock_wall_s();
    if (!store_session(core->store, id, now_s, ret, err) || !give_cookie(ret, reply, err))
        return false;
    ret->last_seen_s = now_s;
    if (!store_add_session(core->store, ret, id, record, &ret->number, err))
        return false;
    if (core->panel)
        panel_proof_move(&core->panel->proofs, id, ret->id);
    return true;
}

bool panel_session_renew(struct core *core, const uint8_t id[static SESSION_ID_SIZE], struct api_reply *reply,
                         struct err *err)
{
    struct session session;
    bool fine = renew(core, id, NULL, &session, reply, err);
    if (!fine)
        wipe_bytes(reply->cookie, sizeof reply->cookie);
    wipe_bytes(&session, sizeof session);
    panel_sessions_changed(core);
    return fine;
}

/* The session may have ended while the password was looked at. */
static bool prove(struct core *core, const struct panel_visitor *visitor, struct str account, struct session *session,
                  struct api_reply *reply, struct err *err)
{
    struct record record;
    char actor[ACTOR_SIZE];
    (void)snprintf(actor, sizeof actor, "account %.*s", STR_ARG(account));
    record_init(&record, str_from(actor), STR("session.prove"), STR(""), clock_wall_s());
    bool fine = renew(core, visitor->session_id, &record.entry, session, reply, err);
    record_fini(&record);
    if (fine && core->panel)
        panel_proof_give(&core->panel->proofs, session->id, clock_elapsed_s());
    return fine;
}

void panel_session_prove(struct core *core, const struct panel_visitor *visitor, struct str account,
                         struct api_reply *reply)
{
    struct session session;
    struct err err = {0};
    bool fine = prove(core, visitor, account, &session, reply, &err);
    if (!fine && err.code == ERR_NOT_FOUND)
        api_fail_as(reply, 401, "signed_out", &err);
    else if (!fine)
        api_fail(reply, &err);
    if (!fine || !panel_session_write(core, &session, reply))
        wipe_bytes(reply->cookie, sizeof reply->cookie);
    panel_sessions_changed(core);
    wipe_bytes(&session, sizeof session);
}

uint32_t panel_session_fresh_s(const struct core *core, const struct session *session)
{
    return core->panel ? panel_proof_left_s(&core->panel->proofs, session->id, clock_elapsed_s()) : 0;
}

static int64_t ends_in_s(const struct session *session)
{
    int64_t now_s = clock_wall_s(), idle_s = session->last_seen_s + SESSION_IDLE_S;
    int64_t end_s = idle_s < session->expires_s ? idle_s : session->expires_s;
    return end_s > now_s ? end_s - now_s : 0;
}

static void write_account(const struct account *account, struct jsonout *out)
{
    jsonout_object(out, "account");
    jsonout_str(out, "name", str_from(account->name));
    jsonout_str(out, "role", str_from(account_role_name(account->role)));
    jsonout_str(out, "language", str_from(account->language));
    jsonout_bool(out, "totp", account->has_totp);
    jsonout_u64(out, "passkeys", account->passkeys_count);
    jsonout_object_end(out);
}

bool panel_session_write(struct core *core, const struct session *session, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct account account;
    struct err err = {0};
    if (!store_account(core->store, str_from(session->account), &account, &err)) {
        api_fail(reply, &err);
        return false;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "state", STR("signed_in"));
    write_account(&account, &out);
    jsonout_str(&out, "csrf", str_from(session->csrf));
    jsonout_i64(&out, "expires_s", ends_in_s(session));
    jsonout_u64(&out, "fresh_s", panel_session_fresh_s(core, session));
    jsonout_str(&out, "door", str_from(session_door_name(session->door)));
    jsonout_object_end(&out);
    account_wipe(&account);
    return true;
}

static bool exists(struct core *core, struct str name)
{
    struct account account;
    if (!store_account(core->store, name, &account, NULL))
        return false;
    account_wipe(&account);
    return true;
}

bool panel_may_try(struct core *core, const struct api_context *context, struct str account, struct api_reply *reply)
{
    struct err err = {0};
    if (!core->panel || context->door == API_DOOR_CONTROL)
        return true;
    uint32_t wait_s = panel_throttle_try(&core->panel->throttle, account, context->address, clock_monotonic_ms());
    if (wait_s == 0) {
        if (exists(core, account))
            panel_throttle_keep(&core->panel->throttle, account);
        return true;
    }
    (void)err_set(&err, ERR_DENIED, "there were too many attempts");
    (void)err_fix(&err, "wait %u seconds; on the machine itself strictgate admin helps at once", wait_s);
    api_fail_as(reply, 429, "throttled", &err);
    reply->retry_after_s = wait_s;
    return false;
}

void panel_tried(struct core *core, struct str address, struct str account, bool right)
{
    if (core->panel && right)
        panel_throttle_right(&core->panel->throttle, account, address);
}

void panel_try_undone(struct core *core, struct str address, struct str account)
{
    if (core->panel)
        panel_throttle_undo(&core->panel->throttle, account, address);
}
