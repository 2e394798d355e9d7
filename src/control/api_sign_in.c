/*
 * POST /v1/session and /v1/session/passkey: from a name with its password, or a passkey, to a session. What is wrong is
 * never told: an unknown name, a wrong password and an account without one are the same answer at the same cost.
 *
 * POST /v1/session/proof: the same for a session that is there, whose account gives a secret of its own once more
 * (panel_proof.h). It is an attempt like one at the door, and waits with those.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "codec/base64.h"
#include "control/api_routes.h"
#include "control/hashing.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "control/passkey_answer.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/members.h"

/* Six digits, and blanks between them. */
#define CODE_SIZE_MAX 16
/* What a challenge for a proof is bound to: the number of a session. */
#define WHOSE_SIZE 24

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
    bool is_proof; /* of the session that the visitor has, which goes on; else a new one begins */
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
    if (sign_in->is_proof)
        panel_session_prove(core, &sign_in->visitor, str_from(account->name), reply);
    else
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
               sign_in->is_proof ? "the password is not right" : "the name or the password is not right", reply);
    if (known)
        account_wipe(&account);
}

/* What was typed; views into the request. */
struct typed {
    struct str name, password, code;
};

/* `name` is known already when it is a proof. */
static bool read_typed(const json_t *json, bool is_proof, struct typed *ret, struct err *err)
{
    static const char *const members[] = {"password", "totp", "name", NULL}, *const proof_members[] = {"password",
                                                                                                       "totp", NULL};
    if (!members_only(json, "", is_proof ? proof_members : members, err) ||
        (!is_proof && !members_str(json, "", "name", ACCOUNT_NAME_SIZE_MAX, &ret->name, err)) ||
        !members_str(json, "", "password", PASSWORD_SIZE_MAX, &ret->password, err) ||
        !members_str(json, "", "totp", CODE_SIZE_MAX, &ret->code, err))
        return false;
    if (!ret->name.size || !ret->password.size)
        return err_field(err, ret->name.size ? "password" : "name", "it is missing");
    return true;
}

static void check_password(struct core *core, const struct api_request *request, bool is_proof,
                           const struct typed *typed, struct api_reply *reply)
{
    struct account account;
    struct err err = {0};
    if (!panel_may_try(core, &request->context, typed->name, reply))
        return;
    struct sign_in *sign_in = calloc(1, sizeof *sign_in);
    if (!sign_in) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    sign_in->is_proof = is_proof;
    panel_visitor_of(&request->context, &sign_in->visitor);
    (void)snprintf(sign_in->name, sizeof sign_in->name, "%.*s", STR_ARG(typed->name));
    (void)snprintf(sign_in->code, sizeof sign_in->code, "%.*s", STR_ARG(typed->code));
    bool known = store_account(core->store, typed->name, &account, NULL);
    hashing_check(&sign_in->hashing, known ? account.password : NULL, typed->password, true);
    if (known)
        account_wipe(&account);
    sign_in->hashing.later.write = write_sign_in;
    sign_in->hashing.later.free = free_sign_in;
    if (hashing_begin(core, &sign_in->hashing, reply))
        return;
    panel_try_undone(core, request->context.address, typed->name);
    wipe_free(sign_in, sizeof *sign_in);
}

static void by_password(struct core *core, const struct api_request *request, bool is_proof, struct api_reply *reply)
{
    struct typed typed = {.name = is_proof ? request->context.account : (struct str){NULL, 0}};
    struct err err = {0};
    if (read_typed(request->json, is_proof, &typed, &err))
        check_password(core, request, is_proof, &typed, reply);
    else
        api_fail(reply, &err);
}

void api_session_begin(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    if (is_at_the_panel(request, reply))
        by_password(core, request, false, reply);
}

/* ---- by passkey ---- */

/* One of several passkeys of the account is to be found without asking for it. */
static bool write_id(void *context, const struct account_passkey *passkey)
{
    struct jsonout *out = context;
    struct buf text;
    buf_init(&text, 2 * PASSKEY_ID_SIZE_MAX);
    if (base64_encode(BASE64_URL, str_make(passkey->credential.id, passkey->credential.id_size), &text))
        jsonout_str(out, NULL, buf_str(&text));
    buf_fini(&text);
    return true;
}

/* The answer to an empty object: what the browser's passkey is to sign; for a proof also which passkeys can. */
static void ask(struct core *core, const struct api_request *request, const struct passkey_question *question,
                struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    jsonout_object(&out, NULL);
    bool fine = passkey_question_write(core, question, &out, &err);
    if (fine && question->use == CHALLENGE_PROOF) {
        jsonout_array(&out, "passkeys");
        fine = store_passkeys(core->store, request->context.account, write_id, &out, &err);
        jsonout_array_end(&out);
    }
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

static void let_in_by_passkey(struct core *core, const struct api_request *request,
                              const struct passkey_question *question, const struct account_passkey *passkey,
                              struct api_reply *reply)
{
    struct panel_visitor visitor;
    panel_visitor_of(&request->context, &visitor);
    if (question->use == CHALLENGE_PROOF)
        panel_session_prove(core, &visitor, str_from(passkey->account), reply);
    else
        panel_session_begin(core, &visitor, str_from(passkey->account), reply);
}

/* Nobody guesses a signature: there is nothing to wait for here, and nobody can make others wait. */
static void take_answer(struct core *core, const struct api_request *request, const struct passkey_question *question,
                        struct api_reply *reply)
{
    struct passkey_answer answer;
    struct account_passkey passkey;
    struct err err = {0};
    passkey_answer_init(&answer);
    bool readable = passkey_answer_read(request->json, &answer, &err);
    if (readable && passkey_answer_verify(core, question, &answer, &passkey, &err) &&
        (question->use != CHALLENGE_PROOF || str_eq_nocase(str_from(passkey.account), request->context.account)))
        let_in_by_passkey(core, request, question, &passkey, reply);
    else if (!readable || err.code == ERR_SYSTEM || err.code == ERR_MEMORY)
        api_fail(reply, &err);
    else
        refuse(core, STR(""), request->context.address, "wrong_credentials",
               "the passkey is not known here, or its answer is not right", reply);
    passkey_answer_fini(&answer);
}

static void by_passkey(struct core *core, const struct api_request *request, struct passkey_question *question,
                       struct api_reply *reply)
{
    struct err err = {0};
    if (!passkey_place_of(request->context.origin, &question->place, &err))
        api_fail(reply, &err);
    else if (json_is_object(request->json) && json_object_size(request->json) == 0)
        ask(core, request, question, reply);
    else
        take_answer(core, request, question, reply);
}

void api_session_passkey(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct passkey_question question = {.use = CHALLENGE_SIGN_IN};
    if (is_at_the_panel(request, reply))
        by_passkey(core, request, &question, reply);
}

/* ---- a session that is there ---- */

/*
 * By whichever the content is about. A challenge is for this session, and for one proof of it, after which it has
 * another number.
 */
void api_session_prove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    char whose[WHOSE_SIZE];
    struct passkey_question question = {.use = CHALLENGE_PROOF};
    const json_t *json = request->json;
    if (!is_at_the_panel(request, reply))
        return;
    if (json_is_object(json) && (json_object_size(json) == 0 || json_object_get(json, "credential_id"))) {
        (void)snprintf(whose, sizeof whose, "%lld", (long long)request->context.session->number);
        question.whose = str_from(whose);
        by_passkey(core, request, &question, reply);
    } else {
        by_password(core, request, true, reply);
    }
}
