/* A bundle in a folder: as it was signed it is good, and a change of any byte of any of its files is found. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/bundle_check.h"
#include "check.h"
#include "crypto/signing.h"
#include "os/file.h"

#define FILES_COUNT 5
#define PATH_SIZE   128

struct bundle {
    char parent[40], folder[64];
    struct buf contents[FILES_COUNT];
    struct bundle_folder_file files[FILES_COUNT];
};

static const char *const names[FILES_COUNT] = {"evidence.html", "evidence.json", "public-key.pem", "SHA256SUMS",
                                               "SHA256SUMS.sig"};

static void make_contents(struct bundle *b)
{
    struct key *key = key_generate(KEY_ECDSA, NULL);
    for (size_t i = 0; i < FILES_COUNT; i++)
        buf_init(&b->contents[i], 4096);
    assert_true(buf_put_str(&b->contents[0], STR("<p>x</p>")) && buf_put_str(&b->contents[1], STR("{\"a\": 1}\n")) &&
                signing_public(key, &b->contents[2], NULL));
    for (size_t i = 0; i < 3; i++) {
        char digest[DIGEST_FINGERPRINT_SIZE];
        assert_true(digest_fingerprint(buf_str(&b->contents[i]), digest, NULL));
        assert_true(buf_printf(&b->contents[3], "%s  %s\n", digest, names[i]));
    }
    assert_true(signing_sign(key, buf_str(&b->contents[3]), &b->contents[4], NULL));
    key_free(key);
}

static void set_up(struct bundle *b)
{
    struct err err = {0};
    (void)snprintf(b->parent, sizeof b->parent, "/tmp/strictgate-bundle-XXXXXX");
    assert_non_null(mkdtemp(b->parent));
    (void)snprintf(b->folder, sizeof b->folder, "%s/out", b->parent);
    make_contents(b);
    for (size_t i = 0; i < FILES_COUNT; i++)
        b->files[i] = (struct bundle_folder_file){.name = names[i], .content = buf_str(&b->contents[i])};
    if (!bundle_folder_write(b->folder, b->files, FILES_COUNT, false, &err))
        fail_msg("%s", err.text);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

static void tear_down(struct bundle *b)
{
    for (size_t i = 0; i < FILES_COUNT; i++)
        buf_fini(&b->contents[i]);
    assert_int_equal(nftw(b->parent, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void path_of(const struct bundle *b, const char *name, char path[static PATH_SIZE])
{
    (void)snprintf(path, PATH_SIZE, "%s/%s", b->folder, name);
}

static void write_over(const struct bundle *b, const char *name, struct str content)
{
    char path[PATH_SIZE];
    path_of(b, name, path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.size, file), content.size);
    assert_int_equal(fclose(file), 0);
}

static enum bundle_file_state state_of(const struct bundle_check *check, const char *name)
{
    for (size_t i = 0; i < check->files_count; i++)
        if (strcmp(check->files[i].name, name) == 0)
            return check->files[i].state;
    fail_msg("%s is not told", name);
    return BUNDLE_FILE_GOOD;
}

static struct bundle_check checked(const struct bundle *b)
{
    struct bundle_check check;
    struct err err = {0};
    if (!bundle_check(b->folder, NULL, &check, &err))
        fail_msg("%s", err.text);
    return check;
}

static void what_was_signed_is_good(void **unused)
{
    struct bundle b;
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    (void)unused;
    set_up(&b);
    struct bundle_check check = checked(&b);
    assert_true(bundle_check_is_good(&check));
    assert_int_equal(check.files_count, 3);
    assert_true(signing_fingerprint(buf_str(&b.contents[2]), fingerprint, NULL));
    assert_string_equal(check.fingerprint, fingerprint);
    tear_down(&b);
}

/* A signed file that is changed is named; what cannot be named is at least not good. */
static void a_change_of_any_byte_of_any_file_is_found(void **unused)
{
    struct bundle b;
    (void)unused;
    set_up(&b);
    for (size_t i = 0; i < FILES_COUNT; i++)
        for (size_t at = 0; at <= b.contents[i].size; at++) {
            bool longer = at == b.contents[i].size;
            if (longer)
                assert_true(buf_put_char(&b.contents[i], '\n'));
            else
                b.contents[i].data[at] ^= 1;
            write_over(&b, names[i], buf_str(&b.contents[i]));
            struct bundle_check check = checked(&b);
            if (bundle_check_is_good(&check))
                fail_msg("byte %zu of %s", at, names[i]);
            if (i < 3)
                assert_int_equal(state_of(&check, names[i]), BUNDLE_FILE_CHANGED);
            else
                assert_false(check.is_signed);
            if (longer)
                b.contents[i].size--;
            else
                b.contents[i].data[at] ^= 1;
            write_over(&b, names[i], buf_str(&b.contents[i]));
        }
    struct bundle_check check = checked(&b);
    assert_true(bundle_check_is_good(&check));
    tear_down(&b);
}

