/*
 * The store on a disk that loses power, fails and fills up: whatever was reported done is there afterwards, a change
 * under way is there as a whole or not at all, and one that was reported as failed has not happened.
 *
 * Change number i is always the same, and touches everything at once: the site a.example gets the max-age i, another
 * site comes or goes, the ledger opens the promise i and closes the one before, the audit log and the clock say i.
 */
#include "base/log.h"
#include "disk.h"
#include "store/store_parts.h"
#include "store_fixture.h"

#define OTHERS_COUNT 4

struct world {
    struct fixture f;
    struct state state;
    struct book book;
    uint64_t done; /* changes that were reported done */
};

static void other_name(uint64_t i, char name[static 32])
{
    (void)snprintf(name, 32, "s%u.example", (unsigned)(i % OTHERS_COUNT));
}

/* Whether the other site is there after so many changes: each of its turns brings it or takes it. */
static bool other_is_there(uint64_t k, uint64_t changes)
{
    uint64_t turns = 0;
    for (uint64_t i = 1; i <= changes; i++)
        turns += i % OTHERS_COUNT == k;
    return turns % 2 == 1;
}

static void change_sites(struct state *after, uint64_t i)
{
    char name[32];
    struct site *site = fixture_site("a.example");
    site->hsts.mode = HSTS_HOLD;
    site->hsts.max_age_s = (uint32_t)i;
    if (state_find(after, site->name))
        state_replace(after, site);
    else
        assert_true(state_add(after, &site, 1, NULL));
    site_unref(site);
    other_name(i, name);
    if (state_find(after, str_from(name))) {
        state_remove(after, str_from(name));
    } else {
        site = fixture_site(name);
        assert_true(state_add(after, &site, 1, NULL));
        site_unref(site);
    }
    after->generation = i;
}

static void plan_ledger(struct book_plan *plan, const struct book *book, uint64_t i)
{
    const struct ledger_promise promise = {.max_age_s = (int64_t)i};
    book_plan_init(plan, book);
    assert_true(book_plan_open(plan, book, STR("a.example"), &promise, (int64_t)(1000 + i)));
    assert_true(book_plan_close(plan, book, STR("a.example"), &promise, (int64_t)(1000 + i)));
}

/* The next change; true when the store reports it done. */
static bool make_change(struct world *w)
{
    uint64_t i = w->done + 1;
    char reason[32];
    struct state after;
    struct book_plan plan;
    const struct hsts_clock_saved clock = {.over_s = (int64_t)(1000 + i), .sure_s = (int64_t)i};
    (void)snprintf(reason, sizeof reason, "%llu", (unsigned long long)i);
    const struct audit_entry audit = {.at_s = (int64_t)i, .reason = str_from(reason)};
    assert_true(state_copy(&w->state, &after, NULL));
    change_sites(&after, i);
    plan_ledger(&plan, &w->book, i);
    const struct store_change change = {
        .before = &w->state, .after = &after, .plan = &plan, .audit = &audit, .audit_count = 1, .clock = &clock};
    bool done = store_save(w->f.store, &change, NULL);
    if (done) {
        assert_true(book_apply(&w->book, &plan));
        state_fini(&w->state);
        w->state = after;
        w->done = i;
    } else {
        state_fini(&after);
    }
    book_plan_fini(&plan);
    return done;
}

static bool count_audit(void *context, const struct audit_entry *entry)
{
    uint64_t *next = context, reason;
    assert_true(str_to_u64(entry->reason, UINT64_MAX, &reason));
    assert_int_equal(reason, *next);
    (*next)--;
    return true;
}

static void check_sites(const struct state *state, uint64_t changes)
{
    size_t expected = changes > 0;
    for (uint64_t k = 0; k < OTHERS_COUNT; k++) {
        char name[32];
        other_name(k, name);
        bool there = other_is_there(k, changes);
        assert_int_equal(state_find(state, str_from(name)) != NULL, there);
        expected += there;
    }
    assert_int_equal(state->sites_count, expected);
    if (changes)
        assert_int_equal(state_find(state, STR("a.example"))->hsts.max_age_s, changes);
}

