/* Names: from text and from messages, with what must never be followed. */
#include "check.h"

#include <stdlib.h>

#include "dns/name.h"

static struct dns_name name_of(const char *text)
{
    struct dns_name name = {0};
    if (!dns_name_from(str_from(text), &name))
        fail_msg("\"%s\" is no name", text);
    return name;
}

static void a_name_is_read_and_shown_in_lower_case(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {{"Example.ORG", "example.org"},
                 {"example.org.", "example.org"},
                 {"_acme-challenge.a.b", "_acme-challenge.a.b"},
                 {"*.example.org", "*.example.org"},
                 {".", "."},
                 {"", "."},
                 {"a\"b.org", "a\\034b.org"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[DNS_NAME_TEXT_SIZE];
        struct dns_name name = name_of(cases[i].text);
        assert_str(dns_name_text(&name, room), str_from(cases[i].shown));
    }
}

static void what_is_no_name_is_refused(void **state)
{
    (void)state;
    char label[65], longest[260];
    memset(label, 'a', 64);
    label[64] = '\0';
    struct dns_name name;
    assert_false(dns_name_from(str_from(label), &name));
    label[63] = '\0';
    assert_true(dns_name_from(str_from(label), &name));
    for (size_t i = 0; i < sizeof longest - 1; i++)
        longest[i] = i % 2 ? '.' : 'x';
    assert_true(dns_name_from(str_make(longest, 253), &name));
    assert_int_equal(name.size, 255);
    assert_false(dns_name_from(str_make(longest, 255), &name));
    static const char *const bad[] = {"a..b", ".a", "a b", "a\nb", "..", "\xc3\xa4.org"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dns_name_from(str_from(bad[i]), &name));
}

static void a_name_knows_what_it_is_within(void **state)
{
    (void)state;
    static const struct {
        const char *name, *zone;
        bool within;
    } cases[] = {{"a.b.org", "b.org", true},   {"b.org", "b.org", true}, {"ab.org", "b.org", false},
                 {"b.org", "a.b.org", false},  {"b.org", ".", true},     {"b.net", "b.org", false},
                 {"x.ab.org", "b.org", false}, {".", ".", true},         {".", "org", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dns_name name = name_of(cases[i].name), zone = name_of(cases[i].zone);
        assert_int_equal(dns_name_is_within(&name, &zone), cases[i].within);
    }
    struct dns_name name = name_of("a.b.org"), parent = name_of("b.org");
    assert_true(dns_name_parent(&name, &name) && dns_name_equal(&name, &parent));
    struct dns_name root = name_of(".");
    assert_false(dns_name_parent(&root, &root));
}

static void compression_is_followed_to_an_end(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size, at;
        const char *name; /* NULL: refused */
        size_t behind;
    } cases[] = {
        {"\1a\3org\0", 7, 0, "a.org", 7},
        {"\3org\0\1B\300\0", 9, 5, "b.org", 9},
        {"\3org\0\1b\300\0\1c\300\5", 13, 9, "c.b.org", 13},
        {"\300\0", 2, 0, NULL, 0},       /* to itself */
        {"\1a\300\2", 4, 0, NULL, 0},    /* to itself, behind a label */
        {"\300\2\0", 3, 0, ".", 2},      /* forwards: nobody writes that, and it does no harm */
        {"\300\3\0", 3, 0, NULL, 0},     /* out of the message */
        {"\300", 1, 0, NULL, 0},         /* half a pointer */
        {"\0", 1, 1, NULL, 0},           /* behind the end */
        {"\1a\300\0", 4, 0, NULL, 0},    /* round and round */
        {"\300\2\300\0", 4, 2, NULL, 0}, /* to one that leads back */
        {"\1a", 2, 0, NULL, 0},          /* no end */
        {"\4org\0", 5, 0, NULL, 0},      /* a label beyond the end */
        {"\100\0", 2, 0, NULL, 0},       /* a kind of label that does not exist */
        {"\0", 1, 0, ".", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dns_name name = {0};
        char room[DNS_NAME_TEXT_SIZE];
        size_t at = cases[i].at;
        assert_int_equal(dns_name_read(str_make(cases[i].bytes, cases[i].size), &at, &name), cases[i].name != NULL);
        if (!cases[i].name) {
            assert_int_equal(at, cases[i].at);
            continue;
        }
        assert_str(dns_name_text(&name, room), str_from(cases[i].name));
        assert_int_equal(at, cases[i].behind);
    }
}

static void a_name_of_pointers_is_never_longer_than_a_name(void **state)
{
    (void)state;
    /* Each label is followed by a pointer to the one before: 200 labels of two bytes would be 401. */
    char message[4 * 200 + 5] = "\1a\0";
    size_t at = 3;
    for (size_t i = 0, before = 0; i < 199; i++) {
        const char piece[] = {1, 'a', (char)(0xc0 | before >> 8), (char)before};
        memcpy(message + at, piece, sizeof piece);
        before = at;
        at += sizeof piece;
    }
    struct dns_name name;
    size_t last = at - 4, early = 3 + 4 * 100;
    assert_false(dns_name_read(str_make(message, at), &last, &name));
    assert_true(dns_name_read(str_make(message, at), &early, &name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_read_and_shown_in_lower_case),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(a_name_knows_what_it_is_within),
        cmocka_unit_test(compression_is_followed_to_an_end),
        cmocka_unit_test(a_name_of_pointers_is_never_longer_than_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
