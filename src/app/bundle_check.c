/* SHA256SUMS has a line for each file: 64 digits, two blanks, its name. */
#include "app/bundle_check.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "crypto/signing.h"
#include "os/file.h"

#define SUMS_NAME      "SHA256SUMS"
#define SIGNATURE_NAME "SHA256SUMS.sig"
#define KEY_NAME       "public-key.pem"
#define SUMS_SIZE_MAX  65536
/* What `bundle key --pem` prints after so many renewals as nobody makes: some 180 bytes each. */
#define KEYS_SIZE_MAX 65536
/* More than control writes. */
#define FILE_SIZE_MAX ((size_t)256 << 20)
#define DIGITS_COUNT  (DIGEST_FINGERPRINT_SIZE - 1)

const char *bundle_file_state_name(enum bundle_file_state state)
{
    static const char *const names[] = {[BUNDLE_FILE_GOOD] = "good",
                                        [BUNDLE_FILE_CHANGED] = "changed",
                                        [BUNDLE_FILE_MISSING] = "missing",
                                        [BUNDLE_FILE_FOREIGN] = "foreign"};
    return names[state];
}

static bool read_file(const char *folder, const char *name, size_t size_max, struct buf *ret, struct err *err)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || size >= (int)sizeof path)
        return err_set(err, ERR_INPUT, "the path of the folder is too long");
    return file_read_plain(path, size_max, ret, err);
}

static size_t find(const struct bundle_check *check, const char *name)
{
    size_t i = 0;
    while (i < check->files_count && strcmp(check->files[i].name, name) != 0)
        i++;
    return i;
}

/* False when there is no room for more. */
static bool add(struct bundle_check *check, struct str name, enum bundle_file_state state)
{
    if (check->files_count == sizeof check->files / sizeof *check->files)
        return false;
    (void)snprintf(check->files[check->files_count].name, sizeof check->files[0].name, "%.*s", STR_ARG(name));
    check->files[check->files_count++].state = state;
    return true;
}

/* What is no plain file is not what was signed, wherever it leads. */
static bool is_link(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat info;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    return size > 0 && size < (int)sizeof path && lstat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

/* What became of a file whose digest was signed. */
static bool judge(const char *folder, const char *name, struct str digest, enum bundle_file_state *ret, struct err *err)
{
    struct buf content;
    char found[DIGEST_FINGERPRINT_SIZE];
    struct err why = {0};
    if (is_link(folder, name)) {
        *ret = BUNDLE_FILE_CHANGED;
        return true;
    }
    if (!read_file(folder, name, FILE_SIZE_MAX, &content, &why)) {
        if (why.code == ERR_SYSTEM || why.code == ERR_MEMORY || why.code == ERR_DENIED) {
            *err = why;
            return false;
        }
        *ret = why.code == ERR_NOT_FOUND ? BUNDLE_FILE_MISSING : BUNDLE_FILE_CHANGED;
        return true;
    }
    bool fine = digest_fingerprint(buf_str(&content), found, err);
    buf_fini(&content);
    if (fine)
        *ret = str_eq(digest, str_from(found)) ? BUNDLE_FILE_GOOD : BUNDLE_FILE_CHANGED;
    return fine;
}

/* False with *ret_bad when the line is none; false without it when the file cannot be read. */
static bool read_line(const char *folder, struct str line, struct bundle_check *check, bool *ret_bad, struct err *err)
{
    char name[BUNDLE_FOLDER_NAME_SIZE_MAX + 1];
    enum bundle_file_state state;
    struct str given = str_after(line, DIGITS_COUNT + 2);
    *ret_bad = true;
    if (line.size <= DIGITS_COUNT + 2 || !str_eq(str_part(line, DIGITS_COUNT, 2), STR("  ")) ||
        given.size >= sizeof name)
        return false;
    (void)snprintf(name, sizeof name, "%.*s", STR_ARG(given));
    if (!bundle_folder_name_is_valid(name) || find(check, name) < check->files_count)
        return false;
    *ret_bad = false;
    if (!judge(folder, name, str_part(line, 0, DIGITS_COUNT), &state, err))
        return false;
    *ret_bad = !add(check, given, state);
    return !*ret_bad;
}

/* Lines that are none are a change of SHA256SUMS: the signature tells, and what could be read is judged. */
static bool read_sums(const char *folder, struct str sums, struct bundle_check *check, struct err *err)
{
    for (struct str rest = sums; rest.data && rest.size;) {
        bool bad;
        struct str line = str_cut(&rest, '\n');
        if (!read_line(folder, line, check, &bad, err) && !bad)
            return false;
    }
    return true;
}

static bool is_known(const struct bundle_check *check, const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, SUMS_NAME) == 0 ||
           strcmp(name, SIGNATURE_NAME) == 0 || find(check, name) < check->files_count;
}

