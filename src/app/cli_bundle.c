/* bundle create, bundle key: evidence for auditors, and what it is signed with. */
#include <errno.h>
#include <stdio.h>

#include "app/bundle_folder.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_evidence.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "codec/base64.h"
#include "os/clock.h"

/* Of one file, as control makes it. */
#define FILE_SIZE_MAX ((size_t)256 << 20)
#define ROOM_SIZE     65536

static const char *with(struct arena *room, const char *query, const char *name, const char *value)
{
    return query && value ? arena_printf(room, "%s%s%s=%s", query, *query ? "&" : "?", name, value).data : NULL;
}

/* "?since=…&until=…&language=…"; NULL with *err. */
static const char *query_of(const struct cli *cli, struct arena *room, struct err *err)
{
    static const char *const moments[] = {"since", "until"};
    const char *query = "", *language = cli_value(cli, "language");
    int64_t now_s = clock_wall_s();
    for (size_t i = 0; query && i < sizeof moments / sizeof *moments; i++) {
        char field[16];
        const char *given = cli_value(cli, moments[i]);
        (void)snprintf(field, sizeof field, "--%s", moments[i]);
        if (given)
            query = with(room, query, moments[i], cli_evidence_moment(room, field, given, now_s, err));
    }
    if (query && language)
        query = with(room, query, "language", cli_escape(room, language));
    if (!query && !err->code)
        (void)err_memory(err);
    return query;
}

static int fetch(const struct cli *cli, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *query = query_of(cli, &room, &err);
    const char *tail = query ? arena_printf(&room, "/evidence/bundle%s", query).data : NULL;
    const char *path = tail ? cli_site_path(&room, cli->operands[0], tail) : NULL;
    int status = err.code ? cli_print_error(&err) : path ? cli_call(cli, "GET", path, NULL, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

/* The files as the answer has them. */
struct answer {
    struct bundle_folder_file files[BUNDLE_FOLDER_FILES_COUNT_MAX];
    struct buf contents[BUNDLE_FOLDER_FILES_COUNT_MAX];
    size_t count;
};

static bool read_file(struct answer *answer, const json_t *file, struct err *err)
{
    const char *name = json_string_value(json_object_get(file, "name"));
    struct str text = str_from(json_string_value(json_object_get(file, "base64")));
    if (answer->count == BUNDLE_FOLDER_FILES_COUNT_MAX || !name)
        return err_set(err, ERR_SYSTEM, "control's answer is no evidence bundle");
    struct buf *content = &answer->contents[answer->count];
    buf_init(content, FILE_SIZE_MAX);
    answer->files[answer->count++].name = name;
    if (!base64_decode(BASE64_STANDARD, text, content))
        return err_set(err, ERR_SYSTEM, "control's answer is no evidence bundle");
    answer->files[answer->count - 1].content = buf_str(content);
    return true;
}

static bool read_answer(struct answer *answer, const json_t *json, struct err *err)
{
    const json_t *files = json_object_get(json, "files");
    *answer = (struct answer){0};
    for (size_t i = 0; i < json_array_size(files); i++)
        if (!read_file(answer, json_array_get(files, i), err))
            return false;
    return answer->count > 0 || err_set(err, ERR_SYSTEM, "control's answer is no evidence bundle");
}

static void answer_fini(struct answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        buf_fini(&answer->contents[i]);
}

static void tell(const char *folder, const json_t *reply)
{
    cli_text_printf(stdout, "", 0,
                    "%s holds evidence.html to read, evidence.json for programs, and the signature of both.", folder);
    cli_text_printf(stdout, "", 0, "Signed with %s: give this fingerprint to whoever will check it, by another way.",
                    cli_json_text(reply, "fingerprint_sha256", "?"));
    cli_text_printf(stdout, "", 0, "Check it with: strictgate bundle verify %s", folder);
}

/* The answer without the files, which are in the folder. */
static int tell_json(const char *folder, json_t *reply)
{
    bool fine = json_object_del(reply, "files") == 0 && json_object_set_new(reply, "folder", json_string(folder)) == 0;
    return fine && cli_print_json(reply) ? CLI_OK : CLI_FAILED;
}

static int create(const struct cli *cli, const char *folder)
{
    struct err err = {0};
    struct cli_reply reply = {0};
    struct answer answer = {0};
    int status = fetch(cli, &reply);
    if (status != CLI_OK)
        return status;
    bool fine = read_answer(&answer, reply.json, &err) &&
                bundle_folder_write(folder, answer.files, answer.count, cli_has(cli, "replace"), &err);
    answer_fini(&answer);
    if (!fine)
        status = cli_print_error(&err);
    else if (cli_has(cli, "json"))
        status = tell_json(folder, reply.json);
    else
        tell(folder, reply.json);
    cli_reply_fini(&reply);
    return status;
}

int cli_bundle_create(const struct cli *cli)
{
    struct err err = {0};
    const char *folder = cli_value(cli, "out");
    if (!folder || !*folder) {
        (void)err_field(&err, "--out", "it is missing");
        (void)err_fix(&err, "name a new folder: --out %s-evidence", cli->operands[0]);
        return cli_print_error(&err);
    }
    /* Before anything is asked for and noted; what is in a folder that is to be replaced is judged later. */
    if (!cli_has(cli, "replace") && !bundle_folder_check(folder, NULL, 0, false, &err))
        return cli_print_error(&err);
    return create(cli, folder);
}

static void write_keys(FILE *out, const json_t *keys)
{
    char made[CLI_MOMENT_SIZE], retired[CLI_MOMENT_SIZE];
    if (json_array_size(keys) == 0)
        cli_text_printf(out, "", 0, "there is no key yet: the first bundle makes one, and so does --rotate");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);
        const char *until = cli_json_text(key, "retired", NULL);
        (void)fprintf(out, "%s\n", cli_json_text(key, "fingerprint_sha256", "?"));
        if (until)
            cli_text_printf(out, "    ", 4, "signed from %s until %s",
                            cli_moment_text(cli_json_text(key, "made", NULL), made), cli_moment_text(until, retired));
        else
            cli_text_printf(out, "    ", 4, "signs since %s", cli_moment_text(cli_json_text(key, "made", NULL), made));
    }
}

/* All of them, for a file that an auditor is given. */
static void write_pem(FILE *out, const json_t *keys)
{
    for (size_t i = 0; i < json_array_size(keys); i++)
        (void)fputs(cli_json_text(json_array_get(keys, i), "public_key", ""), out);
}

int cli_bundle_key(const struct cli *cli)
{
    struct cli_reply reply = {0};
    int status = cli_call(cli, cli_has(cli, "rotate") ? "POST" : "GET", "/v1/evidence-keys", NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *keys = json_object_get(reply.json, "keys");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (cli_has(cli, "pem"))
        write_pem(stdout, keys);
    else
        write_keys(stdout, keys);
    cli_reply_fini(&reply);
    return status;
}
