/* From the store and from files. */
#include "control/roots.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "os/file.h"

static bool add_root(void *context, const struct store_root *root)
{
    return buf_put_str(context, root->pem);
}

bool roots_declared(struct core *core, struct buf *out, struct err *err)
{
    return store_roots(core->store, add_root, out, err) && (buf_ok(out) || err_memory(err));
}

static bool add_file(const char *folder, const char *name, struct buf *out)
{
    char path[PATH_MAX];
    struct buf content;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path || !file_read(path, ROOTS_FILE_SIZE_MAX, &content, NULL))
        return false;
    (void)buf_put_str(out, buf_str(&content));
    (void)buf_put_char(out, '\n');
    buf_fini(&content);
    return true;
}

void roots_folder(const char *folder, struct buf *out)
{
    DIR *files = opendir(folder);
    size_t count = 0;
    if (!files)
        return;
    for (const struct dirent *one; count < ROOTS_LOCAL_COUNT_MAX && (one = readdir(files));)
        if (str_ends(str_from(one->d_name), STR(".crt")))
            count += add_file(folder, one->d_name, out);
    (void)closedir(files);
}

bool roots_private(struct core *core, const char *folder, struct buf *out, struct err *err)
{
    struct buf local;
    if (store_has_local_ca(core->store)) {
        if (!store_local_ca(core->store, &local, NULL, err))
            return false;
        (void)buf_put_str(out, buf_str(&local));
        buf_fini(&local);
    }
    roots_folder(folder, out);
    return buf_ok(out) || err_memory(err);
}
