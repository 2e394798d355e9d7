#include "check.h"

#include <stdlib.h>

#include "codec/base64.h"

static void the_examples_of_rfc_4648_hold(void **state)
{
    (void)state;
    static const struct {
        struct str bytes, standard, url;
    } cases[] = {
        {STR_INIT(""), STR_INIT(""), STR_INIT("")},
        {STR_INIT("f"), STR_INIT("Zg=="), STR_INIT("Zg")},
        {STR_INIT("fo"), STR_INIT("Zm8="), STR_INIT("Zm8")},
        {STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("Zm9v")},
        {STR_INIT("foob"), STR_INIT("Zm9vYg=="), STR_INIT("Zm9vYg")},
        {STR_INIT("fooba"), STR_INIT("Zm9vYmE="), STR_INIT("Zm9vYmE")},
        {STR_INIT("foobar"), STR_INIT("Zm9vYmFy"), STR_INIT("Zm9vYmFy")},
        {STR_INIT("\xff\xef\xbe"), STR_INIT("/+++"), STR_INIT("_---")},
        {STR_INIT("\0\0"), STR_INIT("AAA="), STR_INIT("AAA")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int alphabet = BASE64_STANDARD; alphabet <= BASE64_URL; alphabet++) {
            struct str text = alphabet == BASE64_STANDARD ? cases[i].standard : cases[i].url;
            struct buf out;
            buf_init(&out, 100);
            assert_true(base64_encode((enum base64_alphabet)alphabet, cases[i].bytes, &out));
            assert_str(buf_str(&out), text);
            buf_clear(&out);
            assert_true(base64_decode((enum base64_alphabet)alphabet, text, &out));
            assert_str(buf_str(&out), cases[i].bytes);
            buf_fini(&out);
        }
    }
}

static void anything_but_the_one_text_of_a_value_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum base64_alphabet alphabet;
        const char *text;
    } cases[] = {
        {BASE64_STANDARD, "Zg"},    {BASE64_STANDARD, "Zg="},
        {BASE64_STANDARD, "Zg==="}, {BASE64_STANDARD, "Z==="},
        {BASE64_STANDARD, "===="},  {BASE64_STANDARD, "Zh=="},
        {BASE64_STANDARD, "Zm9="},  {BASE64_STANDARD, "Zm9v\n"},
        {BASE64_STANDARD, "Zm v"},  {BASE64_STANDARD, "Zg==Zg=="},
        {BASE64_STANDARD, "_---"},  {BASE64_STANDARD, "Zm9\xff"},
        {BASE64_URL, "Zg=="},       {BASE64_URL, "/+++"},
        {BASE64_URL, "Z"},          {BASE64_URL, "Zh"},
        {BASE64_URL, "Zm9vY"},      {BASE64_URL, "Zm9vZm9"},
        {BASE64_URL, "Zm9v Zm9v"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 100);
        if (base64_decode(cases[i].alphabet, str_from(cases[i].text), &out))
            fail_msg("accepted: %s", cases[i].text);
        buf_fini(&out);
    }
}

static void any_bytes_come_back(void **state)
{
    (void)state;
    srandom(3);
    for (size_t size = 0; size < 300; size++) {
        char bytes[300];
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)random();
        for (int alphabet = BASE64_STANDARD; alphabet <= BASE64_URL; alphabet++) {
            struct buf text, out;
            buf_init(&text, 1000);
            buf_init(&out, 1000);
            assert_true(base64_encode((enum base64_alphabet)alphabet, str_make(bytes, size), &text));
            assert_true(base64_decode((enum base64_alphabet)alphabet, buf_str(&text), &out));
            assert_str(buf_str(&out), str_make(bytes, size));
            buf_fini(&text);
            buf_fini(&out);
        }
    }
}

static void a_full_buffer_is_reported(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 3);
    assert_false(base64_encode(BASE64_STANDARD, STR("f"), &out));
    buf_fini(&out);
    buf_init(&out, 3);
    assert_false(base64_decode(BASE64_STANDARD, STR("Zm9vYg=="), &out));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_rfc_4648_hold),
        cmocka_unit_test(anything_but_the_one_text_of_a_value_is_refused),
        cmocka_unit_test(any_bytes_come_back),
        cmocka_unit_test(a_full_buffer_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
