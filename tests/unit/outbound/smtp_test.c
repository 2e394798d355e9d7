/* Addresses, and what is refused before anybody is asked; the transfer itself is tested end to end. */
#include "outbound/smtp.h"

#include "check.h"

static void addresses_are_plain_and_cannot_end_a_line_or_a_command(void **state)
{
    static const struct {
        const char *address;
        bool good;
    } cases[] = {
        {"anna@example.org", true},
        {"anna.b+c=d_e-f@mail.example.org", true},
        {"o'neill!#$%&*/?^`{|}~@example.org", true},
        {"root@localhost", true},
        {"a@xn--bcher-kva.example", true},
        {"", false},
        {"anna", false},
        {"@example.org", false},
        {"anna@", false},
        {"anna@@example.org", false},
        {"anna@exa mple.org", false},
        {"an na@example.org", false},
        {".anna@example.org", false},
        {"anna.@example.org", false},
        {"an..na@example.org", false},
        {"anna@.example.org", false},
        {"anna@example.org.", false},
        {"anna@-example.org", false},
        {"anna@example_x.org", false},
        {"Anna <anna@example.org>", false},
        {"<anna@example.org>", false},
        {"anna@example.org>\r\nRCPT TO:<b@example.org", false},
        {"anna@example.org\n", false},
        {"\"an na\"@example.org", false},
        {"anna@[192.0.2.1]", false},
        {"\xc3\xa4@example.org", false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org", false}, /* 65 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        if (smtp_address_check(str_from(cases[i].address), &err) != cases[i].good)
            fail_msg("\"%s\": %s", cases[i].address, err.text);
    }
}

static void a_password_is_not_sent_without_tls(void **state)
{
    const struct str to[] = {STR_INIT("b@example.org")};
    const struct smtp_message message = {.host = STR("127.0.0.1"),
                                         .port = 1,
                                         .security = SMTP_PLAIN,
                                         .user = STR("u"),
                                         .password = STR("p"),
                                         .hello = STR("h"),
                                         .from = STR("a@example.org"),
                                         .to = to,
                                         .to_count = 1,
                                         .text = STR("x\r\n")};
    struct deadline deadline;
    char why[SMTP_WHY_SIZE];
    (void)state;
    deadline_start(&deadline, 1000, NULL);
    assert_false(smtp_send(&message, &deadline, why));
    assert_string_equal(why, "was not asked: a password is sent over TLS only");
}

static void a_deadline_that_has_passed_asks_nobody(void **state)
{
    const struct smtp_message message = {.host = STR("127.0.0.1"), .port = 1, .hello = STR("h")};
    struct deadline deadline;
    char why[SMTP_WHY_SIZE];
    (void)state;
    deadline_start(&deadline, 0, NULL);
    assert_false(smtp_send(&message, &deadline, why));
    assert_string_equal(why, "was not asked: the time for it ran out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_plain_and_cannot_end_a_line_or_a_command),
        cmocka_unit_test(a_password_is_not_sent_without_tls),
        cmocka_unit_test(a_deadline_that_has_passed_asks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
