/*
 * From state.json and certificate files into the database: everything arrives, keys end up sealed and nowhere else, and
 * a crash at any step leaves the old or the new whole.
 */
#include <errno.h>

#include "base/log.h"
#include "disk.h"
#include "store/certificate.h"
#include "store_fixture.h"
#include "test_ca.h"

#define OLD_ID     "00112233445566778899aabbccddeeff"
#define OLD_RSA_ID "ffeeddccbbaa99887766554433221100"
#define UNUSED_ID  "0123456789abcdef0123456789abcdef"
#define LOST_ID    "11111111111111111111111111111111"

#define ROUTES "\"routes\":[{\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://127.0.0.1:8080\"}]}]"

static const char old_state[] =
    "{\"version\":1,\"generation\":41,\"clock\":1700000001,\"sites\":["
    "{\"name\":\"a.example\"," ROUTES ",\"certificate\":{\"source\":\"file\",\"ecdsa\":\"" OLD_ID
    "\",\"rsa\":\"" OLD_RSA_ID "\"},\"hsts\":{\"max_age\":300,\"include_subdomains\":false},\"promise\":{\"until\":"
    "4000000000,\"open_max_age\":300,"
    "\"include_subdomains\":false},\"created\":1690000000},"
    "{\"name\":\"b.example\"," ROUTES ",\"certificate\":{\"source\":\"file\",\"ecdsa\":\"" LOST_ID
    "\"},\"created\":1}],"
    "\"tombstones\":[{\"name\":\"old.example\",\"promise\":{\"until\":4000000000},\"removed\":1695000000,"
    "\"reason\":\"moved\"}]}\n";

/* Keys of both kinds, made once. */
static struct test_ca_made ecdsa, rsa;

