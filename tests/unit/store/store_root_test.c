/* Declared roots: kept until they are taken back, each act with its entry in the audit log. */
#include "store_fixture.h"

static bool note(void *context, const struct store_root *root)
{
    return buf_printf(context, "%.*s %.*s %.*s %lld %lld|", STR_ARG(root->fingerprint), STR_ARG(root->subject),
                      STR_ARG(root->pem), (long long)root->not_after_s, (long long)root->declared_s);
}

static void check(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_roots(f->store, note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void put(struct fixture *f, const char *fingerprint, const char *pem, int64_t declared_s)
{
    const struct store_root root = {.fingerprint = str_from(fingerprint),
                                    .subject = STR("CN=x"),
                                    .pem = str_from(pem),
                                    .not_after_s = 9,
                                    .declared_s = declared_s};
    const struct audit_entry record = {.at_s = declared_s, .act = pem[0] ? STR("declare") : STR("withdraw")};
    struct err err = {0};
    if (!store_put_root(f->store, &root, &record, &err))
        fail_msg("%s", err.text);
}

static void a_root_is_declared_and_taken_back(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put(&f, "f2", "PEM2", 5);
    put(&f, "f1", "PEM1", 6);
    put(&f, "f2", "PEM2", 7); /* again: since when it counts does not change */
    check(&f, "f2 CN=x PEM2 9 5|f1 CN=x PEM1 9 6|");
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "f2 CN=x PEM2 9 5|f1 CN=x PEM1 9 6|");
    put(&f, "f2", "", 8);
    put(&f, "f3", "", 9);
    check(&f, "f1 CN=x PEM1 9 6|");
    fixture_check_audit(&f, "5 9  withdraw   |4 8  withdraw   |3 7  declare   |2 6  declare   |1 5  declare   |");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_root_is_declared_and_taken_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
