/* What came over plain HTTP of late, in words; whether it is told is tested with the notifications. */
#include "control/in_clear.h"

#include "check.h"
#include "http/agent.h"

static void check_text(const struct census_counts *census, const char *expected)
{
    char room[IN_CLEAR_TEXT_SIZE];
    assert_str(in_clear_text(census, room), str_from(expected));
}

static void it_says_what_there_was_and_who_sent_passwords(void **state)
{
    struct census_counts census = {{0}};
    (void)state;
    census.counts[CENSUS_COOKIES] = 3;
    check_text(&census, "Within two days requests over plain HTTP carried: a cookie (3).");
    census.counts[CENSUS_BASIC] = 1150;
    census.counts[CENSUS_SENDER + HTTP_AGENT_R] = 1150;
    check_text(&census, "Within two days requests over plain HTTP carried: a password (Authorization: Basic) (1150), a "
                        "cookie (3). Passwords and tokens were sent by: R scripts (1150).");
    census.counts[CENSUS_REFUSED] = 7;
    census.counts[CENSUS_SENDER + HTTP_AGENT_CURL] = 2000;
    census.counts[CENSUS_SENDER + HTTP_AGENT_GO] = 1;
    census.counts[CENSUS_SENDER + HTTP_AGENT_WGET] = 2;
    census.counts[CENSUS_BASIC] = 0;
    check_text(&census,
               "Within two days requests over plain HTTP carried: a cookie (3). Passwords and tokens were "
               "sent by: curl (2000), R scripts (1150), Wget (2) and others. Of these requests 7 were refused.");
}

/* Each count as long as it can be, each program as wordy. */
static void it_is_whole_however_much_there_was(void **state)
{
    struct census_counts census = {{0}};
    char room[IN_CLEAR_TEXT_SIZE];
    size_t longest = 0;
    (void)state;
    for (size_t i = 0; i < CENSUS_SENDER; i++)
        census.counts[i] = UINT64_MAX;
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++) {
        struct census_counts one = census;
        for (int k = i; k < i + 4; k++)
            one.counts[CENSUS_SENDER + k % HTTP_AGENTS_COUNT] = UINT64_MAX;
        struct str text = in_clear_text(&one, room);
        assert_true(str_ends(text, STR("were refused.")));
        longest = text.size > longest ? text.size : longest;
    }
    assert_true(longest < IN_CLEAR_TEXT_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_there_was_and_who_sent_passwords),
        cmocka_unit_test(it_is_whole_however_much_there_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
