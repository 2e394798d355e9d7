/* Addresses from text and back. */
#include "http/address.h"

#include "check.h"

#include <arpa/inet.h>

static void addresses_are_read_and_written_back_canonically(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
        enum address_family family;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", ADDRESS_IP4},
        {"255.255.255.255", "255.255.255.255", ADDRESS_IP4},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", ADDRESS_IP6},
        {"::", "::", ADDRESS_IP6},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1", ADDRESS_IP6},
        {"2001:0db8:1111:2222:3333:4444:5555:6666", "2001:db8:1111:2222:3333:4444:5555:6666", ADDRESS_IP6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address a;
        char text[ADDRESS_TEXT_SIZE];
        assert_true(address_parse(str_from(cases[i].text), &a));
        assert_int_equal(a.family, cases[i].family);
        assert_int_equal(a.port, 0);
        assert_str(address_write(&a, text), str_from(cases[i].canonical));
    }
}

/* The library's own text is the oracle for ours. */
static void every_octet_is_written_as_the_library_does(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < 4; at++) {
            struct address a = {.family = ADDRESS_IP4, .bytes = {1, 20, 255, 0}};
            char text[ADDRESS_TEXT_SIZE], expected[INET_ADDRSTRLEN];
            a.bytes[at] = (uint8_t)byte;
            assert_non_null(inet_ntop(AF_INET, a.bytes, expected, sizeof expected));
            assert_str(address_write(&a, text), str_from(expected));
            assert_string_equal(text, expected);
        }
}

static void text_that_is_no_address_is_refused(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT(""),
        STR_INIT("192.0.2"),
        STR_INIT("192.0.2.1 "),
        STR_INIT("192.0.2.01"),
        STR_INIT("192.0.2.1\0"),
        STR_INIT("0x7f.0.0.1"),
        STR_INIT("192.0.2.1:80"),
        STR_INIT("[::1]"),
        STR_INIT("::1%lo"),
        STR_INIT(":::"),
        STR_INIT("1::2::3"),
        STR_INIT("12345::"),
        STR_INIT("localhost"),
        STR_INIT("2001:db8:1111:2222:3333:4444:5555:6666:7777"),
        STR_INIT("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"),
    };
    struct address a = {.port = 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(address_parse(bad[i], &a));
    assert_int_equal(a.port, 7);
}

static void equality_is_of_family_and_bytes(void **state)
{
    (void)state;
    struct address a, b, mapped;
    char text[ADDRESS_TEXT_SIZE];
    assert_true(address_parse(STR("192.0.2.1"), &a) && address_parse(STR("192.0.2.1"), &b) &&
                address_parse(STR("::ffff:192.0.2.1"), &mapped));
    b.port = 80;
    assert_true(address_eq(&a, &b));
    assert_false(address_eq(&a, &mapped));
    b.bytes[3] = 2;
    assert_false(address_eq(&a, &b));
    a.family = ADDRESS_NONE;
    assert_str(address_write(&a, text), STR(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_written_back_canonically),
        cmocka_unit_test(every_octet_is_written_as_the_library_does),
        cmocka_unit_test(text_that_is_no_address_is_refused),
        cmocka_unit_test(equality_is_of_family_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
