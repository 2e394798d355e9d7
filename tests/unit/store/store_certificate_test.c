/* Rows of certificates: keys only sealed on disk, and a row that is not what was stored is noticed. */
#include "store_fixture.h"

#include "crypto/wipe.h"
#include "store/store_parts.h"
#include "test_ca.h"

struct loaded {
    struct cert *cert;
    struct buf key; /* DER */
    char id[CERTIFICATE_ID_SIZE + 1];
};

static void add(struct fixture *f, struct loaded *ret)
{
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.example", TEST_CA_P256);
    ret->cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_non_null(ret->cert);
    buf_init(&ret->key, 65536);
    assert_true(key_to_der(cert_key(ret->cert), &ret->key, NULL));
    assert_true(store_certificate_add(f->store, ret->cert, ret->id, NULL));
    test_ca_made_free(&made);
    test_ca_free(ca);
}

static void forget(struct loaded *loaded)
{
    cert_free(loaded->cert);
    key_wipe(&loaded->key);
}

static void keys_are_on_disk_only_sealed(void **state)
{
    struct fixture f;
    struct loaded loaded;
    (void)state;
    fixture_init(&f);
    add(&f, &loaded);
    struct buf log = fixture_read(&f, "strictgate.db-wal");
    fixture_close(&f);
    struct buf file = fixture_read(&f, "strictgate.db");
    struct str leaf = cert_chain_der(loaded.cert, 0), key = buf_str(&loaded.key);
    assert_non_null(memmem(file.data, file.size, leaf.data, leaf.size));
    /* Any 16 bytes of it would do; these are within the secret number. */
    assert_null(memmem(file.data, file.size, key.data + 36, 16));
    assert_null(memmem(log.data, log.size, key.data + 36, 16));
    buf_fini(&log);
    buf_fini(&file);
    forget(&loaded);
    fixture_fini(&f);
}

static void a_row_that_was_changed_is_noticed(void **state)
{
    static const char *const statements[] = {
        "UPDATE certificate SET key = substr(key, 1, 40);",
        "UPDATE certificate SET key = zeroblob(200);",
        "UPDATE certificate SET chain = substr(chain, 1, length(chain) - 1);",
        "UPDATE certificate SET chain = zeroblob(0);",
        "UPDATE certificate SET id = '00112233445566778899aabbccddeeff';",
    };
    (void)state;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct fixture f;
        struct loaded loaded;
        struct arena arena;
        struct str chain, key;
        struct err err = {0};
        fixture_init(&f);
        add(&f, &loaded);
        assert_true(db_script(f.store->db, statements[i], NULL));
        arena_init(&arena, 1 << 20);
        bool is_moved = i == 4;
        struct str id = is_moved ? STR("00112233445566778899aabbccddeeff") : str_from(loaded.id);
        if (store_certificate_get(f.store, id, &arena, &chain, &key, &err))
            fail_msg("taken after %s", statements[i]);
        assert_int_equal(err.code, ERR_SYSTEM);
        assert_non_null(strstr(err.text, "is not what was stored"));
        assert_false(store_certificate_holds(f.store, loaded.cert, NULL));
        arena_fini(&arena);
        forget(&loaded);
        fixture_fini(&f);
    }
}

static void what_is_held_is_known_by_content(void **state)
{
    struct fixture f, other;
    struct loaded loaded;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    fixture_init(&other);
    add(&f, &loaded);
    assert_true(store_certificate_holds(f.store, loaded.cert, &err));
    assert_false(store_certificate_holds(other.store, loaded.cert, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    forget(&loaded);
    fixture_fini(&other);
    fixture_fini(&f);
}

static void a_chain_is_cut_where_its_certificates_end(void **state)
{
    static const struct {
        const char *what;
        struct str chain;
        size_t count; /* of certificates before the end */
        bool whole;
    } cases[] = {
        {"nothing", STR_INIT(""), 0, true},
        {"a short one", STR_INIT("\x30\x02xy"), 1, true},
        {"an empty one", STR_INIT("\x30\x00"), 1, true},
        {"two", STR_INIT("\x30\x01x\x30\x81\x02yz"), 2, true},
        {"two bytes of length", STR_INIT("\x30\x82\x00\x01x"), 1, true},
        {"cut in the content", STR_INIT("\x30\x02x"), 0, false},
        {"cut in the length", STR_INIT("\x30\x82\x00"), 0, false},
        {"cut after the tag", STR_INIT("\x30"), 0, false},
        {"a length without end", STR_INIT("\x30\x80xx"), 0, false},
        {"a length beyond all", STR_INIT("\x30\x84\xff\xff\xff\xffx"), 0, false},
        {"a length of five bytes", STR_INIT("\x30\x85\x00\x00\x00\x00\x01x"), 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str rest = cases[i].chain, one;
        size_t count = 0;
        while (rest.size && store_certificate_next(&rest, &one))
            count++;
        if (count != cases[i].count || (rest.size == 0) != cases[i].whole)
            fail_msg("%s: %zu certificates, %zu bytes left", cases[i].what, count, rest.size);
    }
}

static void one_that_a_stored_site_uses_is_not_removed(void **state)
{
    static const char *const names[] = {"a.example", NULL};
    struct fixture f;
    struct state after;
    struct loaded loaded;
    (void)state;
    fixture_init(&f);
    add(&f, &loaded);
    fixture_state(&after, names, 300, 1);
    assert_true(site_set_certificates(after.sites[0], SITE_SOURCE_FILE, STR(""), str_from(loaded.id)));
    fixture_save(&f, &(struct store_change){.after = &after});
    assert_true(store_certificate_remove(f.store, str_from(loaded.id), NULL));
    assert_true(store_certificate_holds(f.store, loaded.cert, NULL));
    state_fini(&after);
    state_init(&after);
    after.generation = 2;
    fixture_save(&f, &(struct store_change){.after = &after});
    assert_true(store_certificate_remove(f.store, str_from(loaded.id), NULL));
    assert_false(store_certificate_holds(f.store, loaded.cert, NULL));
    state_fini(&after);
    forget(&loaded);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_on_disk_only_sealed),
        cmocka_unit_test(a_row_that_was_changed_is_noticed),
        cmocka_unit_test(what_is_held_is_known_by_content),
        cmocka_unit_test(a_chain_is_cut_where_its_certificates_end),
        cmocka_unit_test(one_that_a_stored_site_uses_is_not_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
