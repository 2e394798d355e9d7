/* Forwarded and X-Forwarded-For: read, walked and written. */
#include "http/forwarded.h"

#include "check.h"

/* Trusts 10.0.0.0/8, and counts how often it was asked when given where to. */
static bool is_trusted(void *context, const struct address *address)
{
    if (context)
        ++*(int *)context;
    return address->family == ADDRESS_IP4 && address->bytes[0] == 10;
}

static struct str text_of(const struct address *a)
{
    static char text[ADDRESS_TEXT_SIZE];
    return address_write(a, text);
}

static void the_examples_of_the_standard_are_read(void **state)
{
    (void)state;
    struct forwarded_element e[FORWARDED_COUNT_MAX];
    size_t count;
    assert_true(forwarded_parse(STR("for=192.0.2.43, for=\"[2001:db8:cafe::17]\";by=_proxy-1"), e, &count));
    assert_int_equal(count, 2);
    assert_str(text_of(&e[0].client.address), STR("192.0.2.43"));
    assert_str(text_of(&e[1].client.address), STR("2001:db8:cafe::17"));
    assert_int_equal(e[1].proxy.kind, FORWARDED_OBFUSCATED);

    assert_true(forwarded_parse(STR("For=\"[2001:db8:cafe::17]:4711\"; Proto=http ;by=203.0.113.43;"
                                    "host=\"a.example:8443\";secret=\"x, y;z\""),
                                e, &count));
    assert_int_equal(count, 1);
    assert_int_equal(e[0].client.address.port, 4711);
    assert_str(e[0].proto, STR("http"));
    assert_str(e[0].host, STR("a.example:8443"));
    assert_int_equal(e[0].proxy.kind, FORWARDED_ADDRESS);

    assert_true(forwarded_parse(STR("for=unknown,for=_hidden;;,for=\"192.0.2.1:_p\",host=b"), e, &count));
    assert_int_equal(count, 4);
    assert_int_equal(e[0].client.kind, FORWARDED_UNKNOWN);
    assert_int_equal(e[1].client.kind, FORWARDED_OBFUSCATED);
    assert_int_equal(e[2].client.kind, FORWARDED_ADDRESS);
    assert_int_equal(e[2].client.address.port, 0);
    assert_int_equal(e[3].client.kind, FORWARDED_ABSENT);
}

static void what_is_not_by_the_grammar_is_refused(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT(""),
        STR_INIT(","),
        STR_INIT(";"),
        STR_INIT("for"),
        STR_INIT("for="),
        STR_INIT("for=,for=192.0.2.1"),
        STR_INIT("for =192.0.2.1"),
        STR_INIT("for= 192.0.2.1"),
        STR_INIT("=192.0.2.1"),
        STR_INIT("for=192.0.2.1,"),
        STR_INIT("for=192.0.2.1;for=192.0.2.2"),
        STR_INIT("for=192.0.2.1;proto=http;PROTO=https"),
        STR_INIT("for=192.0.2.1 proto=http"),
        STR_INIT("for=192.0.2"),
        STR_INIT("for=192.0.2.1:80"),
        STR_INIT("for=\"192.0.2.1:\""),
        STR_INIT("for=\"192.0.2.1:123456\""),
        STR_INIT("for=\"192.0.2.1:65536\""),
        STR_INIT("for=2001:db8::1"),
        STR_INIT("for=[2001:db8::1]"),
        STR_INIT("for=\"2001:db8::1\""),
        STR_INIT("for=\"[2001:db8::1\""),
        STR_INIT("for=\"[2001:db8::1]x\""),
        STR_INIT("for=\"192.0.2.1"),
        STR_INIT("for=\"192.0.2\\.1\""),
        STR_INIT("for=\"\""),
        STR_INIT("for=_"),
        STR_INIT("for=a.example"),
        STR_INIT("host=\"a b\""),
        STR_INIT("host=\"user@a\""),
        STR_INIT("proto=\"a b\""),
        STR_INIT("x=\"a\x01\""),
        STR_INIT("x=\"a\0\""),
    };
    struct forwarded_element e[FORWARDED_COUNT_MAX];
    size_t count = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (forwarded_parse(bad[i], e, &count))
            fail_msg("%.*s", STR_ARG(bad[i]));
    assert_int_equal(count, 7);
}

