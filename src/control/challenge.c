/* An HMAC with a key of this process. */
#include "control/challenge.h"

#include "base/buf.h"
#include "crypto/mac.h"
#include "crypto/random.h"

#define END_AT  CHALLENGE_NONCE_SIZE
#define CODE_AT (CHALLENGE_NONCE_SIZE + 8)

_Static_assert(CODE_AT + 32 == CHALLENGE_SIZE, "the parts are the whole");

/* The account in lower case: it is the same in any. */
static bool code_of(const struct challenges *challenges, enum challenge_use use, struct str whose, const uint8_t *front,
                    uint8_t ret[static MAC_SIZE_MAX], struct err *err)
{
    struct buf text;
    buf_init(&text, 1024);
    (void)buf_put(&text, front, CODE_AT);
    (void)buf_put_char(&text, (char)('0' + (int)use));
    for (size_t i = 0; i < whose.size; i++)
        (void)buf_put_char(&text, str_lower_char(whose.data[i]));
    bool fine = buf_ok(&text) || err_memory(err);
    fine = fine && mac_make(MAC_SHA256, str_make(challenges->key, sizeof challenges->key), buf_str(&text), ret, err);
    buf_fini(&text);
    return fine;
}

static int64_t end_of(const uint8_t *challenge)
{
    uint64_t end = 0;
    for (size_t i = 0; i < 8; i++)
        end = end << 8 | challenge[END_AT + i];
    return (int64_t)end;
}

static bool make_key(struct challenges *challenges, struct err *err)
{
    if (!challenges->has_key)
        challenges->has_key = random_bytes(challenges->key, sizeof challenges->key, err);
    return challenges->has_key;
}

bool challenge_make(struct challenges *challenges, enum challenge_use use, struct str whose, int64_t now_ms,
                    uint8_t ret[static CHALLENGE_SIZE], struct err *err)
{
    uint8_t challenge[CHALLENGE_SIZE], code[MAC_SIZE_MAX];
    uint64_t end = (uint64_t)(now_ms + CHALLENGE_LIFE_MS);
    if (!make_key(challenges, err) || !random_bytes(challenge, CHALLENGE_NONCE_SIZE, err))
        return false;
    for (size_t i = 0; i < 8; i++)
        challenge[END_AT + i] = (uint8_t)(end >> (56 - 8 * i));
    if (!code_of(challenges, use, whose, challenge, code, err))
        return false;
    memcpy(challenge + CODE_AT, code, CHALLENGE_SIZE - CODE_AT);
    memcpy(ret, challenge, CHALLENGE_SIZE);
    return true;
}

static bool is_spent(const struct challenges *challenges, const uint8_t *challenge)
{
    for (size_t i = 0; i < CHALLENGE_SPENT_COUNT_MAX; i++)
        if (challenges->spent[i].end_ms && memcmp(challenges->spent[i].nonce, challenge, CHALLENGE_NONCE_SIZE) == 0)
            return true;
    return false;
}

bool challenge_check(struct challenges *challenges, enum challenge_use use, struct str whose, struct str challenge,
                     int64_t now_ms, struct err *err)
{
    const uint8_t *bytes = (const uint8_t *)challenge.data;
    uint8_t code[MAC_SIZE_MAX];
    if (!challenges->has_key || challenge.size != CHALLENGE_SIZE)
        return err_set(err, ERR_DENIED, "the passkey answers to a question that was not asked");
    if (!code_of(challenges, use, whose, bytes, code, err))
        return false;
    if (!mac_equal(code, bytes + CODE_AT, CHALLENGE_SIZE - CODE_AT) || is_spent(challenges, bytes))
        return err_set(err, ERR_DENIED, "the passkey answers to a question that was not asked");
    return end_of(bytes) > now_ms || err_set(err, ERR_DENIED, "the passkey took too long: try again");
}

bool challenge_spend(struct challenges *challenges, struct str challenge, int64_t now_ms, struct err *err)
{
    const uint8_t *bytes = (const uint8_t *)challenge.data;
    for (size_t i = 0; i < CHALLENGE_SPENT_COUNT_MAX; i++) {
        struct challenge_spent *spent = &challenges->spent[i];
        if (spent->end_ms > now_ms)
            continue;
        memcpy(spent->nonce, bytes, CHALLENGE_NONCE_SIZE);
        spent->end_ms = end_of(bytes);
        return true;
    }
    return err_set(err, ERR_DENIED, "too many passkeys are being used at this moment: try again in a few minutes");
}
