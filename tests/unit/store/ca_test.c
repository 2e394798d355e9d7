/* Certificate authorities as values: what an operator may give, what is kept, what is never shown. */
#include "check.h"

#include "store/ca.h"

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

static struct ca *read(const char *text, const struct ca *before)
{
    struct ca *ca;
    struct err err = {0};
    json_t *json = parse(text);
    if (!ca_read(json, before, &ca, &err))
        fail_msg("%s: %s: %s", text, err.field, err.text);
    json_decref(json);
    return ca;
}

static void what_an_operator_gives_is_read(void **state)
{
    (void)state;
    struct ca *ca = read(
        "{\"name\": \"zero.ssl_1\", \"directory\": \"https://ca.example/dir\","
        "\"contacts\": [\"mailto:a@example.org\", \"b@example.org\"], \"terms_agreed\": true,"
        "\"eab_kid\": \"kid-1\", \"eab_key\": \"zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W\","
        "\"profile\": \"short\", \"preferred_root\": \"X1\", \"preference\": 3, \"rehearsal\": true}",
        NULL);
    assert_str(ca->name, STR("zero.ssl_1"));
    assert_int_equal(ca->contacts_count, 2);
    assert_str(ca->contacts[0], STR("mailto:a@example.org"));
    assert_str(ca->contacts[1], STR("mailto:b@example.org"));
    assert_int_equal(ca->eab_key.size, 48);
    assert_int_equal(ca->preference, 3);
    assert_true(ca->rehearsal && ca->terms_agreed);
    struct ca *changed = read("{\"profile\": \"\", \"contacts\": []}", ca);
    assert_int_equal(changed->profile.size, 0);
    assert_int_equal(changed->contacts_count, 0);
    assert_str(changed->preferred_root, STR("X1"));
    assert_int_equal(changed->eab_key.size, 48);
    struct ca *unbound = read("{\"eab_kid\": \"\"}", ca);
    assert_int_equal(unbound->eab_key.size, 0);
    ca_unref(ca);
    ca_unref(changed);
    ca_unref(unbound);
}

