/*
 * Files of a certificate as operators have them, opened on this side of the socket: whatever form they have, and with
 * the passphrase that they need, which so never leaves this process.
 */
#ifndef APP_CLI_INTAKE_H
#define APP_CLI_INTAKE_H

#include <jansson.h>

#include "app/cli.h"
#include "crypto/cert.h"

/* More than any authority sends. */
#define CLI_INTAKE_FILES_COUNT_MAX 16

struct cli_intake {
    const char *paths[CLI_INTAKE_FILES_COUNT_MAX]; /* certificates, and the key where it is not apart */
    size_t paths_count;
    const char *key_path;    /* of the key apart, or NULL */
    const char *cert_option; /* what errors about the files name, "--cert" or NULL: the file */
};

/*
 * Reads and opens all of it; asks for the passphrase when one is needed. *ret_fault (NULL is allowed) is
 * CERT_FAULT_NONE when it is not the certificate that is at fault but, say, a file that is not there.
 */
NODISCARD bool cli_intake_open(const struct cli *cli, const struct cli_intake *intake, struct cert **ret,
                               enum cert_fault *ret_fault, struct err *err);
/*
 * Certificates that come without their key, as an authority sends what was asked for by a request of Strictgate's own:
 * the PEM files' text as it is, a new reference. For when cli_intake_open finds CERT_FAULT_NO_KEY and no key is given;
 * NULL with *err when a file is no PEM.
 */
json_t *cli_intake_bare(const struct cli_intake *intake, struct err *err);
/* Whether what a file holds can be sent as it is: PEM, and no passphrase on it. */
bool cli_intake_is_plain(struct str file);
/* Puts the chain and the key as PEM, new references. */
NODISCARD bool cli_intake_texts(const struct cert *cert, json_t **ret_chain, json_t **ret_key, struct err *err);

#endif
