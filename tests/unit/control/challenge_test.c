/* Challenges: ours, for one use and one account, for a while, once. */
#include "check.h"

#include "control/challenge.h"

static struct challenges challenges;
#define NOW 1000000

static struct str make(enum challenge_use use, const char *whose, int64_t now_ms, uint8_t *bytes)
{
    assert_true(challenge_make(&challenges, use, str_from(whose), now_ms, bytes, NULL));
    return str_make(bytes, CHALLENGE_SIZE);
}

static bool is_good(enum challenge_use use, const char *whose, struct str challenge, int64_t now_ms)
{
    struct err err = {0};
    bool good = challenge_check(&challenges, use, str_from(whose), challenge, now_ms, &err);
    assert_int_equal(err.code, good ? ERR_NONE : ERR_DENIED);
    return good;
}

static void one_is_good_for_what_it_was_made_for_and_a_while(void **state)
{
    uint8_t bytes[CHALLENGE_SIZE], other[CHALLENGE_SIZE];
    (void)state;
    challenges = (struct challenges){.has_key = false};
    assert_false(is_good(CHALLENGE_SIGN_IN, "", str_make(memset(bytes, 0, sizeof bytes), sizeof bytes), 0));
    struct str challenge = make(CHALLENGE_NEW_PASSKEY, "anna", NOW, bytes);
    assert_true(is_good(CHALLENGE_NEW_PASSKEY, "anna", challenge, NOW));
    assert_true(is_good(CHALLENGE_NEW_PASSKEY, "ANNA", challenge, NOW));
    assert_true(is_good(CHALLENGE_NEW_PASSKEY, "anna", challenge, NOW + CHALLENGE_LIFE_MS - 1));
    assert_false(is_good(CHALLENGE_NEW_PASSKEY, "anna", challenge, NOW + CHALLENGE_LIFE_MS));
    assert_false(is_good(CHALLENGE_NEW_PASSKEY, "bert", challenge, NOW));
    assert_false(is_good(CHALLENGE_NEW_PASSKEY, "", challenge, NOW));
    assert_false(is_good(CHALLENGE_SIGN_IN, "anna", challenge, NOW));
    (void)make(CHALLENGE_NEW_PASSKEY, "anna", NOW, other);
    assert_memory_not_equal(bytes, other, sizeof bytes);
}

static void one_that_is_changed_or_cut_anywhere_is_none(void **state)
{
    uint8_t bytes[CHALLENGE_SIZE + 1] = {0};
    (void)state;
    challenges = (struct challenges){.has_key = false};
    struct str challenge = make(CHALLENGE_SIGN_IN, "", NOW, bytes);
    for (size_t i = 0; i < CHALLENGE_SIZE; i++) {
        assert_false(is_good(CHALLENGE_SIGN_IN, "", str_part(challenge, 0, i), NOW));
        bytes[i] ^= 1;
        assert_false(is_good(CHALLENGE_SIGN_IN, "", challenge, NOW));
        bytes[i] ^= 1;
    }
    assert_false(is_good(CHALLENGE_SIGN_IN, "", str_make(bytes, sizeof bytes), NOW));
    assert_true(is_good(CHALLENGE_SIGN_IN, "", challenge, NOW));
    challenges = (struct challenges){.has_key = true}; /* another process */
    assert_false(is_good(CHALLENGE_SIGN_IN, "", challenge, NOW));
}

static void one_is_spent_once_and_places_are_freed_by_time(void **state)
{
    uint8_t first[CHALLENGE_SIZE], bytes[CHALLENGE_SIZE];
    struct err err = {0};
    (void)state;
    challenges = (struct challenges){.has_key = false};
    struct str challenge = make(CHALLENGE_SIGN_IN, "", NOW, first);
    assert_true(challenge_spend(&challenges, challenge, NOW, NULL));
    assert_false(is_good(CHALLENGE_SIGN_IN, "", challenge, NOW));
    for (int i = 1; i < CHALLENGE_SPENT_COUNT_MAX; i++)
        assert_true(challenge_spend(&challenges, make(CHALLENGE_SIGN_IN, "", NOW + 1, bytes), NOW + 1, NULL));
    struct str more = make(CHALLENGE_SIGN_IN, "", NOW + 2, bytes);
    assert_false(challenge_spend(&challenges, more, NOW + 2, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_false(is_good(CHALLENGE_SIGN_IN, "", challenge, NOW + 2)); /* nothing was forgotten for it */
    assert_true(challenge_spend(&challenges, more, NOW + CHALLENGE_LIFE_MS, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_good_for_what_it_was_made_for_and_a_while),
        cmocka_unit_test(one_that_is_changed_or_cut_anywhere_is_none),
        cmocka_unit_test(one_is_spent_once_and_places_are_freed_by_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