static void what_cannot_be_is_refused_by_field(void **state)
{
    (void)state;
    static const struct {
        const char *json, *field;
    } cases[] = {
        {"{\"directory\": \"https://a/\"}", "name"},
        {"{\"name\": \"-a\", \"directory\": \"https://a/\"}", "name"},
        {"{\"name\": \"a b\", \"directory\": \"https://a/\"}", "name"},
        {"{\"name\": \"a\"}", "directory"},
        {"{\"name\": \"a\", \"directory\": \"http://a/\"}", "directory"},
        {"{\"name\": \"a\", \"directory\": \"https://\"}", "directory"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"contacts\": [\"nobody\"]}", "contacts[0]"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"contacts\": [\"a@b,c@d\"]}", "contacts[0]"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"contacts\": [\"a@b?cc=c@d\"]}", "contacts[0]"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"contacts\": [7]}", "contacts[0]"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"eab_kid\": \"k\"}", "eab_key"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"eab_key\": \"YWJj\"}", "eab_kid"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"eab_kid\": \"k\", \"eab_key\": \"not base64!\"}",
         "eab_key"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"preference\": 1001}", "preference"},
        {"{\"name\": \"a\", \"directory\": \"https://a/\", \"account_key\": \"YWJj\"}", "account_key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ca *ca = NULL;
        struct err err = {0};
        json_t *json = parse(cases[i].json);
        if (ca_read(json, NULL, &ca, &err) || strcmp(err.field, cases[i].field) != 0)
            fail_msg("%s: \"%s\" %s", cases[i].json, err.field, err.text);
        assert_null(ca);
        json_decref(json);
    }
}

static void another_key_id_does_not_take_the_key_of_the_one_before(void **state)
{
    (void)state;
    struct ca *ca =
        read("{\"name\": \"a\", \"directory\": \"https://a/\", \"eab_kid\": \"k\", \"eab_key\": \"c2VjcmV0\"}", NULL);
    struct ca *none = NULL;
    struct err err = {0};
    json_t *json = parse("{\"eab_kid\": \"k2\"}");
    assert_false(ca_read(json, ca, &none, &err));
    assert_string_equal(err.field, "eab_key");
    struct ca *same = read("{\"eab_kid\": \"k\"}", ca);
    assert_str(same->eab_key, STR("secret"));
    struct ca *other = read("{\"eab_kid\": \"k2\", \"eab_key\": \"b3RoZXI\"}", ca);
    assert_str(other->eab_key, STR("other"));
    json_decref(json);
    ca_unref(ca);
    ca_unref(same);
    ca_unref(other);
}

static void another_directory_is_another_account(void **state)
{
    (void)state;
    struct ca *ca = read("{\"name\": \"a\", \"directory\": \"https://a/\"}", NULL);
    struct ca *with = ca_with_account(ca, STR("https://a/acct/1"), STR("the key"), STR("the next"));
    assert_non_null(with);
    assert_str(with->account_url, STR("https://a/acct/1"));
    struct ca *same = read("{\"profile\": \"x\"}", with);
    assert_str(same->account_key, STR("the key"));
    assert_str(same->next_key, STR("the next"));
    struct ca *moved = read("{\"directory\": \"https://b/\"}", with);
    assert_int_equal(moved->account_url.size + moved->account_key.size + moved->next_key.size, 0);
    ca_unref(ca);
    ca_unref(with);
    ca_unref(same);
    ca_unref(moved);
}

static void what_is_written_holds_no_secret_and_comes_back_with_them(void **state)
{
    (void)state;
    struct ca *ca =
        read("{\"name\": \"a\", \"directory\": \"https://a/\", \"eab_kid\": \"k\", \"eab_key\": \"c2VjcmV0\"}", NULL);
    struct ca *with = ca_with_account(ca, STR("https://a/acct/1"), STR("the account's key"), STR(""));
    struct buf content, secrets;
    struct jsonout out = {.out = &content}, hidden = {.out = &secrets};
    struct ca *back;
    struct err err = {0};
    buf_init(&content, 65536);
    buf_init(&secrets, 65536);
    ca_write_stored(with, &out);
    ca_write_secrets(with, &hidden);
    assert_null(memmem(content.data, content.size, "c2VjcmV0", 8));
    assert_null(memmem(content.data, content.size, "secret", 6));
    assert_null(memmem(content.data, content.size, "account's", 9));
    if (!ca_read_stored(buf_str(&content), buf_str(&secrets), &back, &err))
        fail_msg("%s: %s", err.field, err.text);
    assert_str(back->eab_key, STR("secret"));
    assert_str(back->account_key, STR("the account's key"));
    assert_int_equal(back->next_key.size, 0);
    assert_str(back->account_url, STR("https://a/acct/1"));
    buf_fini(&content);
    buf_fini(&secrets);
    ca_unref(ca);
    ca_unref(with);
    ca_unref(back);
}

/* Rules became stricter since: that must not keep control from starting. */
static void what_was_stored_once_is_read_though_nobody_could_give_it_any_more(void **state)
{
    struct ca *ca;
    struct err err = {0};
    (void)state;
    if (!ca_read_stored(
            STR("{\"name\": \"own\", \"directory\": \"https://a b/\", \"roots_pem\": \"none\", \"added\": 1}"),
            STR("{}"), &ca, &err))
        fail_msg("%s: %s", err.field, err.text);
    assert_str(ca->directory_url, STR("https://a b/"));
    ca_unref(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_operator_gives_is_read),
        cmocka_unit_test(what_cannot_be_is_refused_by_field),
        cmocka_unit_test(another_key_id_does_not_take_the_key_of_the_one_before),
        cmocka_unit_test(another_directory_is_another_account),
        cmocka_unit_test(what_was_stored_once_is_read_though_nobody_could_give_it_any_more),
        cmocka_unit_test(what_is_written_holds_no_secret_and_comes_back_with_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
