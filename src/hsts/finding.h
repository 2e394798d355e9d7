/*
 * Named findings about a site beyond the rules of the preload list (hsts/preload_rules.h): each has a code that never
 * changes, a severity, what is the matter in plain words, what was seen, what to do, and what of a site of ours mends
 * it. Pure, total and deterministic: whatever was seen has findings, the same ones in the same order each time; what
 * was not seen has none. It changes no verdict: whether a domain is listed is the rules' alone.
 *
 *     probe ──▶ finding_seen ──▶ finding_judge ──▶ findings ──▶ check, API, panel, self-check
 *                                  │
 *                                  ├─ finding_http_*.c       the answers
 *                                  ├─ finding_observatory.c  MDN's tests of the same
 *                                  └─ finding_net_*.c        the network
 */
#ifndef HSTS_FINDING_H
#define HSTS_FINDING_H

#include "hsts/mend.h"
#include "hsts/net_seen.h"
#include "hsts/site_seen.h"

/* Each section has its words in a file of its own (hsts/finding_rows.h); within one, the order is that of the telling.
 */
enum finding_code {
    /* ---- the answers: finding_rows_http.c ---- */
    FINDING_FIELD_DUPLICATE_DIFFERENT,
    FINDING_FIELD_DUPLICATE,
    FINDING_FIELD_VARIES,
    FINDING_FIELD_MISSING_REDIRECT,
    FINDING_FIELD_MISSING_PAGE,
    FINDING_FIELD_MISSING_NOT_FOUND,
    FINDING_FIELD_MISSING_REFUSED,
    FINDING_FIELD_MISSING_HEAD,
    FINDING_FIELD_EVERYWHERE,
    FINDING_FIELD_IGNORED_BY_ALL,
    FINDING_FIELD_IGNORED_BY_SOME,
    FINDING_FIELD_READ_DIFFERENTLY,
    FINDING_FIELD_READ_ALIKE,
    FINDING_COOKIE_REFUSED,
    FINDING_COOKIE_SESSION_NOT_SECURE,
    FINDING_COOKIE_NOT_SECURE,
    FINDING_COOKIE_SESSION_SCRIPTS,
    FINDING_COOKIE_SAME_SITE_UNKNOWN,
    FINDING_COOKIE_NO_SAME_SITE,
    FINDING_COOKIE_GOOD,
    FINDING_CONTENT_ACTIVE,
    FINDING_CONTENT_PASSIVE,
    FINDING_CONTENT_UPGRADED,
    FINDING_CONTENT_GOOD,
    FINDING_DEAD_KEY_PINS,
    FINDING_DEAD_EXPECT_CT,
    FINDING_CERTIFICATE_ENDS,
    FINDING_CERTIFICATE_LATE,
    FINDING_CERTIFICATE_DUE,
    FINDING_CERTIFICATE_FRESH,
    FINDING_CERTIFICATE_TOO_LONG,
    FINDING_CHAIN_ROOT,
    FINDING_CHAIN_STRAYS,
    FINDING_LOOK_NO_ANSWER,
    FINDING_HTTP_END,

    /* ---- the tests of MDN's HTTP Observatory, one result of each: finding_rows_observatory.c ---- */
    FINDING_OBSERVATORY_HSTS_PRELOADED = FINDING_HTTP_END,
    FINDING_OBSERVATORY_HSTS_LONG,
    FINDING_OBSERVATORY_HSTS_SHORT,
    FINDING_OBSERVATORY_HSTS_NONE,
    FINDING_OBSERVATORY_HSTS_INVALID,
    FINDING_OBSERVATORY_HSTS_NO_HTTPS,
    FINDING_OBSERVATORY_HSTS_CERTIFICATE,
    FINDING_OBSERVATORY_REDIRECTION_PRELOADED,
    FINDING_OBSERVATORY_REDIRECTION_GOOD,
    FINDING_OBSERVATORY_REDIRECTION_NO_HTTP,
    FINDING_OBSERVATORY_REDIRECTION_OFF_HOST,
    FINDING_OBSERVATORY_REDIRECTION_LATE,
    FINDING_OBSERVATORY_REDIRECTION_NOT_HTTPS,
    FINDING_OBSERVATORY_REDIRECTION_MISSING,
    FINDING_OBSERVATORY_REDIRECTION_CERTIFICATE,
    FINDING_OBSERVATORY_COOKIES_BEST,
    FINDING_OBSERVATORY_COOKIES_GOOD,
    FINDING_OBSERVATORY_COOKIES_NONE,
    FINDING_OBSERVATORY_COOKIES_NOT_SECURE_BUT_HSTS, /* from here to the last, worse and worse */
    FINDING_OBSERVATORY_COOKIES_NOT_SECURE,
    FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE_BUT_HSTS,
    FINDING_OBSERVATORY_COOKIES_SAME_SITE,
    FINDING_OBSERVATORY_COOKIES_ANTI_CSRF,
    FINDING_OBSERVATORY_COOKIES_SESSION_NOT_HTTP_ONLY,
    FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE,
    FINDING_OBSERVATORY_END,