static void check_ledger(const struct book *book, uint64_t changes)
{
    const struct ledger *ledger = book_ledger(book, STR("a.example"));
    assert_int_equal(ledger ? ledger->count : 0, changes);
    for (size_t i = 0; i < changes; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        assert_int_equal(entry->promise.max_age_s, i + 1);
        assert_true(entry->to_s == (i + 1 == changes ? LEDGER_OPEN : (int64_t)(1000 + i + 2)));
    }
}

/* All parts tell of the same number of changes, which is returned. */
static uint64_t check_whole(struct fixture *f, struct state *state, struct book *book)
{
    fixture_load(f, state, book);
    uint64_t changes = state->generation, next = changes;
    check_sites(state, changes);
    check_ledger(book, changes);
    assert_int_equal(state->clock.over_s, changes ? 1000 + changes : 0);
    assert_true(store_audit(f->store, STR(""), 0, UINT32_MAX, count_audit, &next, NULL));
    assert_int_equal(next, 0);
    assert_true(db_check(f->store->db, NULL));
    return changes;
}

/* In the same process nothing of a failed change may be seen. */
static void check_nothing_happened(struct world *w)
{
    struct state state;
    struct book book;
    assert_int_equal(check_whole(&w->f, &state, &book), w->done);
    state_fini(&state);
    book_fini(&book);
}

/* One folder for all: what is in it is on the disk of the test. */
static struct fixture folder;

static void world_init(struct world *w)
{
    *w = (struct world){.f = folder};
    state_init(&w->state);
    book_init(&w->book);
    disk_install();
}

static void world_fini(struct world *w)
{
    state_fini(&w->state);
    book_fini(&w->book);
    fixture_close(&w->f);
    disk_remove();
}

/* A small log, so that it is written back into the database in the middle of things. */
static bool try_open(struct world *w)
{
    return store_open(w->f.directory, w->f.key, &w->f.store, NULL) &&
           db_script(w->f.store->db, "PRAGMA wal_autocheckpoint = 25;", NULL);
}

/* What a start finds must be what was done, or one more: the one that was under way. */
static void take_up(struct world *w)
{
    state_fini(&w->state);
    book_fini(&w->book);
    uint64_t found = check_whole(&w->f, &w->state, &w->book);
    if (found != w->done && found != w->done + 1)
        fail_msg("%llu changes were done, %llu are there", (unsigned long long)w->done, (unsigned long long)found);
    w->done = found;
}

static void live(struct world *w, unsigned changes)
{
    if (!try_open(w))
        return;
    for (unsigned i = 0; i < changes && make_change(w); i++) {
    }
}

static void power_on(struct world *w, uint64_t seed)
{
    fixture_close(&w->f);
    disk_power_on(seed);
    fixture_open(&w->f);
    take_up(w);
}

static unsigned count_steps(unsigned changes)
{
    struct world w;
    world_init(&w);
    live(&w, changes);
    assert_int_equal(w.done, changes);
    fixture_close(&w.f);
    unsigned steps = disk_steps();
    world_fini(&w);
    return steps;
}

/* From the making of the file to its closing. */
static void the_power_may_go_at_any_step(void **unused)
{
    enum { CHANGES = 9 };
    unsigned steps = count_steps(CHANGES);
    (void)unused;
    assert_true(steps > 200);
    for (unsigned step = 1; step <= steps; step++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            struct world w;
            world_init(&w);
            disk_break(DISK_POWER, step);
            live(&w, CHANGES);
            power_on(&w, seed < 2 ? seed : seed * 1000 + step);
            assert_true(make_change(&w)); /* and it goes on */
            fixture_close(&w.f);
            world_fini(&w);
        }
}

/* A failing write or sync fails the change and nothing else. */
static void any_step_may_fail(void **unused)
{
    enum { CHANGES = 9 };
    unsigned steps = count_steps(CHANGES), failed = 0;
    (void)unused;
    for (unsigned step = 1; step <= steps; step++) {
        struct world w;
        world_init(&w);
        disk_break(DISK_FAIL, step);
        if (!try_open(&w)) {
            fixture_close(&w.f);
            assert_true(try_open(&w)); /* it was this step, once */
            failed++;
        }
        for (unsigned i = 0; i < CHANGES; i++)
            if (!make_change(&w)) {
                failed++;
                check_nothing_happened(&w);
                assert_true(make_change(&w));
            }
        power_on(&w, step); /* what a sync lost is lost for good */
        world_fini(&w);
    }
    assert_true(failed > 100);
}

