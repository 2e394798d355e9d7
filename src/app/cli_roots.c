/* A list, and two ways to change it. */
#include "app/cli_roots.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/site_file.h"

#define PATH "/v1/private-roots"

bool cli_roots_is_asked(const struct cli *cli)
{
    return cli_has(cli, "declare") || cli_has(cli, "declare-file") || cli_has(cli, "withdraw") || cli_has(cli, "list");
}

static void write_root(FILE *out, const json_t *root)
{
    char declared[CLI_MOMENT_SIZE], end[CLI_MOMENT_SIZE];
    cli_text_line(out, "", cli_json_text(root, "subject", "?"));
    cli_text_line(out, "    SHA-256   ", cli_json_text(root, "fingerprint_sha256", "?"));
    (void)fprintf(out, "    declared  %s, ends %s\n", cli_moment_text(cli_json_text(root, "declared", NULL), declared),
                  cli_moment_text(cli_json_text(root, "not_after", NULL), end));
}

void cli_roots_write(FILE *out, const json_t *json)
{
    const json_t *roots = json_object_get(json, "roots");
    if (json_array_size(roots) == 0)
        (void)fputs("No private root is declared.\n", out);
    for (size_t i = 0; i < json_array_size(roots); i++)
        write_root(out, json_array_get(roots, i));
}

static int print_roots(const struct cli *cli, struct cli_reply *take_reply, const char *text)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else if (text)
        cli_text_wrap(stdout, "", 0, str_from(text));
    else
        cli_roots_write(stdout, take_reply->json);
    cli_reply_fini(take_reply);
    return status;
}

static int change(const struct cli *cli, const char *member, json_t *take_value, const char *text)
{
    struct err err = {0};
    struct cli_reply reply;
    json_t *body = json_pack("{s:O}", member, take_value);
    int status = body ? cli_call(cli, "POST", PATH, body, &reply) : cli_print_error((err_memory(&err), &err));
    json_decref(body);
    json_decref(take_value);
    return status == CLI_OK ? print_roots(cli, &reply, text) : status;
}

static int declare(const struct cli *cli, json_t *take_pem)
{
    return change(cli, "certificate_pem", take_pem,
                  "Certificates below this root count as trusted now. See that every browser that uses these sites has "
                  "it: one that has not will be locked out.");
}

static int declare_local(const struct cli *cli)
{
    struct cli_reply root;
    struct err err = {0};
    int status = cli_call(cli, "GET", "/v1/local-ca", NULL, &root);
    if (status != CLI_OK)
        return status;
    struct str text = buf_str(&root.text);
    json_t *pem = json_stringn(text.data ? text.data : "", text.size);
    cli_reply_fini(&root);
    return pem ? declare(cli, pem) : cli_print_error((err_memory(&err), &err));
}

static int declare_file(const struct cli *cli, const char *path)
{
    struct err err = {0};
    json_t *pem = site_file_text("--declare-file", path, SITE_FILE_PEM, &err);
    return pem ? declare(cli, pem) : cli_print_error(&err);
}

static int withdraw(const struct cli *cli, const char *fingerprint)
{
    struct err err = {0};
    json_t *value = json_string(fingerprint);
    if (!value) {
        (void)err_field(&err, "--withdraw", "it is not text in UTF-8");
        return cli_print_error(&err);
    }
    return change(cli, "withdraw", value,
                  "Certificates below that root count as untrusted again. What was promised with them stays promised.");
}

int cli_roots(const struct cli *cli)
{
    struct cli_reply reply;
    if (cli_has(cli, "declare"))
        return declare_local(cli);
    if (cli_value(cli, "declare-file"))
        return declare_file(cli, cli_value(cli, "declare-file"));
    if (cli_value(cli, "withdraw"))
        return withdraw(cli, cli_value(cli, "withdraw"));
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    return status == CLI_OK ? print_roots(cli, &reply, NULL) : status;
}
