/*
 * What a declarative file wants of a site's HSTS, and which wish that comes to from where the site is. A file is
 * applied again and again; so the same file changes nothing the second time, and no promise is made shorter by it: who
 * wants that writes release or off. Pure.
 */
#ifndef APP_CLI_WANTED_H
#define APP_CLI_WANTED_H

#include <jansson.h>

#include "app/cli_wish.h"

enum cli_wanted_kind {
    CLI_WANTED_NOTHING, /* the file says nothing: it stays as it is */
    CLI_WANTED_OFF,
    CLI_WANTED_RELEASE,
    CLI_WANTED_HOLD, /* on the rung max_age_s; 0: where it is, at least on the first one ("trial") */
    CLI_WANTED_AUTO, /* climb to the rung target_s; 0: to a year ("permanent") */
};

enum cli_wanted_switch { CLI_WANTED_AS_IS, CLI_WANTED_ON, CLI_WANTED_NO };

struct cli_wanted {
    const char *site;
    enum cli_wanted_kind kind;
    uint32_t max_age_s; /* of HOLD */
    uint32_t target_s;  /* of AUTO */
    enum cli_wanted_switch include_subdomains, preload;
};

/* From what stands behind "hsts:", a word or an object, in the shape of the manifest. */
void cli_wanted_read(const json_t *json, struct cli_wanted *ret);
/*
 * The wish to be sent to control. False when the site is there already. *ret_note is a sentence on what is not done, or
 * NULL: a shorter promise, "preload" before the year is reached.
 */
bool cli_wanted_settle(const struct cli_wanted *wanted, const struct cli_hsts *present, struct hsts_wish *ret,
                       const char **ret_note);
/* The wish as PUT …/hsts takes it. A new reference; NULL when memory ran out. */
json_t *cli_wanted_json(const struct hsts_wish *wish);

#endif
