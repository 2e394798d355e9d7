/*
 * The second step of the takeover: what is in the database for good is taken off the disk. Removed files are not
 * overwritten first: neither flash memory nor a copying file system would promise anything by it.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "os/file.h"
#include "store/takeover_files.h"

/* Only a file whose content the database holds, opened and compared. */
static bool remove_pem(struct store *store, const char *path, size_t *left, struct err *err)
{
    struct err why = {0};
    struct cert *cert = NULL;
    bool held = takeover_load_pem(path, &cert, &why) && store_certificate_holds(store, cert, &why);
    cert_free(cert);
    if (held)
        return unlink(path) == 0 || err_errno(err, "cannot remove %s", path);
    (*left)++;
    return true;
}

static bool remove_pems(struct store *store, const char *folder, DIR *entries, size_t *left, struct err *err)
{
    char path[PATH_MAX];
    for (const struct dirent *entry; (entry = readdir(entries));) {
        int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (str_starts(str_from(entry->d_name), STR(".")) || size < 0 || (size_t)size >= sizeof path)
            continue;
        if (!remove_pem(store, path, left, err))
            return false;
    }
    return true;
}

static bool put_away(const char *from, const char *to, struct err *err)
{
    return rename(from, to) == 0 || errno == ENOENT || err_errno(err, "cannot rename %s to %s", from, to);
}

static bool finish_certificates(struct store *store, size_t *left, struct err *err)
{
    char folder[PATH_MAX], aside[PATH_MAX];
    if (!takeover_path(store, TAKEOVER_CERTIFICATES_NAME, "", folder, err) ||
        !takeover_path(store, TAKEOVER_CERTIFICATES_NAME, TAKEOVER_DONE_SUFFIX, aside, err))
        return false;
    DIR *entries = opendir(folder);
    if (!entries)
        return errno == ENOENT || err_errno(err, "cannot open %s", folder);
    bool fine = remove_pems(store, folder, entries, left, err);
    (void)closedir(entries);
    return fine && (rmdir(folder) == 0 || put_away(folder, aside, err));
}

/* The root itself is public and stays where it was. */
static bool finish_local_ca(struct store *store, struct err *err)
{
    char path[PATH_MAX];
    struct takeover_ca ca;
    if (!takeover_path(store, TAKEOVER_CA_KEY_NAME, "", path, err))
        return false;
    bool fine = takeover_read_ca(store, &ca, err);
    if (fine && store_local_ca_holds(store, buf_str(&ca.root), buf_str(&ca.key)))
        fine = file_remove(path, err);
    takeover_ca_fini(&ca);
    return fine;
}

static bool finish(struct store *store, size_t *left, struct err *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    return takeover_path(store, TAKEOVER_STATE_NAME, "", from, err) &&
           takeover_path(store, TAKEOVER_STATE_NAME, TAKEOVER_DONE_SUFFIX, to, err) &&
           finish_certificates(store, left, err) && finish_local_ca(store, err) && put_away(from, to, err) &&
           file_sync_folder(from, err) && db_script(store->db, "UPDATE installation SET takeover = 0;", err);
}

static void add_news(struct store *store, size_t left)
{
    size_t used = strlen(store->news);
    (void)snprintf(store->news + used, sizeof store->news - used,
                   "%sfiles with private keys in clear were removed, " TAKEOVER_STATE_NAME
                   " is " TAKEOVER_STATE_NAME TAKEOVER_DONE_SUFFIX " now",
                   used ? "; " : "");
    used = strlen(store->news);
    if (left)
        (void)snprintf(store->news + used, sizeof store->news - used,
                       "; %zu that no site uses are in " TAKEOVER_CERTIFICATES_NAME TAKEOVER_DONE_SUFFIX
                       ": remove that folder when you need none of them",
                       left);
}

static void warn_of_leftover(struct store *store)
{
    char path[PATH_MAX];
    if (!store->news[0] && takeover_path(store, TAKEOVER_STATE_NAME, "", path, NULL) && access(path, F_OK) == 0)
        (void)snprintf(store->news, sizeof store->news, "%.200s is not read any more: all that counts is in %.200s",
                       path, db_path(store->db));
}

void takeover_finish(struct store *store)
{
    int64_t pending = 0;
    size_t left = 0;
    struct err err = {0};
    if (db_number(store->db, "SELECT takeover FROM installation", &pending, &err) && !pending) {
        warn_of_leftover(store);
        return;
    }
    if (!err.code && finish(store, &left, &err))
        add_news(store, left);
    else
        log_warning(
            "the files of before, with private keys in clear, are not put away yet; the next start tries again: "
            "%s",
            err.text);
}
