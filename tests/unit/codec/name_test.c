/* Host names: one form for everything, and a clear refusal for what is none. */
#include "check.h"
#include "codec/name.h"

static void typed_names_are_brought_into_one_form(void **state)
{
    static const struct {
        const char *typed, *form;
        enum name_kind kind;
    } cases[] = {
        {"www.example.org", "www.example.org", NAME_HOST},
        {"WWW.Example.ORG", "www.example.org", NAME_HOST},
        {"www.example.org.", "www.example.org", NAME_HOST},
        {"localhost", "localhost", NAME_HOST},
        {"bücher.example", "xn--bcher-kva.example", NAME_HOST},
        {"BÜCHER.example", "xn--bcher-kva.example", NAME_HOST},
        {"straße.example", "xn--strae-oqa.example", NAME_HOST},
        {"例え.テスト", "xn--r8jz45g.xn--zckzah", NAME_HOST},
        {"xn--bcher-kva.example", "xn--bcher-kva.example", NAME_HOST},
        {"*.example.org", "*.example.org", NAME_WILDCARD},
        {"*.Bücher.example", "*.xn--bcher-kva.example", NAME_WILDCARD},
        {"192.0.2.1", "192.0.2.1", NAME_IP},
        {"2001:DB8:0:0:0:0:0:1", "[2001:db8::1]", NAME_IP},
        {"[2001:db8::1]", "[2001:db8::1]", NAME_IP},
        {"1.example", "1.example", NAME_HOST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name;
        struct err err = {0};
        if (!name_read(str_from(cases[i].typed), "name", &name, &err))
            fail_msg("%s: %s", cases[i].typed, err.text);
        assert_str(name_str(&name), str_from(cases[i].form));
        assert_int_equal(name.kind, cases[i].kind);
        assert_int_equal(name_kind(name_str(&name)), cases[i].kind);
        struct name again;
        assert_true(name_read(name_str(&name), "name", &again, &err));
        assert_str(name_str(&again), name_str(&name));
    }
}

static void what_is_no_host_name_is_refused_with_the_field(void **state)
{
    static const char *const cases[] = {
        "",           ".",           "..",           "a..b",        ".example.org", "-a.example",  "a-.example",
        "a b",        "a_b.example", "http://a.b",   "a.example/x", "a:80",         "a.*.example", "*",
        "**.example", "*a.example",  "*.*.example",  "1.2.3",       "1.2.3.4.5",    "example.1",   "0x7f.1",
        "a\nb",       "xn--a",       "xn--.example", "256.1.1.1",   "[192.0.2.1",   "[::1",        "::1]",
        "\xff.org",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name;
        struct err err = {0};
        if (name_read(str_from(cases[i]), "aliases[2]", &name, &err))
            fail_msg("\"%s\" was taken as %s", cases[i], name.text);
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.field, "aliases[2]");
    }
}

static void lengths_are_bounded(void **state)
{
    char long_label[70], longest[300];
    struct name name;
    (void)state;
    memset(long_label, 'a', 63);
    memcpy(long_label + 63, ".org", 5);
    assert_true(name_read(str_from(long_label), "name", &name, NULL));
    memset(long_label, 'a', 64);
    memcpy(long_label + 64, ".org", 5);
    assert_false(name_read(str_from(long_label), "name", &name, NULL));
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = i % 2 ? '.' : 'a';
    assert_true(name_read(str_make(longest, 253), "name", &name, NULL));
    assert_false(name_read(str_make(longest, 255), "name", &name, NULL));
    assert_false(name_read(STR("a\0b"), "name", &name, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_names_are_brought_into_one_form),
        cmocka_unit_test(what_is_no_host_name_is_refused_with_the_field),
        cmocka_unit_test(lengths_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
