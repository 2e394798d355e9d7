/* One question, one line of an answer. */
#include "app/cli_ask.h"

#include <stdio.h>
#include <unistd.h>

#include "app/cli_text.h"

/* A host name and a line feed. */
#define ANSWER_SIZE 300

bool cli_ask_is_possible(const struct cli *cli)
{
    return !cli_has(cli, "yes") && isatty(STDIN_FILENO);
}

bool cli_ask_is_yes(enum cli_ask how, const char *name, struct str answer)
{
    while (answer.size && (answer.data[answer.size - 1] == '\n' || answer.data[answer.size - 1] == '\r'))
        answer.size--;
    answer = str_trim(answer);
    if (how == CLI_ASK_NAME)
        return answer.size && str_eq_nocase(answer, str_from(name));
    return str_eq_nocase(answer, STR("y")) || str_eq_nocase(answer, STR("yes"));
}

bool cli_ask(const struct cli *cli, enum cli_ask how, const char *name, const char *what, struct err *err)
{
    char answer[ANSWER_SIZE] = "";
    if (how == CLI_ASK_NOT)
        return true;
    if (!cli_ask_is_possible(cli)) {
        if (cli_has(cli, "yes") || how == CLI_ASK_STEP)
            return true;
        (void)err_set(err, ERR_INPUT, "%s", what);
        return err_fix(err, "add --yes to do it");
    }
    cli_text_wrap(stderr, "", 0, str_from(what));
    if (how == CLI_ASK_NAME)
        (void)fprintf(stderr, "Type %s to go on: ", name);
    else
        (void)fprintf(stderr, "Go on? [y/N] ");
    (void)fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) && cli_ask_is_yes(how, name, str_from(answer)))
        return true;
    return err_set(err, ERR_CONFLICT, "nothing was done");
}
