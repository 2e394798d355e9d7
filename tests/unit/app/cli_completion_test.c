/* What the scripts for shells offer where, by what they say; the shells themselves are not asked. */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/cli_commands.h"
#include "app/cli_move.h"
#include "base/buf.h"

#define SCRIPT_SIZE_MAX (1u << 20)

/* The script for the shell. The caller ends it. */
static struct buf read_script(char *shell)
{
    static char program[] = "strictgate", command[] = "completion";
    char *argv[] = {program, command, shell, NULL};
    struct buf script;
    struct cli *cli = calloc(1, sizeof *cli);
    struct err err = {0};
    char part[4096];
    ssize_t size;
    assert_non_null(cli);
    assert_true(cli_parse(3, argv, cli, &err));
    (void)fflush(stdout);
    int before = dup(STDOUT_FILENO), file = memfd_create("script", MFD_CLOEXEC);
    assert_true(before >= 0 && file >= 0 && dup2(file, STDOUT_FILENO) >= 0);
    int status = cli_completion(cli);
    (void)fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    (void)close(before);
    assert_int_equal(status, CLI_OK);
    buf_init(&script, SCRIPT_SIZE_MAX);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    while ((size = read(file, part, sizeof part)) > 0)
        assert_true(buf_put(&script, part, (size_t)size));
    assert_true(buf_put_char(&script, '\0'));
    (void)close(file);
    free(cli);
    return script;
}

static void check(char *shell, const char *const *parts)
{
    struct buf script = read_script(shell);
    for (size_t i = 0; parts[i]; i++)
        if (!strstr(buf_str(&script).data, parts[i]))
            fail_msg("%s: \"%s\" is not in it", shell, parts[i]);
    buf_fini(&script);
}

/* Moves behind the site of "guards", on and off behind the one of "hsts subdomains", files behind "apply". */
static void words_are_offered_in_their_places(void **state)
{
    static char bash[] = "bash", zsh[] = "zsh", fish[] = "fish";
    static const char *const in_bash[] = {
        "        'guards')\n            case $prev in\n",
        "                (($# == 2)) && offered='" CLI_MOVE_LIST "'\n",
        "                (($# == 3)) && offered='on off'\n",
        "                (($# == 1)) && offered='bash zsh fish'\n",
        "                (($# == 1)) && COMPREPLY+=($(compgen -f -- \"$cur\"))\n",
        "            --override) COMPREPLY=($(compgen -W 'served ",
        NULL,
    };
    static const char *const in_zsh[] = {
        "            '3:word:(" CLI_MOVE_LIST ")' \\\n            '*: :' ;;\n",
        "            '4:word:(on off)' \\\n",
        "            '2:file:_files' \\\n",
        NULL,
    };
    static const char *const in_fish[] = {
        "-n '__strictgate_in guards; and test (count (__strictgate_words)) -eq 2' -a '" CLI_MOVE_LIST "'\n",
        "-n '__strictgate_in hsts subdomains; and test (count (__strictgate_words)) -eq 3' -a 'on off'\n",
        "-n '__strictgate_at apply' -F\n",
        NULL,
    };
    (void)state;
    check(bash, in_bash);
    check(zsh, in_zsh);
    check(fish, in_fish);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_offered_in_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
