/* What holds for every format. */
#include "check.h"
#include "listed.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void each_name_is_one_of_four(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 65536);
    struct inventory_counts counts = listed(INVENTORY_NAMES,
                                            STR("www.example.org example.org example.net notexample.org\n"
                                                "_dmarc.example.org a_b.example.org\n"),
                                            4096, &out);
    assert_int_equal(counts.names, 1);
    assert_int_equal(counts.passed, 2);
    assert_int_equal(counts.foreign, 2);
    assert_int_equal(counts.problems, 1);
    buf_fini(&out);
}

static void a_mark_before_utf8_is_no_text(void **state)
{
    (void)state;
    expect_listed(INVENTORY_NAMES, "\xef\xbb\xbfwww.example.org", "1 www.example.org\n");
    expect_listed(INVENTORY_ZONE, "\xef\xbb\xbfwww IN A 192.0.2.1", "1 www.example.org A 192.0.2.1\n");
    expect_listed(INVENTORY_HOSTS, "\xef\xbb",
                  "1! \"??\" is no address; a line has an address and behind it the names.\n");
}

static void a_file_in_utf16_is_told_once(void **state)
{
    (void)state;
    struct buf out;
    static const char text[] = "\xff\xfew\0w\0w\0\n\0a\0\n";
    for (size_t piece = 1; piece < sizeof text; piece++)
        for (int format = 0; format < INVENTORY_FORMATS_COUNT; format++) {
            buf_init(&out, 65536);
            (void)listed((enum inventory_format)format, str_make(text, sizeof text), piece, &out);
            assert_str(buf_str(&out), STR("1! The file is in UTF-16 and not read: save it as UTF-8.\n"));
            buf_fini(&out);
        }
    expect_listed(INVENTORY_HOSTS, "\xfe\xff", "1! The file is in UTF-16 and not read: save it as UTF-8.\n");
}

static bool stop(void *context, const struct inventory_name *name, struct err *err)
{
    int *left = context;
    (void)name;
    return --*left > 0 || err_set(err, ERR_CONFLICT, "enough");
}

static void whoever_takes_names_may_end_it(void **state)
{
    (void)state;
    static const struct {
        enum inventory_format format;
        const char *text;
    } cases[] = {
        {INVENTORY_NAMES, "a\nb\nc\nd\n"},
        {INVENTORY_ZONE, "a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\n"},
        {INVENTORY_ZONE, "$GENERATE 1-9 h$ A 192.0.2.$\n"},
        {INVENTORY_HOSTS, "192.0.2.1 a.example.org b.example.org c.example.org"},
        {INVENTORY_DHCP, "1 02:00:00:00:00:01 192.0.2.1 a *\n1 02:00:00:00:00:01 192.0.2.1 b *"},
        {INVENTORY_DHCP, "address,hostname\n192.0.2.1,a\n192.0.2.2,b\n192.0.2.2,c\n"},
        {INVENTORY_DHCP, "host a {} host b {} host c {}"},
        {INVENTORY_TRANSPARENCY, "[{\"dns_names\":[\"a.example.org\",\"b.example.org\",\"c.example.org\"]}]"},
        {INVENTORY_TRANSPARENCY, "a.example.org\nb.example.org\nc.example.org"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int left = 2;
        struct err err = {0};
        struct inventory_counts counts = {0};
        const struct inventory_to to = {.on_name = stop, .context = &left};
        assert_false(inventory_read(cases[i].format, STR("example.org"), str_from(cases[i].text), &to, &counts, &err));
        assert_int_equal(err.code, ERR_CONFLICT);
        assert_int_equal(left, 0);
        assert_int_equal(counts.names, 2);
        assert_int_equal(counts.problems, 0);
    }
}

static void what_is_no_domain_is_refused(void **state)
{
    (void)state;
    static const char *const domains[] = {"",          "Example.org",  "example.org.", "*.example.org",
                                          "192.0.2.1", "b\xc3\xbc.de", "a b"};
    const struct inventory_to to = {.on_name = stop};
    for (size_t i = 0; i < COUNT(domains); i++) {
        struct inventory_reader *reader = NULL;
        struct err err = {0};
        assert_false(inventory_new(INVENTORY_ZONE, str_from(domains[i]), STR(""), &to, &reader, &err));
        assert_string_equal(err.field, "domain");
        assert_null(reader);
        if (domains[i][0]) {
            assert_false(inventory_new(INVENTORY_ZONE, STR("example.org"), str_from(domains[i]), &to, &reader, &err));
            assert_string_equal(err.field, "origin");
        }
    }
    inventory_free(NULL);
}

static void a_list_of_another_kind_does_not_flood(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, 65536);
    buf_init(&out, 65536);
    for (int i = 0; i < 1000; i++)
        (void)buf_put_str(&text, STR("not:a:list\n"));
    struct inventory_counts counts = listed(INVENTORY_HOSTS, buf_str(&text), 65536, &out);
    assert_int_equal(counts.problems, 1000);
    size_t told_count = 0;
    for (struct str rest = buf_str(&out); rest.data;)
        told_count += str_cut(&rest, '\n').size > 0;
    assert_int_equal(told_count, INVENTORY_PROBLEMS_COUNT_MAX);
    buf_fini(&text);
    buf_fini(&out);
}

