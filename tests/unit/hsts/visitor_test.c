/* Both questions against a walk through all visits, one second after the other where that is possible. */
#include "check.h"

#include "hsts/visitor.h"

#define DAY_S 86400

static void random_numbers_are_those_of_splitmix64(void **state)
{
    (void)state;
    const uint64_t of_1234567[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                   4593380528125082431u, 16408922859458223821u};
    for (uint64_t n = 0; n < 5; n++)
        assert_true(visitor_random(1234567, n) == of_1234567[n]);
}

static void scaled_numbers_stay_below(void **state)
{
    (void)state;
    assert_int_equal(visitor_scale(0, 7), 0);
    assert_int_equal(visitor_scale(UINT64_MAX, 7), 6);
    assert_int_equal(visitor_scale(UINT64_MAX, 1), 0);
    assert_true(visitor_scale(UINT64_MAX, UINT64_C(1) << 32) == UINT32_MAX);
}

/* All visits by asking for the next one; returns how many. */
static size_t walk(const struct visitor *visitor, int64_t *times_s, size_t count_max)
{
    size_t count = 0;
    for (int64_t at_s = visitor_next(visitor, INT64_MIN); at_s != VISITOR_NEVER;
         at_s = visitor_next(visitor, at_s + 1)) {
        assert_true(count < count_max);
        assert_true(at_s >= 0 && at_s < visitor->end_s);
        assert_true(count == 0 || at_s > times_s[count - 1]);
        times_s[count++] = at_s;
    }
    return count;
}

/* Both questions from and to every interesting moment, by looking through the list. */
static void check_questions(const struct visitor *visitor, const int64_t *times_s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int64_t around_s = -1; around_s <= 1; around_s++) {
            int64_t from_s = times_s[i] + around_s, expected_s = VISITOR_NEVER;
            for (size_t j = count; j-- > 0 && times_s[j] >= from_s;)
                expected_s = times_s[j];
            assert_true(visitor_next(visitor, from_s) == expected_s);
            for (size_t k = i; k < count && k < i + 5; k++) {
                int64_t until_s = times_s[k] + around_s;
                expected_s = VISITOR_NEVER;
                for (size_t j = 0; j < count && times_s[j] <= until_s; j++)
                    if (times_s[j] >= from_s)
                        expected_s = times_s[j];
                assert_true(visitor_last(visitor, from_s, until_s) == expected_s);
            }
        }
    int64_t last_s = count ? times_s[count - 1] : VISITOR_NEVER;
    assert_true(visitor_last(visitor, INT64_MIN, INT64_MAX - 1) == last_s);
    assert_true(visitor_next(visitor, visitor->end_s) == VISITOR_NEVER);
    assert_true(visitor_last(visitor, 5, 4) == VISITOR_NEVER);
}

static void regular_visitors_answer_both_questions_alike(void **state)
{
    (void)state;
    static int64_t times_s[4000];
    const int64_t intervals_s[] = {4, 5, 3600, DAY_S, 7 * DAY_S, 30 * DAY_S, 3650 * DAY_S};
    for (size_t i = 0; i < sizeof intervals_s / sizeof *intervals_s; i++)
        for (uint64_t key = 1; key <= 20; key++) {
            int64_t end_s = intervals_s[i] * 100 < 730 * DAY_S ? intervals_s[i] * 100 : 730 * DAY_S;
            struct visitor visitor = visitor_regular(READING_CHROMIUM, end_s, key, intervals_s[i]);
            check_questions(&visitor, times_s, walk(&visitor, times_s, 4000));
        }
}

static void regular_visitors_come_as_often_as_they_should_and_some_stay_away_for_long(void **state)
{
    (void)state;
    static int64_t times_s[4000];
    size_t count = 0, gaps_long_count = 0, at_once_count = 0;
    for (uint64_t key = 0; key < 500; key++) {
        struct visitor visitor = visitor_regular(READING_CHROMIUM, 700 * DAY_S, key * 77, 7 * DAY_S);
        size_t visits_count = walk(&visitor, times_s, 4000);
        count += visits_count;
        for (size_t i = 1; i < visits_count; i++)
            gaps_long_count += times_s[i] - times_s[i - 1] > 28 * DAY_S; /* four times the mean */
        at_once_count += visits_count > 0 && times_s[0] < DAY_S;
    }
    assert_in_range(count, 49000, 51000); /* 500 visitors, 100 weeks */
    assert_in_range(gaps_long_count, 300, 900);
    assert_in_range(at_once_count, 40, 110); /* one in seven comes on day 0: nobody's phase begins there */
}

static void a_visitor_of_once_comes_once(void **state)
{
    (void)state;
    int64_t times_s[2];
    struct visitor visitor = {.kind = VISITOR_ONCE, .end_s = 1000, .when.once_s = 999};
    assert_int_equal(walk(&visitor, times_s, 2), 1);
    check_questions(&visitor, times_s, 1);
    visitor.end_s = 999;
    assert_int_equal(walk(&visitor, times_s, 2), 0);
}

static void logged_visits_before_the_beginning_and_behind_the_end_do_not_count(void **state)
{
    (void)state;
    const int64_t logged_s[] = {-5, 0, 7, 7, 100, 101, 500};
    const int64_t expected_s[] = {0, 7, 100, 101};
    int64_t times_s[8];
    struct visitor visitor = {.kind = VISITOR_LOGGED, .end_s = 500, .when.logged = {logged_s, 7}};
    assert_int_equal(walk(&visitor, times_s, 8), 4);
    assert_memory_equal(times_s, expected_s, sizeof expected_s);
    check_questions(&visitor, times_s, 4);
    visitor.when.logged.count = 0;
    assert_int_equal(walk(&visitor, times_s, 8), 0);
    check_questions(&visitor, times_s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_numbers_are_those_of_splitmix64),
        cmocka_unit_test(scaled_numbers_stay_below),
        cmocka_unit_test(regular_visitors_answer_both_questions_alike),
        cmocka_unit_test(regular_visitors_come_as_often_as_they_should_and_some_stay_away_for_long),
        cmocka_unit_test(a_visitor_of_once_comes_once),
        cmocka_unit_test(logged_visits_before_the_beginning_and_behind_the_end_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
