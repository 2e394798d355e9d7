/* The local CA: one, kept sealed, never replaced. */
#include "crypto/key.h"
#include "store/store_parts.h"
#include "store_fixture.h"

static void a_root_is_kept_and_its_key_sealed(void **state)
{
    struct fixture f;
    struct buf root, key;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_false(store_has_local_ca(f.store));
    assert_false(store_local_ca(f.store, &root, &key, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(store_put_local_ca(f.store, STR("the root"), STR("its secret key"), &err));
    fixture_close(&f);
    struct buf file = fixture_read(&f, "strictgate.db");
    assert_non_null(memmem(file.data, file.size, "the root", 8));
    assert_null(memmem(file.data, file.size, "its secret key", 14));
    buf_fini(&file);
    fixture_open(&f);
    assert_true(store_has_local_ca(f.store));
    assert_true(store_local_ca(f.store, &root, &key, &err));
    assert_str(buf_str(&root), STR("the root"));
    assert_str(buf_str(&key), STR("its secret key"));
    buf_fini(&root);
    key_wipe(&key);
    assert_true(store_local_ca(f.store, &root, NULL, &err));
    assert_str(buf_str(&root), STR("the root"));
    buf_fini(&root);
    fixture_fini(&f);
}

static void a_second_one_is_refused(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_true(store_put_local_ca(f.store, STR("the root"), STR("its key"), &err));
    assert_false(store_put_local_ca(f.store, STR("another"), STR("and its key"), &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_true(store_local_ca_holds(f.store, STR("the root"), STR("its key")));
    assert_false(store_local_ca_holds(f.store, STR("the root"), STR("another key")));
    assert_false(store_local_ca_holds(f.store, STR("another"), STR("its key")));
    fixture_fini(&f);
}

static void a_key_that_does_not_open_is_told(void **state)
{
    struct fixture f;
    struct buf root, key;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_true(store_put_local_ca(f.store, STR("the root"), STR("its key"), &err));
    assert_true(db_script(f.store->db, "UPDATE local_ca SET key = x'00';", NULL));
    assert_false(store_local_ca(f.store, &root, &key, &err));
    assert_non_null(strstr(err.text, "the key of the local CA"));
    assert_false(store_local_ca_holds(f.store, STR("the root"), STR("its key")));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_is_kept_and_its_key_sealed),
        cmocka_unit_test(a_second_one_is_refused),
        cmocka_unit_test(a_key_that_does_not_open_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
