/* Names that people type and paste. */
#include "check.h"
#include "listed.h"

static void names_are_found_in_what_people_paste(void **state)
{
    (void)state;
    expect_listed(INVENTORY_NAMES,
                  "www, mail; shop\n"
                  "# a note\n"
                  "App.Example.org.   # behind\n"
                  "\"a.example.org\", 'b.example.org'\n"
                  "[\"c.example.org\"]\r\n"
                  "*.wild.example.org\n"
                  "b\xc3\xbc"
                  "cher.example.org xn--bcher-kva.example.org\n"
                  "example.org example.net\n",
                  "1 www.example.org\n1 mail.example.org\n1 shop.example.org\n"
                  "3 app.example.org\n"
                  "4 a.example.org\n4 b.example.org\n"
                  "5 c.example.org\n"
                  "6 *.wild.example.org\n"
                  "7 xn--bcher-kva.example.org\n7 xn--bcher-kva.example.org\n");
}

static void what_is_no_name_is_told(void **state)
{
    (void)state;
    expect_listed(INVENTORY_NAMES, "https://www.example.org/\nwww.*.example.org\nfoo_bar\nok",
                  "1! \"https://www.example.org/\" is not a host name\n"
                  "2! \"www.*.example.org\" has an asterisk in the wrong place\n"
                  "3! \"foo_bar.example.org\" is not a host name\n"
                  "4 ok.example.org\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_in_what_people_paste),
        cmocka_unit_test(what_is_no_name_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