static void every_prefix_is_either_whole_elements_or_refused(void **state)
{
    (void)state;
    const struct str value = STR("for=192.0.2.43;host=\"a:1\", for=\"[2001:db8::1]:80\";proto=https");
    struct forwarded_element e[FORWARDED_COUNT_MAX];
    size_t count;
    for (size_t size = 0; size <= value.size; size++) {
        char copy[128];
        memcpy(copy, value.data, size);
        if (forwarded_parse(str_make(copy, size), e, &count))
            assert_true(count == 1 || count == 2);
    }
}

static void a_list_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    struct forwarded_element e[FORWARDED_COUNT_MAX];
    struct buf value;
    size_t count;
    buf_init(&value, 4096);
    for (size_t i = 0; i < FORWARDED_COUNT_MAX; i++)
        buf_put_str(&value, i ? STR(",for=192.0.2.1") : STR("for=192.0.2.1"));
    assert_true(forwarded_parse(buf_str(&value), e, &count));
    assert_int_equal(count, FORWARDED_COUNT_MAX);
    buf_put_str(&value, STR(",for=192.0.2.1"));
    assert_false(forwarded_parse(buf_str(&value), e, &count));
    buf_fini(&value);
}

static void the_client_is_the_right_most_that_is_not_trusted(void **state)
{
    (void)state;
    static const struct {
        const char *value, *client, *proto;
    } cases[] = {
        {"for=192.0.2.1;proto=https", "192.0.2.1", "https"},
        {"for=203.0.113.9;proto=x, for=192.0.2.1;proto=https", "192.0.2.1", "https"},
        {"for=203.0.113.9, for=192.0.2.1;proto=https, for=10.0.0.2;proto=http", "192.0.2.1", "https"},
        {"for=10.0.0.3;proto=a, for=10.0.0.2;proto=b", "10.0.0.3", "a"},
        {"for=192.0.2.1, for=unknown", "10.0.0.1", NULL},
        {"for=192.0.2.1, for=_x, for=10.0.0.2;proto=b", "10.0.0.2", "b"},
        {"proto=https", "10.0.0.1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct forwarded_element e[FORWARDED_COUNT_MAX];
        struct address client;
        size_t count;
        assert_true(address_parse(STR("10.0.0.1"), &client));
        assert_true(forwarded_parse(str_from(cases[i].value), e, &count));
        const struct forwarded_element *found = forwarded_client(e, count, is_trusted, NULL, &client);
        assert_str(text_of(&client), str_from(cases[i].client));
        assert_int_equal(found != NULL, cases[i].proto != NULL);
        if (found)
            assert_str(found->proto, str_from(cases[i].proto));
    }
}

static void x_forwarded_for_is_walked_from_the_right(void **state)
{
    (void)state;
    static const struct {
        const char *value, *client;
        bool all_trusted;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", false},
        {"203.0.113.9, 192.0.2.1", "192.0.2.1", false},
        {"203.0.113.9,192.0.2.1 ,\t10.0.0.2", "192.0.2.1", false},
        {"10.0.0.3, 10.0.0.2", "10.0.0.3", true},
        {"[2001:db8::1]:443, 10.0.0.2", "2001:db8::1", false},
        {"2001:db8::1", "2001:db8::1", false},
        {"192.0.2.1:1234", "192.0.2.1", false},
        {"evil, 10.0.0.2", "10.0.0.2", false},
        {"192.0.2.1, unknown, 10.0.0.2", "10.0.0.2", false},
        {"192.0.2.1,", "10.0.0.1", false},
        {"", "10.0.0.1", false},
        {",10.0.0.2", "10.0.0.2", false},
        {"192.0.2.1 192.0.2.2", "10.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address client;
        int asked = 0;
        assert_true(address_parse(STR("10.0.0.1"), &client));
        if (forwarded_for_client(str_from(cases[i].value), is_trusted, &asked, &client) != cases[i].all_trusted)
            fail_msg("%s", cases[i].value);
        assert_str(text_of(&client), str_from(cases[i].client));
    }
}

static void what_is_written_is_what_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *before, *address;
        uint16_t port;
        const char *host, *forwarded, *forwarded_for;
    } cases[] = {
        {"", "192.0.2.1", 0, "a.example", "for=192.0.2.1;host=a.example;proto=https", "192.0.2.1"},
        {"", "192.0.2.1", 80, "a.example:8443", "for=\"192.0.2.1:80\";host=\"a.example:8443\";proto=https",
         "192.0.2.1"},
        {"", "2001:db8::1", 0, "[::1]", "for=\"[2001:db8::1]\";host=\"[::1]\";proto=https", "2001:db8::1"},
        {"", "2001:db8::1", 80, "", "for=\"[2001:db8::1]:80\";proto=https", "2001:db8::1"},
        {"for=_x", "192.0.2.1", 0, "", "for=_x, for=192.0.2.1;proto=https", "for=_x, 192.0.2.1"},
        {"", "", 0, "a", "for=unknown;host=a;proto=https", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct forwarded_element e[FORWARDED_COUNT_MAX];
        struct address address = {.family = ADDRESS_NONE};
        struct buf out;
        size_t count;
        assert_true(address_parse(str_from(cases[i].address), &address) || !*cases[i].address);
        address.port = cases[i].port;
        buf_init(&out, 512);
        assert_true(forwarded_write(&out, str_from(cases[i].before), &address, str_from(cases[i].host), STR("https")));
        assert_str(buf_str(&out), str_from(cases[i].forwarded));
        assert_true(forwarded_parse(buf_str(&out), e, &count));
        assert_str(e[count - 1].host, str_from(cases[i].host));
        assert_int_equal(e[count - 1].client.address.port, cases[i].port);
        assert_true(address_eq(&e[count - 1].client.address, &address));
        buf_clear(&out);
        assert_true(forwarded_for_write(&out, str_from(cases[i].before), &address));
        assert_str(buf_str(&out), str_from(cases[i].forwarded_for));
        buf_fini(&out);
    }
}

static void nothing_is_written_that_could_break_out(void **state)
{
    (void)state;
    struct address address;
    struct buf out;
    buf_init(&out, 512);
    assert_true(address_parse(STR("192.0.2.1"), &address));
    assert_false(forwarded_write(&out, STR(""), &address, STR("a\";by=x"), STR("https")));
    assert_false(forwarded_write(&out, STR(""), &address, STR("a"), STR("ht tps")));
    assert_false(forwarded_write(&out, STR("a\r\nb"), &address, STR("a"), STR("https")));
    assert_false(forwarded_for_write(&out, STR("a\nb"), &address));
    assert_int_equal(buf_str(&out).size, 0);
    buf_fini(&out);
    buf_init(&out, 10);
    assert_false(forwarded_write(&out, STR(""), &address, STR("a"), STR("https")));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard_are_read),
        cmocka_unit_test(what_is_not_by_the_grammar_is_refused),
        cmocka_unit_test(every_prefix_is_either_whole_elements_or_refused),
        cmocka_unit_test(a_list_beyond_the_limit_is_refused),
        cmocka_unit_test(the_client_is_the_right_most_that_is_not_trusted),
        cmocka_unit_test(x_forwarded_for_is_walked_from_the_right),
        cmocka_unit_test(what_is_written_is_what_is_read),
        cmocka_unit_test(nothing_is_written_that_could_break_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
