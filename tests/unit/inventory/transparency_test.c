/* What search engines of certificate transparency answer. */
#include "check.h"
#include "listed.h"

static const char crtsh[] =
    "[{\"issuer_ca_id\":183267,\"issuer_name\":\"C=US, O=Let's Encrypt, CN=R3\",\"common_name\":\"www.example.org\","
    "\"name_value\":\"example.org\\nwww.example.org\\n*.dev.example.org\",\"id\":1,"
    "\"not_before\":\"2026-01-01T00:00:00\"},\n"
    "{\"common_name\":\"Anna Example\",\"name_value\":\"anna@example.org\\n\\nother.example.net\",\"id\":2},"
    "{\"common_name\":null,\"name_value\":\"Mail.Example.org\",\"more\":{\"name_value\":[\"deep.example.org\"]}}]\n";

static const char certspotter[] = "[\n"
                                  "  {\n"
                                  "    \"id\": \"1\",\n"
                                  "    \"dns_names\": [\"a.example.org\", \"b.example.org\"],\n"
                                  "    \"issuer\": {\"name\": \"c.example.org\"}\n"
                                  "  },\n"
                                  "  { \"dns_names\": [] , \"revoked\": false }\n"
                                  "]\n";

static void an_answer_of_crt_sh(void **state)
{
    (void)state;
    expect_listed(
        INVENTORY_TRANSPARENCY, crtsh,
        "1 www.example.org\n1 www.example.org\n1 *.dev.example.org\n2 mail.example.org\n2 deep.example.org\n");
    struct buf out;
    buf_init(&out, 65536);
    struct inventory_counts counts = listed(INVENTORY_TRANSPARENCY, str_from(crtsh), 4096, &out);
    assert_int_equal(counts.foreign, 1);
    assert_int_equal(counts.passed, 3); /* the domain, a person, a mail address */
    assert_int_equal(counts.problems, 0);
    buf_fini(&out);
}

static void an_answer_of_certspotter(void **state)
{
    (void)state;
    expect_listed(INVENTORY_TRANSPARENCY, certspotter, "4 a.example.org\n4 b.example.org\n");
}

static void an_object_a_line(void **state)
{
    (void)state;
    expect_listed(
        INVENTORY_TRANSPARENCY,
        "\n{\"dns_names\":[\"a.example.org\"]}\n{\"dns_names\":[\"b.example.org\"]}{\"dns_names\":[\"c.example.org\"]}",
        "2 a.example.org\n3 b.example.org\n3 c.example.org\n");
}

static void a_plain_list(void **state)
{
    (void)state;
    expect_listed(INVENTORY_TRANSPARENCY, "\n\nwww.example.org\n# note\n*.example.org\nanna@example.org\nwww\n",
                  "3 www.example.org\n5 *.example.org\n");
}

static void a_broken_object_does_not_cost_the_others(void **state)
{
    (void)state;
    expect_listed(INVENTORY_TRANSPARENCY,
                  "[{\"dns_names\":[\"a.example.org\"]},\n"
                  "{\"dns_names\":[\"b.example.org\",]},\n"
                  "{\"dns_names\":[\"c.example.org\\x\"]} oh {\"dns_names\":[\"\xff\"]},\n"
                  "{\"dns_names\":[\"d.example.org\"]}] oh no\n"
                  "{\"dns_names\":[\"e.example.org\"]}\n"
                  "{\"dns_names\":[\"f.example.org\"",
                  "1 a.example.org\n"
                  "2 b.example.org\n"
                  "2! This object is not read further: \"]\" is out of place.\n"
                  "3! This object is not read further: an unknown escape in a text.\n"
                  "3! This object is not read further: a text is not UTF-8.\n"
                  "4 d.example.org\n"
                  "4! Something stands here that is no object of an export.\n"
                  "5 e.example.org\n"
                  "6 f.example.org\n"
                  "6! The file ends in the middle of an object.\n");
}

/* A certificate of a content network has hundreds of names: more than one text of the JSON reader holds. */
static void a_certificate_may_have_any_number_of_names(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, (size_t)1 << 20);
    buf_init(&out, (size_t)1 << 20);
    (void)buf_put_str(&text, STR("[{\"name_value\":\""));
    for (int i = 0; i < 2000; i++)
        (void)buf_printf(&text, "%sb\xc3\xbc%d.example.org", i ? "\\n" : "", i);
    (void)buf_put_str(&text, STR("\",\"issuer_name\":\""));
    for (int i = 0; i < 20000; i++)
        (void)buf_put_str(&text, STR("\xe2\x82\xac"));
    (void)buf_put_str(&text, STR("\"},{\"name_value\":\""));
    for (int i = 0; i < 5000; i++)
        (void)buf_put_char(&text, 'x');
    (void)buf_put_str(&text, STR("\\nlast.example.org\"}]"));
    struct inventory_counts counts = listed(INVENTORY_TRANSPARENCY, buf_str(&text), 1000, &out);
    assert_int_equal(counts.names, 2001);
    assert_int_equal(counts.passed, 1);
    assert_int_equal(counts.problems, 0);
    assert_true(str_ends(buf_str(&out), STR("\n1 last.example.org\n")));
    buf_fini(&text);
    buf_fini(&out);
}

static void they_may_end_anywhere(void **state)
{
    (void)state;
    expect_cut_anywhere(INVENTORY_TRANSPARENCY, crtsh);
    expect_cut_anywhere(INVENTORY_TRANSPARENCY, certspotter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_of_crt_sh),
        cmocka_unit_test(an_answer_of_certspotter),
        cmocka_unit_test(an_object_a_line),
        cmocka_unit_test(a_plain_list),
        cmocka_unit_test(a_broken_object_does_not_cost_the_others),
        cmocka_unit_test(a_certificate_may_have_any_number_of_names),
        cmocka_unit_test(they_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
