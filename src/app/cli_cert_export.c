/* cert export: a certificate with its key as a file for another program, under a password that is asked for twice. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_file.h"
#include "app/cli_output.h"
#include "app/cli_passphrase.h"

/* The request with the password in it; NULL with *err. JSON's memory is wiped when it goes (main.c). */
static json_t *request_of(const struct cli *cli, struct err *err)
{
    struct buf password;
    const char *side = cli_value(cli, "side"), *path = cli_value(cli, "out");
    bool has = cli_passphrase_is_given(cli) ? cli_passphrase_get(cli, path, &password, err)
                                            : cli_passphrase_prompt_twice("Passphrase of", path, "the file",
                                                                          "--passphrase-file", &password, err);
    if (!has)
        return NULL;
    struct str text = buf_str(&password);
    json_t *secret = json_stringn(text.data, text.size), *body = NULL;
    cli_passphrase_wipe(&password);
    if (!secret) {
        (void)err_field(err, "--passphrase-file", "it is not text in UTF-8");
        return NULL;
    }
    body = json_pack("{s:o}", "password", secret);
    if (body && (!side || json_object_set_new(body, "side", json_string(side)) == 0))
        return body;
    (void)err_memory(err);
    json_decref(body);
    return NULL;
}

static bool write_file(const char *path, struct str content, struct err *err)
{
    struct cli_file file;
    if (!cli_file_new(path, &file, err))
        return false;
    bool fine = cli_file_put(&file, content, err);
    return cli_file_end(&file, fine, fine ? err : NULL) && fine;
}

static int fetch(const struct cli *cli, const json_t *body, struct cli_reply *ret)
{
    struct arena room;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "/certificates/export");
    int status = path ? cli_call(cli, "POST", path, body, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

int cli_cert_export(const struct cli *cli)
{
    struct err err = {0};
    struct cli_reply reply;
    const char *out = cli_value(cli, "out");
    if (!out) {
        (void)err_field(&err, "--out", "it is missing");
        (void)err_fix(&err, "name the new file: --out %s.p12", cli->operands[0]);
        return cli_print_error(&err);
    }
    json_t *body = cli_file_check(out, &err) ? request_of(cli, &err) : NULL;
    if (!body)
        return cli_print_error(&err);
    int status = fetch(cli, body, &reply);
    json_decref(body);
    if (status != CLI_OK)
        return status;
    bool fine = write_file(out, buf_str(&reply.text), &err);
    cli_reply_fini(&reply);
    if (!fine)
        return cli_print_error(&err);
    (void)printf("%s holds the certificate with its private key, as PKCS#12; the audit log says so\n", out);
    return CLI_OK;
}
