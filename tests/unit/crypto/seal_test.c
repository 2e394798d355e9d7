#include "check.h"

#include <stdlib.h>

#include "crypto/seal.h"

static const uint8_t key[SEAL_KEY_SIZE] = {1, 2, 3};

struct sealed {
    void *data;
    size_t size;
};

static struct sealed seal(struct str plain)
{
    struct sealed s;
    assert_true(seal_make(key, STR("test"), plain, &s.data, &s.size, NULL));
    assert_int_equal(s.size, plain.size + SEAL_OVERHEAD_SIZE);
    return s;
}

/* Refused, with outputs untouched and a sentence to show. */
static void assert_refused(const uint8_t *with_key, struct str purpose, const void *data, size_t size)
{
    void *plain = (void *)0x1;
    size_t plain_size = 77;
    struct err err = {0};
    assert_false(seal_open(with_key, purpose, str_make(data, size), &plain, &plain_size, &err));
    assert_ptr_equal(plain, (void *)0x1);
    assert_int_equal(plain_size, 77);
    assert_int_equal(err.code, ERR_INPUT);
    assert_true(err.text[0] != '\0');
}

static void what_is_sealed_opens_again(void **state)
{
    (void)state;
    char large[70000];
    memset(large, 'x', sizeof large);
    const struct str cases[] = {{NULL, 0}, STR_INIT("a"), STR_INIT("sixteen bytes ..."), {large, sizeof large}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sealed s = seal(cases[i]);
        void *plain;
        size_t size;
        assert_true(seal_open(key, STR("test"), str_make(s.data, s.size), &plain, &size, NULL));
        assert_str(str_make(plain, size), cases[i]);
        free(plain);
        free(s.data);
    }
}

static void the_same_bytes_are_never_sealed_alike(void **state)
{
    (void)state;
    struct sealed a = seal(STR("the same bytes")), b = seal(STR("the same bytes"));
    assert_memory_not_equal(a.data, b.data, a.size);
    assert_memory_not_equal((char *)a.data + 20, (char *)b.data + 20, 14); /* not even behind the nonce */
    assert_null(memmem(a.data, a.size, "same", 4));
    free(a.data);
    free(b.data);
}

static void any_change_of_any_byte_is_refused(void **state)
{
    (void)state;
    struct sealed s = seal(STR("last good snapshot"));
    unsigned char *bytes = s.data;
    for (size_t i = 0; i < s.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (unsigned char)(1u << bit);
            assert_refused(key, STR("test"), bytes, s.size);
            bytes[i] ^= (unsigned char)(1u << bit);
        }
    free(s.data);
}

static void any_truncation_and_any_appendix_is_refused(void **state)
{
    (void)state;
    struct sealed s = seal(STR("last good snapshot"));
    for (size_t size = 0; size < s.size; size++) {
        void *exact = malloc(size ? size : 1); /* so that ASan sees a read beyond it */
        assert_non_null(exact);
        memcpy(exact, s.data, size);
        assert_refused(key, STR("test"), exact, size);
        free(exact);
    }
    char longer[128] = {0};
    memcpy(longer, s.data, s.size);
    assert_refused(key, STR("test"), longer, s.size + 1);
    free(s.data);
}

static void another_key_or_purpose_opens_nothing(void **state)
{
    (void)state;
    struct sealed s = seal(STR("secret"));
    uint8_t other[SEAL_KEY_SIZE] = {1, 2, 4};
    assert_refused(other, STR("test"), s.data, s.size);
    assert_refused(key, STR("tests"), s.data, s.size);
    assert_refused(key, STR(""), s.data, s.size);
    free(s.data);
}

static void a_later_version_is_named_in_the_error(void **state)
{
    (void)state;
    struct sealed s = seal(STR("secret"));
    struct err err;
    void *plain;
    size_t size;
    ((unsigned char *)s.data)[7] = 2;
    assert_false(seal_open(key, STR("test"), str_make(s.data, s.size), &plain, &size, &err));
    assert_string_equal(err.text, "the sealed data has version 2, this program reads version 1");
    ((unsigned char *)s.data)[0] = 'X';
    assert_false(seal_open(key, STR("test"), str_make(s.data, s.size), &plain, &size, &err));
    assert_string_equal(err.text, "this is no sealed data (its first bytes are wrong)");
    free(s.data);
}

static void made_keys_differ(void **state)
{
    (void)state;
    uint8_t a[SEAL_KEY_SIZE], b[SEAL_KEY_SIZE];
    assert_true(seal_key_make(a, NULL));
    assert_true(seal_key_make(b, NULL));
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_opens_again),
        cmocka_unit_test(the_same_bytes_are_never_sealed_alike),
        cmocka_unit_test(any_change_of_any_byte_is_refused),
        cmocka_unit_test(any_truncation_and_any_appendix_is_refused),
        cmocka_unit_test(another_key_or_purpose_opens_nothing),
        cmocka_unit_test(a_later_version_is_named_in_the_error),
        cmocka_unit_test(made_keys_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
