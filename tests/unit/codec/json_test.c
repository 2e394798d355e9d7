#include "check.h"

#include "codec/json.h"

struct site {
    struct str name;
    int64_t port;
    bool secure;
    size_t kind;
    struct str urls[4];
    size_t urls_count;
};

static const char *const kinds[] = {"proxy", "files"};

static bool read_upstream(const struct json_read *parent, int index, const json_t *value, struct str *ret)
{
    struct json_read read;
    json_read_child(&read, parent, "upstreams", index, value);
    json_read_string(&read, "url", JSON_REQUIRED, 100, ret);
    return json_read_end(&read);
}

static bool read_site(const json_t *value, struct site *ret, struct err *err)
{
    struct json_read read;
    const json_t *array;
    json_read_begin(&read, "", value, err);
    json_read_string(&read, "name", JSON_REQUIRED, 10, &ret->name);
    json_read_integer(&read, "port", JSON_OPTIONAL, 1, 65535, &ret->port);
    json_read_bool(&read, "secure", JSON_OPTIONAL, &ret->secure);
    json_read_choice(&read, "kind", JSON_OPTIONAL, kinds, 2, &ret->kind);
    if (json_read_array(&read, "upstreams", JSON_OPTIONAL, 4, &array)) {
        for (ret->urls_count = 0; ret->urls_count < json_array_size(array); ret->urls_count++)
            if (!read_upstream(&read, (int)ret->urls_count, json_array_get(array, ret->urls_count),
                               &ret->urls[ret->urls_count]))
                return false;
    }
    if (json_read_array(&read, "aliases", JSON_OPTIONAL, 4, &array))
        for (size_t i = 0; i < json_array_size(array); i++)
            json_read_item_string(&read, "aliases", array, i, 5, &ret->urls[i]);
    return json_read_end(&read);
}

static void an_object_is_read_and_defaults_stay(void **state)
{
    (void)state;
    json_t *value;
    struct err err = {0};
    struct site site = {.port = 443, .kind = 7};
    assert_true(json_parse(STR("{\"name\":\"a\",\"secure\":true,\"port\":null,\"kind\":\"files\","
                               "\"upstreams\":[{\"url\":\"x\"},{\"url\":\"y\"}]}"),
                           &value, &err));
    assert_true(read_site(value, &site, &err));
    assert_str(site.name, STR("a"));
    assert_int_equal(site.port, 443);
    assert_true(site.secure);
    assert_int_equal(site.kind, 1);
    assert_int_equal(site.urls_count, 2);
    assert_str(site.urls[1], STR("y"));
    json_decref(value);
}

static void the_first_fault_is_named_by_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field, *says;
    } cases[] = {
        {"{}", "name", "name is missing"},
        {"{\"name\":null}", "name", "name is missing"},
        {"{\"name\":5}", "name", "must be a string"},
        {"{\"name\":\"12345678901\"}", "name", "longer than 10"},
        {"{\"name\":\"a\",\"port\":0}", "port", "from 1 to 65535"},
        {"{\"name\":\"a\",\"port\":65536}", "port", "from 1 to 65535"},
        {"{\"name\":\"a\",\"port\":80.0}", "port", "whole number"},
        {"{\"name\":\"a\",\"port\":\"80\"}", "port", "whole number"},
        {"{\"name\":\"a\",\"secure\":1}", "secure", "true or false"},
        {"{\"name\":\"a\",\"kind\":\"other\"}", "kind", "one of: proxy, files"},
        {"{\"name\":\"a\",\"kind\":1}", "kind", "one of: proxy, files"},
        {"{\"name\":\"a\",\"upstreams\":{}}", "upstreams", "must be an array"},
        {"{\"name\":\"a\",\"upstreams\":[1,2,3,4,5]}", "upstreams", "more than 4"},
        {"{\"name\":\"a\",\"upstreams\":[1]}", "upstreams[0]", "must be an object"},
        {"{\"name\":\"a\",\"upstreams\":[{\"url\":\"x\"},{}]}", "upstreams[1].url", "is missing"},
        {"{\"name\":\"a\",\"upstreams\":[{\"url\":\"x\",\"u\":1}]}", "upstreams[0].u", "not known"},
        {"{\"name\":\"a\",\"aliases\":[\"b\",7]}", "aliases[1]", "must be a string"},
        {"{\"name\":\"a\",\"other\":1}", "other", "not known"},
        {"[]", "", "the JSON value must be an object"},
        {"7", "", "must be an object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *value;
        struct err err = {0};
        struct site site = {.port = 443};
        assert_true(json_parse(str_from(cases[i].text), &value, &err));
        if (read_site(value, &site, &err))
            fail_msg("accepted: %s", cases[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.field, cases[i].field);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].text, err.text, cases[i].says);
        json_decref(value);
    }
    struct json_read read;
    struct err err = {0};
    json_read_begin(&read, "x", NULL, &err);
    assert_false(json_read_has(&read, "y"));
    assert_false(json_read_is_null(&read, "y"));
    assert_false(json_read_end(&read));
    assert_string_equal(err.field, "x");
}

