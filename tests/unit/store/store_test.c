/* The store as a whole: what was saved is there after a restart, what was refused is not, and one process has it. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "os/sandbox.h"
#include "os/user.h"
#include "store_fixture.h"

static const char *const two[] = {"a.example", "b.example", NULL};

static void a_new_store_is_empty_and_says_so(void **state)
{
    struct fixture f;
    struct state loaded;
    struct book book;
    (void)state;
    fixture_init(&f);
    assert_true(store_is_new(f.store));
    assert_string_equal(store_news(f.store), "");
    fixture_load(&f, &loaded, &book);
    assert_int_equal(loaded.sites_count, 0);
    assert_int_equal(loaded.generation, 0);
    assert_int_equal(book.next_id, 1);
    state_fini(&loaded);
    book_fini(&book);
    fixture_close(&f);
    fixture_open(&f);
    assert_true(store_is_new(f.store)); /* a start that came no further */
    fixture_fini(&f);
}

/* Sites, the ledger's plan, the audit entry: one transaction. */
static void save_all_parts(struct fixture *f)
{
    struct state after;
    struct book book;
    struct book_plan plan;
    const struct ledger_promise promise = {.max_age_s = 300, .include_subdomains = true, .cap_s = 5000};
    const struct hsts_clock_saved clock = {.over_s = 1001, .sure_s = 900};
    const struct audit_entry audit = {
        .at_s = 7, .actor = STR("anna"), .act = STR("hsts.start"), .site = STR("a.example")};
    fixture_state(&after, two, 300, 41);
    after.settings.limits.head_size_max = 16384;
    after.site_slot_next = 5;
    after.upstream_slot_next = 6;
    book_init(&book);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &promise, 1000));
    fixture_save(
        f, &(struct store_change){.after = &after, .plan = &plan, .audit = &audit, .audit_count = 1, .clock = &clock});
    book_plan_fini(&plan);
    book_fini(&book);
    state_fini(&after);
}

static void what_was_saved_is_there_after_a_restart(void **state)
{
    struct fixture f;
    struct state loaded;
    struct book book;
    (void)state;
    fixture_init(&f);
    save_all_parts(&f);
    assert_false(store_is_new(f.store));
    fixture_close(&f);
    fixture_open(&f);
    assert_false(store_is_new(f.store));
    fixture_load(&f, &loaded, &book);
    assert_int_equal(loaded.sites_count, 2);
    assert_str(loaded.sites[1]->name, STR("b.example"));
    assert_int_equal(loaded.sites[1]->hsts.max_age_s, 300);
    assert_int_equal(loaded.generation, 41);
    assert_int_equal(loaded.clock.over_s, 1001);
    assert_int_equal(loaded.clock.sure_s, 900);
    assert_int_equal(loaded.site_slot_next, 5);
    assert_int_equal(loaded.upstream_slot_next, 6);
    assert_int_equal(loaded.settings.limits.head_size_max, 16384);
    assert_int_equal(book_ledger(&book, STR("a.example"))->count, 1);
    assert_int_equal(book.next_id, 2);
    state_fini(&loaded);
    book_fini(&book);
    fixture_check_ledger(&f, "", "1 a.example 300 sub cap 5000, 1000 to -1|");
    fixture_check_audit(&f, "1 7 anna hsts.start a.example  |");
    fixture_fini(&f);
}

/* A plan that the ledger refuses takes the sites and the audit entry with it. */
static void nothing_of_a_refused_change_has_happened(void **state)
{
    static const char *const one[] = {"c.example", NULL};
    struct fixture f;
    struct state after, loaded;
    struct book book;
    struct err err = {0};
    struct book_change changes[] = {
        {.name = STR("new.example"),
         .entry = {.id = 2, .promise = {.max_age_s = 86400}, .from_s = 1, .to_s = LEDGER_OPEN}},
        {.name = STR("other.example"), .entry = {.id = 1, .promise = {.max_age_s = 1}, .from_s = 1, .to_s = 2}},
    };
    const struct book_plan plan = {.changes = changes, .count = 2};
    const struct audit_entry audit = {.act = STR("x")};
    const struct hsts_clock_saved clock = {.over_s = 2000};
    (void)state;
    fixture_init(&f);
    save_all_parts(&f);
    fixture_state(&after, one, 86400, 42);
    const struct store_change change = {
        .after = &after, .plan = &plan, .audit = &audit, .audit_count = 1, .clock = &clock};
    assert_false(store_save(f.store, &change, &err));
    assert_non_null(strstr(err.text, "never answers earlier"));
    fixture_load(&f, &loaded, &book);
    assert_int_equal(loaded.sites_count, 2);
    assert_int_equal(loaded.generation, 41);
    assert_int_equal(loaded.clock.over_s, 1001);
    assert_int_equal(loaded.clock.sure_s, 900);
    state_fini(&loaded);
    book_fini(&book);
    fixture_check_ledger(&f, "", "1 a.example 300 sub cap 5000, 1000 to -1|");
    fixture_check_audit(&f, "1 7 anna hsts.start a.example  |");
    state_fini(&after);
    fixture_fini(&f);
}

