#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/panel_throttle.h"

#define HOME STR("127.0.0.1")

static struct panel_throttle *throttle;

static int begin(void **state)
{
    (void)state;
    throttle = calloc(1, sizeof *throttle);
    return throttle ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    free(throttle);
    return 0;
}

static void an_account_has_five_free_tries_and_then_waits_twice_as_long_each_time(void **state)
{
    static const uint32_t waits_s[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
    int64_t now_ms = 1000;
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(
            panel_throttle_try(throttle, STR("anna"), str_from((const char *[]){"a", "b", "c", "d", "e"}[i]), now_ms),
            0);
    for (size_t i = 0; i < sizeof waits_s / sizeof *waits_s; i++) {
        char address[2] = {(char)('A' + (int)i), '\0'};
        assert_int_equal(panel_throttle_try(throttle, STR("ANNA"), str_from(address), now_ms), waits_s[i]);
        assert_int_equal(panel_throttle_try(throttle, STR("ben"), str_from(address), now_ms), 0);
        now_ms += (int64_t)waits_s[i] * 1000;
        assert_int_equal(panel_throttle_try(throttle, STR("Anna"), str_from(address), now_ms - 1), 1);
        assert_int_equal(panel_throttle_try(throttle, STR("Anna"), str_from(address), now_ms), 0);
        panel_throttle_right(throttle, STR("ben"), str_from(address));
    }
}

static void an_address_has_more_free_tries_whatever_the_names(void **state)
{
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ADDRESS_FREE; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        assert_int_equal(panel_throttle_try(throttle, str_from(name), HOME, 0), 0);
    }
    assert_int_equal(panel_throttle_try(throttle, STR("z"), HOME, 0), 1);
    assert_int_equal(panel_throttle_try(throttle, STR("z"), STR("192.0.2.1"), 0), 0);
}

static void what_was_right_forgets_the_account_and_not_the_address(void **state)
{
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 1);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 1000), 0);
    panel_throttle_right(throttle, STR("anna"), HOME);
    for (int i = PANEL_THROTTLE_ACCOUNT_FREE; i < PANEL_THROTTLE_ADDRESS_FREE; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        assert_int_equal(panel_throttle_try(throttle, str_from(name), HOME, 1000), 0);
    }
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 1000), 1);
}

static void who_comes_by_a_name_makes_nobody_wait_at_the_machine(void **state)
{
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("198.51.100.7"), 0), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("2001:db8::7"), 0), 1);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("::1"), 0), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("uid 1000 (anna)"), 0), 0);
    panel_throttle_right(throttle, STR("anna"), HOME);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("2001:db8::7"), 0), 1);
    panel_throttle_right(throttle, STR("anna"), STR("198.51.100.7"));
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("2001:db8::7"), 0), 0);
}

/* Who knows the password and not the code must not get free tries at codes by asking for them with the password alone.
 */
static void half_an_answer_neither_counts_nor_forgets(void **state)
{
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE - 1; i++) {
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 0);
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 0);
        panel_throttle_undo(throttle, STR("anna"), HOME);
    }
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 1);
}

static void many_at_once_are_many(void **state)
{
    int let_in = 0;
    (void)state;
    for (int i = 0; i < 100; i++)
        let_in += panel_throttle_try(throttle, STR("anna"), HOME, 0) == 0;
    assert_int_equal(let_in, PANEL_THROTTLE_ACCOUNT_FREE);
}

static void an_hour_without_failures_forgets_all(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        (void)panel_throttle_try(throttle, STR("anna"), HOME, 0);
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, PANEL_THROTTLE_MEMORY_MS), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, PANEL_THROTTLE_MEMORY_MS), 1);
}

static void no_flood_of_names_gives_free_tries_at_an_account_again(void **state)
{
    char name[16], address[16];
    int64_t now_ms = 0;
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE - 1; i++)
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("far away"), now_ms), 0);
    panel_throttle_keep(throttle, STR("Anna"));
    panel_throttle_keep(throttle, STR("nobody"));
    for (int i = 0; i < 2 * PANEL_THROTTLE_COUNT_MAX; i++, now_ms++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)snprintf(address, sizeof address, "a%d", i);
        assert_int_equal(panel_throttle_try(throttle, str_from(name), str_from(address), now_ms), 0);
    }
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("elsewhere"), now_ms), 0);
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), STR("elsewhere"), now_ms), 1);
}

static void more_names_than_there_is_room_for_push_out_the_oldest(void **state)
{
    char name[16], address[16];
    (void)state;
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 0), 0);
    for (int i = 0; i < 2 * PANEL_THROTTLE_COUNT_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)snprintf(address, sizeof address, "a%d", i);
        assert_int_equal(panel_throttle_try(throttle, str_from(name), str_from(address), 10 + i), 0);
    }
    assert_int_equal(panel_throttle_try(throttle, STR("anna"), HOME, 5000), 0);
    panel_throttle_right(throttle, STR("never seen"), STR("nowhere"));
    panel_throttle_undo(throttle, STR("never seen"), STR("nowhere"));
}

static void the_key_gives_names_other_places(void **state)
{
    (void)state;
    (void)panel_throttle_try(throttle, STR("anna"), HOME, 0);
    uint64_t who = throttle->rows[1].who;
    memset(throttle, 0, sizeof *throttle);
    throttle->key[3] = 7;
    (void)panel_throttle_try(throttle, STR("anna"), HOME, 0);
    assert_true(throttle->rows[1].who != who && who && throttle->rows[1].who);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* Whoever may choose an address within them has no more tries by it. */
static void loopback_is_one_address_and_so_is_a_network_of_ipv6(void **state)
{
    static const struct {
        const char *before, *after;
        bool is_one;
    } cases[] = {{"127.0.", ".1", true},        {"2001:db8:1:2::", "", true}, {"2001:db8:1:2:", "::9", true},
                 {"2001:db8:1:", "::1", false}, {"192.0.2.", "", false},      {"::ffff:192.0.2.", "", false},
                 {"uid ", " (somebody)", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t wait_s = 0;
        memset(throttle, 0, sizeof *throttle);
        for (int k = 1; k <= PANEL_THROTTLE_ADDRESS_FREE + 1; k++) {
            char name[16], address[64];
            (void)snprintf(name, sizeof name, "n%d", k);
            (void)snprintf(address, sizeof address, "%s%d%s", cases[i].before, k, cases[i].after);
            wait_s = panel_throttle_try(throttle, str_from(name), str_from(address), 1000);
        }
        if ((wait_s > 0) != cases[i].is_one)
            fail_msg("%s: %u", cases[i].before, wait_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_account_has_five_free_tries_and_then_waits_twice_as_long_each_time),
        TEST(an_address_has_more_free_tries_whatever_the_names),
        TEST(what_was_right_forgets_the_account_and_not_the_address),
        TEST(who_comes_by_a_name_makes_nobody_wait_at_the_machine),
        TEST(half_an_answer_neither_counts_nor_forgets),
        TEST(many_at_once_are_many),
        TEST(an_hour_without_failures_forgets_all),
        TEST(no_flood_of_names_gives_free_tries_at_an_account_again),
        TEST(more_names_than_there_is_room_for_push_out_the_oldest),
        TEST(the_key_gives_names_other_places),
        TEST(loopback_is_one_address_and_so_is_a_network_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
