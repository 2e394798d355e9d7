/* Four commands over /v1/dns. */
#include "app/cli_dns.h"

#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "crypto/wipe.h"
#include "os/file.h"

#define PATH "/v1/dns"
/* A key file with its comments. */
#define SECRET_FILE_SIZE_MAX 16384
/* Longer than all that control gives itself for the record's way up and down: a hook may take ten minutes each. */
#define TEST_TIMEOUT_S 1500

static bool is_secret_char(char c)
{
    char lower = str_lower_char(c);
    return (lower >= 'a' && lower <= 'z') || str_is_digit(c) || c == '+' || c == '/' || c == '=';
}

static bool is_between(char c)
{
    return c == ' ' || c == '\t' || c == '"' || c == ':' || c == '=';
}

struct str cli_dns_secret(struct str content)
{
    const char *word = content.size ? memmem(content.data, content.size, "secret", 6) : NULL;
    struct str rest = str_trim(content);
    if (word) {
        rest = str_after(content, (size_t)(word - content.data) + 6);
        while (rest.size && is_between(rest.data[0]))
            rest = str_after(rest, 1);
    }
    size_t size = 0;
    while (size < rest.size && is_secret_char(rest.data[size]))
        size++;
    struct str left = str_after(rest, size);
    while (left.size && (left.data[0] == '\n' || left.data[0] == '\r' || left.data[0] == ' '))
        left = str_after(left, 1);
    return word || left.size == 0 ? str_part(rest, 0, size) : (struct str){NULL, 0};
}

static void write_zone(const json_t *zone)
{
    char added[CLI_MOMENT_SIZE];
    cli_text_line(stdout, "", cli_json_text(zone, "zone", "?"));
    cli_text_line(stdout, "    server     ", cli_json_text(zone, "server", "?"));
    cli_text_line(stdout, "    key        ", cli_json_text(zone, "key", "?"));
    cli_text_line(stdout, "    algorithm  ", cli_json_text(zone, "algorithm", "?"));
    (void)printf("    added      %s\n", cli_moment_text(cli_json_text(zone, "added", NULL), added));
}

static void write_zones(const json_t *json)
{
    const json_t *zones = json_object_get(json, "zones");
    bool hook = json_is_true(json_object_get(json, "hook"));
    for (size_t i = 0; i < json_array_size(zones); i++)
        write_zone(json_array_get(zones, i));
    if (json_array_size(zones) == 0)
        (void)fputs("There is no key for any zone here.\n", stdout);
    if (hook)
        (void)fputs("All other names are proven by the hook of the boot file.\n", stdout);
}

static void write_done(const json_t *json, const char *text)
{
    char left_out[512];
    const char *who = cli_json_text(json, "left_out", NULL);
    cli_text_wrap(stdout, "", 0, str_from(text));
    if (!who)
        return;
    (void)snprintf(left_out, sizeof left_out, "Left out, since it does not serve the zone: %s.", who);
    cli_text_wrap(stdout, "", 0, str_from(left_out));
}

static int print(const struct cli *cli, struct cli_reply *take_reply, const char *text)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else if (text)
        write_done(take_reply->json, text);
    else
        write_zones(take_reply->json);
    cli_reply_fini(take_reply);
    return status;
}

int cli_dns_list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    return status == CLI_OK ? print(cli, &reply, NULL) : status;
}

/* What the options say, with the secret of the file; NULL with *err. */
static json_t *request_of(const struct cli *cli, struct err *err)
{
    const char *path = cli_value(cli, "secret-file"), *algorithm = cli_value(cli, "algorithm");
    struct buf content;
    if (!cli_value(cli, "server") || !cli_value(cli, "key") || !path) {
        (void)err_field(err, "dns add", "a zone needs the server's address, the key's name and its secret");
        (void)err_fix(err, "give --server ADDRESS --key NAME --secret-file FILE");
        return NULL;
    }
    if (!file_read(path, SECRET_FILE_SIZE_MAX, &content, err))
        return NULL;
    struct str secret = cli_dns_secret(buf_str(&content));
    json_t *body = NULL;
    if (secret.size == 0) {
        (void)err_field(err, "--secret-file", "%.200s holds no secret", path);
        (void)err_fix(err, "put the key's secret (Base64) into it, or name the file that tsig-keygen or keymgr wrote");
    } else {
        body = json_pack("{s:s, s:s, s:s, s:s, s:s%}", "zone", cli->operands[0], "server", cli_value(cli, "server"),
                         "key", cli_value(cli, "key"), "algorithm", algorithm ? algorithm : "hmac-sha256", "secret",
                         secret.data, secret.size);
        if (!body)
            (void)err_set(err, ERR_INPUT, "what was given is not text in UTF-8");
    }
    wipe_bytes(content.data, content.capacity);
    buf_fini(&content);
    return body;
}

int cli_dns_add(const struct cli *cli)
{
    struct err err = {0};
    struct cli_reply reply;
    json_t *body = request_of(cli, &err);
    if (!body)
        return cli_print_error(&err);
    int status = cli_call(cli, "POST", PATH, body, &reply);
    json_decref(body);
    return status == CLI_OK
               ? print(cli, &reply,
                       "Names in this zone can be proven by dns-01 now. See that the key works: strictgate "
                       "dns test NAME")
               : status;
}

static int ask(const struct cli *cli, const char *path, const char *member, unsigned timeout_s, const char *text)
{
    struct err err = {0};
    struct cli_reply reply;
    json_t *body = json_pack("{s:s}", member, cli->operands[0]);
    if (!body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    const struct cli_request request = {.method = "POST", .path = path, .json = body, .timeout_s = timeout_s};
    int status = cli_send(cli, &request, &reply);
    json_decref(body);
    return status == CLI_OK ? print(cli, &reply, text) : status;
}

int cli_dns_remove(const struct cli *cli)
{
    return ask(cli, PATH, "remove", 0, "The zone's key is forgotten here. The DNS server still accepts it.");
}

int cli_dns_test(const struct cli *cli)
{
    return ask(cli, PATH "/test", "name", TEST_TIMEOUT_S,
               "A record was put up, seen on the name servers of the zone, and taken down again.");
}
