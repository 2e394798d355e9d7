/* subdomains add, import, sign-off, except, remove: what changes an inventory. */
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_dns.h"
#include "app/cli_output.h"
#include "app/cli_subdomains.h"
#include "app/cli_text.h"
#include "crypto/wipe.h"
#include "os/file.h"

#define ROOM_SIZE 65536
/* What one request takes, with what JSON makes of it. */
#define LIST_SIZE_MAX ((size_t)4 << 20)
/* A key file with its comments. */
#define SECRET_FILE_SIZE_MAX 16384

/* ---- names come in ---- */

void cli_subdomains_write_taken(FILE *out, const json_t *json)
{
    const json_t *problems = json_object_get(json, "problems");
    long long left_out = (long long)cli_json_number(json, "left_out", 0);
    long long untold = (long long)cli_json_number(json, "problems_total", 0) - (long long)json_array_size(problems);
    for (size_t i = 0; i < json_array_size(problems); i++) {
        const json_t *one = json_array_get(problems, i);
        long long line = (long long)cli_json_number(one, "line", 0);
        if (line)
            cli_text_printf(out, "", 4, "line %lld: %s", line, cli_json_text(one, "message", "?"));
        else
            cli_text_printf(out, "", 4, "%s", cli_json_text(one, "message", "?"));
    }
    if (untold > 0)
        cli_text_printf(out, "", 4, "So it is with %lld more.", untold);
    cli_text_printf(out, "", 0, "Read as %s: %lld new, %lld known already, %lld not below it%s.",
                    cli_json_text(json, "format", "?"), (long long)cli_json_number(json, "added", 0),
                    (long long)cli_json_number(json, "known", 0), (long long)cli_json_number(json, "foreign", 0),
                    left_out ? ", some left out" : "");
}

static int tell_taken(const struct cli *cli, struct cli_reply *take_reply)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else
        cli_subdomains_write_taken(stdout, take_reply->json);
    cli_reply_fini(take_reply);
    return status;
}

static int give_list(const struct cli *cli, const char *tail, json_t *take_body)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct err err = {0};
    if (!take_body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    arena_init(&room, ROOM_SIZE);
    const char *path = cli_site_path(&room, cli->operands[0], tail);
    const struct cli_request request = {
        .method = "POST", .path = path, .json = take_body, .timeout_s = CLI_TIMEOUT_TRANSFER_S};
    int status = path ? cli_send(cli, &request, &reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    json_decref(take_body);
    return status == CLI_OK ? tell_taken(cli, &reply) : status;
}

int cli_subdomains_add(const struct cli *cli)
{
    struct buf names;
    buf_init(&names, LIST_SIZE_MAX);
    for (size_t i = 1; i < cli->operands_count; i++)
        (void)(buf_put_str(&names, str_from(cli->operands[i])) && buf_put_char(&names, '\n'));
    json_t *body = json_pack("{s:s, s:s%}", "format", "names", "content", buf_str(&names).data, names.size);
    buf_fini(&names);
    return give_list(cli, "/subdomains", body);
}

int cli_subdomains_import(const struct cli *cli)
{
    const char *path = cli->operands[1], *format = cli_value(cli, "format");
    struct buf content;
    struct err err = {0};
    if (!file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, LIST_SIZE_MAX, &content, &err))
        return cli_print_error(&err);
    json_t *body = json_pack("{s:s, s:s%}", "format", format ? format : "guess", "content",
                             content.size ? buf_str(&content).data : "", content.size);
    buf_fini(&content);
    return give_list(cli, "/subdomains", body);
}

