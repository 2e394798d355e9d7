/* Evidence of which a part cannot be read is an error: never an answer, or a signed one, in which nothing came. */
#include "api_ask.h"
#include "store/report.h"

bool __wrap_store_reports(struct store *store, struct str site, int64_t since_s, int64_t until_s,
                          void (*on_row)(void *context, const struct report_row *row), void *context, struct err *err);

bool __wrap_store_reports(struct store *store, struct str site, int64_t since_s, int64_t until_s,
                          void (*on_row)(void *context, const struct report_row *row), void *context, struct err *err)
{
    (void)store;
    (void)site;
    (void)since_s;
    (void)until_s;
    (void)on_row;
    (void)context;
    return err_set(err, ERR_SYSTEM, "the disk is gone");
}

static void what_cannot_be_read_is_no_answer(void **state)
{
    struct fixture *f = fixture_new();
    struct buf body;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    assert_int_equal(ask(f, "GET", "/v1/sites/a.test/evidence", NULL, "", &body), 500);
    json_t *problem = json_loads(buf_str(&body).data, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(problem, "detail")), "the disk is gone");
    json_decref(problem);
    buf_fini(&body);
    /* of all the gateway there are no reports */
    assert_int_equal(ask(f, "GET", "/v1/evidence", NULL, "", &body), 200);
    buf_fini(&body);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_cannot_be_read_is_no_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
