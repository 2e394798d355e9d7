/* Files as bytes and lists of what was done to them since the last sync. */
#include "disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR_SIZE 512
#define FILES_MAX   16

enum kind { MADE, WRITTEN, CUT, REMOVED };

/* One change that is not durable yet. */
struct change {
    enum kind kind;
    size_t at, size; /* CUT: to `size` */
    unsigned char *data;
    struct change *next;
};

struct content {
    bool exists;
    unsigned char *data;
    size_t size, capacity;
};

struct file {
    char *name;
    struct content live, durable;
    struct change *first, **last;
};

static struct disk {
    sqlite3_vfs vfs, *real;
    struct file files[FILES_MAX];
    size_t files_count;
    enum disk_fault fault;
    unsigned step, steps;
    uint64_t random;
} disk;

struct handle {
    sqlite3_file base;
    struct file *file;
};

static void must(bool fine)
{
    if (fine)
        return;
    (void)fprintf(stderr, "disk: out of memory, or too many files\n");
    abort();
}

static void resize(struct content *content, size_t size)
{
    if (size > content->capacity) {
        size_t capacity = size < 65536 ? 65536 : 2 * size;
        unsigned char *grown = realloc(content->data, capacity);
        must(grown != NULL);
        content->data = grown;
        content->capacity = capacity;
    }
    if (size > content->size)
        memset(content->data + content->size, 0, size - content->size);
    content->size = size;
}

static void write_at(struct content *content, size_t at, const void *data, size_t size)
{
    if (at + size > content->size)
        resize(content, at + size);
    memcpy(content->data + at, data, size);
}

static void apply(struct content *content, const struct change *change)
{
    switch (change->kind) {
    case MADE: content->exists = true; break;
    case WRITTEN: write_at(content, change->at, change->data, change->size); break;
    case CUT: resize(content, change->size); break;
    case REMOVED:
        content->exists = false;
        content->size = 0;
        break;
    }
}

static void forget_changes(struct file *file)
{
    while (file->first) {
        struct change *change = file->first;
        file->first = change->next;
        free(change->data);
        free(change);
    }
    file->last = &file->first;
}

static void change(struct file *file, enum kind kind, size_t at, const void *data, size_t size)
{
    struct change *made = calloc(1, sizeof *made);
    must(made != NULL);
    *made = (struct change){.kind = kind, .at = at, .size = size};
    if (data) {
        made->data = malloc(size + 1);
        must(made->data != NULL);
        memcpy(made->data, data, size);
    }
    *file->last = made;
    file->last = &made->next;
    apply(&file->live, made);
}

static struct file *find(const char *name)
{
    for (size_t i = 0; i < disk.files_count; i++)
        if (strcmp(disk.files[i].name, name) == 0)
            return &disk.files[i];
    must(disk.files_count < FILES_MAX);
    struct file *file = &disk.files[disk.files_count++];
    *file = (struct file){.name = strdup(name)};
    must(file->name != NULL);
    file->last = &file->first;
    return file;
}

static bool is_dead(void)
{
    return disk.fault == DISK_POWER && disk.steps >= disk.step;
}

bool disk_step(void)
{
    disk.steps++;
    return !is_dead() && !(disk.fault == DISK_FAIL && disk.steps == disk.step);
}

