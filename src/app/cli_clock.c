/* Four rows and a reason. */
#include "app/cli_clock.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

void cli_clock_write(FILE *out, const json_t *json)
{
    char room[CLI_MOMENT_SIZE];
    const char *trust = cli_json_text(json, "trust", "?"), *why = cli_json_text(json, "why", NULL);
    bool is_good = strcmp(trust, "good") == 0;
    (void)fprintf(out, "This machine    %s, %s\n", cli_moment_text(cli_json_text(json, "wall", NULL), room),
                  cli_json_bool(json, "synchronised") ? "kept right by a time server" : "not synchronised");
    (void)fprintf(out, "Certainly past  %s: promises that end before it are over\n",
                  cli_moment_text(cli_json_text(json, "over", NULL), room));
    (void)fprintf(out, "Possibly now    %s: promises made now are counted from it\n",
                  cli_moment_text(cli_json_text(json, "latest", NULL), room));
    cli_text_line(out, "Trusted         ", is_good ? "yes" : trust);
    if (why)
        cli_text_wrap(out, "                ", 16, str_from(why));
    if (!is_good)
        cli_text_wrap(out, "", 0,
                      STR("Nothing more is promised until it is trusted again. If it is right as it is: strictgate "
                          "clock --confirm"));
}

int cli_clock(const struct cli *cli)
{
    struct err err = {0};
    struct cli_reply reply;
    bool confirms = cli_has(cli, "confirm");
    json_t *body = confirms ? json_pack("{s:b}", "confirm", 1) : NULL;
    if (confirms && !body)
        return cli_print_error((err_memory(&err), &err));
    int status = cli_call(cli, confirms ? "POST" : "GET", "/v1/clock", body, &reply);
    json_decref(body);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_clock_write(stdout, reply.json);
    cli_reply_fini(&reply);
    return status;
}