static void a_shorter_file_is_found(void **unused)
{
    struct bundle b;
    (void)unused;
    set_up(&b);
    for (size_t i = 0; i < FILES_COUNT; i++)
        for (size_t size = 0; size < b.contents[i].size; size++) {
            write_over(&b, names[i], str_part(buf_str(&b.contents[i]), 0, size));
            struct bundle_check check = checked(&b);
            if (bundle_check_is_good(&check))
                fail_msg("%zu bytes of %s", size, names[i]);
            write_over(&b, names[i], buf_str(&b.contents[i]));
        }
    tear_down(&b);
}

static void missing_files_and_others_are_told(void **unused)
{
    struct bundle b;
    char path[PATH_SIZE];
    (void)unused;
    set_up(&b);
    write_over(&b, "notes.txt", STR("of the auditor"));
    struct bundle_check check = checked(&b);
    assert_true(bundle_check_is_good(&check));
    assert_int_equal(state_of(&check, "notes.txt"), BUNDLE_FILE_FOREIGN);
    path_of(&b, "evidence.html", path);
    assert_int_equal(unlink(path), 0);
    check = checked(&b);
    assert_false(bundle_check_is_good(&check));
    assert_int_equal(state_of(&check, "evidence.html"), BUNDLE_FILE_MISSING);
    /* a link is no file, wherever it leads */
    assert_int_equal(symlink("evidence.json", path), 0);
    check = checked(&b);
    assert_false(bundle_check_is_good(&check));
    tear_down(&b);
}

static void the_key_that_is_given_decides(void **unused)
{
    struct bundle b, other;
    struct bundle_check check;
    char key[PATH_SIZE], foreign[PATH_SIZE];
    struct err err = {0};
    (void)unused;
    set_up(&b);
    set_up(&other);
    path_of(&b, "public-key.pem", key);
    path_of(&other, "public-key.pem", foreign);
    assert_true(bundle_check(b.folder, key, &check, NULL) && bundle_check_is_good(&check));
    assert_true(bundle_check(b.folder, foreign, &check, NULL));
    assert_false(check.is_signed || bundle_check_is_good(&check));
    /* of an installation that has renewed its key: the newest first */
    struct buf keys;
    buf_init(&keys, 4096);
    assert_true(buf_put_str(&keys, buf_str(&other.contents[2])) && buf_put_str(&keys, buf_str(&b.contents[2])) &&
                buf_put_str(&keys, STR("\n")));
    char several[PATH_SIZE];
    path_of(&other, "evidence.html", several);
    write_over(&other, "evidence.html", buf_str(&keys));
    assert_true(bundle_check(b.folder, several, &check, NULL) && bundle_check_is_good(&check));
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    assert_true(signing_fingerprint(buf_str(&b.contents[2]), fingerprint, NULL));
    assert_string_equal(check.fingerprint, fingerprint);
    buf_fini(&keys);
    /* signed anew by somebody else: all fits together, but it is not that key */
    for (size_t i = 0; i < FILES_COUNT; i++)
        write_over(&b, names[i], buf_str(&other.contents[i]));
    path_of(&other, "evidence.json", key);
    assert_false(bundle_check(b.folder, key, &check, &err));
    assert_int_equal(err.code, ERR_INPUT);
    write_over(&other, "evidence.json", buf_str(&b.contents[2]));
    assert_true(bundle_check(b.folder, key, &check, NULL));
    assert_false(bundle_check_is_good(&check));
    tear_down(&other);
    tear_down(&b);
}

