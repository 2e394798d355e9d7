/* Operands in, members of a request out. */
#include "app/cli_given.h"

#include "app/cli_issuer.h"
#include "os/clock.h"

/* With the key elsewhere nothing is opened here that could be added to. */
static bool complete(const struct cli *cli, const struct cli_given_cert *given, struct err *err)
{
    struct trust *trust;
    if (!cli_has(cli, "fetch-intermediates"))
        return true;
    if (!given->cert) {
        (void)err_field(err, "--fetch-intermediates", "this needs the private key, which is not in these files");
        return err_fix(err, "name the file of the intermediate certificate behind the certificate's");
    }
    if (!cli_issuer_roots(cli, &trust, err))
        return false;
    bool fine = cli_issuer_complete(cli, given->cert, trust, clock_wall_s(), err);
    trust_free(trust);
    return fine;
}

bool cli_given_open(const struct cli *cli, struct cli_given_cert *ret, struct err *err)
{
    struct cli_given_cert given = {.cert = NULL};
    struct cli_intake intake = {.key_path = cli_value(cli, "key")};
    enum cert_fault fault = CERT_FAULT_NONE;
    for (size_t i = 1; i < cli->operands_count; i++)
        intake.paths[intake.paths_count++] = cli->operands[i];
    if (!cli_intake_open(cli, &intake, &given.cert, &fault, err)) {
        if (fault != CERT_FAULT_NO_KEY || intake.key_path)
            return false;
        *err = (struct err){0};
        given.bare = cli_intake_bare(&intake, err);
        if (!given.bare)
            return false;
    }
    if (!complete(cli, &given, err)) {
        cli_given_fini(&given);
        return false;
    }
    *ret = given;
    return true;
}

void cli_given_fini(struct cli_given_cert *given)
{
    cert_free(given->cert);
    json_decref(given->bare);
    *given = (struct cli_given_cert){.cert = NULL};
}

json_t *cli_given_request(const struct cli_given_cert *given, struct err *err)
{
    json_t *chain, *key, *request;
    if (given->bare) {
        request = json_pack("{s:O}", "certificate_pem", given->bare);
    } else {
        if (!cli_intake_texts(given->cert, &chain, &key, err))
            return NULL;
        request = json_pack("{s:o, s:o}", "certificate_pem", chain, "key_pem", key);
    }
    if (!request)
        (void)err_memory(err);
    return request;
}
