/* A store of OpenSSL, and the stamps of what it was read from. */
#include "crypto/system_roots.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *path_of(const char *variable, const char *usual)
{
    const char *named = secure_getenv(variable); /* as the library reads it */
    return named ? named : usual;
}

/* The time of the inode, which nobody can set: a bundle that was changed in place has another one as well. */
static struct system_roots_stamp stamp_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct system_roots_stamp){.inode = 0};
    return (struct system_roots_stamp){.device = status.st_dev,
                                       .inode = status.st_ino,
                                       .size = status.st_size,
                                       .changed_s = status.st_ctim.tv_sec,
                                       .changed_ns = status.st_ctim.tv_nsec};
}

static bool stamp_eq(const struct system_roots_stamp *a, const struct system_roots_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->changed_s == b->changed_s &&
           a->changed_ns == b->changed_ns;
}

static X509_STORE *read_store(struct err *err)
{
    X509_STORE *store = X509_STORE_new();
    if (!store) {
        (void)err_memory(err);
        return NULL;
    }
    bool fine = X509_STORE_set_default_paths(store) == 1;
    ERR_clear_error(); /* a missing file beside the folder is no failure, but is noted there */
    if (fine)
        return store;
    (void)err_set(err, ERR_SYSTEM, "The system's trusted certificates do not load.");
    X509_STORE_free(store);
    return NULL;
}

void system_roots_fini(struct system_roots *roots)
{
    X509_STORE_free(roots->store);
    *roots = (struct system_roots){.store = NULL};
}

/* Reads them when they are not the ones that are kept any more. */
static bool refresh(struct system_roots *kept, const char *folder, struct err *err)
{
    const struct system_roots now = {
        .file = stamp_of(path_of(X509_get_default_cert_file_env(), X509_get_default_cert_file())),
        .folder = stamp_of(folder)};
    if (kept->store && stamp_eq(&kept->file, &now.file) && stamp_eq(&kept->folder, &now.folder))
        return true;
    X509_STORE *store = read_store(err);
    if (!store)
        return false;
    system_roots_fini(kept);
    *kept = now; /* of before they were read: what changed meanwhile is read again */
    kept->store = store;
    return true;
}

X509_STORE *system_roots_open(struct system_roots *kept, struct err *err)
{
    const char *folder = path_of(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
    if (!kept || strchr(folder, ':')) /* a list of folders is not watched */
        return read_store(err);
    if (!refresh(kept, folder, err))
        return NULL;
    (void)X509_STORE_up_ref(kept->store); /* fails for no reason that is left */
    return kept->store;
}
