/* backup, restore: the whole store as one file, out and in. The file holds private keys. */
#include "app/cli_backup.h"

#include "app/cli_ask.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_file.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "os/file.h"

/* What control takes; see API_TRANSFER_SIZE_MAX. */
#define BACKUP_SIZE_MAX ((size_t)192 << 20)

static bool write_file(const char *path, struct str content, struct err *err)
{
    struct cli_file file;
    struct err ignored;
    if (!cli_file_new(path, &file, err))
        return false;
    if (cli_file_put(&file, content, err))
        return cli_file_end(&file, true, err);
    (void)!cli_file_end(&file, false, &ignored);
    return false;
}

int cli_backup(const struct cli *cli)
{
    struct err err = {0};
    struct cli_reply reply;
    const char *path = cli->operands[0];
    const struct cli_request request = {.method = "GET", .path = "/v1/backup", .timeout_s = CLI_TIMEOUT_TRANSFER_S};
    if (!cli_file_check(path, &err))
        return cli_print_error(&err);
    int status = cli_send(cli, &request, &reply);
    if (status != CLI_OK)
        return status;
    size_t size = buf_str(&reply.text).size;
    if (write_file(path, buf_str(&reply.text), &err)) {
        cli_text_printf(stdout, "", 0,
                        "%s holds everything (%zu KiB): sites, certificates with their private keys, the local CA, the "
                        "ledger of promises, evidence, the audit log, and the key that all this is sealed with. "
                        "Whoever can read it can pose as your sites: keep it as safe as the server.",
                        path, (size + 1023) / 1024);
    } else {
        status = cli_print_error(&err);
    }
    cli_reply_fini(&reply);
    return status;
}

static void write_count(FILE *out, const json_t *json, const char *member, const char *title, const char *what)
{
    int64_t count = cli_json_number(json, member, 0);
    char first[24];
    (void)snprintf(first, sizeof first, "%-9s%6lld  ", title, (long long)count);
    cli_text_wrap(out, first, 17, str_from(what));
}

void cli_restore_write(FILE *out, const json_t *json)
{
    char room[CLI_MOMENT_SIZE];
    bool dry_run = cli_json_bool(json, "dry_run");
    (void)fprintf(out, "The backup was made at %s.%s\n\n",
                  cli_moment_text(cli_json_text(json, "backup_made", NULL), room),
                  dry_run ? "\nNothing was changed; this is what would be:" : "");
    write_count(out, json, "sites_added", "added", "sites that were not there");
    write_count(out, json, "sites_replaced", "replaced", "sites that are now as in the backup");
    write_count(out, json, "sites_removed", "removed", "sites that are not in the backup");
    write_count(out, json, "sites_kept", "kept",
                "sites left as they were: browsers are bound to them, and the backup's would not do");
    write_count(out, json, "ledger_entries_merged", "merged",
                "promises that only the backup knew; of two that differ, the later end counts");
}

/* Sites go back to what they were: no less than removing one. */
static bool is_sure(const struct cli *cli, struct err *err)
{
    return cli_has(cli, "dry-run") ||
           cli_ask(cli, CLI_ASK_YES, "", "Sites and settings become those of the backup, at once.", err);
}

static int tell_restored(const struct cli *cli, const json_t *reply)
{
    int status = cli_check_applied(reply);
    if (cli_has(cli, "json"))
        return cli_print_json(reply) ? status : CLI_FAILED;
    cli_restore_write(stdout, reply);
    return status;
}

int cli_restore(const struct cli *cli)
{
    struct err err = {0};
    struct cli_reply reply = {0};
    struct buf content;
    if (!file_read(cli->operands[0], BACKUP_SIZE_MAX, &content, &err))
        return cli_print_error(&err);
    const struct cli_request request = {.method = "POST",
                                        .path = cli_has(cli, "dry-run") ? "/v1/restore?dry_run=true" : "/v1/restore",
                                        .bytes = buf_str(&content),
                                        .timeout_s = CLI_TIMEOUT_TRANSFER_S};
    int status = is_sure(cli, &err) ? cli_send(cli, &request, &reply) : cli_print_error(&err);
    if (content.data)
        explicit_bzero(content.data, content.capacity);
    buf_fini(&content);
    if (status != CLI_OK)
        return status;
    status = tell_restored(cli, reply.json);
    cli_reply_fini(&reply);
    return status;
}
