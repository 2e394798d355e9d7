/* Servers as they are written, and rows that are checked before they are kept. */
#include "check.h"

#include "control/dns_zones.h"

static void a_server_is_an_address_with_or_without_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *address;
        unsigned port;
    } cases[] = {
        {"192.0.2.53", "192.0.2.53", 53},
        {"192.0.2.53:5353", "192.0.2.53", 5353},
        {"2001:db8::53", "2001:db8::53", 53},
        {"[2001:db8::53]", "2001:db8::53", 53},
        {"[2001:db8::53]:5353", "2001:db8::53", 5353},
        {"ns1.example.org", NULL, 0},
        {"", NULL, 0},
        {"192.0.2.53:0", NULL, 0},
        {"192.0.2.53:65536", NULL, 0},
        {"192.0.2.53:", NULL, 0},
        {"[2001:db8::53", NULL, 0},
        {"[2001:db8::53]5353", NULL, 0},
        {"[]", NULL, 0},
        {"[", NULL, 0},
        {":53", NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        union os_address address;
        char text[OS_ADDRESS_TEXT_SIZE];
        if (dns_server_parse(str_from(cases[i].text), &address) != (cases[i].address != NULL))
            fail_msg("\"%s\"", cases[i].text);
        if (!cases[i].address)
            continue;
        assert_str(os_address_text(&address, text), str_from(cases[i].address));
        assert_int_equal(os_address_port(&address), cases[i].port);
    }
}

static void every_member_of_a_zone_is_checked_by_its_name(void **state)
{
    (void)state;
    const struct store_dns_zone good = {.zone = STR("Example.org."),
                                        .server = STR("192.0.2.53"),
                                        .key_name = STR("acme"),
                                        .algorithm = STR("hmac-sha256"),
                                        .secret = STR("0123456789abcdef")};
    char room[DNS_NAME_TEXT_SIZE];
    struct str zone;
    struct err err = {0};
    assert_true(dns_zone_check(&good, room, &zone, &err));
    assert_str(zone, STR("example.org"));
    struct store_dns_zone rows[] = {good, good, good, good, good, good};
    rows[0].zone = STR("a..b");
    rows[1].zone = STR(".");
    rows[2].key_name = STR("");
    rows[3].server = STR("somewhere");
    rows[4].algorithm = STR("hmac-sha1");
    rows[5].secret = STR("short");
    static const char *const fields[] = {"zone", "zone", "key", "server", "algorithm", "secret"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        err = (struct err){0};
        assert_false(dns_zone_check(&rows[i], room, &zone, &err));
        assert_string_equal(err.field, fields[i]);
        assert_true(err.fix[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_is_an_address_with_or_without_a_port),
        cmocka_unit_test(every_member_of_a_zone_is_checked_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
