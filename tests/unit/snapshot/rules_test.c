#include "check.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

#include "snapshot/rules.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void names_are_host_names_or_addresses(void **state)
{
    (void)state;
    const char *good[] = {
        "a",         "example.org", "xn--bcher-kva.example", "a_b.example",   "1.example", "a-b.c1",   "0x.org",
        "192.0.2.1", "[::1]",       "[2001:db8::1]",         LABEL_63 ".org", "intranet",  "3com.com", "a.b1"};
    const char *bad[] = {"",           ".",         "a.",        "a..b",      "-a.org",     "a-.org",
                         "A.org",      "a b",       "a/b",       "a:80",      "*.a.org",    "\xc3\xa4",
                         "1.2.3",      "1.2.3.4.5", "256.1.1.1", "a.1",       "a.0x1f",     "0x7f.1",
                         "127.0x1",    "[::1",      "[]",        "[1.2.3.4]", "[::1%eth0]", "[::1]x",
                         "::1",        "01.2.3.4",  "a\n.org",   "[:::]",     "a.0x",       LABEL_63 "l.org",
                         "2130706433", ".a.org",    "a@b"};
    for (size_t i = 0; i < COUNT(good); i++)
        if (snapshot_rule_name(str_from(good[i]), false))
            fail_msg("%s %s", good[i], snapshot_rule_name(str_from(good[i]), false));
    for (size_t i = 0; i < COUNT(bad); i++)
        if (!snapshot_rule_name(str_from(bad[i]), false))
            fail_msg("\"%s\" was accepted", bad[i]);
}

static void wildcards_are_for_aliases_and_cover_names_only(void **state)
{
    (void)state;
    assert_null(snapshot_rule_name(STR(".a.org"), true));
    assert_null(snapshot_rule_name(STR(".org"), true));
    assert_non_null(snapshot_rule_name(STR("."), true));
    assert_non_null(snapshot_rule_name(STR("..org"), true));
    assert_non_null(snapshot_rule_name(STR(".2.0.192"), true));
    assert_non_null(snapshot_rule_name(STR(".192.0.2.1"), true));
    assert_non_null(snapshot_rule_name(STR("*.org"), true));
}

static void names_are_at_most_253_bytes(void **state)
{
    (void)state;
    char text[300], room[SNAP_NAME_SIZE_MAX + 3];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '.' : 'a';
    struct str stored;
    assert_null(snapshot_rule_name(str_make(text, 253), false));
    assert_non_null(snapshot_rule_name(str_make(text, 255), false));
    assert_true(snapshot_name_store(str_make(text, 254), room, &stored)); /* with its final dot */
    assert_int_equal(stored.size, 253);
    assert_false(snapshot_name_store(str_make(text, 256), room, &stored));
    assert_false(snapshot_name_store(str_make(text, 300), room, &stored));
}

static void stored_form_is_one_for_all_spellings(void **state)
{
    (void)state;
    const char *cases[][2] = {{"Example.ORG", "example.org"},
                              {"example.org.", "example.org"},
                              {"*.Example.org", ".example.org"},
                              {"::1", "[::1]"},
                              {"[0:0:0:0:0:0:0:1]", "[::1]"},
                              {"2001:DB8:0::1", "[2001:db8::1]"},
                              {"::ffff:192.0.2.1", "[::ffff:192.0.2.1]"},
                              {"192.0.2.1", "192.0.2.1"},
                              {"", ""},
                              {".", ""},
                              {".example.org", ""}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[SNAP_NAME_SIZE_MAX + 3];
        struct str stored;
        assert_true(snapshot_name_store(str_from(cases[i][0]), room, &stored));
        assert_str(stored, str_from(cases[i][1]));
    }
}

static void addresses_are_told_from_names(void **state)
{
    (void)state;
    assert_true(snapshot_name_is_ip(STR("192.0.2.1")));
    assert_true(snapshot_name_is_ip(STR("[::1]")));
    assert_false(snapshot_name_is_ip(STR("example.org")));
    assert_false(snapshot_name_is_ip(STR("192.0.2.1.example.org")));
    assert_false(snapshot_name_is_ip(STR("a1")));
    assert_false(snapshot_name_is_ip(STR("")));
}

