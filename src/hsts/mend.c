/* The table of what mends. */
#include "hsts/mend.h"

#include <assert.h>
#include <stdio.h>

/* What stands around the site's name in the command; NULL: no command does it alone. */
static const struct {
    const char *name, *before, *after;
} rows[MENDS_COUNT] = {
    [MEND_ELSEWHERE] = {NULL, NULL, NULL},
    [MEND_CERTIFICATE] = {"certificate", "cert auto", ""},
    [MEND_ALIAS] = {"alias", NULL, NULL}, /* --alias replaces those that are there */
    [MEND_REDIRECT] = {"redirect", "site set", " --redirect permanent"},
    [MEND_PERMANENT] = {"permanent", "hsts permanent", ""},
    [MEND_SUBDOMAINS] = {"subdomains", "hsts subdomains", " on"},
    [MEND_PRELOAD] = {"preload", "hsts preload", " on"},
    [MEND_NO_PRELOAD] = {"no-preload", "hsts preload", " off"},
    [MEND_START] = {"start", "hsts start", ""},
    [MEND_COOKIES] = {"cookies", "site set", " --secure-cookies"},
};

const char *mend_name(enum mend mend)
{
    assert(mend < MENDS_COUNT);
    return rows[mend].name;
}

const char *mend_command(enum mend mend, struct str site, char room[static MEND_COMMAND_SIZE])
{
    assert(mend < MENDS_COUNT);
    if (!rows[mend].before)
        return NULL;
    if (!site.size)
        site = STR("SITE");
    (void)snprintf(room, MEND_COMMAND_SIZE, "strictgate %s %.*s%s", rows[mend].before, STR_ARG(site), rows[mend].after);
    return room;
}
