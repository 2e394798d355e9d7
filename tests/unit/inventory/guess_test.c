/* The kind of a list is told by what only that kind has. */
#include "check.h"
#include "inventory/guess.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void a_list_tells_its_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum inventory_format format;
    } cases[] = {
        {"", INVENTORY_NAMES},
        {"# nothing\n\n", INVENTORY_NAMES},
        {"www.example.org\nmail.example.org\n", INVENTORY_NAMES},
        {"www a mail\n", INVENTORY_NAMES},
        {"www, mail, shop", INVENTORY_NAMES},
        {"host, lease", INVENTORY_NAMES},
        {"; zone\n", INVENTORY_ZONE},
        {"$ORIGIN example.org.\n", INVENTORY_ZONE},
        {"$ttl 3600\n", INVENTORY_ZONE},
        {"# knot's comment\nexample.org. 3600 SOA ns1 hostmaster 1 2 3 4 5\n", INVENTORY_ZONE},
        {"www in a 192.0.2.1", INVENTORY_ZONE},
        {"www 300 A 192.0.2.1", INVENTORY_ZONE},
        {"www.example.org.\t300\tIN\tCNAME\texample.net.\r\n", INVENTORY_ZONE},
        {"\tIN NS ns1\n", INVENTORY_ZONE},
        {"\xef\xbb\xbf@ IN SOA ns1 hostmaster (\n", INVENTORY_ZONE},
        {"127.0.0.1 localhost\n", INVENTORY_HOSTS},
        {"# hosts\n\n::1\tip6-localhost\n", INVENTORY_HOSTS},
        {"fe80::1%lo0 localhost", INVENTORY_HOSTS},
        {"1700000000 02:00:00:00:00:01 192.0.2.10 laptop *\n", INVENTORY_DHCP},
        {"duid 00:01:00:01\n", INVENTORY_DHCP},
        {"# The format of this file …\nauthoring-byte-order little-endian;\n", INVENTORY_DHCP},
        {"lease 192.0.2.1 {\n", INVENTORY_DHCP},
        {"address,hwaddr,client_id,valid_lifetime\n", INVENTORY_DHCP},
        {"[{\"name_value\":\"x\"}]", INVENTORY_TRANSPARENCY},
        {"\n {\"dns_names\":[]}", INVENTORY_TRANSPARENCY},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (inventory_guess(str_from(cases[i].text)) != cases[i].format)
            fail_msg("\"%s\" is taken for %s", cases[i].text,
                     inventory_format_text(inventory_guess(str_from(cases[i].text))));
}

static void formats_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < INVENTORY_FORMATS_COUNT; i++) {
        enum inventory_format format = INVENTORY_FORMATS_COUNT;
        assert_true(inventory_format_from(str_from(inventory_format_text((enum inventory_format)i)), &format));
        assert_int_equal(format, i);
    }
    enum inventory_format format = INVENTORY_ZONE;
    assert_false(inventory_format_from(STR("csv"), &format));
    assert_int_equal(format, INVENTORY_ZONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_tells_its_kind),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
