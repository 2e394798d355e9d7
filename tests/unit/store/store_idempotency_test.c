/* Answers that are given again: for a day, with the change they belong to. */
#include "store_fixture.h"

#define NOW 1700000000
#define DAY 86400

static void check(struct fixture *f, const char *key, int64_t now_s, uint16_t expected_status,
                  const char *expected_body)
{
    struct arena arena;
    struct str request, body;
    uint16_t status;
    struct err err = {0};
    arena_init(&arena, 65536);
    if (expected_status) {
        assert_true(store_idempotency_get(f->store, str_from(key), now_s, &arena, &request, &status, &body, &err));
        assert_int_equal(status, expected_status);
        assert_str(request, STR("POST /x"));
        assert_str(body, str_from(expected_body));
    } else {
        assert_false(store_idempotency_get(f->store, str_from(key), now_s, &arena, &request, &status, &body, &err));
        assert_int_equal(err.code, ERR_NOT_FOUND);
    }
    arena_fini(&arena);
}

static void put(struct fixture *f, const char *key, int64_t now_s, uint16_t status, const char *body)
{
    assert_true(store_idempotency_put(f->store, str_from(key), now_s, STR("POST /x"), status, str_from(body), NULL));
}

static void an_answer_is_given_again_for_a_day(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    check(&f, "k1", NOW, 0, NULL);
    put(&f, "k1", NOW, 200, "{\"applied\":true}");
    check(&f, "k1", NOW, 200, "{\"applied\":true}");
    check(&f, "k2", NOW, 0, NULL);
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "k1", NOW + DAY - 1, 200, "{\"applied\":true}");
    check(&f, "k1", NOW + DAY, 0, NULL);
    fixture_fini(&f);
}

static void a_later_answer_takes_the_place_of_the_first(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put(&f, "k1", NOW, 202, "");
    put(&f, "k1", NOW + 5, 200, "done");
    check(&f, "k1", NOW + 5, 200, "done");
    fixture_fini(&f);
}

static void old_ones_are_forgotten(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put(&f, "old", NOW, 200, "");
    put(&f, "future", NOW + 10 * DAY, 200, ""); /* the clock was wrong */
    put(&f, "new", NOW + DAY, 200, "");
    check(&f, "old", NOW, 0, NULL);
    check(&f, "future", NOW + DAY, 0, NULL);
    check(&f, "new", NOW + DAY, 200, "");
    fixture_fini(&f);
}

static void the_answer_is_saved_with_its_change_or_not_at_all(void **state)
{
    struct fixture f;
    struct book_change bad = {.name = STR("a.example"),
                              .entry = {.id = 1, .promise = {.max_age_s = -1}, .from_s = 1, .to_s = 2}};
    const struct book_plan plan = {.changes = &bad, .count = 1};
    const struct store_answer answer = {
        .key = STR("k1"), .at_s = NOW, .request = STR("POST /x"), .status = 200, .body = STR("done")};
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_false(store_save(f.store, &(struct store_change){.plan = &plan, .answer = &answer}, &err));
    check(&f, "k1", NOW, 0, NULL);
    fixture_save(&f, &(struct store_change){.answer = &answer});
    check(&f, "k1", NOW, 200, "done");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_given_again_for_a_day),
        cmocka_unit_test(a_later_answer_takes_the_place_of_the_first),
        cmocka_unit_test(old_ones_are_forgotten),
        cmocka_unit_test(the_answer_is_saved_with_its_change_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
