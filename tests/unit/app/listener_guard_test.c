/* A boot file against browsers that are bound. */
#include "check.h"

#include <stdio.h>

#include "app/listener_guard.h"
#include "app/setup.h"

#define NOW_S INT64_C(1790000000)

static const struct bound bound_443 = {
    .name = {.size = 6, .text = "a.test"}, .https_port = 443, .http_port = 80, .until_s = NOW_S + 60};

/* Of the text of a file "b.ini". */
static struct boot *read_boot(const char *text)
{
    const struct boot_source source = {.file = STR_INIT("b.ini"), .text = str_from(text)};
    struct boot *boot;
    struct err err = {0};
    if (!boot_parse(&source, &boot, &err))
        fail_msg("%s: %s", text, err.text);
    return boot;
}

static void a_boot_file_that_keeps_the_port_is_taken(void **state)
{
    static const char *const texts[] = {
        "",
        "[Server]\nHttp Port = 0\n",
        "[Server]\nHttps Port = 8443\nPublic Https Port = 443\n",
        "[Server]\nHttps Port = 0\n[Listener a]\nAddress = 127.0.0.1:443\nProtocol = https\n",
        "[Server]\nHttp Port = 0\nHttps Port = 0\nPublic Https Port = 443\n[Listener a]\nAddress = fd:https\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct boot *boot = read_boot(texts[i]);
        struct err err = {0};
        if (!listener_guard_check(boot, &bound_443, NOW_S, &err))
            fail_msg("%s: %s", texts[i], err.text);
        boot_free(boot);
    }
}

static void one_that_closes_or_moves_https_is_refused_where_it_says_so(void **state)
{
    static const struct {
        const char *text, *starts;
    } cases[] = {
        {"[Server]\nHttps Port = 0\n", "b.ini:2: Https Port: there would be no HTTPS on port 443 any more, but "},
        {"[Server]\nHttp Port = 80\n\nHttps Port = 8443\n",
         "b.ini:4: Https Port: HTTPS would move from port 443 to port 8443, but browsers were told to accept nothing "
         "but HTTPS for a.test until 2026-09-21 14:14 UTC (keep-listener); release them (strictgate hsts release) and "
         "wait, or start with --override keep-listener --reason TEXT --confirm NAME"},
        {"[Server]\nPublic Https Port = 444\n",
         "b.ini:2: Public Https Port: HTTPS would move from port 443 to port 444"},
        {"[Server]\nHttps Port = 0\nPublic Https Port = 443\n", "b.ini:2: Https Port: there would be no HTTPS"},
        {"[Server]\nHttps Port = 0\n[Listener a]\nAddress = 127.0.0.1:8443\nProtocol = https\n",
         "b.ini:4: Address: HTTPS would move from port 443 to port 8443"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct boot *boot = read_boot(cases[i].text);
        struct err err = {0};
        if (listener_guard_check(boot, &bound_443, NOW_S, &err))
            fail_msg("%s was taken", cases[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        if (!str_starts(str_from(err.text), str_from(cases[i].starts)))
            fail_msg("%s", err.text);
        boot_free(boot);
    }
}

static void the_date_and_an_open_promise_decide(void **state)
{
    struct boot *boot = read_boot("[Server]\nHttps Port = 8443\n");
    struct bound bound = bound_443;
    struct err err = {0};
    (void)state;
    assert_true(listener_guard_check(boot, &bound, bound.until_s, &err));
    bound.is_open = true;
    assert_false(listener_guard_check(boot, &bound, bound.until_s, &err));
    assert_non_null(strstr(err.text, "a.test until they are released"));
    bound.https_port = 0; /* closed by an override before */
    assert_true(listener_guard_check(boot, &bound, NOW_S, &err));
    assert_true(listener_guard_check(boot, &(struct bound){.until_s = 0}, 0, &err));
    boot_free(boot);
}

static void the_longest_name_leaves_room_for_the_way_out(void **state)
{
    struct boot *boot = read_boot("[Server]\nHttps Port = 8443\n");
    struct bound bound = bound_443;
    struct err err = {0};
    (void)state;
    bound.name.size = NAME_SIZE_MAX;
    memset(bound.name.text, 'a', NAME_SIZE_MAX);
    assert_false(listener_guard_check(boot, &bound, NOW_S, &err));
    assert_non_null(strstr(err.text, "--confirm NAME"));
    boot_free(boot);
}

static void the_name_is_typed_as_people_type_it(void **state)
{
    static const struct {
        const char *typed;
        bool fits;
    } cases[] = {{"a.test", true}, {"A.Test.", true}, {"b.test", false}, {"", false}, {"yes", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct listener_override override = {.reason = "x", .confirm = cases[i].typed};
        struct err err = {0};
        assert_int_equal(listener_guard_confirms(&override, &bound_443, &err), cases[i].fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boot_file_that_keeps_the_port_is_taken),
        cmocka_unit_test(one_that_closes_or_moves_https_is_refused_where_it_says_so),
        cmocka_unit_test(the_date_and_an_open_promise_decide),
        cmocka_unit_test(the_longest_name_leaves_room_for_the_way_out),
        cmocka_unit_test(the_name_is_typed_as_people_type_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
