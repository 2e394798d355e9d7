/* hosts(5). */
#include "check.h"
#include "listed.h"

static const char text[] = "# /etc/hosts\n"
                           "127.0.0.1 localhost\n"
                           "\n"
                           "192.0.2.1\twww.example.org www  # the web server\n"
                           "2001:DB8::1 v6.Example.org. mail.example.org #www2.example.org\r\n"
                           "fe80::1%eth0 link.example.org\n"
                           "   192.0.2.9   blank.example.org\n"
                           "www.example.org 192.0.2.1\n"
                           "192.0.2.2\n"
                           "192.0.2.3 under_score.example.org last.example.org";

static void addresses_come_with_their_names(void **state)
{
    (void)state;
    expect_listed(INVENTORY_HOSTS, text,
                  "4 www.example.org A 192.0.2.1\n"
                  "5 v6.example.org AAAA 2001:db8::1\n"
                  "5 mail.example.org AAAA 2001:db8::1\n"
                  "6 link.example.org AAAA fe80::1\n"
                  "7 blank.example.org A 192.0.2.9\n"
                  "8! \"www.example.org\" is no address; a line has an address and behind it the names.\n"
                  "9! Behind the address 192.0.2.2 is no name.\n"
                  "10! \"under_score.example.org\" is not a host name\n"
                  "10 last.example.org A 192.0.2.3\n");
}

static void it_may_end_anywhere(void **state)
{
    (void)state;
    expect_cut_anywhere(INVENTORY_HOSTS, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_come_with_their_names),
        cmocka_unit_test(it_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
