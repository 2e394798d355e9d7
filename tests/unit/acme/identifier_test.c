#include "check.h"

#include "acme/identifier.h"

static void names_and_addresses_become_identifiers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value, *base, *json, *sni;
    } cases[] = {
        {"A.test", "a.test", "a.test", "{\"type\":\"dns\",\"value\":\"a.test\"}", "a.test"},
        {"*.A.test", "*.a.test", "a.test", "{\"type\":\"dns\",\"value\":\"*.a.test\"}", "a.test"},
        {"xn--bcher-kva.test", "xn--bcher-kva.test", "xn--bcher-kva.test",
         "{\"type\":\"dns\",\"value\":\"xn--bcher-kva.test\"}", "xn--bcher-kva.test"},
        {"192.0.2.1", "192.0.2.1", "192.0.2.1", "{\"type\":\"ip\",\"value\":\"192.0.2.1\"}", "1.2.0.192.in-addr.arpa"},
        {"2001:0DB8:0:0:0:0:0:5", "2001:db8::5", "2001:db8::5", "{\"type\":\"ip\",\"value\":\"2001:db8::5\"}",
         "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct identifier identifier;
        struct str sni;
        struct buf out;
        arena_init(&arena, 4096);
        buf_init(&out, 4096);
        assert_true(identifier_make(str_from(cases[i].text), &arena, &identifier, NULL));
        assert_str(identifier.value, str_from(cases[i].value));
        assert_str(identifier_base(&identifier), str_from(cases[i].base));
        assert_true(identifier_write(&identifier, &out));
        assert_str(buf_str(&out), str_from(cases[i].json));
        assert_true(identifier_sni(&identifier, &arena, &sni));
        assert_str(sni, str_from(cases[i].sni));
        assert_int_equal(identifier.is_wildcard, cases[i].text[0] == '*');
        buf_fini(&out);
        arena_fini(&arena);
    }
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",        "*",         "*.",      "*.*.a.test",     "a.*.test",
                                        "a..test", "a.test.",   "a b",     "b\303\274.test", "[2001:db8::5]",
                                        "1.2.3",   "1.2.3.4.5", "-a.test", "https://a.test"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct identifier identifier;
        struct err err = {0};
        arena_init(&arena, 4096);
        if (identifier_make(str_from(cases[i]), &arena, &identifier, &err))
            fail_msg("%s", cases[i]);
        assert_string_equal(err.field, "names");
        assert_true(err.fix[0] != 0);
        arena_fini(&arena);
    }
}

static void identifiers_are_the_same_by_kind_and_value(void **state)
{
    (void)state;
    const struct identifier name = {.value = STR("a.test")}, wildcard = {.value = STR("*.a.test"), .is_wildcard = true};
    const struct identifier same = {.value = STR("a.test")}, address = {.value = STR("a.test"), .is_address = true};
    assert_true(identifier_eq(&name, &same));
    assert_false(identifier_eq(&name, &wildcard));
    assert_false(identifier_eq(&name, &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_addresses_become_identifiers),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(identifiers_are_the_same_by_kind_and_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