static void problems_have_no_control_characters(void **state)
{
    (void)state;
    expect_listed(INVENTORY_HOSTS, "\x1b[31m\xc2\x9bx\xff\x7f a",
                  "1! \"?[31m??x??\" is no address; a line has an address and "
                  "behind it the names.\n");
}

static void a_line_has_an_end_somewhere(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, (size_t)1 << 20);
    for (int i = 0; i < 70000; i++)
        (void)buf_put_char(&text, 'x');
    (void)buf_put_str(&text, STR("\nwww\r\nzero\0byte\nmail"));
    for (size_t piece = 1; piece < 100000; piece *= 10) {
        buf_init(&out, 65536);
        (void)listed(INVENTORY_NAMES, buf_str(&text), piece, &out);
        assert_str(buf_str(&out), STR("1! The line is longer than 65536 bytes.\n2 www.example.org\n"
                                      "3! The line has a zero byte: the file is no text, or not in UTF-8.\n"
                                      "4 mail.example.org\n"));
        buf_fini(&out);
    }
    buf_fini(&text);
}

static void records_from_elsewhere_are_judged_as_those_of_a_zone_file(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 65536);
    static const char *const records[][3] = {
        {"www.example.org", "A", "192.0.2.1"},
        {"Mail.Example.Org.", "CNAME", "Mail.Example.Net."},
        {"example.org.", "NS", "ns1.example.org."},
        {"dept.example.org.", "NS", "ns1.example.net."},
        {"a\\046b.example.org", "AAAA", "2001:db8::1"},
        {"www.example.net", "A", "192.0.2.1"},
        {"www.example.org", "TXT", ""},
        {"www.example.org", "TYPE9999", ""},
    };
    const struct inventory_to to = {.on_name = listed_name, .on_problem = listed_problem, .context = &out};
    struct inventory_reader *reader = NULL;
    assert_true(inventory_new(INVENTORY_ZONE, STR("example.org"), STR(""), &to, &reader, NULL));
    for (size_t i = 0; i < COUNT(records); i++)
        assert_true(
            inventory_record(reader, str_from(records[i][0]), str_from(records[i][1]), str_from(records[i][2]), NULL));
    assert_true(inventory_end(reader, NULL));
    assert_str(buf_str(&out), STR("0 www.example.org A 192.0.2.1\n0 mail.example.org CNAME mail.example.net\n"
                                  "0 dept.example.org NS ns1.example.net\n"
                                  "0! \"a\\046b.example.org\" is not a host name\n"));
    assert_int_equal(inventory_counted(reader).foreign, 1);
    assert_int_equal(inventory_counted(reader).passed, 3);
    inventory_free(reader);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_is_one_of_four),
        cmocka_unit_test(a_mark_before_utf8_is_no_text),
        cmocka_unit_test(a_file_in_utf16_is_told_once),
        cmocka_unit_test(whoever_takes_names_may_end_it),
        cmocka_unit_test(what_is_no_domain_is_refused),
        cmocka_unit_test(a_list_of_another_kind_does_not_flood),
        cmocka_unit_test(problems_have_no_control_characters),
        cmocka_unit_test(a_line_has_an_end_somewhere),
        cmocka_unit_test(records_from_elsewhere_are_judged_as_those_of_a_zone_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
