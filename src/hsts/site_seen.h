/*
 * What was seen of a site beyond what the preload list's checker looks at (hsts/preload_seen.h): further answers over
 * HTTPS of the same name. Values only, filled by probe (probe/site_look.h), read by the findings (hsts/finding.h).
 * Views belong to whoever filled it; everything in it is text of a stranger.
 */
#ifndef HSTS_SITE_SEEN_H
#define HSTS_SITE_SEEN_H

#include "hsts/preload_seen.h"

/*
 * What is asked over HTTPS, each without a body and without a cookie. The path of SITE_ASK_NOT_FOUND is one that nobody
 * has. The method of SITE_ASK_METHOD is TRACE: RFC 9110 section 9.2.1 calls it safe, so that no server changes anything
 * by it; all it may do is to echo the request (9.3.8), in which there is nothing to be learnt; and nearly every server
 * refuses it with 405.
 */
enum site_ask {
    SITE_ASK_ROOT, /* GET / */
    SITE_ASK_PAGE, /* where the redirects of it lead, as long as they stay at the same name */
    SITE_ASK_NOT_FOUND,
    SITE_ASK_METHOD,
    SITE_ASK_HEAD, /* HEAD / */
    SITE_ASKS_COUNT,
};

#define SITE_PATH_NOT_FOUND "/strictgate-check/nothing-is-here"
#define SITE_METHOD_REFUSED "TRACE"

struct site_answer {
    unsigned status; /* 0: no answer */
    bool is_redirect;
    struct preload_fields fields; /* Strict-Transport-Security */
    struct str why;               /* without an answer: the end of a sentence; empty: it was not asked */
};

struct site_seen {
    struct site_answer answers[SITE_ASKS_COUNT];
};

/* "GET /", "TRACE /": what was asked, for people; of the front page behind redirects "GET /...". */
const char *site_ask_words(enum site_ask ask);

#endif
