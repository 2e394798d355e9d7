#include "check.h"

#include "probe/fact.h"

static struct observed_fact closed(const struct fact *fact)
{
    struct observed_fact ret;
    fact_close(fact, 7, &ret);
    return ret;
}

static void the_worst_is_told_and_those_like_it_are_counted(void **state)
{
    (void)state;
    struct fact fact = {0};
    fact_note(&fact, OBSERVED_DOUBT, "doubt");
    assert_string_equal(closed(&fact).detail, "doubt");
    fact_note(&fact, OBSERVED_FAILED, "failed");
    fact_note(&fact, OBSERVED_DOUBT, "doubt again");
    fact_note(&fact, OBSERVED_FAILED, "failed again");
    assert_string_equal(closed(&fact).detail, "failed (and 1 more like it)");
    fact_note(&fact, OBSERVED_BAD, "bad %d", 1);
    fact_note(&fact, OBSERVED_FAILED, "failed");
    fact_note(&fact, OBSERVED_GOOD, "good");
    struct observed_fact ret = closed(&fact);
    assert_int_equal(ret.verdict, OBSERVED_BAD);
    assert_int_equal(ret.at_s, 7);
    assert_string_equal(ret.detail, "bad 1");
}

static void good_counts_when_nothing_else_was_noted(void **state)
{
    (void)state;
    struct fact fact = {0};
    fact_note(&fact, OBSERVED_GOOD, "all is well");
    assert_int_equal(closed(&fact).verdict, OBSERVED_GOOD);
    assert_string_equal(closed(&fact).detail, "all is well");
}

static void nothing_noted_is_a_failure_to_look(void **state)
{
    (void)state;
    struct fact fact = {0};
    assert_int_equal(closed(&fact).verdict, OBSERVED_FAILED);
    assert_true(closed(&fact).detail[0]);
}

static void what_strangers_sent_is_made_visible_and_fits(void **state)
{
    (void)state;
    struct fact fact = {0};
    char text[600];
    memset(text, 'a', sizeof text);
    memcpy(text, "x\x1b[31m\n\xc3\xa9\x7f", 10);
    text[sizeof text - 1] = 0;
    fact_note(&fact, OBSERVED_BAD, "%s", text);
    for (int i = 0; i < 100; i++)
        fact_note(&fact, OBSERVED_BAD, "another");
    struct observed_fact ret = closed(&fact);
    assert_memory_equal(ret.detail, "x?[31m????aaa", 13);
    assert_true(str_ends(str_from(ret.detail), STR("aaa (and 100 more like it)")));
    assert_true(strlen(ret.detail) < OBSERVED_DETAIL_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_is_told_and_those_like_it_are_counted),
        cmocka_unit_test(good_counts_when_nothing_else_was_noted),
        cmocka_unit_test(nothing_noted_is_a_failure_to_look),
        cmocka_unit_test(what_strangers_sent_is_made_visible_and_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
