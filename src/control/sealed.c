/* Sealed files and their key. */
#include "control/sealed.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/wipe.h"
#include "os/file.h"

static bool make_key(const char *path, uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err)
{
    return seal_key_make(ret_key, err) && file_replace(path, str_make(ret_key, SEAL_KEY_SIZE), 0600, err);
}

/* What is there is no key: nothing was sealed with it that could be opened again, so it is put aside and made anew. */
static bool replace_damaged(const char *path, uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err)
{
    char aside[PATH_MAX];
    int size = snprintf(aside, sizeof aside, "%s.damaged", path);
    if (size < 0 || (size_t)size >= sizeof aside)
        return err_set(err, ERR_INPUT, "%s: the path is too long", path);
    if (rename(path, aside) != 0)
        return err_errno(err, "%s is damaged and cannot be moved to %s", path, aside);
    log_warning(
        "%s was damaged and is made anew, the old one is %s: the last snapshot and TLS session tickets are lost", path,
        aside);
    return make_key(path, ret_key, err);
}

static bool refuse(const char *path, const char *what, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "%s is %s, and the private keys in the store were sealed with it", path, what);
    return err_fix(err, "put it back (a backup holds it); the guide to operations says what to do when it is lost");
}

bool sealed_key(const char *path, const char *store, uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err)
{
    struct buf content;
    struct err why = {0};
    bool needed = access(store, F_OK) == 0;
    if (!file_read(path, SEAL_KEY_SIZE, &content, &why)) {
        if (why.code == ERR_NOT_FOUND)
            return needed ? refuse(path, "missing", err) : make_key(path, ret_key, err);
        if (why.code == ERR_INPUT) /* longer than a key */
            return needed ? refuse(path, "damaged", err) : replace_damaged(path, ret_key, err);
        if (err)
            *err = why;
        return false;
    }
    bool fine = content.size == SEAL_KEY_SIZE;
    if (fine)
        memcpy(ret_key, buf_str(&content).data, SEAL_KEY_SIZE);
    wipe_bytes(content.data, content.capacity);
    buf_fini(&content);
    if (fine)
        return true;
    return needed ? refuse(path, "damaged", err) : replace_damaged(path, ret_key, err);
}

bool sealed_write(const uint8_t key[static SEAL_KEY_SIZE], const char *path, struct str purpose, struct str plain,
                  struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(key, purpose, plain, &sealed, &size, err))
        return false;
    bool fine = file_replace(path, str_make(sealed, size), 0600, err);
    free(sealed);
    return fine;
}

bool sealed_read(const uint8_t key[static SEAL_KEY_SIZE], const char *path, struct str purpose, void **ret_plain,
                 size_t *ret_size, struct err *err)
{
    struct buf content;
    if (!file_read(path, SEAL_SIZE_MAX, &content, err))
        return false;
    bool fine = seal_open(key, purpose, buf_str(&content), ret_plain, ret_size, err);
    buf_fini(&content);
    return fine;
}