struct rule_case {
    const char *(*rule)(struct str value);
    struct str value;
    bool ok;
};

static void values_that_reach_a_wire_or_a_file_system_are_clean(void **state)
{
    (void)state;
    const struct rule_case cases[] = {
        {snapshot_rule_hsts, STR_INIT("max-age=0"), true},
        {snapshot_rule_hsts, STR_INIT("max-age=1; includeSubDomains; preload"), true},
        {snapshot_rule_hsts, STR_INIT(""), false},
        {snapshot_rule_hsts, STR_INIT("max-age="), false},
        {snapshot_rule_hsts, STR_INIT("max-age=x"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=4294967295"), true},
        {snapshot_rule_hsts, STR_INIT("max-age=4294967296"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=99999999999999999999999"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=01"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=00"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=-1"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=1 "), false},
        {snapshot_rule_hsts, STR_INIT("max-age=1x; includeSubDomains"), false},
        {snapshot_rule_hsts, STR_INIT("Max-Age=1"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=\"1\""), false},
        {snapshot_rule_hsts, STR_INIT("max-age=1\r\nX: y"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=1\0"), false},
        {snapshot_rule_hsts, STR_INIT("max-age=1\x7f"), false},
        {snapshot_rule_prefix, STR_INIT("/"), true},
        {snapshot_rule_prefix, STR_INIT("/app"), true},
        {snapshot_rule_prefix, STR_INIT("/app/"), true},
        {snapshot_rule_prefix, STR_INIT("/a%20b/.well-known"), true},
        {snapshot_rule_prefix, STR_INIT(""), false},
        {snapshot_rule_prefix, STR_INIT("app"), false},
        {snapshot_rule_prefix, STR_INIT("//"), false},
        {snapshot_rule_prefix, STR_INIT("/a//b"), false},
        {snapshot_rule_prefix, STR_INIT("/a//"), false},
        {snapshot_rule_prefix, STR_INIT("/.."), false},
        {snapshot_rule_prefix, STR_INIT("/a/../b"), false},
        {snapshot_rule_prefix, STR_INIT("/./"), false},
        {snapshot_rule_prefix, STR_INIT("/a b"), false},
        {snapshot_rule_prefix, STR_INIT("/a?b"), false},
        {snapshot_rule_prefix, STR_INIT("/a#b"), false},
        {snapshot_rule_prefix, STR_INIT("/\xc3\xa4"), false},
        {snapshot_rule_target, STR_INIT("/up?full=1"), true},
        {snapshot_rule_target, STR_INIT("up"), false},
        {snapshot_rule_target, STR_INIT("/up HTTP/1.1"), false},
        {snapshot_rule_text, STR_INIT("text/html; charset=utf-8"), true},
        {snapshot_rule_text, STR_INIT(""), true},
        {snapshot_rule_text, STR_INIT("a\nb"), false},
        {snapshot_rule_text, STR_INIT("a\tb"), false},
        {snapshot_rule_folder, STR_INIT("/srv/www"), true},
        {snapshot_rule_folder, STR_INIT("srv"), false},
        {snapshot_rule_folder, STR_INIT(""), false},
        {snapshot_rule_folder, STR_INIT("/srv\0/etc"), false},
        {snapshot_rule_folder, STR_INIT("/srv/www/../../etc"), false},
        {snapshot_rule_folder, STR_INIT("/srv/.."), false},
        {snapshot_rule_folder, STR_INIT("/srv/..www/"), true},
        {snapshot_rule_index, STR_INIT("index.html"), true},
        {snapshot_rule_index, STR_INIT(""), true},
        {snapshot_rule_index, STR_INIT("../x"), false},
        {snapshot_rule_index, STR_INIT(".."), false},
        {snapshot_rule_index, STR_INIT("a\0b"), false},
        {snapshot_rule_token, STR_INIT("aZ09-_"), true},
        {snapshot_rule_token, STR_INIT(""), false},
        {snapshot_rule_token, STR_INIT("a/b"), false},
        {snapshot_rule_token, STR_INIT("a="), false},
        {snapshot_rule_chain, STR_INIT(""), false},
        {snapshot_rule_chain, STR_INIT("\0\0"), false},
        {snapshot_rule_chain, STR_INIT("\0\0\0\0"), false},
        {snapshot_rule_chain, STR_INIT("\xff\xff\xff\xff\1"), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if ((cases[i].rule(cases[i].value) == NULL) != cases[i].ok)
            fail_msg("case %zu: \"%.*s\"", i, STR_ARG(cases[i].value));
}

static void a_value_comes_apart_into_its_number_and_the_rest(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        uint32_t max_age_s;
        struct str rest;
    } cases[] = {
        {STR_INIT("max-age=0"), 0, STR_INIT("")},
        {STR_INIT("max-age=300"), 300, STR_INIT("")},
        {STR_INIT("max-age=4294967295; preload"), UINT32_MAX, STR_INIT("; preload")},
        {STR_INIT("max-age=31536000; includeSubDomains; preload"), 31536000, STR_INIT("; includeSubDomains; preload")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t max_age_s = 77;
        struct str rest = STR("untouched");
        for (size_t cut = 0; cut < sizeof "max-age=" - 1; cut++)
            assert_false(snapshot_hsts_split(str_part(cases[i].value, 0, cut), &max_age_s, &rest));
        assert_int_equal(max_age_s, 77);
        assert_str(rest, STR("untouched"));
        assert_true(snapshot_hsts_split(cases[i].value, &max_age_s, &rest));
        assert_int_equal(max_age_s, cases[i].max_age_s);
        assert_str(rest, cases[i].rest);
    }
}

static void a_cap_is_none_or_a_moment(void **state)
{
    (void)state;
    assert_null(snapshot_rule_hsts_cap(STR(""), 0));
    assert_null(snapshot_rule_hsts_cap(STR("max-age=0"), 0));
    assert_null(snapshot_rule_hsts_cap(STR("max-age=1"), 1));
    assert_null(snapshot_rule_hsts_cap(STR("max-age=1; includeSubDomains"), SNAP_TIME_S_MAX));
    assert_non_null(snapshot_rule_hsts_cap(STR("max-age=1"), -1));
    assert_non_null(snapshot_rule_hsts_cap(STR("max-age=1"), SNAP_TIME_S_MAX + 1));
    assert_non_null(snapshot_rule_hsts_cap(STR("max-age=0"), 1));
    assert_non_null(snapshot_rule_hsts_cap(STR(""), 1));
}

static void chain_framing_is_exact_at_every_size(void **state)
{
    (void)state;
    char chain[64];
    size_t size = 0;
    for (uint32_t part = 1; part <= 3; part++) {
        memcpy(chain + size, &part, sizeof part);
        memset(chain + size + sizeof part, 'x', part);
        size += sizeof part + part;
    }
    for (size_t cut = 0; cut <= size; cut++) {
        bool whole = cut == 5 || cut == 11 || cut == 18;
        assert_true((snapshot_rule_chain(str_make(chain, cut)) == NULL) == whole);
    }
    char eleven[11 * 5];
    for (size_t i = 0; i < 11; i++)
        memcpy(eleven + i * 5, chain, 5);
    assert_null(snapshot_rule_chain(str_make(eleven, 50)));
    assert_non_null(snapshot_rule_chain(str_make(eleven, 55)));
}

static void addresses_have_the_size_of_their_family(void **state)
{
    (void)state;
    const struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = 80};
    const struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = 80};
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/s"};
    size_t un_head = offsetof(struct sockaddr_un, sun_path);
    for (size_t size = 0; size <= sizeof v4; size++)
        assert_true((snapshot_rule_address(str_make(&v4, size)) == NULL) == (size == sizeof v4));
    for (size_t size = 0; size <= sizeof v6; size++)
        assert_true((snapshot_rule_address(str_make(&v6, size)) == NULL) == (size == sizeof v6));
    for (size_t size = 0; size <= sizeof un; size++)
        assert_true((snapshot_rule_address(str_make(&un, size)) == NULL) == (size >= un_head + 3));
    memset(un.sun_path, 'x', sizeof un.sun_path);
    assert_non_null(snapshot_rule_address(str_make(&un, sizeof un)));
    un.sun_path[0] = '\0'; /* abstract */
    assert_non_null(snapshot_rule_address(str_make(&un, sizeof un)));
    const struct sockaddr_in no_port = {.sin_family = AF_INET}, unknown = {.sin_family = AF_APPLETALK};
    assert_non_null(snapshot_rule_address(str_make(&no_port, sizeof no_port)));
    assert_non_null(snapshot_rule_address(str_make(&unknown, sizeof unknown)));
}

static void an_upstream_over_tls_has_something_to_verify(void **state)
{
    (void)state;
    const uint32_t tls = SNAP_UPSTREAM_TLS, unverified = SNAP_UPSTREAM_TLS | SNAP_UPSTREAM_TLS_UNVERIFIED;
    assert_null(snapshot_rule_tls_name(STR(""), 0));
    assert_null(snapshot_rule_tls_name(STR("app"), tls));
    assert_null(snapshot_rule_tls_name(STR(""), unverified));
    assert_null(snapshot_rule_tls_name(STR("app"), unverified));
    assert_non_null(snapshot_rule_tls_name(STR(""), tls));
    assert_null(snapshot_rule_tls_name(STR("10.0.0.1"), tls));
    assert_null(snapshot_rule_tls_name(STR("2001:db8::1"), tls));
    assert_non_null(snapshot_rule_tls_name(STR("[2001:db8::1]"), tls));
    assert_non_null(snapshot_rule_tls_name(STR("10.0.0.256"), tls));
    assert_non_null(snapshot_rule_tls_name(STR("app"), 0));
    assert_non_null(snapshot_rule_tls_name(STR(""), SNAP_UPSTREAM_TLS_UNVERIFIED));
}

static void fixed_responses_are_final_and_bodiless_where_http_says_so(void **state)
{
    (void)state;
    assert_null(snapshot_rule_fixed(200, STR("x")));
    assert_null(snapshot_rule_fixed(599, STR("")));
    assert_null(snapshot_rule_fixed(204, STR("")));
    const uint32_t bodiless[] = {204, 205, 304}, wrong[] = {0, 100, 101, 199, 600, UINT32_MAX};
    for (size_t i = 0; i < COUNT(bodiless); i++)
        assert_non_null(snapshot_rule_fixed(bodiless[i], STR("x")));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_non_null(snapshot_rule_fixed(wrong[i], STR("")));
}

static void tokens_sort_by_bytes_then_by_length(void **state)
{
    (void)state;
    assert_true(snapshot_token_order(STR("a"), STR("b")) < 0);
    assert_true(snapshot_token_order(STR("a"), STR("a")) == 0);
    assert_true(snapshot_token_order(STR("ab"), STR("a")) > 0);
    assert_true(snapshot_token_order(STR(""), STR("a")) < 0);
    assert_true(snapshot_token_order(STR("B"), STR("a")) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_host_names_or_addresses),
        cmocka_unit_test(wildcards_are_for_aliases_and_cover_names_only),
        cmocka_unit_test(names_are_at_most_253_bytes),
        cmocka_unit_test(stored_form_is_one_for_all_spellings),
        cmocka_unit_test(addresses_are_told_from_names),
        cmocka_unit_test(values_that_reach_a_wire_or_a_file_system_are_clean),
        cmocka_unit_test(a_value_comes_apart_into_its_number_and_the_rest),
        cmocka_unit_test(a_cap_is_none_or_a_moment),
        cmocka_unit_test(chain_framing_is_exact_at_every_size),
        cmocka_unit_test(addresses_have_the_size_of_their_family),
        cmocka_unit_test(an_upstream_over_tls_has_something_to_verify),
        cmocka_unit_test(fixed_responses_are_final_and_bodiless_where_http_says_so),
        cmocka_unit_test(tokens_sort_by_bytes_then_by_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
