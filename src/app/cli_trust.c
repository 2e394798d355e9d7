/*
 * trust: the root of the local certificate authority, printed or installed. Which roots count as installed on all
 * clients is in cli_roots.c.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_roots.h"
#include "os/file.h"

/* Where Debian takes a machine's own roots from; update-ca-certificates wants the ending .crt. */
#define TRUST_FOLDER "/usr/local/share/ca-certificates"
#define TRUST_FILE   TRUST_FOLDER "/strictgate-local-ca.crt"

static void explain_browsers(void)
{
    (void)fprintf(
        stderr, "Chromium and Chrome: Settings, Privacy and security, Security, Manage certificates, Authorities, "
                "Import;\n"
                "  or: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n strictgate -i root.pem\n"
                "Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import.\n"
                "Trust it on test machines and in your own network only: whoever has its key can pose as any site.\n");
}

/* Runs the program to its end; its output goes where ours goes. */
static bool run_update(struct err *err)
{
    char *const arguments[] = {(char[]){"update-ca-certificates"}, NULL};
    pid_t pid;
    int status;
    int number = posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ);
    if (number != 0) {
        errno = number;
        (void)err_errno(err, "update-ca-certificates cannot be started");
        return err_fix(err, "apt-get install ca-certificates");
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_errno(err, "update-ca-certificates");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return err_set(err, ERR_SYSTEM, "update-ca-certificates failed");
}

static bool install(struct str pem, struct err *err)
{
    if (geteuid() != 0) {
        (void)err_set(err, ERR_DENIED, "only root may change this machine's trust store");
        return err_fix(err, "sudo strictgate trust --install");
    }
    return file_make_directories(TRUST_FOLDER, 0755, err) && file_replace(TRUST_FILE, pem, 0644, err) &&
           run_update(err);
}

static int use_root(const struct cli *cli, struct str pem)
{
    struct err err = {0};
    if (!cli_has(cli, "install")) {
        if (fwrite(pem.data, 1, pem.size, stdout) != pem.size || fflush(stdout) != 0)
            return cli_print_error((err_errno(&err, "standard output"), &err));
        if (isatty(STDOUT_FILENO)) {
            (void)fprintf(stderr, "\nThis machine: sudo strictgate trust --install\n");
            explain_browsers();
        }
        return CLI_OK;
    }
    if (!install(pem, &err))
        return cli_print_error(&err);
    (void)printf("The local root is in %s: curl and most programs on this machine trust it now.\n", TRUST_FILE);
    (void)fflush(stdout);
    (void)fprintf(stderr, "Browsers keep lists of their own:\n");
    explain_browsers();
    return CLI_OK;
}

static int print_local_root(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/local-ca", NULL, &reply);
    if (status != CLI_OK)
        return status;
    status = use_root(cli, buf_str(&reply.text));
    cli_reply_fini(&reply);
    return status;
}

/* One thing at a time; without any it is --print. */
static bool check_options(const struct cli *cli, struct err *err)
{
    static const char *const options[] = {"print", "install", "declare", "declare-file", "withdraw", "list"};
    const char *first = NULL;
    char dashed[sizeof err->field];
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (!cli_has(cli, options[i]))
            continue;
        if (first) {
            (void)snprintf(dashed, sizeof dashed, "--%s", first);
            (void)err_field(err, dashed, "--%s is given as well", options[i]);
            return err_fix(err, "give one of the two");
        }
        first = options[i];
    }
    return true;
}

int cli_trust(const struct cli *cli)
{
    struct err err = {0};
    if (!check_options(cli, &err))
        return cli_print_error(&err);
    return cli_roots_is_asked(cli) ? cli_roots(cli) : print_local_root(cli);
}
