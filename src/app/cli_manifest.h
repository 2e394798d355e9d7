/*
 * The declarative file of "apply": sites, settings, and what each site's HSTS shall be. From a file to the request that
 * control takes, with the certificates and keys that it names, and to one wanted state of HSTS for each site. Every
 * error names file, line, column and member. Talks to nobody.
 */
#ifndef APP_CLI_MANIFEST_H
#define APP_CLI_MANIFEST_H

#include <jansson.h>

#include "app/cli_wanted.h"
#include "app/cli_yaml.h"

struct cli_manifest {
    struct arena arena;
    const struct cli_yaml *root;
    json_t *request; /* {"sites": […], "settings": {…}, …}: what the file gives, as POST /v1/apply takes it */
    struct cli_wanted *wanted; /* one for each site, in their order */
    size_t count;
};

/* Reads the file and those it names. The caller ends *ret. */
NODISCARD bool cli_manifest_read(const char *path, struct cli_manifest *ret, struct err *err);
/* The same from its text; `path` is for errors, and files are relative to its folder. */
NODISCARD bool cli_manifest_parse(const char *path, struct str text, struct cli_manifest *ret, struct err *err);
/* The path that a node gives, relative to the folder of the file it stands in; NULL when memory ran out. */
const char *cli_manifest_file(struct cli_manifest *manifest, const struct cli_yaml *node);
/* Frees. */
void cli_manifest_fini(struct cli_manifest *manifest);
/*
 * Where in the file a member of the request comes from, "sites.yaml:12:5: sites[1].redirect", in `room`. Members that
 * the file has under another name (certificate_pem) are found there.
 */
#define CLI_PLACE_SIZE 400
const char *cli_manifest_place(const struct cli_manifest *manifest, const char *member,
                               char room[static CLI_PLACE_SIZE]);

#endif
