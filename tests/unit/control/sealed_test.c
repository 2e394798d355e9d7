#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/sealed.h"
#include "os/file.h"

struct place {
    char folder[40];
    char key[64];
    char aside[80];
    char store[80];
};

static void place_init(struct place *place)
{
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/strictgate-sealed-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    (void)snprintf(place->key, sizeof place->key, "%s/seal.key", place->folder);
    (void)snprintf(place->aside, sizeof place->aside, "%s.damaged", place->key);
    (void)snprintf(place->store, sizeof place->store, "%s/strictgate.db", place->folder);
}

static void place_fini(struct place *place)
{
    (void)unlink(place->key);
    (void)unlink(place->aside);
    (void)unlink(place->store);
    assert_int_equal(rmdir(place->folder), 0);
}

static void the_key_is_made_once_and_is_for_its_owner_only(void **state)
{
    struct place place;
    struct stat status;
    struct err err = {0};
    uint8_t first[SEAL_KEY_SIZE], second[SEAL_KEY_SIZE];
    (void)state;
    place_init(&place);
    assert_true(sealed_key(place.key, place.store, first, &err));
    assert_true(sealed_key(place.key, place.store, second, &err));
    assert_memory_equal(first, second, SEAL_KEY_SIZE);
    assert_int_equal(stat(place.key, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    place_fini(&place);
}

static void a_damaged_key_is_put_aside_and_made_anew(void **state)
{
    static const size_t sizes[] = {0, 1, SEAL_KEY_SIZE - 1, SEAL_KEY_SIZE + 1, 4096};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct place place;
        struct stat status;
        struct err err = {0};
        uint8_t first[SEAL_KEY_SIZE], second[SEAL_KEY_SIZE];
        char content[4096] = "x";
        place_init(&place);
        assert_true(file_replace(place.key, str_make(content, sizes[i]), 0600, &err));
        if (!sealed_key(place.key, place.store, first, &err))
            fail_msg("%zu bytes: %s", sizes[i], err.text);
        assert_true(sealed_key(place.key, place.store, second, &err));
        assert_memory_equal(first, second, SEAL_KEY_SIZE);
        assert_int_equal(stat(place.aside, &status), 0);
        assert_int_equal((size_t)status.st_size, sizes[i]);
        place_fini(&place);
    }
}

/* What is in the store was sealed with it: a new key would open none of that. */
static void beside_a_store_no_key_is_made(void **state)
{
    struct place place;
    struct err err = {0};
    uint8_t key[SEAL_KEY_SIZE];
    (void)state;
    place_init(&place);
    assert_true(file_replace(place.store, STR("x"), 0600, &err));
    assert_false(sealed_key(place.key, place.store, key, &err));
    assert_non_null(strstr(err.text, "missing"));
    assert_int_equal(access(place.key, F_OK), -1);
    for (size_t size = 0; size <= 2 * SEAL_KEY_SIZE; size += SEAL_KEY_SIZE / 2) {
        char content[2 * SEAL_KEY_SIZE] = "x";
        assert_true(file_replace(place.key, str_make(content, size), 0600, &err));
        assert_int_equal(sealed_key(place.key, place.store, key, &err), size == SEAL_KEY_SIZE);
        assert_int_equal(access(place.aside, F_OK), -1);
    }
    assert_non_null(strstr(err.text, "damaged"));
    place_fini(&place);
}

static void a_key_that_cannot_be_read_for_another_reason_is_not_touched(void **state)
{
    struct place place;
    struct err err = {0};
    uint8_t key[SEAL_KEY_SIZE];
    (void)state;
    place_init(&place);
    assert_int_equal(mkdir(place.key, 0700), 0);
    assert_false(sealed_key(place.key, place.store, key, &err));
    assert_int_equal(rmdir(place.key), 0);
    place_fini(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_made_once_and_is_for_its_owner_only),
        cmocka_unit_test(a_damaged_key_is_put_aside_and_made_anew),
        cmocka_unit_test(beside_a_store_no_key_is_made),
        cmocka_unit_test(a_key_that_cannot_be_read_for_another_reason_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
