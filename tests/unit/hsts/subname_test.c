/* What a name below means for a promise, from where it is known and what was seen and said of it. */
#include "check.h"
#include "hsts/subname.h"

#define BIT    SUBNAME_BIT
#define TYPED  BIT(SUBNAME_TYPED)
#define SEEN   BIT(SUBNAME_SEEN)
#define NOW_S  1000
#define LATE_S 2000

static void states_follow_from_what_was_seen_and_said(void **state)
{
    static const struct {
        struct subname_facts facts;
        enum subname_state state;
    } cases[] = {
        {{.sources = TYPED, .verdict = SUBNAME_UNLOOKED}, SUBNAME_UNKNOWN},
        {{.sources = TYPED, .verdict = SUBNAME_HTTPS}, SUBNAME_READY},
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY}, SUBNAME_BLOCKING},
        {{.sources = TYPED, .verdict = SUBNAME_BROKEN_HTTPS}, SUBNAME_BLOCKING},
        {{.sources = TYPED, .verdict = SUBNAME_NO_WEB}, SUBNAME_UNKNOWN},
        {{.sources = TYPED, .verdict = SUBNAME_DEAD}, SUBNAME_UNKNOWN},
        {{.sources = TYPED, .verdict = SUBNAME_INTERNAL}, SUBNAME_UNKNOWN},
        /* signed off as what it was then */
        {{.sources = TYPED, .verdict = SUBNAME_DEAD, .is_signed_off = true, .signed_verdict = SUBNAME_DEAD},
         SUBNAME_ACCEPTED},
        {{.sources = TYPED, .verdict = SUBNAME_NO_WEB, .is_signed_off = true, .signed_verdict = SUBNAME_DEAD},
         SUBNAME_ACCEPTED},
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .is_signed_off = true, .signed_verdict = SUBNAME_DEAD},
         SUBNAME_BLOCKING},
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .is_signed_off = true, .signed_verdict = SUBNAME_HTTP_ONLY},
         SUBNAME_ACCEPTED},
        {{.sources = TYPED,
          .verdict = SUBNAME_BROKEN_HTTPS,
          .is_signed_off = true,
          .signed_verdict = SUBNAME_HTTP_ONLY},
         SUBNAME_ACCEPTED},
        {{.sources = TYPED, .verdict = SUBNAME_HTTPS, .is_signed_off = true}, SUBNAME_READY},
        /* excepted whatever is found, as long as it lasts */
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .has_exception = true}, SUBNAME_ACCEPTED},
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .has_exception = true, .exception_until_s = LATE_S},
         SUBNAME_ACCEPTED},
        {{.sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .has_exception = true, .exception_until_s = NOW_S},
         SUBNAME_BLOCKING},
        {{.sources = TYPED, .verdict = SUBNAME_DEAD, .has_exception = true, .exception_until_s = 1}, SUBNAME_UNKNOWN},
        /* only seen: a stranger chooses the name, and where all names exist, any name there is */
        {{.sources = SEEN, .verdict = SUBNAME_HTTP_ONLY}, SUBNAME_BLOCKING},
        {{.sources = SEEN, .verdict = SUBNAME_HTTP_ONLY, .flags = BIT(SUBNAME_WILDCARD)}, SUBNAME_UNKNOWN},
        {{.sources = SEEN | TYPED, .verdict = SUBNAME_HTTP_ONLY, .flags = BIT(SUBNAME_WILDCARD)}, SUBNAME_BLOCKING},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (subname_state(&cases[i].facts, NOW_S) != cases[i].state)
            fail_msg("case %zu: %s", i, subname_states[subname_state(&cases[i].facts, NOW_S)]);
}

static void a_name_that_only_strangers_know_weighs_nothing_unless_it_exists(void **state)
{
    (void)state;
    assert_true(subname_weighs_nothing(&(struct subname_facts){.sources = SEEN, .verdict = SUBNAME_DEAD}));
    assert_true(subname_weighs_nothing(&(struct subname_facts){.sources = SEEN, .verdict = SUBNAME_UNLOOKED}));
    assert_true(subname_weighs_nothing(
        &(struct subname_facts){.sources = SEEN, .verdict = SUBNAME_BROKEN_HTTPS, .flags = BIT(SUBNAME_WILDCARD)}));
    assert_false(subname_weighs_nothing(&(struct subname_facts){.sources = SEEN, .verdict = SUBNAME_BROKEN_HTTPS}));
    assert_false(subname_weighs_nothing(&(struct subname_facts){.sources = SEEN | TYPED, .verdict = SUBNAME_DEAD}));
    assert_false(subname_weighs_nothing(&(struct subname_facts){.sources = TYPED, .verdict = SUBNAME_DEAD}));
}

static void what_is_not_in_order_has_a_fix(void **state)
{
    (void)state;
    for (unsigned verdict = 0; verdict < SUBNAME_VERDICTS_COUNT; verdict++) {
        const struct subname_facts facts = {.sources = TYPED, .verdict = (enum subname_verdict)verdict};
        assert_int_equal(subname_fix(&facts)[0] == '\0', verdict == SUBNAME_HTTPS);
    }
    const struct subname_facts mail = {
        .sources = TYPED, .verdict = SUBNAME_HTTP_ONLY, .flags = BIT(SUBNAME_MAIL_TRACKING)};
    assert_non_null(strstr(subname_fix(&mail), "mail service"));
    const struct subname_facts inside = {
        .sources = TYPED, .verdict = SUBNAME_BROKEN_HTTPS, .flags = BIT(SUBNAME_INTERNAL_ONLY)};
    assert_non_null(strstr(subname_fix(&inside), "strictgate trust"));
    const struct subname_facts made_up = {.sources = SEEN, .verdict = SUBNAME_DEAD};
    assert_non_null(strstr(subname_fix(&made_up), "Nothing"));
}

static void every_number_has_a_word(void **state)
{
    const struct {
        const char *const *words;
        size_t count;
    } lists[] = {{subname_sources, SUBNAME_SOURCES_COUNT},
                 {subname_verdicts, SUBNAME_VERDICTS_COUNT},
                 {subname_flags, SUBNAME_FLAGS_COUNT},
                 {subname_states, SUBNAME_STATES_COUNT}};
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t k = 0; k < lists[i].count; k++)
            assert_non_null(lists[i].words[k]);
        assert_null(lists[i].words[lists[i].count]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_follow_from_what_was_seen_and_said),
        cmocka_unit_test(a_name_that_only_strangers_know_weighs_nothing_unless_it_exists),
        cmocka_unit_test(what_is_not_in_order_has_a_fix),
        cmocka_unit_test(every_number_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
