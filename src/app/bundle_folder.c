/* mkdtemp beside the folder, then rename, or renameat2's exchange where one is to be replaced. */
#include "app/bundle_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli_file.h"
#include "os/file.h"

struct place {
    const char *folder;
    const struct bundle_folder_file *files;
    size_t count;
    bool replaces;
};

bool bundle_folder_name_is_valid(const char *name)
{
    struct str text = str_from(name);
    if (text.size == 0 || text.size > BUNDLE_FOLDER_NAME_SIZE_MAX || text.data[0] == '.')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i], lower = str_lower_char(c);
        if (!str_is_digit(c) && !(lower >= 'a' && lower <= 'z') && c != '.' && c != '-' && c != '_')
            return false;
    }
    return true;
}

static bool is_file_of(const struct place *place, const char *name)
{
    for (size_t i = 0; i < place->count; i++)
        if (strcmp(place->files[i].name, name) == 0)
            return true;
    return false;
}

static bool refuse(const struct place *place, const char *name, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%s is there already, with %s in it", place->folder, name);
    return place->replaces
               ? err_fix(err, "give the name of a folder that is not there yet")
               : err_fix(err, "give another name, or --replace if it is a bundle that is not needed any more");
}

static bool check_entries(const struct place *place, DIR *folder, struct err *err)
{
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (!place->replaces || !is_file_of(place, name))
            return refuse(place, name, err);
    }
    return true;
}

static bool check(const struct place *place, struct err *err)
{
    DIR *folder = opendir(place->folder);
    if (!folder)
        return errno == ENOENT || err_errno(err, "%s", place->folder);
    bool fine = check_entries(place, folder, err);
    (void)closedir(folder);
    return fine;
}

bool bundle_folder_check(const char *folder, const struct bundle_folder_file *files, size_t count, bool replaces,
                         struct err *err)
{
    const struct place place = {.folder = folder, .files = files, .count = count, .replaces = replaces};
    return check(&place, err);
}

static bool path_of(const char *folder, const char *name, char path[static PATH_MAX], struct err *err)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return (size > 0 && size < PATH_MAX) || err_field(err, "--out", "the path is too long");
}

static bool write_one(const char *folder, const struct bundle_folder_file *given, struct err *err)
{
    char path[PATH_MAX];
    struct cli_file file;
    if (!bundle_folder_name_is_valid(given->name))
        return err_set(err, ERR_SYSTEM, "control gave a file a name that is none");
    if (!path_of(folder, given->name, path, err) || !cli_file_new(path, &file, err))
        return false;
    bool fine = cli_file_put(&file, given->content, err);
    return cli_file_end(&file, fine, fine ? err : NULL) && fine;
}

/* With the files of a bundle in it, as far as they are there. */
static void remove_folder(const struct place *place, const char *folder)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < place->count; i++)
        if (path_of(folder, place->files[i].name, path, NULL))
            (void)unlink(path);
    (void)rmdir(folder);
}

/* rename takes the place of an empty folder, too. */
static bool put_in_place(const struct place *place, const char *made, struct err *err)
{
    if (rename(made, place->folder) == 0)
        return file_sync_folder(place->folder, err);
    if (!place->replaces || (errno != ENOTEMPTY && errno != EEXIST))
        return err_errno(err, "%s", place->folder);
    if (renameat2(AT_FDCWD, made, AT_FDCWD, place->folder, RENAME_EXCHANGE) != 0)
        return err_errno(err, "%s", place->folder);
    remove_folder(place, made);
    return file_sync_folder(place->folder, err);
}

static bool write_all(const struct place *place, const char *made, struct err *err)
{
    for (size_t i = 0; i < place->count; i++)
        if (!write_one(made, &place->files[i], err))
            return false;
    return true;
}

/* "DIR/" is "DIR". */
static size_t size_of(const char *folder)
{
    size_t size = str_from(folder).size;
    while (size > 1 && folder[size - 1] == '/')
        size--;
    return size;
}

bool bundle_folder_write(const char *folder, const struct bundle_folder_file *files, size_t count, bool replaces,
                         struct err *err)
{
    char target[PATH_MAX], made[PATH_MAX];
    int size = snprintf(made, sizeof made, "%.*s.XXXXXX", (int)size_of(folder), folder);
    if (size < 0 || size >= (int)sizeof made)
        return err_field(err, "--out", "the path is too long");
    (void)snprintf(target, sizeof target, "%.*s", (int)size_of(folder), folder);
    const struct place place = {.folder = target, .files = files, .count = count, .replaces = replaces};
    if (!check(&place, err))
        return false;
    if (!mkdtemp(made))
        return err_errno(err, "%s cannot be made", target) ||
               err_fix(err, "give --out a name in a folder that is there and that you may write to");
    if (write_all(&place, made, err) && put_in_place(&place, made, err))
        return true;
    remove_folder(&place, made);
    return false;
}
