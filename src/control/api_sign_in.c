/*
 * POST /v1/session and /v1/session/passkey: from a name with its password, or a passkey, to a session. What is wrong is
 * never told: an unknown name, a wrong password and an account without one are the same answer at the same cost.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "codec/base64.h"
#include "control/api_routes.h"
#include "control/challenge.h"
#include "control/hashing.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "control/passkey_place.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/members.h"

/* Six digits, and blanks between them. */
#define CODE_SIZE_MAX 16
/* Base64url of so many bytes. */
#define TEXT_SIZE_MAX(bytes) (4 * ((size_t)(bytes) + 2) / 3)

static void refuse(struct core *core, struct str account, struct str address, const char *code, const char *text,
                   struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "%s", text);
    api_fail_as(reply, 401, code, &err);
    if (core->panel)
        panel_refusals_add(&core->panel->refusals, account, address);
}

static bool is_at_the_panel(const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    if (request->context.door != API_DOOR_CONTROL)
        return true;
    (void)err_set(&err, ERR_CONFLICT, "nobody signs in over this socket: it is known who asks");
    (void)err_fix(&err, "sign in at the panel's address, or at panel.sock");
    api_fail(reply, &err);
    return false;
}

/* ---- by password ---- */

struct sign_in {
    struct hashing hashing;
    struct panel_visitor visitor;
    char name[ACCOUNT_NAME_SIZE_MAX + 1]; /* as it was typed */
    char code[CODE_SIZE_MAX + 1];
};

static void free_sign_in(struct api_later *later)
{
    struct sign_in *sign_in = container_of(later, struct sign_in, hashing.later);
    hashing_fini(&sign_in->hashing);
    wipe_free(sign_in, sizeof *sign_in);
}

/* With the password right: the code, if the account has them. False: the reply says why. */
static bool check_code(struct core *core, const struct sign_in *sign_in, const struct account *account,
                       struct api_reply *reply)
{
    struct err err = {0};
    int64_t step;
    if (!account->has_totp)
        return true;
    if (!sign_in->code[0]) {
        (void)err_set(&err, ERR_DENIED, "the account needs a one-time code as well");
        api_fail_as(reply, 401, "totp_needed", &err);
        panel_try_undone(core, str_from(sign_in->visitor.address), str_from(sign_in->name));
        return false;
    }
    if (totp_check(account->totp_secret, str_from(sign_in->code), clock_wall_s(), account->totp_step, &step) &&
        store_use_totp(core->store, str_from(account->name), step, &err))
        return true;
    refuse(core, str_from(account->name), str_from(sign_in->visitor.address), "totp_needed",
           "the one-time code is not right, or was used already", reply);
    return false;
}

/* The hash is of more effort now; if that cannot be written, then the next time. */
static void renew_hash(struct core *core, const struct sign_in *sign_in, const struct account *account)
{
    const struct store_account_change change = {.password = sign_in->hashing.made};
    struct err err = {0};
    if (sign_in->hashing.made[0] && !store_change_account(core->store, str_from(account->name), &change, NULL, &err))
        log_warning("the hash of a password could not be renewed: %s", err.text);
}

static void let_in(struct core *core, const struct sign_in *sign_in, const struct account *account,
                   struct api_reply *reply)
{
    if (!check_code(core, sign_in, account, reply))
        return;
    panel_tried(core, str_from(sign_in->visitor.address), str_from(sign_in->name), true);
    renew_hash(core, sign_in, account);
    panel_session_begin(core, &sign_in->visitor, str_from(account->name), reply);
}

/* On the loop again. The account may be another by now: what the thread has checked must still be its password. */
static void write_sign_in(struct api_later *later, struct api_reply *reply)
{
    const struct sign_in *sign_in = container_of(later, struct sign_in, hashing.later);
    struct core *core = sign_in->hashing.core;
    struct account account;
    if (sign_in->hashing.err.code != ERR_NONE) {
        panel_try_undone(core, str_from(sign_in->visitor.address), str_from(sign_in->name));
        api_fail(reply, &sign_in->hashing.err);
        return;
    }
    bool known = store_account(core->store, str_from(sign_in->name), &account, NULL);
    if (known && sign_in->hashing.right && strcmp(account.password, sign_in->hashing.hash) == 0)
        let_in(core, sign_in, &account, reply);
    else
        refuse(core, known ? str_from(account.name) : STR(""), str_from(sign_in->visitor.address), "wrong_credentials",
               "the name or the password is not right", reply);
    if (known)
        account_wipe(&account);
}

