/* Zones that may be changed: kept with their secrets sealed, replaced, forgotten, taken over from a backup. */
#include "store_fixture.h"

static bool note(void *context, const struct store_dns_zone *zone)
{
    return buf_printf(context, "%.*s %.*s %.*s %.*s %.*s %lld|", STR_ARG(zone->zone), STR_ARG(zone->server),
                      STR_ARG(zone->key_name), STR_ARG(zone->algorithm), STR_ARG(zone->secret),
                      (long long)zone->added_s);
}

static void check(struct fixture *f, const char *expected)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 65536);
    if (!store_dns_zones(f->store, note, &text, &err))
        fail_msg("%s", err.text);
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void put(struct fixture *f, const char *zone, const char *server, const char *secret, int64_t added_s)
{
    const struct store_dns_zone row = {.zone = str_from(zone),
                                       .server = str_from(server),
                                       .key_name = STR("key"),
                                       .algorithm = STR("hmac-sha256"),
                                       .secret = str_from(secret),
                                       .added_s = added_s};
    const struct audit_entry record = {.at_s = added_s, .act = server[0] ? STR("dns.add") : STR("dns.remove")};
    struct err err = {0};
    if (!store_put_dns_zone(f->store, &row, &record, &err))
        fail_msg("%s", err.text);
}

static void a_zone_is_kept_replaced_and_forgotten(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put(&f, "b.org", "192.0.2.1", "secret of b", 5);
    put(&f, "a.org", "192.0.2.2", "secret of a", 6);
    check(&f, "a.org 192.0.2.2 key hmac-sha256 secret of a 6|b.org 192.0.2.1 key hmac-sha256 secret of b 5|");
    put(&f, "b.org", "192.0.2.3", "another", 7);
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "a.org 192.0.2.2 key hmac-sha256 secret of a 6|b.org 192.0.2.3 key hmac-sha256 another 7|");
    put(&f, "a.org", "", "", 8);
    check(&f, "b.org 192.0.2.3 key hmac-sha256 another 7|");
    fixture_check_audit(&f, "4 8  dns.remove   |3 7  dns.add   |2 6  dns.add   |1 5  dns.add   |");
    fixture_fini(&f);
}

static void the_secret_does_not_lie_in_the_file(void **state)
{
    struct fixture f;
    struct buf file;
    char path[FIXTURE_PATH_SIZE];
    (void)state;
    fixture_init(&f);
    put(&f, "a.org", "192.0.2.1", "not to be seen", 5);
    fixture_close(&f);
    fixture_path(&f, "strictgate.db", path);
    assert_true(file_read(path, 1 << 24, &file, NULL));
    assert_non_null(memmem(file.data, file.size, "192.0.2.1", 9));
    assert_null(memmem(file.data, file.size, "not to be seen", 14));
    buf_fini(&file);
    fixture_open(&f);
    fixture_fini(&f);
}

static void a_backup_brings_what_is_not_here_and_is_sealed_anew(void **state)
{
    struct fixture from, to;
    char path[FIXTURE_PATH_SIZE], place[FIXTURE_PATH_SIZE];
    struct buf backup;
    struct err err = {0};
    (void)state;
    fixture_init(&from);
    put(&from, "a.org", "192.0.2.1", "theirs", 5);
    put(&from, "b.org", "192.0.2.1", "theirs too", 5);
    fixture_path(&from, "backup", path);
    if (!store_backup(from.store, path, &err))
        fail_msg("%s", err.text);
    fixture_make_directory(&to);
    to.key[0] = 99;
    fixture_open(&to);
    put(&to, "a.org", "192.0.2.9", "ours", 6);
    if (!store_import_backup(to.store, path, &err))
        fail_msg("%s", err.text);
    check(&to, "a.org 192.0.2.9 key hmac-sha256 ours 6|b.org 192.0.2.1 key hmac-sha256 theirs too 5|");
    fixture_close(&to);
    /* put in the place of the database: every secret with the key of this machine */
    fixture_path(&to, "strictgate.db", place);
    assert_true(file_read(path, 1 << 24, &backup, NULL));
    assert_true(file_replace(place, buf_str(&backup), 0600, NULL));
    buf_fini(&backup);
    fixture_path(&to, "strictgate.db-wal", place);
    (void)unlink(place);
    fixture_open(&to);
    check(&to, "a.org 192.0.2.1 key hmac-sha256 theirs 5|b.org 192.0.2.1 key hmac-sha256 theirs too 5|");
    fixture_fini(&to);
    fixture_fini(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_is_kept_replaced_and_forgotten),
        cmocka_unit_test(the_secret_does_not_lie_in_the_file),
        cmocka_unit_test(a_backup_brings_what_is_not_here_and_is_sealed_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