static void generation_and_clock_never_go_back(void **state)
{
    struct fixture f;
    struct state after, loaded;
    struct book book;
    (void)state;
    fixture_init(&f);
    save_all_parts(&f);
    fixture_state(&after, two, 300, 7);
    fixture_save(&f, &(struct store_change){.after = &after, .clock = &(struct hsts_clock_saved){500, 900}});
    fixture_save(&f, &(struct store_change){.clock = &(struct hsts_clock_saved){400, 900}});
    fixture_load(&f, &loaded, &book);
    assert_int_equal(loaded.generation, 41);
    assert_int_equal(loaded.clock.over_s, 1001);
    assert_int_equal(loaded.clock.sure_s, 900);
    state_fini(&loaded);
    book_fini(&book);
    state_fini(&after);
    fixture_fini(&f);
}

static void files_are_for_us_alone_from_the_first_byte(void **state)
{
    static const char *const names[] = {"strictgate.db", "strictgate.db-wal"};
    struct fixture f;
    (void)state;
    mode_t old = umask(0);
    fixture_init(&f);
    save_all_parts(&f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[FIXTURE_PATH_SIZE];
        struct stat status;
        fixture_path(&f, names[i], path);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    (void)umask(old);
    fixture_fini(&f);
}

/* In a child, since locks within one process are another matter. */
static int open_elsewhere(const struct fixture *f)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct store *store;
        struct err err = {0};
        if (store_open(f->directory, f->key, &store, &err))
            _exit(0);
        _exit(err.code == ERR_CONFLICT && strstr(err.text, "in use by another process") ? 1 : 2);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

static void a_second_process_is_refused_at_once(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_int_equal(open_elsewhere(&f), 1);
    save_all_parts(&f);
    assert_int_equal(open_elsewhere(&f), 1);
    fixture_close(&f);
    assert_int_equal(open_elsewhere(&f), 0);
    fixture_fini(&f);
}

static void another_seal_key_is_noticed_before_anything_is_lost(void **state)
{
    struct fixture f;
    struct store *store;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    fixture_close(&f);
    f.key[0]++;
    assert_false(store_open(f.directory, f.key, &store, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.text, "another seal.key"));
    f.key[0]--;
    fixture_open(&f);
    fixture_fini(&f);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    char path[8192];
    struct store *store;
    struct err err = {0};
    const uint8_t key[SEAL_KEY_SIZE] = {0};
    (void)state;
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_false(store_open(path, key, &store, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

static void a_damaged_database_is_told_and_left_as_it_is(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    save_all_parts(&f);
    fixture_close(&f);
    struct buf content = fixture_read(&f, "strictgate.db");
    memset(content.data + 4096, 0x5a, content.size - 4096); /* all but the first page, which makes it one of ours */
    fixture_write(&f, "strictgate.db", buf_str(&content));
    assert_false(store_open(f.directory, f.key, &f.store, &err));
    assert_non_null(strstr(err.text, "is damaged"));
    assert_non_null(strstr(err.fix, "backup"));
    struct buf after = fixture_read(&f, "strictgate.db");
    assert_true(str_eq(buf_str(&content), buf_str(&after)));
    buf_fini(&content);
    buf_fini(&after);
    fixture_fini(&f);
}

static bool confine(const struct fixture *f)
{
    const char *const read_write[] = {f->directory};
    struct err err = {0};
    if (!user_lock_down(&err) || sandbox_confine_files(NULL, 0, read_write, 1, &err) == SANDBOX_FAILED)
        return false;
    return sandbox_confine_calls(SANDBOX_CONTROL, 0, &err) != SANDBOX_FAILED;
}

/* What control does behind its closed doors; a call that the filter does not let through kills the child. */
static int work_confined(struct fixture *f)
{
    static const char *const names[] = {"a.example", NULL};
    char path[FIXTURE_PATH_SIZE];
    struct state after;
    struct store_backup_content content;
    if (!confine(f))
        return 2;
    fixture_open(f);
    fixture_state(&after, names, 300, 1);
    fixture_save(f, &(struct store_change){.after = &after});
    fixture_path(f, "backup", path);
    if (!store_backup(f->store, path, NULL) || !store_read_backup(path, &content, NULL) ||
        !store_import_backup(f->store, path, NULL))
        return 3;
    fixture_close(f);
    fixture_open(f);
    fixture_close(f);
    return 0;
}

static void a_confined_process_can_do_all_of_it(void **state)
{
    struct fixture f;
    int status = 0;
    (void)state;
    fixture_make_directory(&f);
    pid_t child = fork();
    if (child == 0)
        _exit(work_confined(&f));
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("the child ended by signal %d", WTERMSIG(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    fixture_open(&f);
    assert_false(store_is_new(f.store));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_store_is_empty_and_says_so),
        cmocka_unit_test(what_was_saved_is_there_after_a_restart),
        cmocka_unit_test(nothing_of_a_refused_change_has_happened),
        cmocka_unit_test(generation_and_clock_never_go_back),
        cmocka_unit_test(files_are_for_us_alone_from_the_first_byte),
        cmocka_unit_test(a_second_process_is_refused_at_once),
        cmocka_unit_test(another_seal_key_is_noticed_before_anything_is_lost),
        cmocka_unit_test(a_path_that_is_too_long_is_refused),
        cmocka_unit_test(a_damaged_database_is_told_and_left_as_it_is),
        cmocka_unit_test(a_confined_process_can_do_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