static void a_null_and_a_fault_of_the_callers_are_told(void **state)
{
    (void)state;
    json_t *value;
    const json_t *inner = NULL;
    struct err err = {0};
    struct json_read read;
    assert_true(json_parse(STR("{\"a\":null,\"b\":1,\"c\":{}}"), &value, &err));
    json_read_begin(&read, "top", value, &err);
    assert_true(json_read_is_null(&read, "a"));
    assert_true(json_read_has(&read, "a"));
    assert_false(json_read_is_null(&read, "b"));
    assert_true(json_read_object(&read, "c", JSON_OPTIONAL, &inner));
    assert_false(json_read_object(&read, "d", JSON_OPTIONAL, &inner));
    assert_false(json_read_fail(&read, "b", "must be %s", "even"));
    assert_false(json_read_fail(&read, "a", "is second"));
    assert_false(json_read_end(&read));
    assert_string_equal(err.text, "top.b must be even");
    json_decref(value);
}

static void bad_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const cases[] = {"",      "{",           "{\"a\":1,}",        "{\"a\":1}x", "{'a':1}", "nul",
                                        "[1 2]", "\"\\u0000\"", "{\"a\":1,\"a\":2}", "\"\xff\"",   "01",      "[1,\n2"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *value;
        struct err err = {0};
        if (json_parse(str_from(cases[i]), &value, &err))
            fail_msg("accepted: %s", cases[i]);
        assert_non_null(strstr(err.text, "line "));
    }
    json_t *value;
    assert_false(json_parse((struct str){0}, &value, NULL));
}

static void a_value_is_written_into_a_capped_buffer(void **state)
{
    (void)state;
    json_t *value = json_pack("{s:i,s:[b]}", "a", 1, "b", 1);
    struct buf out;
    buf_init(&out, 100);
    assert_true(json_write(value, false, &out));
    assert_str(buf_str(&out), STR("{\"a\":1,\"b\":[true]}"));
    buf_clear(&out);
    assert_true(json_write(value, true, &out));
    assert_true(str_starts(buf_str(&out), STR("{\n  \"a\": 1,")));
    buf_fini(&out);
    buf_init(&out, 5);
    assert_false(json_write(value, false, &out));
    buf_fini(&out);
    json_decref(value);
}

static void text_is_written_as_a_string(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 64);
    assert_true(json_write_string(STR("a\"b\\c\n\xc3\xa9"), &out));
    assert_str(buf_str(&out), STR("\"a\\\"b\\\\c\\n\xc3\xa9\""));
    buf_clear(&out);
    assert_true(json_write_string((struct str){0}, &out));
    assert_str(buf_str(&out), STR("\"\""));
    assert_false(json_write_string(STR("\xff"), &out));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_written_as_a_string),
        cmocka_unit_test(an_object_is_read_and_defaults_stay),
        cmocka_unit_test(the_first_fault_is_named_by_its_path),
        cmocka_unit_test(a_null_and_a_fault_of_the_callers_are_told),
        cmocka_unit_test(bad_text_is_refused_with_its_place),
        cmocka_unit_test(a_value_is_written_into_a_capped_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
