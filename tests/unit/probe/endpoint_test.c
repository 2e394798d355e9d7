#include "check.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "probe/endpoint.h"

static void endpoints_have_an_address_to_connect_to(void **state)
{
    (void)state;
    static const struct {
        const char *address, *connects_to, *text; /* connects_to NULL: nowhere */
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", "web (192.0.2.1:443)"},
        {"0.0.0.0", "127.0.0.1", "web (0.0.0.0:443)"},
        {"2001:db8::1", "2001:db8::1", "web ([2001:db8::1]:443)"},
        {"::", "::1", "web ([::]:443)"},
        {"localhost", NULL, "web (localhost:443)"},
        {"1.2.3.4.5", NULL, "web (1.2.3.4.5:443)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct probe_endpoint endpoint = {
            .listener = STR("web"), .address = str_from(cases[i].address), .port = 443};
        struct sockaddr_storage address;
        socklen_t size;
        char text[INET6_ADDRSTRLEN], room[ENDPOINT_TEXT_SIZE];
        assert_string_equal(endpoint_text(&endpoint, room), cases[i].text);
        bool ok = endpoint_sockaddr(&endpoint, &address, &size);
        assert_int_equal(ok, cases[i].connects_to != NULL);
        if (!ok)
            continue;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        memcpy(&v4, &address, sizeof v4);
        memcpy(&v6, &address, sizeof v6);
        const void *ip = address.ss_family == AF_INET ? (const void *)&v4.sin_addr : (const void *)&v6.sin6_addr;
        assert_non_null(inet_ntop(address.ss_family, ip, text, sizeof text));
        assert_string_equal(text, cases[i].connects_to);
        assert_int_equal(ntohs(v4.sin_port), 443);
    }
}

static void unix_endpoints_have_a_path(void **state)
{
    (void)state;
    char path[200], room[ENDPOINT_TEXT_SIZE];
    struct sockaddr_storage address;
    struct sockaddr_un un;
    socklen_t size;
    struct probe_endpoint endpoint = {.listener = STR("local"), .unix_path = STR("/run/x")};
    assert_string_equal(endpoint_text(&endpoint, room), "local (unix:/run/x)");
    assert_true(endpoint_sockaddr(&endpoint, &address, &size));
    memcpy(&un, &address, sizeof un);
    assert_int_equal(un.sun_family, AF_UNIX);
    assert_string_equal(un.sun_path, "/run/x");
    memset(path, 'a', sizeof path);
    endpoint.unix_path = str_make(path, sizeof un.sun_path);
    assert_false(endpoint_sockaddr(&endpoint, &address, &size));
    endpoint.unix_path = STR("");
    assert_false(endpoint_sockaddr(&endpoint, &address, &size));
    endpoint.unix_path = str_make(path, sizeof path); /* cut, not overrun */
    assert_true(strlen(endpoint_text(&endpoint, room)) < ENDPOINT_TEXT_SIZE);
}

static void an_endpoint_takes_what_arrives_at_its_address(void **state)
{
    (void)state;
    static const struct {
        const char *listens, *address;
        uint16_t port;
        bool takes;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", 443, true},  {"192.0.2.1", "192.0.2.1", 444, false},
        {"192.0.2.1", "192.0.2.2", 443, false}, {"0.0.0.0", "192.0.2.2", 443, true},
        {"0.0.0.0", "2001:db8::1", 443, false}, {"::", "2001:db8::1", 443, true},
        {"::", "192.0.2.1", 443, false},        {"2001:db8:0:0::1", "2001:db8::1", 443, true},
        {"", "192.0.2.1", 443, false},          {"192.0.2.1", "name", 443, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct probe_endpoint endpoint = {.address = str_from(cases[i].listens), .port = 443};
        if (endpoint_takes(&endpoint, str_from(cases[i].address), cases[i].port) != cases[i].takes)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints_have_an_address_to_connect_to),
        cmocka_unit_test(unix_endpoints_have_a_path),
        cmocka_unit_test(an_endpoint_takes_what_arrives_at_its_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
