#include "check.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "outbound/public_address.h"

static bool judged(const char *text)
{
    struct sockaddr_storage room = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&room;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&room;
    room.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
    assert_int_equal(room.ss_family == AF_INET6 ? inet_pton(AF_INET6, text, &v6->sin6_addr)
                                                : inet_pton(AF_INET, text, &v4->sin_addr),
                     1);
    return public_address((struct sockaddr *)&room);
}

static void what_is_set_aside_is_not_public(void **state)
{
    (void)state;
    static const char *const public[] = {
        "1.1.1.1",        "9.255.255.255",  "11.0.0.0",         "100.63.255.255",  "100.128.0.0",  "126.255.255.255",
        "128.0.0.1",      "169.253.0.1",    "172.15.255.255",   "172.32.0.0",      "192.0.1.0",    "192.167.1.1",
        "192.169.0.1",    "198.17.0.1",     "198.20.0.1",       "223.255.255.255", "2606:4700::1", "2001:4860::8888",
        "2002:101:101::", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
    };
    static const char *const reserved[] = {
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "::127.0.0.1",
    };
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        if (!judged(public[i]))
            fail_msg("%s is public", public[i]);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (judged(reserved[i]))
            fail_msg("%s is not public", reserved[i]);
    const struct sockaddr_un local = {.sun_family = AF_UNIX};
    assert_false(public_address((const struct sockaddr *)&local));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_set_aside_is_not_public)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
