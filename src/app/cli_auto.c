/* JSON in, sentences out. */
#include "app/cli_auto.h"

#include "app/cli_output.h"
#include "app/cli_text.h"

void cli_auto_write_failure(FILE *out, const char *first, const json_t *automatic)
{
    const json_t *failure = json_object_get(automatic, "failure");
    const char *next = cli_json_text(automatic, "next_attempt", NULL), *fix = cli_json_text(failure, "fix", "");
    char at[CLI_MOMENT_SIZE];
    if (!json_is_object(failure))
        return;
    cli_text_printf(out, first, 2, "%s (%s, %s at %s)", cli_json_text(failure, "words", "?"),
                    cli_json_text(failure, "problem", "?"), cli_json_text(failure, "ca", "no authority"),
                    cli_moment_text(cli_json_text(failure, "at", NULL), at));
    if (*fix)
        cli_text_printf(out, "fix: ", 2, "%s", fix);
    if (next)
        (void)fprintf(out, "The next attempt is at %s.\n", cli_moment_text(next, at));
}

static void write_window(FILE *out, const json_t *automatic)
{
    const json_t *window = json_object_get(automatic, "window");
    char start[CLI_MOMENT_SIZE], end[CLI_MOMENT_SIZE];
    if (!json_is_object(window))
        return;
    (void)fprintf(out, "The authority would have it renewed between %s and %s.\n",
                  cli_moment_text(cli_json_text(window, "start", NULL), start),
                  cli_moment_text(cli_json_text(window, "end", NULL), end));
    if (*cli_json_text(window, "explanation", ""))
        cli_text_line(out, "It says why: ", cli_json_text(window, "explanation", ""));
}

static void write_rehearsal(FILE *out, const json_t *rehearsal)
{
    char passed[CLI_MOMENT_SIZE];
    if (!json_is_object(rehearsal))
        return;
    if (json_is_string(json_object_get(rehearsal, "passed")))
        (void)fprintf(out, "A rehearsal went well at %s.\n",
                      cli_moment_text(cli_json_text(rehearsal, "passed", NULL), passed));
    else
        cli_auto_write_failure(out, "The rehearsal failed: ", rehearsal);
}

void cli_auto_write(FILE *out, const json_t *automatic)
{
    const char *phase = cli_json_text(automatic, "phase", "?"), *ca = cli_json_text(automatic, "ca", ""),
               *renewal = cli_json_text(automatic, "renewal", NULL);
    char moment[CLI_MOMENT_SIZE];
    if (!json_is_object(automatic))
        return;
    if (cli_json_bool(automatic, "wanted")) {
        if (strcmp(phase, "idle") == 0 && renewal)
            (void)fprintf(out, "Its certificate is renewed by itself at %s.\n", cli_moment_text(renewal, moment));
        else if (strcmp(phase, "waiting") != 0)
            cli_text_printf(out, "", 2, "A certificate is on its way: %s%s%s%s.", phase, *ca ? " (" : "", ca,
                            *ca ? ")" : "");
        if (*cli_json_text(automatic, "notice", ""))
            cli_text_line(out, "", cli_json_text(automatic, "notice", ""));
        write_window(out, automatic);
        cli_auto_write_failure(out, "No new certificate: ", automatic);
    }
    write_rehearsal(out, json_object_get(automatic, "rehearsal"));
}
