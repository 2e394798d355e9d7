/*
 * The lists of a declarative file besides sites and settings: notification channels, certificate authorities, zones of
 * the DNS, private roots. Their shapes, and what the files that they name become in the request: secrets are never in
 * the file itself.
 */
#ifndef APP_CLI_MANIFEST_PARTS_H
#define APP_CLI_MANIFEST_PARTS_H

#include "app/cli_manifest.h"
#include "app/cli_shape.h"

extern const struct cli_shape cli_manifest_channels, cli_manifest_cas, cli_manifest_zones, cli_manifest_roots;

/* Puts the contents of files into the request. */
NODISCARD bool cli_manifest_parts(struct cli_manifest *manifest, struct err *err);
/* Turns a member's path in the request into the file's own: "cas[0].eab_key" into "cas[0].eab_key_file". */
void cli_manifest_parts_rename(char path[static CLI_YAML_PATH_SIZE]);

#endif
