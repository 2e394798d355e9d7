/* /v1/backup and /v1/restore: the whole store as one file, out and in. The file holds private keys. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "control/api_routes.h"
#include "control/commit.h"
#include "control/record.h"
#include "control/restore.h"
#include "crypto/key.h"
#include "os/clock.h"
#include "os/file.h"

/* Beside the store, since nothing else can be written; gone when the request is answered. */
static bool temporary_path(const struct core *core, char room[static PATH_MAX], struct err *err)
{
    int size = snprintf(room, PATH_MAX, "%s/transfer.tmp", core->boot->data_directory);
    return (size > 0 && size < PATH_MAX) || err_set(err, ERR_INPUT, "the path of the data directory is too long");
}

static void remove_temporary(const char *path)
{
    if (unlink(path) != 0)
        log_warning("%s could not be removed; it holds private keys", path);
}

/* Who has all keys from now on. */
static bool note(struct core *core, struct str actor, struct err *err)
{
    struct record record;
    record_init(&record, actor, STR("backup"), STR(""), clock_wall_s());
    bool fine = commit_note(core, &record.entry, err);
    record_fini(&record);
    return fine;
}

void api_backup_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    char path[PATH_MAX];
    struct err err = {0};
    struct buf content;
    if (!temporary_path(core, path, &err)) {
        api_fail(reply, &err);
        return;
    }
    (void)unlink(path); /* of a control that was killed in the middle */
    if (!store_backup(core->store, path, &err)) {
        api_fail(reply, &err);
        return;
    }
    bool fine = file_read(path, API_TRANSFER_SIZE_MAX, &content, &err);
    remove_temporary(path);
    if (fine && !note(core, request->context.actor, &err)) {
        key_wipe(&content);
        fine = false;
    }
    if (!fine) {
        api_fail(reply, &err);
        return;
    }
    (void)buf_put_str(&reply->body, buf_str(&content));
    key_wipe(&content);
    reply->content_type = "application/vnd.sqlite3";
}

static void write_report(const struct restore_report *report, bool dry_run, struct jsonout *out)
{
    jsonout_bool(out, "dry_run", dry_run);
    jsonout_time(out, "backup_made", report->made_s);
    jsonout_u64(out, "sites_added", report->sites_added);
    jsonout_u64(out, "sites_replaced", report->sites_replaced);
    jsonout_u64(out, "sites_removed", report->sites_removed);
    jsonout_u64(out, "sites_kept", report->sites_kept);
    jsonout_u64(out, "ledger_entries_merged", report->entries_merged);
}

void api_restore(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    char path[PATH_MAX];
    struct err err = {0};
    struct restore_report report;
    struct jsonout out = {.out = &reply->body};
    bool dry_run = str_eq(request->query, STR("dry_run=true"));
    if (request->query.size && !dry_run)
        (void)err_field(&err, "query", "only dry_run=true can be said here");
    if (err.code || !temporary_path(core, path, &err) || !file_replace(path, request->content, 0600, &err)) {
        api_fail(reply, &err);
        return;
    }
    bool fine = restore_backup(core, path, dry_run, request->context.actor, &report, &err);
    remove_temporary(path);
    if (!fine) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    write_report(&report, dry_run, &out);
    if (dry_run)
        jsonout_object_end(&out);
    else
        reply->generation = core->state.generation;
}
