/* Options in, trust and a longer chain out. */
#include "app/cli_issuer.h"

#include <stdio.h>

#include "app/cli_text.h"
#include "control/roots.h"
#include "os/file.h"
#include "outbound/intermediates.h"

#define ROOTS_SIZE_MAX ((size_t)4 << 20)

static bool add_given_root(const char *path, struct trust *trust, struct err *err)
{
    struct buf pem;
    struct err why = {0};
    if (!file_read(path, ROOTS_SIZE_MAX, &pem, &why))
        return err_field(err, "--root", "%s", why.text);
    bool fine =
        trust_add_pem(trust, buf_str(&pem), CLI_MARK_GIVEN, &why) || err_field(err, "--root", "%s: %s", path, why.text);
    buf_fini(&pem);
    return fine;
}

static bool add_roots(const struct cli *cli, struct trust *trust, struct err *err)
{
    size_t at = 0;
    const char *path;
    struct buf local;
    while ((path = cli_next(cli, "root", &at)))
        if (!add_given_root(path, trust, err))
            return false;
    buf_init(&local, ROOTS_SIZE_MAX);
    roots_folder(ROOTS_LOCAL_FOLDER, &local);
    bool fine = trust_add_pem(trust, buf_str(&local), CLI_MARK_LOCAL, err) && trust_add_system(trust, NULL, err);
    buf_fini(&local);
    return fine;
}

bool cli_issuer_roots(const struct cli *cli, struct trust **ret, struct err *err)
{
    struct trust *trust;
    if (!trust_new(&trust, err))
        return false;
    if (!add_roots(cli, trust, err)) {
        trust_free(trust);
        return false;
    }
    *ret = trust;
    return true;
}

static void tell_fetch(void *context, struct str issuer, struct str url)
{
    (void)context;
    cli_text_printf(stderr, "", 4, "fetching the certificate of %.*s from %.*s", STR_ARG(issuer), STR_ARG(url));
}

bool cli_issuer_complete(const struct cli *cli, struct cert *cert, const struct trust *trust, int64_t now_s,
                         struct err *err)
{
    const struct intermediates how = {
        .trust = trust, .now_s = now_s, .private_too = cli_has(cli, "fetch-private"), .on_fetch = tell_fetch};
    struct deadline deadline;
    struct err rest;
    if (!cli_has(cli, "fetch-intermediates"))
        return true;
    deadline_start(&deadline, INTERMEDIATES_MS_MAX, NULL);
    if (!intermediates_fetch(&how, cert, &deadline, &rest, err))
        return false;
    if (rest.code)
        cli_text_printf(stderr, "", 4, "it stays at that: %s", rest.text);
    return true;
}
