#include "check.h"

#include "app/suggest.h"

static void the_distance_counts_edits_without_regard_to_case(void **state)
{
    (void)state;
    const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"Http Port", "HTTP PORT", 0},
        {"Http Prot", "Http Port", 1},
        {"wrokers", "Workers", 1},
        {"kitten", "sitting", 3},
        {"a", "b", 1},
        {"abc", "", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(suggest_distance(str_from(cases[i].a), str_from(cases[i].b)), cases[i].distance);
        assert_int_equal(suggest_distance(str_from(cases[i].b), str_from(cases[i].a)), cases[i].distance);
    }
}

static void words_too_long_to_compare_are_far(void **state)
{
    (void)state;
    char word[SUGGEST_SIZE_MAX + 1];
    memset(word, 'a', sizeof word);
    assert_true(suggest_distance(str_make(word, sizeof word), STR("a")) == SIZE_MAX);
    assert_int_equal(suggest_distance(str_make(word, sizeof word - 1), STR("a")), SUGGEST_SIZE_MAX - 1);
}

static struct str nearest(const char *word)
{
    const char *known[] = {"Listen Address", "Http Port", "Https Port", "User", "Workers"};
    struct suggest suggest;
    suggest_init(&suggest, str_from(word));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        suggest_offer(&suggest, str_from(known[i]));
    return suggest.nearest;
}

static void the_nearest_known_word_is_suggested_and_none_when_all_are_far(void **state)
{
    (void)state;
    assert_str(nearest("http prot"), STR("Http Port"));
    assert_str(nearest("HTTPS Prt"), STR("Https Port"));
    assert_str(nearest("Worker"), STR("Workers"));
    assert_str(nearest("Usr"), STR("User"));
    assert_str(nearest("Colour"), STR(""));
    assert_str(nearest(""), STR(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distance_counts_edits_without_regard_to_case),
        cmocka_unit_test(words_too_long_to_compare_are_far),
        cmocka_unit_test(the_nearest_known_word_is_suggested_and_none_when_all_are_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
