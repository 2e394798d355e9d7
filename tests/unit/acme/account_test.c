#include "check.h"

#include "acme/account.h"

static bool read_account(const char *body, size_t contacts_count, struct account *ret, struct err *err)
{
    const struct str contacts[] = {STR("mailto:a@a.test"), STR("mailto:b@a.test")};
    json_t *json = NULL;
    *err = (struct err){0};
    assert_true(json_parse(str_from(body), &json, NULL));
    bool ok = account_read(json, contacts, contacts_count, ret, err);
    json_decref(json);
    return ok;
}

static void contacts_are_compared_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t contacts_count;
        bool is_valid, has_same_contacts;
    } cases[] = {
        {"{\"status\":\"valid\",\"contact\":[\"mailto:b@a.test\",\"mailto:a@a.test\"],\"more\":{}}", 2, true, true},
        {"{\"status\":\"valid\",\"contact\":[\"mailto:a@a.test\"]}", 2, true, false},
        {"{\"status\":\"valid\",\"contact\":[\"mailto:a@a.test\"]}", 1, true, true},
        {"{\"status\":\"valid\",\"contact\":[\"mailto:a@a.test\"]}", 0, true, false},
        {"{\"status\":\"valid\",\"contact\":[5]}", 1, true, false},
        {"{\"status\":\"valid\"}", 0, true, true},
        {"{\"status\":\"valid\",\"contact\":null}", 0, true, true},
        {"{\"status\":\"deactivated\",\"contact\":[]}", 0, false, true},
        {"{\"status\":\"revoked\"}", 0, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct account account;
        struct err err;
        assert_true(read_account(cases[i].body, cases[i].contacts_count, &account, &err));
        assert_int_equal(account.is_valid, cases[i].is_valid);
        assert_int_equal(account.has_same_contacts, cases[i].has_same_contacts);
    }
}

static void what_is_no_account_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"[]", "the JSON value must be an object"},
        {"{}", "status is missing"},
        {"{\"status\":\"fine\"}", "status must be one of: valid, deactivated, revoked"},
        {"{\"status\":\"valid\",\"contact\":\"a\"}", "contact must be an array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct account account;
        struct err err;
        assert_false(read_account(cases[i].body, 1, &account, &err));
        assert_string_equal(err.text, cases[i].text);
    }
}

static void what_is_sent_has_the_members_of_the_rfc(void **state)
{
    (void)state;
    const struct str contacts[] = {STR("mailto:a@a.test"), STR("mailto:b@a.test")};
    struct buf out;
    buf_init(&out, 4096);
    assert_true(account_write_new(contacts, 2, true, NULL, NULL, STR("https://ca.test/"), &out, NULL));
    assert_str(buf_str(&out),
               STR("{\"termsOfServiceAgreed\":true,\"contact\":[\"mailto:a@a.test\",\"mailto:b@a.test\"]}"));
    buf_clear(&out);
    assert_true(account_write_new(NULL, 0, false, NULL, NULL, STR("https://ca.test/"), &out, NULL));
    assert_str(buf_str(&out), STR("{\"termsOfServiceAgreed\":false}"));
    buf_clear(&out);
    assert_true(account_write_existing(&out));
    assert_str(buf_str(&out), STR("{\"onlyReturnExisting\":true}"));
    buf_clear(&out);
    assert_true(account_write_contacts(contacts, 1, &out) && account_write_deactivate(&out));
    assert_str(buf_str(&out), STR("{\"contact\":[\"mailto:a@a.test\"]}{\"status\":\"deactivated\"}"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_are_compared_in_any_order),
        cmocka_unit_test(what_is_no_account_is_refused),
        cmocka_unit_test(what_is_sent_has_the_members_of_the_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
