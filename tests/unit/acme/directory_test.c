#include "check.h"

#include <stdio.h>

#include "acme/directory.h"
#include "base/buf.h"

#define RESOURCES                                                                                                      \
    "\"newNonce\":\"https://ca.test/n\",\"newAccount\":\"https://ca.test/a\",\"newOrder\":\"https://ca.test/o\""

struct read {
    struct arena arena;
    struct acme_directory directory;
    struct err err;
};

static bool read_directory(struct read *read, struct str body)
{
    *read = (struct read){.directory = {.profiles_count = 77}};
    arena_init(&read->arena, 65536);
    return acme_directory_read(body, &read->arena, &read->directory, &read->err);
}

static void everything_it_may_have_is_read(void **state)
{
    (void)state;
    struct read read;
    assert_true(read_directory(
        &read,
        STR("{" RESOURCES ",\"revokeCert\":\"https://ca.test/r\",\"keyChange\":\"https://ca.test/k\",\"renewalInfo\":"
            "\"https://ca.test/ari\",\"newAuthz\":5,\"meta\":{\"termsOfService\":\"data:text/plain,Do%20what\\n\","
            "\"website\":\"x\",\"caaIdentities\":[\"ca.test\",\"ca.example\"],\"externalAccountRequired\":true,"
            "\"profiles\":{\"classic\":\"The \\\"old\\\" one\",\"bad name\":\"\",\"short\":5}}}")));
    assert_str(read.directory.new_order, STR("https://ca.test/o"));
    assert_str(read.directory.renewal_info, STR("https://ca.test/ari"));
    assert_str(read.directory.terms_url, STR("data:text/plain,Do%20what"));
    assert_int_equal(read.directory.caa_identities_count, 2);
    assert_str(read.directory.caa_identities[1], STR("ca.example"));
    assert_true(read.directory.external_account_required);
    assert_int_equal(read.directory.profiles_count, 2);
    assert_true(acme_directory_has_profile(&read.directory, STR("short")));
    assert_false(acme_directory_has_profile(&read.directory, STR("bad name")));
    arena_fini(&read.arena);
}

static void the_least_is_enough(void **state)
{
    (void)state;
    struct read read;
    assert_true(read_directory(&read, STR("{" RESOURCES ",\"meta\":null,\"keyChange\":null}")));
    assert_int_equal(read.directory.key_change.size + read.directory.terms_url.size, 0);
    assert_int_equal(read.directory.profiles_count, 0);
    arena_fini(&read.arena);
}

static void what_is_none_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"[]", "the JSON value must be an object"},
        {"{}", "newNonce is missing"},
        {"{\"newNonce\":5}", "newNonce must be a string"},
        {"{\"newNonce\":\"http://ca.test/\"}", "newNonce is not https"},
        {"{" RESOURCES ",\"keyChange\":\"\"}", "keyChange is empty"},
        {"{" RESOURCES ",\"meta\":5}", "meta must be an object"},
        {"{" RESOURCES ",\"meta\":{\"termsOfService\":[]}}", "meta.termsOfService must be a string"},
        {"{" RESOURCES ",\"meta\":{\"caaIdentities\":[5]}}", "meta.caaIdentities[0] must be a string"},
        {"{" RESOURCES ",\"meta\":{\"profiles\":[]}}", "meta.profiles must be an object"},
        {"{" RESOURCES ",\"meta\":{\"externalAccountRequired\":1}}",
         "meta.externalAccountRequired must be true or false"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_false(read_directory(&read, str_from(cases[i].body)));
        assert_string_equal(read.err.text, cases[i].text);
        assert_int_equal(read.directory.profiles_count, 77); /* untouched */
        arena_fini(&read.arena);
    }
}

static void lists_have_limits(void **state)
{
    (void)state;
    for (int count = 31; count <= 33; count++) {
        struct buf body;
        struct read read;
        buf_init(&body, 65536);
        assert_true(buf_put_str(&body, STR("{" RESOURCES ",\"meta\":{\"profiles\":{\"p\":\"\"")));
        for (int i = 1; i < count; i++)
            assert_true(buf_printf(&body, ",\"p%d\":\"\"", i));
        assert_true(buf_put_str(&body, STR("}}}")));
        assert_int_equal(read_directory(&read, buf_str(&body)), count <= ACME_PROFILES_COUNT_MAX);
        arena_fini(&read.arena);
        buf_fini(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_it_may_have_is_read),
        cmocka_unit_test(the_least_is_enough),
        cmocka_unit_test(what_is_none_is_refused_with_the_reason),
        cmocka_unit_test(lists_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