static bool read_sign_in(const json_t *json, struct str *ret_name, struct str *ret_password, struct str *ret_code,
                         struct err *err)
{
    static const char *const members[] = {"name", "password", "totp", NULL};
    struct str name = {NULL, 0}, password = {NULL, 0}, code = {NULL, 0};
    if (!members_only(json, "", members, err) || !members_str(json, "", "name", ACCOUNT_NAME_SIZE_MAX, &name, err) ||
        !members_str(json, "", "password", PASSWORD_SIZE_MAX, &password, err) ||
        !members_str(json, "", "totp", CODE_SIZE_MAX, &code, err))
        return false;
    if (!name.size || !password.size)
        return err_field(err, name.size ? "password" : "name", "it is missing");
    *ret_name = name;
    *ret_password = password;
    *ret_code = code;
    return true;
}

void api_session_begin(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct str name = {NULL, 0}, password = {NULL, 0}, code = {NULL, 0};
    struct account account;
    struct err err = {0};
    if (!is_at_the_panel(request, reply))
        return;
    if (!read_sign_in(request->json, &name, &password, &code, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!panel_may_try(core, &request->context, name, reply))
        return;
    struct sign_in *sign_in = calloc(1, sizeof *sign_in);
    if (!sign_in) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    panel_visitor_of(&request->context, &sign_in->visitor);
    (void)snprintf(sign_in->name, sizeof sign_in->name, "%.*s", STR_ARG(name));
    (void)snprintf(sign_in->code, sizeof sign_in->code, "%.*s", STR_ARG(code));
    bool known = store_account(core->store, name, &account, NULL);
    hashing_check(&sign_in->hashing, known ? account.password : NULL, password, true);
    if (known)
        account_wipe(&account);
    sign_in->hashing.later.write = write_sign_in;
    sign_in->hashing.later.free = free_sign_in;
    if (hashing_begin(core, &sign_in->hashing, reply))
        return;
    panel_try_undone(core, request->context.address, name);
    wipe_free(sign_in, sizeof *sign_in);
}

/* ---- by passkey ---- */

struct assertion {
    struct buf id, client_data, authenticator_data, signature;
};

static void assertion_init(struct assertion *assertion)
{
    buf_init(&assertion->id, PASSKEY_ID_SIZE_MAX);
    buf_init(&assertion->client_data, PASSKEY_CLIENT_DATA_SIZE_MAX);
    buf_init(&assertion->authenticator_data, PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX);
    buf_init(&assertion->signature, PASSKEY_SIGNATURE_SIZE_MAX);
}

static void assertion_fini(struct assertion *assertion)
{
    buf_fini(&assertion->id);
    buf_fini(&assertion->client_data);
    buf_fini(&assertion->authenticator_data);
    buf_fini(&assertion->signature);
}

static bool read_bytes(const json_t *json, const char *member, struct buf *ret, struct err *err)
{
    struct str text = {NULL, 0};
    if (!members_str(json, "", member, TEXT_SIZE_MAX(ret->cap), &text, err))
        return false;
    if (!text.size)
        return err_field(err, member, "it is missing");
    return base64_decode(BASE64_URL, text, ret) || err_field(err, member, "it is no Base64url of a fitting size");
}

static bool read_assertion(const json_t *json, struct assertion *ret, struct err *err)
{
    static const char *const members[] = {"credential_id", "client_data", "authenticator_data", "signature", NULL};
    return members_only(json, "", members, err) && read_bytes(json, "credential_id", &ret->id, err) &&
           read_bytes(json, "client_data", &ret->client_data, err) &&
           read_bytes(json, "authenticator_data", &ret->authenticator_data, err) &&
           read_bytes(json, "signature", &ret->signature, err);
}

/* The answer to an empty object: what the browser's passkey is to sign. */
static void ask(struct core *core, const struct passkey_place *place, struct api_reply *reply)
{
    uint8_t challenge[CHALLENGE_SIZE];
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    struct buf text;
    if (!challenge_make(&core->challenges, CHALLENGE_SIGN_IN, STR(""), clock_monotonic_ms(), challenge, &err)) {
        api_fail(reply, &err);
        return;
    }
    buf_init(&text, TEXT_SIZE_MAX(CHALLENGE_SIZE));
    (void)base64_encode(BASE64_URL, str_make((const char *)challenge, sizeof challenge), &text);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "challenge", buf_str(&text));
    jsonout_str(&out, "rp_id", place->rp_id);
    jsonout_u64(&out, "timeout_ms", CHALLENGE_LIFE_MS);
    jsonout_object_end(&out);
    buf_fini(&text);
}

