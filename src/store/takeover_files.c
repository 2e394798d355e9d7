/* Finding and reading what the first stage left. */
#include "store/takeover_files.h"

#include <stdio.h>

#include "os/file.h"

/* A root and its key are 1 KB each. */
#define CA_SIZE_MAX 65536

bool takeover_path(const struct store *store, const char *name, const char *suffix, char path[static PATH_MAX],
                   struct err *err)
{
    int size = snprintf(path, PATH_MAX, "%s/%s%s", store->directory, name, suffix);
    return (size > 0 && size < PATH_MAX) || err_set(err, ERR_INPUT, "the path of the data directory is too long");
}

bool takeover_load_pem(const char *path, struct cert **ret, struct err *err)
{
    struct buf content;
    if (!file_read(path, CERT_FILE_SIZE_MAX, &content, err))
        return false;
    struct cert *cert = cert_load(buf_str(&content), (struct str){NULL, 0}, NULL, err);
    key_wipe(&content);
    if (!cert)
        return err_context(err, "%s", path);
    *ret = cert;
    return true;
}

bool takeover_read(const struct store *store, const char *name, size_t size_max, struct buf *ret, struct err *err)
{
    char path[PATH_MAX];
    struct err why = {0};
    buf_init(ret, size_max);
    if (!takeover_path(store, name, "", path, err))
        return false;
    if (file_read(path, size_max, ret, &why) || why.code == ERR_NOT_FOUND)
        return true;
    if (err)
        *err = why;
    return false;
}

bool takeover_read_ca(const struct store *store, struct takeover_ca *ret, struct err *err)
{
    buf_init(&ret->key, CA_SIZE_MAX);
    return takeover_read(store, TAKEOVER_CA_ROOT_NAME, CA_SIZE_MAX, &ret->root, err) &&
           takeover_read(store, TAKEOVER_CA_KEY_NAME, CA_SIZE_MAX, &ret->key, err);
}

void takeover_ca_fini(struct takeover_ca *ca)
{
    buf_fini(&ca->root);
    key_wipe(&ca->key);
}
