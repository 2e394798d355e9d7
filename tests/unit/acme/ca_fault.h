/* What the tests' certificate authority (ca.h) can be asked, and what it may do instead of answering. */
#ifndef TESTS_UNIT_ACME_CA_FAULT_H
#define TESTS_UNIT_ACME_CA_FAULT_H

#include <stddef.h>

#define CA_URL      "https://ca.test"
#define CA_BODY_MAX ((size_t)1024 * 1024)

/* What a request is about. */
enum ca_step {
    CA_DIRECTORY,
    CA_NONCE,
    CA_NEW_ACCOUNT,
    CA_ACCOUNT,
    CA_NEW_ORDER,
    CA_ORDER,
    CA_AUTHORIZATION,
    CA_CHALLENGE,
    CA_FINALIZE,
    CA_CERTIFICATE,
    CA_ALTERNATE,
    CA_REVOKE,
    CA_KEY_CHANGE,
    CA_RENEWAL_INFO,
    CA_STEPS_COUNT,
};

enum ca_fault {
    CA_SOUND,
    CA_SILENT,    /* takes nothing, answers nothing */
    CA_LOST,      /* does what was asked; the answer is lost */
    CA_ERROR_500, /* an HTML page */
    CA_BUSY,      /* 503, Retry-After: 30 */
    CA_BUSY_LONG, /* 503, Retry-After: 7200 */
    CA_LIMITED,   /* rateLimited, Retry-After: 3600 */
    CA_BAD_NONCE,
    CA_HTML,      /* 200 with an HTML page */
    CA_NOT_FOUND, /* 404 with an HTML page */
    CA_REDIRECT,
    CA_DEEP, /* JSON within JSON within … */
    CA_HUGE,
    CA_EMPTY,     /* {} */
    CA_PROBLEM,   /* ca->problem, with 403 */
    CA_CUT,       /* the good answer up to ca->cut_at bytes */
    CA_NO_FIELDS, /* the good answer without Location and Replay-Nonce */
    CA_BAD_URLS,  /* the good answer with http:// in place of https:// */
};

#endif
