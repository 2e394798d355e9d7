/* Operands in, members of a request out. */
#include "app/cli_given.h"

bool cli_given_open(const struct cli *cli, size_t first, struct cli_given_cert *ret, enum cert_fault *ret_fault,
                    struct err *err)
{
    struct cli_given_cert given = {.cert = NULL};
    struct cli_intake intake = {.key_path = cli_value(cli, "key")};
    enum cert_fault fault = CERT_FAULT_NONE;
    for (size_t i = first; i < cli->operands_count; i++)
        intake.paths[intake.paths_count++] = cli->operands[i];
    if (!cli_intake_open(cli, &intake, &given.cert, &fault, err)) {
        if (ret_fault)
            *ret_fault = fault;
        if (fault != CERT_FAULT_NO_KEY || intake.key_path)
            return false;
        *err = (struct err){0};
        given.bare = cli_intake_bare(&intake, err);
        if (!given.bare)
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

/* Control fetches: it knows the roots of all clients, and its is the way out to the Internet. */
static bool ask_to_fetch(const struct cli *cli, json_t *request)
{
    return !cli_has(cli, "fetch-intermediates") ||
           (json_object_set_new(request, "fetch_intermediates", json_true()) == 0 &&
            json_object_set_new(request, "fetch_private", json_boolean(cli_has(cli, "fetch-private"))) == 0);
}

json_t *cli_given_request(const struct cli *cli, const struct cli_given_cert *given, struct err *err)
{
    json_t *chain, *key, *request;
    if (given->bare) {
        request = json_pack("{s:O}", "certificate_pem", given->bare);
    } else {
        if (!cli_intake_texts(given->cert, &chain, &key, err))
            return NULL;
        request = json_pack("{s:o, s:o}", "certificate_pem", chain, "key_pem", key);
    }
    if (request && ask_to_fetch(cli, request))
        return request;
    json_decref(request);
    (void)err_memory(err);
    return NULL;
}
