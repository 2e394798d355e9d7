/* cert export: a certificate with its key as a file for another program, under a password that is asked for twice. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_file.h"
#include "app/cli_output.h"
#include "app/cli_passphrase.h"

/* The same typed twice: nobody sees what is typed, and a slip would lock the file for good. */
static bool ask_twice(const char *path, struct buf *ret, struct err *err)
{
    struct buf again;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        (void)err_set(err, ERR_INPUT, "the file needs a password, and there is no terminal to ask for one");
        return err_fix(err, "give it with --passphrase-file FILE");
    }
    bool fine = cli_passphrase_ask(fd, path, ret, err);
    if (fine && !cli_passphrase_ask(fd, "the same, again", &again, err)) {
        cli_passphrase_wipe(ret);
        fine = false;
    }
    (void)close(fd);
    if (!fine)
        return false;
    bool same = str_eq(buf_str(ret), buf_str(&again));
    cli_passphrase_wipe(&again);
    if (same)
        return true;
    cli_passphrase_wipe(ret);
    return err_set(err, ERR_INPUT, "the two are not the same, nothing was done");
}

/* The request with the password in it; NULL with *err. JSON's memory is wiped when it goes (main.c). */
static json_t *request_of(const struct cli *cli, struct err *err)
{
    struct buf password;
    const char *side = cli_value(cli, "side"), *path = cli_value(cli, "out");
    bool has =
        cli_passphrase_is_given(cli) ? cli_passphrase_get(cli, path, &password, err) : ask_twice(path, &password, err);
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