/* As many as there is room for: they are told, not judged. */
static void find_foreign(const char *path, struct bundle_check *check)
{
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        if (!is_known(check, entry->d_name) && !add(check, str_from(entry->d_name), BUNDLE_FILE_FOREIGN))
            break;
    if (folder)
        (void)closedir(folder);
}

static bool read_key(const char *folder, const char *key_path, struct buf *ret, struct err *err)
{
    return key_path ? file_read(key_path, KEYS_SIZE_MAX, ret, err)
                    : read_file(folder, KEY_NAME, SIGNING_PUBLIC_SIZE_MAX, ret, err);
}

/* The first of several keys in PEM, with the line that ends it. */
static struct str cut_key(struct str *rest)
{
    const struct str end = STR("-----END"), all = *rest;
    for (size_t at = 0; at + end.size <= all.size; at++)
        if (str_eq(str_part(all, at, end.size), end)) {
            size_t newline = str_find(str_after(all, at), '\n'),
                   size = newline < all.size - at ? at + newline + 1 : all.size;
            *rest = str_after(all, size);
            return str_part(all, 0, size);
        }
    *rest = str_after(all, all.size);
    return all;
}

/* Of the keys that were given the one that has signed, else the first: an installation that renewed its own has
 * several. */
static bool find_signer(struct str keys, struct str sums, struct str signature, struct bundle_check *check,
                        struct err *err)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    bool has_key = false;
    for (struct str rest = keys; !check->is_signed && (rest.size || !has_key);) {
        struct str key = cut_key(&rest);
        if (!signing_fingerprint(key, fingerprint, has_key ? NULL : err))
            return has_key; /* what follows the last */
        check->is_signed = signing_verify(key, sums, signature, NULL);
        if (check->is_signed || !has_key)
            memcpy(check->fingerprint, fingerprint, sizeof fingerprint);
        has_key = true;
    }
    return true;
}

/* A key of the folder that cannot be read is a fault of the bundle, one that was given a fault of the call. */
static bool check_signature(const char *folder, const char *key_path, struct str sums, struct bundle_check *check,
                            struct err *err)
{
    struct buf key, signature;
    struct err why = {0};
    if (!read_key(folder, key_path, &key, err))
        return false;
    if (!read_file(folder, SIGNATURE_NAME, SIGNING_SIGNATURE_SIZE_MAX, &signature, &why)) {
        buf_fini(&key);
        if (why.code == ERR_INPUT)
            return true; /* longer than any signature is */
        *err = why;
        return false;
    }
    bool has_key = find_signer(buf_str(&key), sums, buf_str(&signature), check, &why);
    buf_fini(&signature);
    buf_fini(&key);
    if (has_key || !key_path)
        return true;
    *err = why;
    return false;
}

bool bundle_check(const char *folder, const char *key_path, struct bundle_check *ret, struct err *err)
{
    struct bundle_check check = {0};
    struct buf sums;
    if (!read_file(folder, SUMS_NAME, SUMS_SIZE_MAX, &sums, err)) {
        (void)err_context(err, "%s is no evidence bundle", folder);
        return err_fix(err,
                       "name the folder that `strictgate bundle create` has made, or an archive of it was unpacked to");
    }
    bool fine = check_signature(folder, key_path, buf_str(&sums), &check, err) &&
                read_sums(folder, buf_str(&sums), &check, err);
    buf_fini(&sums);
    if (!fine)
        return false;
    find_foreign(folder, &check);
    *ret = check;
    return true;
}

bool bundle_check_is_good(const struct bundle_check *check)
{
    size_t good = 0;
    for (size_t i = 0; i < check->files_count; i++) {
        if (check->files[i].state == BUNDLE_FILE_CHANGED || check->files[i].state == BUNDLE_FILE_MISSING)
            return false;
        good += check->files[i].state == BUNDLE_FILE_GOOD;
    }
    return check->is_signed && good > 0;
}