/*
 * The passkey that is known by this id here, and has signed what we asked. It must have been made at this very origin:
 * on localhost all ports are of one rp id, and the origin that we expect follows from Host, which whoever asks chooses.
 * Else a program on another port could have its own page ask for the passkey, and bring us the answer with its own
 * Host.
 */
static bool verify(struct core *core, const struct passkey_place *place, const struct assertion *assertion,
                   struct account_passkey *ret, struct err *err)
{
    struct buf challenge;
    uint32_t sign_count = 0;
    int64_t now_ms = clock_monotonic_ms();
    buf_init(&challenge, PASSKEY_CLIENT_DATA_SIZE_MAX);
    bool fine = passkey_challenge(buf_str(&assertion->client_data), &challenge, err) &&
                challenge_check(&core->challenges, CHALLENGE_SIGN_IN, STR(""), buf_str(&challenge), now_ms, err) &&
                store_passkey(core->store, buf_str(&assertion->id), ret, err) &&
                (str_eq(str_from(ret->origin), place->origin) || err_set(err, ERR_DENIED, "it is for another page"));
    const struct passkey_expected expected = {
        .challenge = buf_str(&challenge), .origin = place->origin, .rp_id = place->rp_id, .user_verified = true};
    fine = fine &&
           passkey_verify(&expected, &ret->credential, buf_str(&assertion->client_data),
                          buf_str(&assertion->authenticator_data), buf_str(&assertion->signature), &sign_count, err) &&
           challenge_spend(&core->challenges, buf_str(&challenge), now_ms, err) &&
           store_use_passkey(core->store, ret->id, sign_count, clock_wall_s(), err);
    buf_fini(&challenge);
    return fine;
}

/* Nobody guesses a signature: there is nothing to wait for here, and nobody can make others wait. */
static void answer(struct core *core, const struct api_request *request, const struct passkey_place *place,
                   struct api_reply *reply)
{
    struct assertion assertion;
    struct account_passkey passkey;
    struct panel_visitor visitor;
    struct err err = {0};
    assertion_init(&assertion);
    bool readable = read_assertion(request->json, &assertion, &err);
    if (readable && verify(core, place, &assertion, &passkey, &err)) {
        panel_visitor_of(&request->context, &visitor);
        panel_session_begin(core, &visitor, str_from(passkey.account), reply);
    } else if (!readable || err.code == ERR_SYSTEM || err.code == ERR_MEMORY) {
        api_fail(reply, &err);
    } else {
        refuse(core, STR(""), request->context.address, "wrong_credentials",
               "the passkey is not known here, or its answer is not right", reply);
    }
    assertion_fini(&assertion);
}

void api_session_passkey(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct passkey_place place;
    struct err err = {0};
    if (!is_at_the_panel(request, reply))
        return;
    if (!passkey_place_of(request->context.origin, &place, &err))
        api_fail(reply, &err);
    else if (json_is_object(request->json) && json_object_size(request->json) == 0)
        ask(core, &place, reply);
    else
        answer(core, request, &place, reply);
}
