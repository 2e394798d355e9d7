/* The wish for an automatic certificate, from what is given to what is stored and back. */
#include "check.h"

#include "store/site_auto.h"

static bool read(const char *text, struct arena *arena, struct site_auto *ret, struct err *err)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    bool fine = site_auto_read(json, "", arena, ret, err);
    json_decref(json);
    return fine;
}

static void a_wish_is_read_written_and_copied(void **state)
{
    static const struct {
        const char *given, *written;
    } cases[] = {
        {"{}", ""},
        {"{\"acme\": null}", ""},
        {"{\"acme\": {}}", "\"acme\":{\"cas\":[],\"challenges\":[\"http-01\"],\"key\":\"ecdsa\"}"},
        {"{\"acme\": {\"cas\": [\"b\", \"a\"], \"challenges\": [\"dns-01\", \"http-01\"]}}",
         "\"acme\":{\"cas\":[\"b\",\"a\"],\"challenges\":[\"dns-01\",\"http-01\"],\"key\":\"ecdsa\"}"},
        {"{\"acme\": {\"key\": \"rsa\"}}", "\"acme\":{\"cas\":[],\"challenges\":[\"http-01\"],\"key\":\"rsa\"}"},
        {"{\"acme\": {\"key\": \"ecdsa\"}}", "\"acme\":{\"cas\":[],\"challenges\":[\"http-01\"],\"key\":\"ecdsa\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct site_auto wish, copy;
        struct buf text;
        struct jsonout out = {.out = &text};
        arena_init(&arena, 65536);
        buf_init(&text, 65536);
        assert_true(read(cases[i].given, &arena, &wish, NULL));
        assert_true(site_auto_copy(&wish, &arena, &copy));
        site_auto_write(&copy, &out);
        assert_str(buf_str(&text), str_from(cases[i].written));
        assert_int_equal(wish.wanted, cases[i].written[0] != 0);
        buf_fini(&text);
        arena_fini(&arena);
    }
}

static void what_cannot_be_is_refused_by_field(void **state)
{
    static const struct {
        const char *given, *field;
    } cases[] = {
        {"{\"acme\": true}", "acme"},
        {"{\"acme\": {\"ca\": []}}", "acme.ca"},
        {"{\"acme\": {\"cas\": [\"a b\"]}}", "acme.cas[0]"},
        {"{\"acme\": {\"cas\": [\"a\", \"a\"]}}", "acme.cas[1]"},
        {"{\"acme\": {\"cas\": [1]}}", "acme.cas[0]"},
        {"{\"acme\": {\"challenges\": [\"http-02\"]}}", "acme.challenges[0]"},
        {"{\"acme\": {\"challenges\": [\"http-01\", \"http-01\"]}}", "acme.challenges[1]"},
        {"{\"acme\": {\"key\": \"ed25519\"}}", "acme.key"},
        {"{\"acme\": {\"key\": 1}}", "acme.key"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct site_auto wish;
        struct err err = {0};
        arena_init(&arena, 65536);
        if (read(cases[i].given, &arena, &wish, &err) || strcmp(err.field, cases[i].field) != 0)
            fail_msg("%s: \"%s\" %s", cases[i].given, err.field, err.text);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_is_read_written_and_copied),
        cmocka_unit_test(what_cannot_be_is_refused_by_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