static void a_disk_may_fill_up_and_be_emptied(void **unused)
{
    enum { CHANGES = 6 };
    unsigned steps = count_steps(CHANGES);
    (void)unused;
    for (unsigned step = 1; step <= steps; step += 3) {
        struct world w;
        world_init(&w);
        disk_break(DISK_FULL, step);
        live(&w, CHANGES);
        if (w.f.store && w.done < CHANGES) {
            check_nothing_happened(&w);
            assert_false(make_change(&w));
        }
        disk_break(DISK_SOUND, 0);
        if (!w.f.store)
            assert_true(try_open(&w));
        while (w.done < CHANGES)
            assert_true(make_change(&w));
        power_on(&w, step);
        world_fini(&w);
    }
}

/* A file that looks like a backup and is none would be worse than none. */
static void a_backup_that_fails_leaves_no_file(void **unused)
{
    unsigned failed = 0;
    bool done = false;
    (void)unused;
    for (unsigned step = 1; !done; step++) {
        struct world w;
        struct err err = {0};
        char path[FIXTURE_PATH_SIZE];
        world_init(&w);
        live(&w, 3);
        fixture_path(&w.f, "backup", path);
        disk_break(step % 2 ? DISK_FAIL : DISK_FULL, (step + 1) / 2);
        done = store_backup(w.f.store, path, &err) && step % 2;
        if (access(path, F_OK) == 0) {
            assert_int_equal(unlink(path), 0);
        } else {
            failed++;
            assert_non_null(strstr(err.text, path));
        }
        disk_break(DISK_SOUND, 0);
        assert_true(make_change(&w));
        world_fini(&w);
    }
    assert_true(failed > 20);
}

/* xorshift64* */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1DULL;
}

/* One life: faults of every kind one after the other, in the end the power goes, or the process does. */
static void live_at_random(struct world *w, uint64_t *random)
{
    static const enum disk_fault faults[] = {DISK_POWER, DISK_FAIL, DISK_FULL, DISK_FAIL};
    disk_break(faults[next_random(random) % 4], (unsigned)(next_random(random) % 150 + 1));
    if (!try_open(w))
        return;
    take_up(w);
    for (unsigned i = (unsigned)(next_random(random) % 8); i > 0; i--) {
        (void)make_change(w);
        if (next_random(random) % 4 == 0)
            disk_break(faults[next_random(random) % 4], (unsigned)(next_random(random) % 60 + 1));
    }
}

/* Recoveries are interrupted as well; SEED=n repeats one sequence. */
static void any_sequence_of_lives_keeps_what_was_done(void **unused)
{
    const char *only = getenv("SEED");
    uint64_t first = 1, last = 250;
    (void)unused;
    if (only && str_to_u64(str_from(only), UINT64_MAX, &first))
        last = first;
    for (uint64_t seed = first; seed <= last; seed++) {
        struct world w;
        uint64_t random = seed * 0x9E3779B97F4A7C15ULL;
        world_init(&w);
        print_message("seed %llu\n", (unsigned long long)seed);
        for (int i = 0; i < 6; i++) {
            live_at_random(&w, &random);
            fixture_close(&w.f);
            disk_power_on(next_random(&random) % 3 ? next_random(&random) : next_random(&random) % 2);
        }
        fixture_open(&w.f);
        take_up(&w);
        world_fini(&w);
    }
}

static int make_folder(void **unused)
{
    (void)unused;
    fixture_make_directory(&folder);
    return 0;
}

static int remove_folder(void **unused)
{
    (void)unused;
    fixture_fini(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_power_may_go_at_any_step),
        cmocka_unit_test(any_step_may_fail),
        cmocka_unit_test(a_disk_may_fill_up_and_be_emptied),
        cmocka_unit_test(a_backup_that_fails_leaves_no_file),
        cmocka_unit_test(any_sequence_of_lives_keeps_what_was_done),
    };
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
