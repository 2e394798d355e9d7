/* The table of codes is whole: each has a code of its own, words, and something to do. */
#include "check.h"

#include "hsts/preload_code.h"

static void every_code_has_a_text_of_its_own_and_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PRELOAD_CODES_COUNT; i++) {
        const char *text = preload_code_text((enum preload_code)i);
        assert_non_null(text);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(text, preload_code_text((enum preload_code)j));
    }
}

static void words_and_fixes_are_whole_sentences(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PRELOAD_CODES_COUNT; i++) {
        const struct str of[] = {str_from(preload_code_words((enum preload_code)i)),
                                 str_from(preload_code_fix((enum preload_code)i))};
        for (size_t j = 0; j < 2; j++) {
            assert_true(of[j].size > 10);
            assert_int_equal(of[j].data[of[j].size - 1], '.');
            assert_null(strstr(of[j].data, "  "));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text_of_its_own_and_words),
        cmocka_unit_test(words_and_fixes_are_whole_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