/* {"name": …, "algorithm": …, "secret": …}, or null without --key; NULL with *err. */
static json_t *key_of(const struct cli *cli, struct err *err)
{
    const char *name = cli_value(cli, "key"), *path = cli_value(cli, "secret-file");
    const char *algorithm = cli_value(cli, "algorithm");
    struct buf content;
    if (!name && !path)
        return json_null();
    if (!name || !path) {
        (void)err_field(err, name ? "--secret-file" : "--key", "a key has a name and a secret");
        (void)err_fix(err, "give both --key NAME and --secret-file FILE");
        return NULL;
    }
    if (!file_read(path, SECRET_FILE_SIZE_MAX, &content, err))
        return NULL;
    struct str secret = cli_dns_secret(buf_str(&content));
    json_t *key = NULL;
    if (secret.size)
        key = json_pack("{s:s, s:s, s:s%}", "name", name, "algorithm", algorithm ? algorithm : "hmac-sha256", "secret",
                        secret.data, secret.size);
    else {
        (void)err_field(err, "--secret-file", "%.200s holds no secret", path);
        (void)err_fix(err, "put the key's secret (Base64) into it, or name the file that tsig-keygen or keymgr wrote");
    }
    wipe_bytes(content.data, content.capacity);
    buf_fini(&content);
    return key;
}

int cli_subdomains_transfer(const struct cli *cli)
{
    const char *server = cli_value(cli, "server"), *zone = cli_value(cli, "zone"), *typed = cli_value(cli, "port");
    struct err err = {0};
    uint64_t port = 53;
    if (!server) {
        (void)err_field(&err, "--server", "it is missing");
        (void)err_fix(&err, "give the IP address of a name server of the zone: --server ADDRESS");
        return cli_print_error(&err);
    }
    if (typed && !str_to_u64(str_from(typed), UINT16_MAX, &port)) {
        (void)err_field(&err, "--port", "\"%s\" is no port", typed);
        return cli_print_error(&err);
    }
    json_t *key = key_of(cli, &err);
    if (!key)
        return cli_print_error(&err);
    return give_list(
        cli, "/subdomains/transfer",
        json_pack("{s:s, s:I, s:s*, s:o}", "server", server, "port", (json_int_t)port, "zone", zone, "key", key));
}

/* ---- one name ---- */

/* "/v1/sites/SITE/subdomains/NAME"; NULL when memory ran out. */
static const char *child_path(const struct cli *cli, struct arena *room)
{
    const char *path = cli_site_path(room, cli->operands[0], "/subdomains/");
    const char *child = cli_escape(room, cli->operands[1]);
    return path && child ? arena_printf(room, "%s%s", path, child).data : NULL;
}

static int ask(const struct cli *cli, const char *method, json_t *take_body, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *path = child_path(cli, &room);
    int status = path ? cli_call(cli, method, path, take_body, ret) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    json_decref(take_body);
    return status;
}

static int change(const struct cli *cli, json_t *take_body)
{
    struct cli_reply reply = {0};
    struct err err = {0};
    if (!take_body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    int status = ask(cli, "PATCH", take_body, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_text_printf(stdout, "", 4, "%s is %s now.", cli_json_text(reply.json, "name", "?"),
                        cli_json_text(reply.json, "state", "?"));
    cli_reply_fini(&reply);
    return status;
}

int cli_subdomains_sign_off(const struct cli *cli)
{
    const char *comment = cli_value(cli, "comment");
    if (cli_has(cli, "undo"))
        return change(cli, json_pack("{s:n}", "sign_off"));
    return change(cli, json_pack("{s:{s:s}}", "sign_off", "comment", comment ? comment : ""));
}

int cli_subdomains_except(const struct cli *cli)
{
    const char *reason = cli_value(cli, "reason"), *until = cli_value(cli, "until");
    struct err err = {0};
    if (cli_has(cli, "undo"))
        return change(cli, json_pack("{s:n}", "exception"));
    if (!reason) {
        (void)err_field(&err, "--reason", "it is missing");
        (void)err_fix(&err, "say why visitors of this name may be shut out: --reason TEXT");
        return cli_print_error(&err);
    }
    return change(cli, json_pack("{s:{s:s, s:s?}}", "exception", "reason", reason, "until", until));
}

int cli_subdomains_remove(const struct cli *cli)
{
    struct cli_reply reply = {0};
    int status = ask(cli, "DELETE", NULL, &reply);
    if (status == CLI_OK)
        cli_reply_fini(&reply);
    return status;
}
