#include "check.h"

#include "acme/order.h"

#define ORDER(members)                                                                                                 \
    "{\"status\":\"pending\",\"identifiers\":[{\"type\":\"dns\",\"value\":\"A.test\"},{\"type\":\"ip\",\"value\":"     \
    "\"2001:DB8::0:5"                                                                                                  \
    "\"}],\"authorizations\":[\"https://ca.test/z/1\"],\"finalize\":\"https://ca.test/f\"" members "}"

struct read {
    struct arena arena;
    struct order order;
    struct err err;
    json_t *json;
};

static bool read_order(struct read *read, const char *body)
{
    *read = (struct read){.order = {.status = ORDER_VALID}};
    arena_init(&read->arena, 65536);
    assert_true(json_parse(str_from(body), &read->json, NULL));
    return order_read(read->json, &read->arena, &read->order, &read->err);
}

static void read_fini(struct read *read)
{
    json_decref(read->json);
    arena_fini(&read->arena);
}

static void an_order_is_read_and_compared(void **state)
{
    (void)state;
    struct read read;
    const struct identifier ours[] = {{.value = STR("2001:db8::5"), .is_address = true}, {.value = STR("a.test")}};
    const struct identifier other[] = {{.value = STR("a.test")}, {.value = STR("b.test")}};
    assert_true(read_order(&read, ORDER(",\"profile\":\"short\",\"expires\":5")));
    assert_int_equal(read.order.status, ORDER_PENDING);
    assert_int_equal(read.order.identifiers_count, 2);
    assert_str(read.order.identifiers[0].value, STR("a.test"));
    assert_str(read.order.authorizations[0], STR("https://ca.test/z/1"));
    assert_str(read.order.profile, STR("short"));
    assert_int_equal(read.order.certificate.size, 0);
    assert_true(order_is_for(&read.order, ours, 2));
    assert_false(order_is_for(&read.order, ours, 1));
    assert_false(order_is_for(&read.order, other, 2));
    read_fini(&read);
}

static void what_is_none_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"{}", "status is missing"},
        {"{\"status\":\"done\"}", "status must be one of: pending, ready, processing, valid, invalid"},
        {"{\"status\":\"ready\",\"finalize\":\"http://ca.test/\"}", "finalize is not https"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\"}", "identifiers is missing"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\",\"identifiers\":[5]}",
         "identifiers[0] must be an object"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\",\"identifiers\":[{\"type\":\"mail\"}]}",
         "identifiers[0].type must be one of: dns, ip"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\",\"identifiers\":[{\"type\":\"dns\",\"value\":\"a "
         "b\"}]}",
         "identifiers[0].value is no name that could have been asked for"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/"
         "\",\"identifiers\":[{\"type\":\"ip\",\"value\":\"a.test\"}]}",
         "identifiers[0].value is no name that could have been asked for"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/"
         "\",\"identifiers\":[{\"type\":\"dns\",\"value\":\"1.2.3.4\"}"
         "]}",
         "identifiers[0].value is no name that could have been asked for"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\",\"identifiers\":[]}", "authorizations is missing"},
        {"{\"status\":\"ready\",\"finalize\":\"https://ca.test/\",\"identifiers\":[],\"authorizations\":[\"file:///"
         "a\"]}",
         "authorizations has a URL that is not https"},
        {"{\"status\":\"valid\",\"finalize\":\"https://ca.test/\",\"identifiers\":[],\"authorizations\":[]}",
         "certificate is missing although the order is valid"},
        {ORDER(",\"certificate\":\"x\""), "certificate is not https"},
        {ORDER(",\"profile\":5"), "profile must be a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_false(read_order(&read, cases[i].body));
        assert_string_equal(read.err.text, cases[i].text);
        assert_int_equal(read.order.status, ORDER_VALID); /* untouched */
        read_fini(&read);
    }
}

static void what_is_sent_has_the_members_of_the_rfcs(void **state)
{
    (void)state;
    const struct identifier names[] = {{.value = STR("*.a.test"), .is_wildcard = true},
                                       {.value = STR("192.0.2.1"), .is_address = true}};
    struct buf out;
    buf_init(&out, 1024);
    assert_true(order_write_new(names, 2, (struct str){0}, (struct str){0}, &out));
    assert_str(buf_str(&out),
               STR("{\"identifiers\":[{\"type\":\"dns\",\"value\":\"*.a.test\"},{\"type\":\"ip\",\"value\":"
                   "\"192.0.2.1\"}]}"));
    buf_clear(&out);
    assert_true(order_write_new(names, 1, STR("short"), STR("a.b"), &out));
    assert_str(buf_str(&out), STR("{\"identifiers\":[{\"type\":\"dns\",\"value\":\"*.a.test\"}],\"profile\":\"short\","
                                  "\"replaces\":\"a.b\"}"));
    buf_clear(&out);
    assert_true(order_write_finalize(STR("\xff\xfe"), &out));
    assert_str(buf_str(&out), STR("{\"csr\":\"__4\"}"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_read_and_compared),
        cmocka_unit_test(what_is_none_is_refused_with_the_reason),
        cmocka_unit_test(what_is_sent_has_the_members_of_the_rfcs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