    /* ---- the network: finding_rows_net.c ---- */
    FINDING_ADDRESS_UNTRUSTED = FINDING_OBSERVATORY_END,
    FINDING_ADDRESS_IPV6_SILENT,
    FINDING_ADDRESS_IPV4_SILENT,
    FINDING_ADDRESS_SILENT,
    FINDING_ADDRESS_FIELD,
    FINDING_ADDRESS_STATUS,
    FINDING_ADDRESS_CERTIFICATE,
    FINDING_ADDRESS_NO_WAY,
    FINDING_ADDRESS_MORE,
    FINDING_ADDRESS_ALIKE,
    FINDING_HTTPS_RECORD_NO_HTTPS,
    FINDING_HTTPS_RECORD_NO_SERVICE,
    FINDING_HTTPS_RECORD_NOWHERE,
    FINDING_HTTPS_RECORD_PORT,
    FINDING_HTTPS_RECORD_HINT,
    FINDING_HTTPS_RECORD_ALPN,
    FINDING_HTTPS_RECORD_MIXED,
    FINDING_HTTPS_RECORD_MALFORMED,
    FINDING_HTTPS_RECORD_FOREIGN,
    FINDING_HTTPS_RECORD_THERE,
    FINDING_HTTPS_RECORD_NONE,
    FINDING_CAA_NOBODY,
    FINDING_CAA_OTHER,
    FINDING_CAA_FOREIGN,
    FINDING_CAA_THERE,
    FINDING_CAA_NONE,
    FINDING_DNS_UNTOLD,
    FINDING_ABOVE_BINDS,
    FINDING_LISTED_ABOVE,
    FINDING_LISTED_TOP,
    FINDING_LISTED,
    FINDING_TLS_KEY_WEAK,
    FINDING_TLS_OLD,
    FINDING_TLS_NO_SECRECY,
    FINDING_TLS_NO_1_3,
    FINDING_TLS_NO_1_2,
    FINDING_TLS_NO_H2,
    FINDING_TLS_FACTS,
    FINDING_TLS_MODERN,
    FINDING_NET_END,
    FINDING_CODES_COUNT = FINDING_NET_END,
};

/* The worst first. */
enum finding_severity {
    FINDING_ERROR,   /* visitors or their data suffer from it now, or will on a day that is known */
    FINDING_WARNING, /* should be mended */
    FINDING_NOTE,    /* worth knowing */
    FINDING_GOOD,    /* looked at, and in order */
    FINDING_SEVERITIES_COUNT,
};

/* Each code once, with room for those that are told for several things. */
#define FINDINGS_COUNT_MAX  128
#define FINDING_DETAIL_SIZE 320

struct finding {
    enum finding_code code;
    char detail[FINDING_DETAIL_SIZE]; /* what was seen, a sentence's end without a full stop; empty: the code says it */
};

struct findings {
    struct finding items[FINDINGS_COUNT_MAX];
    size_t count;
    size_t omitted_count; /* for which there was no room */
};

/* What the browsers' preload list says of the domain; zero: nobody knows. */
struct finding_list {
    bool is_known, is_bound;
    bool includes_subdomains; /* of the entry that binds it */
    struct str entry;         /* its name */
};

/* All that is known; what a pointer is NULL for was not looked at. */
struct finding_seen {
    const struct preload_seen *preload;
    const struct site_seen *site;
    const struct net_seen *net;
    struct finding_list list;
    struct str our_field; /* what the gateway sends for the site, where it is one of ours; else empty */
    int64_t now_s;        /* wall clock */
};

/* In the order of severity, within it in that of the codes. */
void finding_judge(const struct finding_seen *seen, struct findings *ret);

/* Of a value of Strict-Transport-Security by itself: how clients read it. */
void finding_judge_field(struct str value, struct findings *ret);

/*
 * For the sections: puts one in, with what was seen. What does not fit is cut; what strangers sent is in it, so that
 * anything but visible ASCII becomes '?'.
 */
void finding_add(struct findings *findings, enum finding_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "field.duplicate" */
const char *finding_code_text(enum finding_code code);
enum finding_severity finding_code_severity(enum finding_code code);
/* One sentence: what is the matter, or in order. */
const char *finding_code_words(enum finding_code code);
/* A sentence or two: what to do; empty where nothing is. */
const char *finding_code_fix(enum finding_code code);
enum mend finding_code_mend(enum finding_code code);
/* What the Observatory adds to its score, from -40 to 5. False: the code is none of its. */
bool finding_code_score(enum finding_code code, int *ret);
/* "error", "warning", "note", "good" */
const char *finding_severity_name(enum finding_severity severity);
/* How many of this severity there are. */
size_t findings_count(const struct findings *findings, enum finding_severity severity);

#endif
