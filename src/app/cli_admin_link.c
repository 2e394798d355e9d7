/* admin link: the one-time link to the admin panel's first account. */
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

static void print_link(const struct cli_reply *reply)
{
    char until[CLI_MOMENT_SIZE];
    (void)printf("%s\n", cli_json_text(reply->json, "link", "?"));
    cli_text_printf(stdout, "", 0,
                    "Make the first account there, until %s. Links from before are good for nothing now.",
                    cli_moment_text(cli_json_text(reply->json, "expires", NULL), until));
    if (!cli_json_bool(reply->json, "served"))
        cli_text_line(
            stdout, "",
            "The panel is not served on an address. Do not open this one here: whoever answers is somebody else. "
            "Bring the panel to your own machine with ssh -L 8460:DATA/panel.sock");
}

int cli_admin_link(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "POST", "/v1/setup/link", NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        print_link(&reply);
    cli_reply_fini(&reply);
    return status;
}
