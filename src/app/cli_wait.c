/* Polling. */
#include "app/cli_wait.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "app/cli_text.h"
#include "os/clock.h"

/* Quick enough for a person to see it move. */
#define NAP_MS 250
/* "wait for the CA to look" */
#define PHASE_SIZE 64

bool cli_wait_is_wanted(const struct cli *cli)
{
    return cli_has(cli, "wait") || (!cli_has(cli, "no-wait") && isatty(STDOUT_FILENO));
}

static void nap(void)
{
    const struct timespec time = {.tv_nsec = NAP_MS * 1000000L};
    (void)nanosleep(&time, NULL);
}

static void tell(const char *phase, char last[static PHASE_SIZE])
{
    if (strcmp(phase, last) == 0 || strcmp(phase, "idle") == 0 || strcmp(phase, "over") == 0)
        return;
    (void)snprintf(last, PHASE_SIZE, "%s", phase);
    cli_text_line(stderr, "  … ", phase);
    (void)fflush(stderr);
}

int cli_wait(const struct cli *cli, const char *path, cli_wait_look *look, void *context, struct cli_reply *ret)
{
    char last[PHASE_SIZE] = "";
    int64_t end_ms = clock_monotonic_ms() + (int64_t)CLI_WAIT_S * 1000;
    for (;;) {
        const char *phase = "";
        int status = cli_call(cli, "GET", path, NULL, ret);
        if (status != CLI_OK)
            return status;
        bool over = look(context, ret->json, &phase);
        tell(phase, last);
        if (over)
            return CLI_OK;
        cli_reply_fini(ret);
        if (clock_monotonic_ms() > end_ms) {
            (void)fprintf(stderr, "It is still under way; control goes on with it.\n");
            return CLI_FAILED;
        }
        nap();
    }
}
