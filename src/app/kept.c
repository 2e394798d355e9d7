/* From control's descriptor or from the sealed file to the same thing: a memfd whose header was looked at. */
#include "app/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/seal.h"
#include "crypto/wipe.h"
#include "os/file.h"
#include "os/memfd.h"
#include "snapshot/read.h"
#include "snapshot/rules.h"

/* With the directory's own limit and the names below it. */
#define KEPT_PATH_SIZE 256

void kept_init(struct kept *kept)
{
    *kept = (struct kept){.fd = -1};
}

void kept_fini(struct kept *kept)
{
    if (kept->fd >= 0)
        (void)close(kept->fd);
    kept_init(kept);
}

/* The header alone: whoever serves by the blob checks all of it. */
static bool read_header(int fd, struct snap_header *ret, struct err *err)
{
    struct str map;
    if (!memfd_sealed_map(fd, SNAP_SIZE_MAX, &map, err))
        return false;
    bool good = map.size >= sizeof *ret;
    if (good)
        memcpy(ret, map.data, sizeof *ret);
    memfd_unmap(map.data, map.size);
    if (good && ret->magic == SNAPSHOT_MAGIC && ret->version == SNAPSHOT_VERSION && ret->size == map.size)
        return true;
    return err_set(err, ERR_INPUT, "what came as a snapshot is none of this version");
}

bool kept_take(struct kept *kept, int fd, struct err *err)
{
    struct snap_header header;
    if (!read_header(fd, &header, err)) {
        (void)close(fd);
        return false;
    }
    kept_fini(kept);
    *kept = (struct kept){.fd = fd,
                          .generation = header.generation,
                          .drain_timeout_ms = header.limits.drain_timeout_ms,
                          .sites_count = header.sites.count};
    return true;
}

static bool read_key(const char *data_directory, uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err)
{
    char path[KEPT_PATH_SIZE];
    struct buf text;
    (void)snprintf(path, sizeof path, "%s/seal.key", data_directory);
    if (!file_read_plain(path, SEAL_KEY_SIZE, &text, err))
        return false;
    bool good = text.size == SEAL_KEY_SIZE;
    if (good)
        memcpy(ret_key, buf_str(&text).data, SEAL_KEY_SIZE);
    wipe_bytes(text.data, text.capacity);
    buf_fini(&text);
    return good || err_set(err, ERR_INPUT, "%s is not %d bytes long", path, SEAL_KEY_SIZE);
}

static bool unseal(struct kept *kept, struct str sealed, const uint8_t key[static SEAL_KEY_SIZE], struct err *err)
{
    void *plain;
    size_t size;
    int fd;
    if (!seal_open(key, STR("snapshot"), sealed, &plain, &size, err))
        return false;
    bool good = memfd_sealed_new("strictgate-snapshot", str_make(plain, size), &fd, err);
    wipe_free(plain, size);
    return good && kept_take(kept, fd, err);
}

bool kept_load(struct kept *kept, const char *data_directory, struct err *err)
{
    char path[KEPT_PATH_SIZE];
    struct buf sealed;
    uint8_t key[SEAL_KEY_SIZE];
    (void)snprintf(path, sizeof path, "%s/snapshot.sealed", data_directory);
    if (!file_read_plain(path, SNAP_SIZE_MAX + SEAL_OVERHEAD_SIZE, &sealed, err))
        return false;
    bool good = read_key(data_directory, key, err) && unseal(kept, buf_str(&sealed), key, err);
    wipe_bytes(key, sizeof key);
    buf_fini(&sealed);
    return good || err_context(err, "%s", path);
}
