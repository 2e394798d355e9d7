/*
 * What of a site of ours mends something that was found, as one thing for the API, the panel and the command line: a
 * word that never changes, and the command where there is one.
 */
#ifndef HSTS_MEND_H
#define HSTS_MEND_H

#include "base/str.h"

enum mend {
    MEND_ELSEWHERE, /* nothing that the gateway has in its hand */
    MEND_CERTIFICATE,
    MEND_ALIAS,      /* www. as a further name, in the certificate */
    MEND_REDIRECT,   /* "site set NAME --redirect permanent" */
    MEND_PERMANENT,  /* "hsts permanent NAME" */
    MEND_SUBDOMAINS, /* "hsts subdomains NAME on" */
    MEND_PRELOAD,    /* "hsts preload NAME on" */
    MEND_NO_PRELOAD, /* "hsts preload NAME off" */
    MEND_START,      /* "hsts start NAME" */
    MEND_COOKIES,    /* "site set NAME --secure-cookies" */
    MENDS_COUNT,
};

/* A command with the longest name in it. */
#define MEND_COMMAND_SIZE 320

/* "certificate", for machines; NULL for MEND_ELSEWHERE. */
const char *mend_name(enum mend mend);
/* "strictgate hsts permanent example.org"; NULL when no command does it alone. An empty site stands as "SITE". */
const char *mend_command(enum mend mend, struct str site, char room[static MEND_COMMAND_SIZE]);

#endif
