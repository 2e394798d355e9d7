/* Base64url in, the store's passkey out. */
#include "control/passkey_answer.h"

#include "codec/base64.h"
#include "os/clock.h"
#include "store/members.h"

/* Base64url of so many bytes. */
#define TEXT_SIZE_MAX(bytes) (4 * ((size_t)(bytes) + 2) / 3)

bool passkey_question_write(struct core *core, const struct passkey_question *question, struct jsonout *out,
                            struct err *err)
{
    uint8_t challenge[CHALLENGE_SIZE];
    struct buf text;
    if (!challenge_make(&core->challenges, question->use, question->whose, clock_monotonic_ms(), challenge, err))
        return false;
    buf_init(&text, TEXT_SIZE_MAX(CHALLENGE_SIZE));
    (void)base64_encode(BASE64_URL, str_make((const char *)challenge, sizeof challenge), &text);
    jsonout_str(out, "challenge", buf_str(&text));
    jsonout_str(out, "rp_id", question->place.rp_id);
    jsonout_u64(out, "timeout_ms", CHALLENGE_LIFE_MS);
    buf_fini(&text);
    return true;
}

void passkey_answer_init(struct passkey_answer *answer)
{
    buf_init(&answer->id, PASSKEY_ID_SIZE_MAX);
    buf_init(&answer->client_data, PASSKEY_CLIENT_DATA_SIZE_MAX);
    buf_init(&answer->authenticator_data, PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX);
    buf_init(&answer->signature, PASSKEY_SIGNATURE_SIZE_MAX);
}

void passkey_answer_fini(struct passkey_answer *answer)
{
    buf_fini(&answer->id);
    buf_fini(&answer->client_data);
    buf_fini(&answer->authenticator_data);
    buf_fini(&answer->signature);
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

bool passkey_answer_read(const json_t *json, struct passkey_answer *ret, struct err *err)
{
    static const char *const members[] = {"credential_id", "client_data", "authenticator_data", "signature", NULL};
    return members_only(json, "", members, err) && read_bytes(json, "credential_id", &ret->id, err) &&
           read_bytes(json, "client_data", &ret->client_data, err) &&
           read_bytes(json, "authenticator_data", &ret->authenticator_data, err) &&
           read_bytes(json, "signature", &ret->signature, err);
}

bool passkey_answer_verify(struct core *core, const struct passkey_question *question,
                           const struct passkey_answer *answer, struct account_passkey *ret, struct err *err)
{
    const struct passkey_place *place = &question->place;
    struct buf challenge;
    uint32_t sign_count = 0;
    int64_t now_ms = clock_monotonic_ms();
    buf_init(&challenge, PASSKEY_CLIENT_DATA_SIZE_MAX);
    bool fine = passkey_challenge(buf_str(&answer->client_data), &challenge, err) &&
                challenge_check(&core->challenges, question->use, question->whose, buf_str(&challenge), now_ms, err) &&
                store_passkey(core->store, buf_str(&answer->id), ret, err) &&
                (str_eq(str_from(ret->origin), place->origin) || err_set(err, ERR_DENIED, "it is for another page"));
    const struct passkey_expected expected = {
        .challenge = buf_str(&challenge), .origin = place->origin, .rp_id = place->rp_id, .user_verified = true};
    fine = fine &&
           passkey_verify(&expected, &ret->credential, buf_str(&answer->client_data),
                          buf_str(&answer->authenticator_data), buf_str(&answer->signature), &sign_count, err) &&
           challenge_spend(&core->challenges, buf_str(&challenge), now_ms, err) &&
           store_use_passkey(core->store, ret->id, sign_count, clock_wall_s(), err);
    buf_fini(&challenge);
    return fine;
}