static void a_list_cannot_lead_out_of_the_folder(void **unused)
{
    static const char *const lists[] = {"%s  ../secret\n",
                                        "%s  /etc/passwd\n",
                                        "%s  .hidden\n",
                                        "%s evidence.json\n",
                                        "%s  \n",
                                        "%s",
                                        "\n",
                                        "%s  evidence.json\n%s  evidence.json\n"};
    struct bundle b;
    struct buf list;
    char digest[DIGEST_FINGERPRINT_SIZE];
    (void)unused;
    set_up(&b);
    assert_true(digest_fingerprint(buf_str(&b.contents[1]), digest, NULL));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        buf_init(&list, 4096);
        for (const char *at = lists[i]; *at; at++)
            if (at[0] == '%')
                assert_true(buf_put_str(&list, str_from(digest)) && at++);
            else
                assert_true(buf_put_char(&list, *at));
        write_over(&b, "SHA256SUMS", buf_str(&list));
        struct bundle_check check = checked(&b);
        assert_false(bundle_check_is_good(&check));
        for (size_t k = 0; k < check.files_count; k++)
            assert_null(strchr(check.files[k].name, '/'));
        buf_fini(&list);
    }
    tear_down(&b);
}

static void what_is_no_bundle_is_refused(void **unused)
{
    struct bundle_check check;
    struct err err = {0};
    (void)unused;
    assert_false(bundle_check("/tmp/strictgate-no-such-folder", NULL, &check, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "is no evidence bundle"));
}

static void nothing_is_written_over(void **unused)
{
    struct bundle b, other;
    struct err err = {0};
    (void)unused;
    set_up(&b);
    set_up(&other);
    assert_false(bundle_folder_write(b.folder, other.files, FILES_COUNT, false, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.fix, "--replace"));
    struct bundle_check check = checked(&b);
    assert_true(bundle_check_is_good(&check));
    write_over(&b, "notes.txt", STR("of the auditor"));
    assert_false(bundle_folder_write(b.folder, other.files, FILES_COUNT, true, &err));
    assert_non_null(strstr(err.text, "notes.txt"));
    tear_down(&other);
    tear_down(&b);
}

static bool is_alone(const struct bundle *b)
{
    size_t count = 0;
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s", b->parent);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    count = (size_t)info.st_nlink; /* itself, its entry above, and one for each folder in it */
    return count == 3;
}

static void a_bundle_takes_the_place_of_one(void **unused)
{
    struct bundle b, other;
    char path[PATH_SIZE];
    struct stat info;
    struct err err = {0};
    (void)unused;
    set_up(&b);
    set_up(&other);
    (void)snprintf(path, sizeof path, "%s/", b.folder);
    if (!bundle_folder_write(path, other.files, FILES_COUNT, true, &err))
        fail_msg("%s", err.text);
    struct bundle_check check = checked(&b), expected = checked(&other);
    assert_true(bundle_check_is_good(&check));
    assert_string_equal(check.fingerprint, expected.fingerprint);
    assert_true(is_alone(&b));
    path_of(&b, "evidence.json", path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    tear_down(&other);
    tear_down(&b);
}

static void a_name_that_leads_elsewhere_is_none(void **unused)
{
    static const char *const bad[] = {
        "",   ".",   "..",  "../a",     "a/b",
        ".a", "a b", "a\n", "\xc3\xa9", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct bundle b;
    struct err err = {0};
    (void)unused;
    set_up(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct bundle_folder_file file = {.name = bad[i], .content = STR("x")};
        char path[PATH_SIZE];
        (void)snprintf(path, sizeof path, "%s/other", b.parent);
        assert_false(bundle_folder_name_is_valid(bad[i]));
        assert_false(bundle_folder_write(path, &file, 1, false, &err));
        assert_true(is_alone(&b));
    }
    assert_true(bundle_folder_name_is_valid("SHA256SUMS.sig"));
    tear_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_signed_is_good),         cmocka_unit_test(a_change_of_any_byte_of_any_file_is_found),
        cmocka_unit_test(a_shorter_file_is_found),         cmocka_unit_test(missing_files_and_others_are_told),
        cmocka_unit_test(the_key_that_is_given_decides),   cmocka_unit_test(a_list_cannot_lead_out_of_the_folder),
        cmocka_unit_test(what_is_no_bundle_is_refused),    cmocka_unit_test(nothing_is_written_over),
        cmocka_unit_test(a_bundle_takes_the_place_of_one), cmocka_unit_test(a_name_that_leads_elsewhere_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