static int do_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int do_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at)
{
    const struct content *content = &((struct handle *)base)->file->live;
    size_t from = (size_t)at, wanted = (size_t)size;
    if (is_dead())
        return SQLITE_IOERR_READ;
    size_t there = from < content->size ? content->size - from : 0;
    if (there > wanted)
        there = wanted;
    if (there)
        memcpy(to, content->data + from, there);
    memset((char *)to + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int do_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 at)
{
    struct file *file = ((struct handle *)base)->file;
    size_t count = (size_t)size;
    bool may = disk_step();
    if (disk.fault == DISK_FULL && disk.steps >= disk.step && (size_t)at + count > file->live.size)
        return SQLITE_FULL;
    if (is_dead())
        return SQLITE_IOERR_WRITE;
    change(file, WRITTEN, (size_t)at, data, may ? count : count / 2);
    return may ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int do_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    if (!disk_step())
        return SQLITE_IOERR_TRUNCATE;
    change(((struct handle *)base)->file, CUT, 0, NULL, (size_t)size);
    return SQLITE_OK;
}

static int do_sync(sqlite3_file *base, int flags)
{
    struct file *file = ((struct handle *)base)->file;
    (void)flags;
    bool may = disk_step();
    if (is_dead())
        return SQLITE_IOERR_FSYNC;
    for (const struct change *at = may ? file->first : NULL; at; at = at->next)
        apply(&file->durable, at);
    forget_changes(file); /* also when it failed: nobody will try to save them again */
    return may ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int do_size(sqlite3_file *base, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)((struct handle *)base)->file->live.size;
    return is_dead() ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int do_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int do_is_reserved(sqlite3_file *file, int *ret)
{
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int do_control(sqlite3_file *file, int operation, void *argument)
{
    (void)file;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int do_sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

/* What SQLite takes for granted of a file in Linux. */
static int do_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1: no shared memory, so that a database that is not opened exclusively cannot use its log at all. */
static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = do_close,
                                           .xRead = do_read,
                                           .xWrite = do_write,
                                           .xTruncate = do_truncate,
                                           .xSync = do_sync,
                                           .xFileSize = do_size,
                                           .xLock = do_lock,
                                           .xUnlock = do_lock,
                                           .xCheckReservedLock = do_is_reserved,
                                           .xFileControl = do_control,
                                           .xSectorSize = do_sector_size,
                                           .xDeviceCharacteristics = do_characteristics};

/* Our database is made outside SQLite (with its mode), and its folder synced. */
static void make(struct file *file, int flags)
{
    if (file->live.exists)
        return;
    change(file, MADE, 0, NULL, 0);
    if (flags & SQLITE_OPEN_MAIN_DB)
        file->durable.exists = true;
}

static int do_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags, int *ret_flags)
{
    struct handle *handle = (struct handle *)base;
    (void)vfs;
    *handle = (struct handle){.file = find(name ? name : "")};
    if (!handle->file->live.exists && !(flags & (SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB)))
        return SQLITE_CANTOPEN;
    if (!handle->file->live.exists && !disk_step())
        return SQLITE_CANTOPEN;
    if (is_dead())
        return SQLITE_CANTOPEN;
    make(handle->file, flags);
    handle->base.pMethods = &methods;
    if (ret_flags && disk.fault == DISK_READ_ONLY) /* as SQLite's own does when it may not write */
        *ret_flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
    else if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int do_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct file *file = find(name);
    (void)vfs;
    if (!file->live.exists)
        return SQLITE_IOERR_DELETE_NOENT;
    if (!disk_step())
        return SQLITE_IOERR_DELETE;
    change(file, REMOVED, 0, NULL, 0);
    if (sync_folder) {
        forget_changes(file);
        file->durable.exists = false;
        file->durable.size = 0;
    }
    return SQLITE_OK;
}

static int do_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs;
    (void)flags;
    *ret = find(name)->live.exists && find(name)->live.size > 0;
    return is_dead() ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int do_full_path(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
    (void)vfs;
    return snprintf(ret, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int do_random(sqlite3_vfs *vfs, int size, char *ret)
{
    (void)vfs;
    return disk.real->xRandomness(disk.real, size, ret);
}

static int do_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int do_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    return disk.real->xCurrentTime(disk.real, ret);
}

void disk_install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = (sqlite3_vfs){.iVersion = 1,
                             .szOsFile = (int)sizeof(struct handle),
                             .mxPathname = 4096,
                             .zName = "disk",
                             .xOpen = do_open,
                             .xDelete = do_delete,
                             .xAccess = do_access,
                             .xFullPathname = do_full_path,
                             .xRandomness = do_random,
                             .xSleep = do_sleep,
                             .xCurrentTime = do_time};
    must(sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK);
    disk_break(DISK_SOUND, 0);
}

void disk_remove(void)
{
    (void)sqlite3_vfs_unregister(&disk.vfs);
    must(sqlite3_vfs_register(disk.real, 1) == SQLITE_OK);
    for (size_t i = 0; i < disk.files_count; i++) {
        forget_changes(&disk.files[i]);
        free(disk.files[i].live.data);
        free(disk.files[i].durable.data);
        free(disk.files[i].name);
    }
    disk.files_count = 0;
}

unsigned disk_steps(void)
{
    return disk.steps;
}

void disk_break(enum disk_fault fault, unsigned step)
{
    disk.fault = fault;
    disk.step = step;
    disk.steps = 0;
}

/* xorshift64* */
static bool coin(void)
{
    disk.random ^= disk.random >> 12;
    disk.random ^= disk.random << 25;
    disk.random ^= disk.random >> 27;
    return (disk.random * 0x2545F4914F6CDD1DULL) >> 63;
}

/* A write that was under way: each sector of it for itself. */
static void apply_in_part(struct content *content, const struct change *change)
{
    for (size_t at = 0; at < change->size;) {
        size_t end = (change->at + at) / SECTOR_SIZE * SECTOR_SIZE + SECTOR_SIZE - change->at;
        if (end > change->size)
            end = change->size;
        if (coin())
            write_at(content, change->at + at, change->data + at, end - at);
        at = end;
    }
}

static void survive(struct file *file, uint64_t seed)
{
    for (const struct change *at = file->first; at && seed; at = at->next) {
        if (seed == 1 || coin())
            apply(&file->durable, at);
        else if (at->kind == WRITTEN && coin())
            apply_in_part(&file->durable, at);
    }
    forget_changes(file);
    file->live.exists = file->durable.exists;
    file->live.size = 0;
    resize(&file->live, file->durable.size);
    if (file->durable.size)
        memcpy(file->live.data, file->durable.data, file->durable.size);
}

void disk_power_on(uint64_t seed)
{
    disk.random = seed * 0x9E3779B97F4A7C15ULL + 1;
    disk_break(DISK_SOUND, 0);
    for (size_t i = 0; i < disk.files_count; i++)
        survive(&disk.files[i], seed);
}
