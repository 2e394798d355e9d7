/* What people are told, in the store: channels with sealed secrets, notifications and their deliveries, problems that
 * go on; and all of it in a backup. */
#include "backup_fixture.h"
#include "crypto/wipe.h"

static void put_channel(struct fixture *f, const char *name, const char *secret)
{
    const struct store_channel row = {
        .name = str_from(name), .content = STR("{\"kind\":\"x\"}"), .paused = STR(""), .digest_s = 7};
    const struct audit_entry record = {.at_s = 1, .act = STR("notify.add"), .reason = row.name};
    struct err err = {0};
    if (!store_put_channel(f->store, &row, secret ? str_from(secret) : (struct str){NULL, 0}, &record, &err))
        fail_msg("%s", err.text);
}

static bool note_channel(void *context, const struct store_channel *c)
{
    return buf_printf(context, "%.*s %.*s [%.*s] %lld %d|", STR_ARG(c->name), STR_ARG(c->content), STR_ARG(c->paused),
                      (long long)c->digest_s, c->has_secret);
}

static void check_channels(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_channels(f->store, note_channel, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void check_secret(struct fixture *f, const char *name, const char *expected)
{
    void *secret;
    size_t size;
    struct err err = {0};
    if (!store_channel_secret(f->store, str_from(name), &secret, &size, &err))
        fail_msg("%s", err.text);
    assert_str(str_make(secret, size), str_from(expected));
    wipe_free(secret, size);
}

static uint64_t tell(struct fixture *f, int64_t at_s, const struct str *channels, size_t count)
{
    const struct notification n = {.key = STR("k"),
                                   .at_s = at_s,
                                   .site = STR("a.test"),
                                   .kind = NOTIFY_EXPIRING,
                                   .phase = NOTIFY_BEGUN,
                                   .severity = NOTIFY_CRITICAL,
                                   .stage = STR("7d"),
                                   .content = STR("{}")};
    const struct store_telling telling = {.notification = &n, .channels = channels, .channels_count = count};
    uint64_t id = 0;
    struct err err = {0};
    if (!store_tell(f->store, &telling, &id, &err))
        fail_msg("%s", err.text);
    return id;
}

static bool note_delivery(void *context, const struct notification *n, const struct notify_delivery *d)
{
    return buf_printf(context, "%llu %s %s %s %.*s > %.*s %s %u %lld %lld %.*s|", (unsigned long long)n->id,
                      notify_kind_names[n->kind], notify_phase_names[n->phase], notify_severity_names[n->severity],
                      STR_ARG(n->stage), STR_ARG(d->channel), notify_state_names[d->state], d->attempts,
                      (long long)d->next_s, (long long)d->done_s, STR_ARG(d->problem));
}

static void check_log(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_notifications(f->store, 0, 0, 100, note_delivery, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static bool count_one(void *context, const struct notification *n, const struct notify_delivery *d)
{
    (void)n;
    (void)d;
    ++*(size_t *)context;
    return true;
}

static size_t due(struct fixture *f, const char *channel, int64_t now_s)
{
    size_t count = 0;
    assert_true(store_deliveries_due(f->store, str_from(channel), now_s, 1000, 10, count_one, &count, NULL));
    return count;
}

static void a_channel_keeps_its_secret_until_another_is_given(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_channel(&f, "b", "s3cret-of-b");
    put_channel(&f, "a", NULL);
    check_channels(&f, "a {\"kind\":\"x\"} [] 7 0|b {\"kind\":\"x\"} [] 7 1|");
    put_channel(&f, "b", NULL);
    check_secret(&f, "b", "s3cret-of-b");
    check_secret(&f, "a", "");
    fixture_close(&f);
    struct buf content = fixture_read(&f, "strictgate.db");
    assert_null(memmem(content.data, content.size, "s3cret", 6)); /* sealed */
    buf_fini(&content);
    fixture_open(&f);
    check_secret(&f, "b", "s3cret-of-b");
    put_channel(&f, "b", "another");
    check_secret(&f, "b", "another");
    put_channel(&f, "b", "");
    check_channels(&f, "a {\"kind\":\"x\"} [] 7 0|b {\"kind\":\"x\"} [] 7 0|");
    fixture_fini(&f);
}

static void a_channel_that_goes_takes_its_deliveries_along(void **state)
{
    const struct str both[] = {STR_INIT("a"), STR_INIT("b")};
    const struct audit_entry record = {.act = STR("notify.remove")};
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", NULL);
    put_channel(&f, "b", NULL);
    assert_int_equal(tell(&f, 10, both, 2), 1);
    assert_true(store_remove_channel(f.store, STR("a"), &record, &err));
    assert_false(store_remove_channel(f.store, STR("a"), &record, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    check_log(&f, "1 expiring begun critical 7d > b queued 0 0 0 |");
    assert_true(store_remove_channel(f.store, STR("b"), &record, &err));
    check_log(&f, "1 expiring begun critical 7d >  sent 0 0 0 |"); /* told, to nobody */
    fixture_fini(&f);
}

static void a_delivery_is_due_at_its_moment_or_when_the_clock_was_set_back(void **state)
{
    const struct str one[] = {STR_INIT("a")};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", NULL);
    uint64_t id = tell(&f, 10, one, 1);
    assert_int_equal(due(&f, "a", 10), 1);
    assert_int_equal(due(&f, "b", 10), 0);
    const struct notify_delivery again = {
        .notification = id, .channel = one[0], .attempts = 1, .next_s = 500, .problem = STR("refuses")};
    assert_true(store_put_deliveries(f.store, &again, 1, NULL));
    check_log(&f, "1 expiring begun critical 7d > a queued 1 500 0 refuses|");
    fixture_close(&f);
    fixture_open(&f);
    assert_int_equal(due(&f, "a", 499), 0);
    assert_int_equal(due(&f, "a", 500), 1);
    assert_int_equal(due(&f, "a", -501), 1); /* further ahead than any wait is */
    assert_int_equal(due(&f, "a", -500), 0);
    put_channel(&f, "a", NULL); /* a changed channel is tried at once */
    assert_int_equal(due(&f, "a", 11), 1);
    const struct notify_delivery sent = {
        .notification = id, .channel = one[0], .state = NOTIFY_SENT, .attempts = 2, .done_s = 501};
    assert_true(store_put_deliveries(f.store, &sent, 1, NULL));
    assert_true(store_put_deliveries(f.store, &again, 1, NULL)); /* what arrived stays so */
    check_log(&f, "1 expiring begun critical 7d > a sent 2 0 501 |");
    assert_int_equal(due(&f, "a", 5000), 0);
    fixture_fini(&f);
}

static void a_pause_gives_up_what_waits(void **state)
{
    const struct str one[] = {STR_INIT("a")};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", NULL);
    (void)tell(&f, 10, one, 1);
    assert_true(store_pause_channel(f.store, STR("a"), STR("it is gone"), 20, NULL));
    check_channels(&f, "a {\"kind\":\"x\"} [it is gone] 7 0|");
    check_log(&f, "1 expiring begun critical 7d > a given_up 0 0 20 it is gone|");
    fixture_fini(&f);
}

static void what_is_told_to_a_channel_that_is_not_there_is_not_told_at_all(void **state)
{
    const struct str one[] = {STR_INIT("missing")};
    const struct notification n = {.key = STR("k"), .site = STR(""), .stage = STR(""), .content = STR("{}")};
    const struct notify_standing standing = {.stage = "7d", .told_count = 1};
    const struct store_telling telling = {.notification = &n,
                                          .channels = one,
                                          .channels_count = 1,
                                          .site = STR("a.test"),
                                          .kind = NOTIFY_EXPIRING,
                                          .standing = &standing};
    struct notify_standing kept;
    struct fixture f;
    uint64_t id = 77;
    bool found = true;
    (void)state;
    fixture_init(&f);
    assert_false(store_tell(f.store, &telling, &id, NULL));
    assert_int_equal(id, 77);
    assert_true(store_standing(f.store, STR("a.test"), NOTIFY_EXPIRING, &kept, &found, NULL));
    assert_false(found); /* one transaction: nothing of it */
    check_log(&f, "");
    fixture_fini(&f);
}

static bool note_standing(void *context, struct str site, enum notify_kind kind, const struct notify_standing *s)
{
    return buf_printf(context, "%.*s %s %s %d %s %lld %lld %u|", STR_ARG(site), notify_kind_names[kind], s->stage,
                      s->rank, notify_severity_names[s->severity], (long long)s->since_s, (long long)s->told_s,
                      s->told_count);
}

static void check_standings(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_standings(f->store, note_standing, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void stand(struct fixture *f, const char *site, enum notify_kind kind, const struct notify_standing *standing)
{
    const struct store_telling telling = {
        .site = str_from(site), .kind = kind, .standing = standing, .standing_ends = standing == NULL};
    assert_true(store_tell(f->store, &telling, NULL, NULL));
}

static void problems_that_go_on_are_kept_until_they_end_or_their_site_goes(void **state)
{
    static const char *const sites[] = {"a.example", NULL};
    const struct notify_standing first = {
        .stage = "7d", .rank = 3, .severity = NOTIFY_WARNING, .since_s = 5, .told_s = 6, .told_count = 1};
    struct notify_standing second = first, kept;
    struct fixture f;
    struct state present;
    bool found = false;
    (void)state;
    second.severity = NOTIFY_CRITICAL;
    second.told_count = 2;
    fixture_init(&f);
    stand(&f, "a.example", NOTIFY_EXPIRING, &first);
    stand(&f, "b.example", NOTIFY_FAILING, &second);
    stand(&f, "", NOTIFY_CLOCK, &first);
    fixture_close(&f);
    fixture_open(&f);
    check_standings(&f, "b.example failing 7d 3 critical 5 6 2| clock 7d 3 warning 5 6 1|"
                        "a.example expiring 7d 3 warning 5 6 1|");
    stand(&f, "a.example", NOTIFY_EXPIRING, &second);
    assert_true(store_standing(f.store, STR("a.example"), NOTIFY_EXPIRING, &kept, &found, NULL));
    assert_true(found);
    assert_int_equal(kept.told_count, 2);
    second.told_count = 0; /* it waits to be told: no problem yet for whoever reads the list */
    stand(&f, "a.example", NOTIFY_MISMATCH, &second);
    fixture_state(&present, sites, 300, 1);
    assert_true(store_forget_standings(f.store, &present, NULL));
    check_standings(&f, "a.example expiring 7d 3 critical 5 6 2| clock 7d 3 warning 5 6 1|");
    stand(&f, "a.example", NOTIFY_EXPIRING, NULL);
    check_standings(&f, " clock 7d 3 warning 5 6 1|");
    state_fini(&present);
    fixture_fini(&f);
}

static void old_ones_go_and_so_do_the_oldest_of_too_many(void **state)
{
    const struct str one[] = {STR_INIT("a")};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", NULL);
    (void)tell(&f, 10, NULL, 0);
    (void)tell(&f, 10, one, 1); /* waits */
    (void)tell(&f, 30, NULL, 0);
    (void)tell(&f, 31, NULL, 0);
    assert_true(store_prune_notifications(f.store, 30, 100, NULL));
    size_t count = 0;
    assert_true(store_notifications(f.store, 0, 0, 100, count_one, &count, NULL));
    assert_int_equal(count, 3);
    assert_true(store_prune_notifications(f.store, 0, 2, NULL));
    check_log(&f, "4 expiring begun critical 7d >  sent 0 0 0 |3 expiring begun critical 7d >  sent 0 0 0 |");
    assert_int_equal(due(&f, "a", 100), 0);
    assert_int_equal(tell(&f, 40, NULL, 0), 5); /* ids are never given twice */
    fixture_fini(&f);
}

static void the_log_is_read_page_by_page(void **state)
{
    struct fixture f;
    size_t count = 0;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 5; i++)
        (void)tell(&f, i, NULL, 0);
    assert_true(store_notifications(f.store, 0, 4, 2, count_one, &count, NULL));
    assert_int_equal(count, 2);
    count = 0;
    assert_true(store_notifications(f.store, 3, 0, 10, count_one, &count, NULL));
    assert_int_equal(count, 1);
    fixture_fini(&f);
}

static void a_backup_takes_channels_to_a_machine_with_another_key(void **state)
{
    struct fixture f, other;
    char path[FIXTURE_PATH_SIZE];
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", "of-a");
    put_channel(&f, "b", NULL);
    backup(&f, path);
    fixture_make_directory(&other);
    other.key[5] = 77;
    fixture_open(&other);
    put_channel(&other, "b", "own");
    for (int i = 0; i < 2; i++)
        if (!store_import_backup(other.store, path, &err))
            fail_msg("%s", err.text);
    check_channels(&other, "a {\"kind\":\"x\"} [] 7 1|b {\"kind\":\"x\"} [] 7 1|");
    check_secret(&other, "a", "of-a");
    check_secret(&other, "b", "own");
    fixture_fini(&other);
    fixture_fini(&f);
}

static void a_backup_in_the_place_of_the_database_is_sealed_anew(void **state)
{
    struct fixture f, other;
    char path[FIXTURE_PATH_SIZE];
    (void)state;
    fixture_init(&f);
    put_channel(&f, "a", "of-a");
    put_channel(&f, "b", NULL);
    backup(&f, path);
    fixture_make_directory(&other);
    other.key[5] = 77;
    struct buf content = fixture_read(&f, "backup");
    fixture_write(&other, "strictgate.db", buf_str(&content));
    buf_fini(&content);
    fixture_open(&other);
    check_secret(&other, "a", "of-a");
    check_secret(&other, "b", "");
    fixture_fini(&other);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_keeps_its_secret_until_another_is_given),
        cmocka_unit_test(a_channel_that_goes_takes_its_deliveries_along),
        cmocka_unit_test(a_delivery_is_due_at_its_moment_or_when_the_clock_was_set_back),
        cmocka_unit_test(a_pause_gives_up_what_waits),
        cmocka_unit_test(what_is_told_to_a_channel_that_is_not_there_is_not_told_at_all),
        cmocka_unit_test(problems_that_go_on_are_kept_until_they_end_or_their_site_goes),
        cmocka_unit_test(old_ones_go_and_so_do_the_oldest_of_too_many),
        cmocka_unit_test(the_log_is_read_page_by_page),
        cmocka_unit_test(a_backup_takes_channels_to_a_machine_with_another_key),
        cmocka_unit_test(a_backup_in_the_place_of_the_database_is_sealed_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
