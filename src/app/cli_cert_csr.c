/* cert csr: requests for certificates, whose keys control makes and keeps. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

static void write_request(const json_t *request)
{
    char made[CLI_MOMENT_SIZE];
    const json_t *names = json_object_get(request, "names");
    (void)printf("%lld  made %s, for", (long long)cli_json_number(request, "id", 0),
                 cli_moment_text(cli_json_text(request, "made", NULL), made));
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        (void)printf("%s %s", i ? "," : "", name ? name : "?");
    }
    (void)putchar('\n');
}

static void write_list(const json_t *requests)
{
    if (json_array_size(requests) == 0)
        (void)printf("There is no request.\n");
    for (size_t i = 0; i < json_array_size(requests); i++)
        write_request(json_array_get(requests, i));
}

/* The request itself goes to standard output, so that it can be sent into a file; what to do with it, to people. */
static void write_new(const struct cli *cli, const json_t *requests)
{
    const json_t *request = json_array_get(requests, json_array_size(requests) - 1);
    (void)printf("%s", cli_json_text(request, "request_pem", ""));
    (void)fflush(stdout);
    cli_text_printf(stderr, "", 0,
                    "This is request %lld. Send it to your authority. When the certificate comes back, put it in "
                    "without a key: strictgate cert upload %s FILE. The key is here and stays here.",
                    (long long)cli_json_number(request, "id", 0), cli->operands[0]);
}

/* NULL with *err when something given makes no sense. */
static json_t *body_of(const struct cli *cli, const char **ret_method, struct err *err)
{
    const char *number = cli_value(cli, "remove"), *kind = cli_value(cli, "key");
    const char *common_name = cli_value(cli, "common-name");
    uint64_t id;
    json_t *body = json_object();
    *ret_method = "POST";
    if (!body || (kind && json_object_set_new(body, "key", json_string(kind)) != 0) ||
        (common_name && json_object_set_new(body, "common_name", json_string(common_name)) != 0))
        (void)err_memory(err);
    if (number) {
        *ret_method = "DELETE";
        if (!str_to_u64(str_from(number), INT32_MAX, &id))
            (void)err_field(err, "--remove", "\"%s\" is not the number of a request", number);
        else if (body && json_object_set_new(body, "id", json_integer((json_int_t)id)) != 0)
            (void)err_memory(err);
    }
    if (!err->code)
        return body;
    json_decref(body);
    return NULL;
}

static int ask(const struct cli *cli, struct cli_reply *ret)
{
    struct err err = {0};
    struct arena room;
    const char *method = "GET";
    json_t *body = NULL;
    if (!cli_has(cli, "list") && !(body = body_of(cli, &method, &err)))
        return cli_print_error(&err);
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "/certificate-requests");
    int status = path ? cli_call(cli, method, path, body, ret) : CLI_FAILED;
    arena_fini(&room);
    json_decref(body);
    return status;
}

int cli_cert_csr(const struct cli *cli)
{
    struct cli_reply reply = {.json = NULL};
    int status = ask(cli, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *requests = json_object_get(reply.json, "requests");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (cli_has(cli, "list") || cli_value(cli, "remove"))
        write_list(requests);
    else
        write_new(cli, requests);
    cli_reply_fini(&reply);
    return status;
}