/* Steps that are not SQLite's: linked in place of the C library's (see meson.build). */
int __real_rename(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_rmdir(const char *path);
int __wrap_rename(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_rmdir(const char *path);

static bool counts; /* only while the store is being opened */

static bool may(void)
{
    if (!counts || disk_step())
        return true;
    errno = EIO;
    return false;
}

int __wrap_rename(const char *from, const char *to)
{
    return may() ? __real_rename(from, to) : -1;
}

int __wrap_unlink(const char *path)
{
    return may() ? __real_unlink(path) : -1;
}

int __wrap_rmdir(const char *path)
{
    return may() ? __real_rmdir(path) : -1;
}

static void write_pem(const struct fixture *f, const char *id, const struct test_ca_made *made)
{
    char name[80];
    struct buf pem;
    buf_init(&pem, 65536);
    assert_true(buf_put_str(&pem, buf_str(&made->chain)) && buf_put_str(&pem, buf_str(&made->key)));
    (void)snprintf(name, sizeof name, "certificates/%s.pem", id);
    fixture_write(f, name, buf_str(&pem));
    buf_fini(&pem);
}

static void make_old(struct fixture *f, bool with_unused)
{
    char path[FIXTURE_PATH_SIZE];
    fixture_make_directory(f);
    fixture_path(f, "certificates", path);
    assert_true(file_make_directories(path, 0700, NULL));
    fixture_write(f, "state.json", str_from(old_state));
    fixture_path(f, "local-ca", path);
    assert_true(file_make_directories(path, 0700, NULL));
    fixture_write(f, "local-ca/root.pem", STR("the root"));
    fixture_write(f, "local-ca/root.key", STR("its key"));
    write_pem(f, OLD_ID, &ecdsa);
    write_pem(f, OLD_RSA_ID, &rsa);
    if (with_unused)
        fixture_write(f, "certificates/" UNUSED_ID ".pem", STR("what somebody put there"));
}

static void check_certificate(struct fixture *f, struct str id, const struct test_ca_made *made)
{
    struct certificates *certificates;
    struct err err = {0};
    struct cert *cert, *expected = cert_load(buf_str(&made->chain), buf_str(&made->key), NULL, NULL);
    assert_true(certificates_new(f->store, &certificates, &err));
    if (!certificates_open(certificates, id, &cert, &err))
        fail_msg("%s", err.text);
    assert_str(cert_fingerprint_sha256(cert), cert_fingerprint_sha256(expected));
    assert_int_equal(cert_chain_count(cert), 2);
    cert_free(expected);
    cert_free(cert);
    certificates_free(certificates);
}

static void check_local_ca(struct fixture *f)
{
    struct buf root, key;
    assert_true(store_local_ca(f->store, &root, &key, NULL));
    assert_str(buf_str(&root), STR("the root"));
    assert_str(buf_str(&key), STR("its key"));
    buf_fini(&root);
    key_wipe(&key);
}

static void check_new(struct fixture *f)
{
    struct state state;
    struct book book;
    fixture_load(f, &state, &book);
    assert_int_equal(state.sites_count, 2);
    assert_int_equal(state.generation, 41);
    assert_int_equal(state.sites[0]->hsts.mode, HSTS_HOLD);
    check_certificate(f, state.sites[0]->ecdsa, &ecdsa);
    check_certificate(f, state.sites[0]->rsa, &rsa);
    assert_str(state.sites[1]->ecdsa, STR(LOST_ID));
    assert_int_equal(ledger_bound_until(book_ledger(&book, STR("a.example")), 0, LEDGER_ANY, LEDGER_NAME), 4000000000);
    assert_int_equal(ledger_bound_until(book_ledger(&book, STR("old.example")), 0, LEDGER_ANY, LEDGER_NAME),
                     4000000000);
    assert_int_equal(book.next_id, 4);
    state_fini(&state);
    book_fini(&book);
    check_local_ca(f);
}

/* No file of the folder holds a key in clear. */
static void check_put_away(const struct fixture *f)
{
    assert_false(fixture_has(f, "state.json"));
    assert_true(fixture_has(f, "state.json.migrated"));
    assert_false(fixture_has(f, "certificates"));
    assert_false(fixture_has(f, "local-ca/root.key"));
    assert_true(fixture_has(f, "local-ca/root.pem"));
    assert_false(fixture_has(f, "certificates.migrated/" OLD_ID ".pem"));
    assert_false(fixture_has(f, "certificates.migrated/" OLD_RSA_ID ".pem"));
}

static void everything_arrives_and_the_clear_keys_go(void **unused)
{
    struct fixture f;
    (void)unused;
    make_old(&f, false);
    fixture_open(&f);
    assert_non_null(strstr(store_news(f.store), "2 sites, 2 certificates"));
    assert_false(store_is_new(f.store));
    check_new(&f);
    check_put_away(&f);
    assert_false(fixture_has(&f, "certificates.migrated"));
    fixture_close(&f);
    fixture_open(&f);
    assert_string_equal(store_news(f.store), "");
    check_new(&f);
    fixture_fini(&f);
}

static bool find_removal(void *context, const struct audit_entry *entry)
{
    if (str_eq(entry->site, STR("old.example")))
        *(bool *)context = str_eq(entry->reason, STR("moved")) && entry->at_s == 1695000000;
    return true;
}

static void the_reason_of_a_removal_is_in_the_audit_log(void **unused)
{
    struct fixture f;
    bool found = false;
    (void)unused;
    make_old(&f, false);
    fixture_open(&f);
    assert_true(store_audit(f.store, STR(""), 0, 10, find_removal, &found, NULL));
    assert_true(found);
    fixture_fini(&f);
}

static void files_that_no_site_uses_are_kept_aside(void **unused)
{
    struct fixture f;
    (void)unused;
    make_old(&f, true);
    fixture_open(&f);
    check_put_away(&f);
    assert_true(fixture_has(&f, "certificates.migrated/" UNUSED_ID ".pem"));
    assert_non_null(strstr(store_news(f.store), "1 that no site uses"));
    fixture_fini(&f);
}

static void a_state_file_that_is_damaged_stays_and_nothing_is_made_of_it(void **unused)
{
    struct fixture f;
    struct err err = {0};
    (void)unused;
    make_old(&f, false);
    fixture_write(&f, "state.json", STR("{\"version\":1,"));
    assert_false(store_open(f.directory, f.key, &f.store, &err));
    assert_non_null(strstr(err.text, "state.json cannot be taken over"));
    assert_true(fixture_has(&f, "certificates/" OLD_ID ".pem"));
    fixture_write(&f, "state.json", str_from(old_state)); /* corrected */
    fixture_open(&f);
    check_new(&f);
    fixture_fini(&f);
}

static void a_state_file_put_there_later_is_not_read_and_that_is_told(void **unused)
{
    struct fixture f;
    (void)unused;
    fixture_init(&f);
    fixture_close(&f);
    fixture_write(&f, "state.json", str_from(old_state));
    fixture_open(&f);
    assert_non_null(strstr(store_news(f.store), "not read any more"));
    assert_true(store_is_new(f.store));
    assert_true(fixture_has(&f, "state.json"));
    fixture_fini(&f);
}

/* One run with the fault at the given step; true when the store could be opened in spite of it. */
static bool run_with_fault(struct fixture *f, enum disk_fault fault, unsigned step)
{
    make_old(f, true);
    disk_install();
    disk_break(fault, step);
    counts = true;
    bool opened = store_open(f->directory, f->key, &f->store, NULL);
    counts = false;
    fixture_close(f);
    return opened;
}

static void check_after_fault(struct fixture *f)
{
    counts = true;
    fixture_open(f);
    counts = false;
    check_new(f);
    check_put_away(f);
    fixture_fini(f);
    disk_remove();
}

static unsigned count_steps(void)
{
    struct fixture f;
    assert_true(run_with_fault(&f, DISK_SOUND, 0));
    unsigned steps = disk_steps();
    fixture_fini(&f);
    disk_remove();
    return steps;
}

static void a_crash_at_any_step_leaves_the_old_or_the_new_whole(void **unused)
{
    unsigned steps = count_steps();
    (void)unused;
    assert_true(steps > 20);
    for (unsigned step = 1; step <= steps; step++)
        for (uint64_t seed = 0; seed < 3; seed++) {
            struct fixture f;
            (void)run_with_fault(&f, DISK_POWER, step);
            disk_power_on(seed);
            fixture_open(&f);
            check_new(&f);
            check_put_away(&f);
            fixture_fini(&f);
            disk_remove();
        }
}

static void a_step_that_fails_is_made_good_by_the_next_start(void **unused)
{
    unsigned steps = count_steps();
    (void)unused;
    for (unsigned step = 1; step <= steps; step++) {
        struct fixture f;
        (void)run_with_fault(&f, DISK_FAIL, step);
        disk_break(DISK_SOUND, 0);
        check_after_fault(&f);
    }
}

static int make_keys(void **unused)
{
    struct test_ca *ca = test_ca_new();
    (void)unused;
    ecdsa = test_ca_make_for(ca, "a.example", TEST_CA_P256);
    rsa = test_ca_make_for(ca, "a.example", TEST_CA_RSA2048);
    test_ca_free(ca);
    return 0;
}

static int free_keys(void **unused)
{
    (void)unused;
    test_ca_made_free(&ecdsa);
    test_ca_made_free(&rsa);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_arrives_and_the_clear_keys_go),
        cmocka_unit_test(the_reason_of_a_removal_is_in_the_audit_log),
        cmocka_unit_test(files_that_no_site_uses_are_kept_aside),
        cmocka_unit_test(a_state_file_that_is_damaged_stays_and_nothing_is_made_of_it),
        cmocka_unit_test(a_state_file_put_there_later_is_not_read_and_that_is_told),
        cmocka_unit_test(a_crash_at_any_step_leaves_the_old_or_the_new_whole),
        cmocka_unit_test(a_step_that_fails_is_made_good_by_the_next_start),
    };
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT); /* hundreds of warnings, as it should be */
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
