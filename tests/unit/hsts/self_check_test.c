/* What sending preload mends and what it does not, the short form, and the words for what could not be seen. */
#include "check.h"

#include "hsts/self_check.h"
#include "random_test.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define WITHOUT STR("max-age=31536000; includeSubDomains")
#define WITH    STR("max-age=31536000; includeSubDomains; preload")

static struct preload_fields one(struct str value)
{
    return (struct preload_fields){{value}, 1};
}

/* A site of ours: redirects to itself, and then sends `field`. */
static struct preload_seen sending(struct str field)
{
    struct preload_seen seen = {.domain = STR("example.org"),
                                .public_suffix = STR("org"),
                                .registrable = STR("example.org"),
                                .https = PRELOAD_REACH_GOOD,
                                .cipher_modern = true,
                                .cipher = STR("TLSv1.3 TLS_AES_128_GCM_SHA256"),
                                .https_fields = one(field),
                                .http_answers = true,
                                .first_answers = true,
                                .first_fields = one(field),
                                .www = PRELOAD_WWW_CLOSED};
    seen.http_way.hops[0] = (struct preload_hop){true, STR("example.org"), STR("https://example.org/")};
    seen.http_way.hops_count = 1;
    return seen;
}

static struct self_check sum_of(const struct preload_seen *seen)
{
    struct self_check_found found;
    struct self_check sum;
    self_check_judge(seen, PRELOAD_POLICY_BULK_1_YEAR, &found);
    self_check_sum(&found, 1750000000, &sum);
    return sum;
}

static void a_site_that_lacks_the_word_alone_is_mended_by_it(void **state)
{
    const struct preload_seen seen = sending(WITHOUT);
    struct self_check_found found;
    (void)state;
    self_check_judge(&seen, PRELOAD_POLICY_BULK_1_YEAR, &found);
    assert_true(found.findings.count >= 1);
    for (size_t i = 0; i < found.findings.count; i++)
        assert_true(found.mended[i]);
    struct self_check sum = sum_of(&seen);
    assert_int_equal(sum.errors_count, found.findings.count);
    assert_int_equal(sum.unmended_count, 0);
    assert_int_equal(sum.first.code, PRELOAD_FIELD_PRELOAD_MISSING);
}

static void a_site_that_is_fit_has_nothing(void **state)
{
    const struct preload_seen seen = sending(WITH);
    struct self_check sum = sum_of(&seen);
    (void)state;
    assert_int_equal(sum.at_s, 1750000000);
    assert_int_equal(sum.sight, SELF_CHECK_SEEN);
    assert_int_equal(sum.errors_count + sum.warnings_count + sum.unmended_count, 0);
}

static void whatever_else_is_wrong_is_not_mended_by_the_word(void **state)
{
    static const struct {
        struct str field;
        enum preload_code code;
    } cases[] = {
        {STR_INIT("max-age=86400; includeSubDomains"), PRELOAD_FIELD_MAX_AGE_BELOW_1_YEAR},
        {STR_INIT("max-age=31536000"), PRELOAD_FIELD_SUBDOMAINS_MISSING},
        {STR_INIT("max-age=\"31536000\"; includeSubDomains"), PRELOAD_FIELD_MAX_AGE_NON_DIGIT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct preload_seen seen = sending(cases[i].field);
        struct self_check sum = sum_of(&seen);
        assert_true(sum.errors_count > sum.unmended_count); /* the word itself */
        assert_true(sum.unmended_count >= 1);
        assert_int_equal(sum.first_unmended.code, cases[i].code);
    }
}

static void a_redirect_that_is_broken_stays_broken(void **state)
{
    struct preload_seen seen = sending(WITHOUT);
    (void)state;
    seen.http_way.hops_count = 0;
    struct self_check sum = sum_of(&seen);
    assert_int_equal(sum.unmended_count, 1);
    assert_int_equal(sum.first_unmended.code, PRELOAD_HTTP_NO_REDIRECT);
}

static void without_a_field_or_with_several_the_word_mends_nothing(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 2; count += 2) {
        struct preload_seen seen = sending(WITHOUT);
        seen.https_fields.count = count;
        seen.https_fields.values[1] = WITHOUT;
        struct self_check sum = sum_of(&seen);
        assert_true(sum.unmended_count >= 1);
        assert_int_equal(sum.first_unmended.code, count ? PRELOAD_FIELD_SEVERAL : PRELOAD_FIELD_NONE);
    }
}

/* Xorshift. */
static uint64_t next(uint64_t x)
{
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ x << 17;
}

static void any_field_gives_an_answer_and_the_same_one_each_time(void **state)
{
    static const char bytes[] = "max-age=0123456789; includeSubDomains preload\"\0\xff,";
    uint64_t random = random_test_number("SELF_CHECK_SEED", 20261126);
    char field[2048];
    (void)state;
    for (int round = 0; round < RANDOM_TEST_COUNT(2000, 200); round++) {
        size_t size = (random = next(random)) % sizeof field;
        for (size_t i = 0; i < size; i++)
            field[i] = bytes[(random = next(random)) % (sizeof bytes - 1)];
        const struct preload_seen seen = sending(str_make(field, size));
        struct self_check a = sum_of(&seen), b = sum_of(&seen);
        assert_memory_equal(&a, &b, sizeof a);
        assert_true(a.unmended_count <= a.errors_count);
    }
}

static void each_way_of_not_seeing_has_its_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SELF_CHECK_SIGHTS_COUNT; i++) {
        enum self_check_sight sight = (enum self_check_sight)i, read;
        assert_true(self_check_sight_from(str_from(self_check_sight_name(sight)), &read));
        assert_int_equal(read, sight);
        assert_int_equal(self_check_sight_words(sight)[0] != '\0', sight != SELF_CHECK_SEEN);
        assert_int_equal(self_check_sight_fix(sight)[0] != '\0', sight != SELF_CHECK_SEEN);
    }
    enum self_check_sight untouched = SELF_CHECK_FAILED;
    assert_false(self_check_sight_from(STR("seen "), &untouched));
    assert_int_equal(untouched, SELF_CHECK_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_that_lacks_the_word_alone_is_mended_by_it),
        cmocka_unit_test(a_site_that_is_fit_has_nothing),
        cmocka_unit_test(whatever_else_is_wrong_is_not_mended_by_the_word),
        cmocka_unit_test(a_redirect_that_is_broken_stays_broken),
        cmocka_unit_test(without_a_field_or_with_several_the_word_mends_nothing),
        cmocka_unit_test(any_field_gives_an_answer_and_the_same_one_each_time),
        cmocka_unit_test(each_way_of_not_seeing_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
