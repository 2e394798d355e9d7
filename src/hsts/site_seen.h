/*
 * What was seen of a site beyond what the preload list's checker looks at (hsts/preload_seen.h): further answers over
 * HTTPS of the same name. Values only, filled by probe (probe/site_look.h), read by the findings (hsts/finding.h).
 * Views belong to whoever filled it; everything in it is text of a stranger.
 */
#ifndef HSTS_SITE_SEEN_H
#define HSTS_SITE_SEEN_H

#include "hsts/preload_seen.h"
#include "hsts/site_cookie.h"

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

/* More than a front page sets; browsers keep some 180 a name. */
#define SITE_COOKIES_COUNT_MAX 32

/* What the front page loads over plain HTTP. */
struct site_page {
    bool is_known;                      /* it is HTML and could be looked into */
    size_t active_count, passive_count; /* what browsers block or warn of; what they show, upgrade or leave out */
    struct str active, passive;         /* the first of each */
    bool upgrades;                      /* its policy has browsers fetch all of it over HTTPS */
};

/* The chain as it was served, which a client takes: it was verified. */
struct site_certificate {
    bool is_known;
    int64_t not_before_s, not_after_s;
    struct str issuer;
    bool is_too_long;    /* valid for longer than browsers allow */
    bool sends_root;     /* the last one signed itself: clients have it, or do not trust it */
    size_t strays_count; /* certificates that signed nothing of the chain */
};

struct site_seen {
    struct site_answer answers[SITE_ASKS_COUNT];
    /* Of / and the front page: those that are set in the end, each name once. */
    struct site_cookie cookies[SITE_COOKIES_COUNT_MAX];
    size_t cookies_count, cookies_omitted_count; /* kept; and for which there was no room */
    struct site_page page;
    bool has_key_pins, has_expect_ct; /* fields that browsers no longer know */
    struct site_certificate certificate;
};

/* "GET /", "TRACE /": what was asked, for people; of the front page behind redirects "GET /...". */
const char *site_ask_words(enum site_ask ask);

#endif
