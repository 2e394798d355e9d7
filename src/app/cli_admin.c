/* Accounts of the admin panel: admin list, show, add, reset, role, remove. */
#include <stdio.h>

#include "app/cli_admin_password.h"
#include "app/cli_ask.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "store/account.h"

#define PATH          "/v1/accounts"
#define ROW_WIDTH     16
#define PATH_ROOM     65536
#define QUESTION_SIZE 200

/* Calls control about the account that the first operand names. */
static int call_account(const struct cli *cli, const char *method, const json_t *body, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, PATH_ROOM);
    const char *escaped = cli_escape(&room, cli->operands[0]);
    const char *path = escaped ? arena_printf(&room, PATH "/%s", escaped).data : NULL;
    int status = CLI_FAILED;
    if (path)
        status = cli_call(cli, method, path, body, ret);
    else
        (void)cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    return status;
}

/* As JSON, or as this sentence about the account. */
static int tell(const struct cli *cli, struct cli_reply *take_reply, const char *what)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else
        cli_text_printf(stdout, "", 0, "%s %s", cli->operands[0], what);
    cli_reply_fini(take_reply);
    return status;
}

static const char *yes_or_no(const json_t *object, const char *name)
{
    return cli_json_bool(object, name) ? "yes" : "no";
}

static void print_list(const json_t *accounts)
{
    static const char *const titles[] = {"NAME", "ROLE", "ONE-TIME CODES", "PASSKEYS", "SINCE"};
    struct cli_table table;
    cli_table_init(&table, titles, 5);
    for (size_t i = 0; i < json_array_size(accounts); i++) {
        const json_t *account = json_array_get(accounts, i);
        char since[CLI_MOMENT_SIZE];
        cli_table_add(&table, "%s", cli_json_text(account, "name", "?"));
        cli_table_add(&table, "%s", cli_json_text(account, "role", "?"));
        cli_table_add(&table, "%s", yes_or_no(account, "totp"));
        cli_table_add(&table, "%lld", (long long)cli_json_number(account, "passkeys", 0));
        cli_table_add(&table, "%s", cli_moment_text(cli_json_text(account, "created", NULL), since));
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

int cli_admin_list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *accounts = json_object_get(reply.json, "accounts");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (json_array_size(accounts) == 0)
        cli_text_wrap(stdout, "", 0,
                      STR("There is no account: nobody can sign in to the admin panel. See \"strictgate admin add "
                          "--help\"."));
    else
        print_list(accounts);
    cli_reply_fini(&reply);
    return status;
}

static void print_passkey(const json_t *passkey)
{
    char created[CLI_MOMENT_SIZE], used[CLI_MOMENT_SIZE];
    const char *last = cli_json_text(passkey, "last_used", NULL);
    cli_text_row(stdout, ROW_WIDTH, "passkey", "%s, at %s, since %s, last used %s",
                 cli_json_text(passkey, "label", "?"), cli_json_text(passkey, "rp_id", "?"),
                 cli_moment_text(cli_json_text(passkey, "created", NULL), created),
                 last ? cli_moment_text(last, used) : "never");
}

static void print_account(const json_t *account)
{
    const json_t *passkeys = json_object_get(account, "passkey_list");
    const char *language = cli_json_text(account, "language", "");
    char since[CLI_MOMENT_SIZE];
    cli_text_row(stdout, ROW_WIDTH, "name", "%s", cli_json_text(account, "name", "?"));
    cli_text_row(stdout, ROW_WIDTH, "role", "%s", cli_json_text(account, "role", "?"));
    cli_text_row(stdout, ROW_WIDTH, "one-time codes", "%s", yes_or_no(account, "totp"));
    if (language[0])
        cli_text_row(stdout, ROW_WIDTH, "language", "%s", language);
    cli_text_row(stdout, ROW_WIDTH, "since", "%s", cli_moment_text(cli_json_text(account, "created", NULL), since));
    for (size_t i = 0; i < json_array_size(passkeys); i++)
        print_passkey(json_array_get(passkeys, i));
}

int cli_admin_show(const struct cli *cli)
{
    struct cli_reply reply;
    int status = call_account(cli, "GET", NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        print_account(reply.json);
    cli_reply_fini(&reply);
    return status;
}

static bool is_role(const char *text)
{
    for (size_t i = 0; account_role_names[i]; i++)
        if (strcmp(account_role_names[i], text) == 0)
            return true;
    return false;
}

/* As the server judges it: nobody types a password twice to learn that something else is wrong. */
static bool check_addition(const struct cli *cli, const char *role, const char *language, struct err *err)
{
    if (!account_name_check(str_from(cli->operands[0]), "NAME", err) ||
        (language && !account_language_check(str_from(language), "--language", err)))
        return false;
    if (role && is_role(role))
        return true;
    (void)err_field(err, "--role", role ? "there is no such role" : "it is missing");
    return err_fix(err, "give --role viewer, operator or owner");
}

int cli_admin_add(const struct cli *cli)
{
    const char *role = cli_value(cli, "role"), *language = cli_value(cli, "language");
    struct cli_reply reply;
    struct err err = {0};
    if (!check_addition(cli, role, language, &err))
        return cli_print_error(&err);
    json_t *body = json_pack("{s:s, s:s, s:s*}", "name", cli->operands[0], "role", role, "language", language);
    if (!body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    int status = cli_admin_password(cli, cli->operands[0], body, &err) ? cli_call(cli, "POST", PATH, body, &reply)
                                                                       : cli_print_error(&err);
    json_decref(body);
    return status == CLI_OK ? tell(cli, &reply, "can sign in to the admin panel now.") : status;
}

/* What is taken away, and the new password unless the old one stays. */
static json_t *reset_of(const struct cli *cli, struct err *err)
{
    json_t *body = json_object();
    bool fine = body != NULL;
    if (fine && cli_has(cli, "totp"))
        fine = json_object_set_new(body, "totp", json_false()) == 0;
    if (fine && cli_has(cli, "passkeys"))
        fine = json_object_set_new(body, "passkeys", json_false()) == 0;
    if (!fine)
        (void)err_memory(err);
    else if (!cli_has(cli, "keep-password"))
        fine = cli_admin_password(cli, cli->operands[0], body, err);
    else if (json_object_size(body) == 0)
        fine = err_field(err, "--keep-password", "there is nothing to reset then; add --totp or --passkeys");
    if (fine)
        return body;
    json_decref(body);
    return NULL;
}

int cli_admin_reset(const struct cli *cli)
{
    struct cli_reply reply;
    struct err err = {0};
    json_t *body = reset_of(cli, &err);
    if (!body)
        return cli_print_error(&err);
    int status = call_account(cli, "PATCH", body, &reply);
    json_decref(body);
    return status == CLI_OK ? tell(cli, &reply, "can sign in anew; all sessions are over.") : status;
}

int cli_admin_role(const struct cli *cli)
{
    struct cli_reply reply;
    struct err err = {0};
    json_t *body = json_pack("{s:s}", "role", cli->operands[1]);
    if (!body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    int status = call_account(cli, "PATCH", body, &reply);
    json_decref(body);
    return status == CLI_OK ? tell(cli, &reply, "has this role now; all sessions are over.") : status;
}

int cli_admin_remove(const struct cli *cli)
{
    char question[QUESTION_SIZE];
    struct cli_reply reply;
    struct err err = {0};
    (void)snprintf(question, sizeof question, "The account %.80s goes, with its passkeys and sessions.",
                   cli->operands[0]);
    if (!cli_ask(cli, CLI_ASK_YES, cli->operands[0], question, &err))
        return cli_print_error(&err);
    int status = call_account(cli, "DELETE", NULL, &reply);
    return status == CLI_OK ? tell(cli, &reply, "is removed.") : status;
}
