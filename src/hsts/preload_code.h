/*
 * The codes of hstspreload.org with our own words: what each says, in plain words, and what mends it. A code is the
 * checker's own, so that its answer and ours can be laid side by side. Which site it is about, and what exactly was
 * seen, is told by the finding (hsts/preload_rules.h).
 */
#ifndef HSTS_PRELOAD_CODE_H
#define HSTS_PRELOAD_CODE_H

#include "hsts/mend.h"

enum preload_code {
    /* the name */
    PRELOAD_NAME_DOT_FIRST,
    PRELOAD_NAME_DOT_LAST,
    PRELOAD_NAME_DOUBLE_DOT,
    PRELOAD_NAME_PUBLIC_SUFFIX,
    PRELOAD_NAME_CHARACTERS,
    PRELOAD_NAME_IP,
    PRELOAD_NAME_NO_SUFFIX,
    PRELOAD_NAME_SUBDOMAIN,
    /* the connection */
    PRELOAD_TLS_NONE,
    PRELOAD_TLS_CHAIN,
    PRELOAD_TLS_SHA1,
    PRELOAD_TLS_CIPHER,
    PRELOAD_WWW,
    /* the field */
    PRELOAD_FIELD_NONE,
    PRELOAD_FIELD_SEVERAL,
    PRELOAD_FIELD_EMPTY,
    PRELOAD_FIELD_EMPTY_DIRECTIVE,
    PRELOAD_FIELD_UNKNOWN_DIRECTIVE,
    PRELOAD_FIELD_REPEATED_PRELOAD,
    PRELOAD_FIELD_REPEATED_SUBDOMAINS,
    PRELOAD_FIELD_REPEATED_MAX_AGE,
    PRELOAD_FIELD_INVALID_PRELOAD,
    PRELOAD_FIELD_INVALID_SUBDOMAINS,
    PRELOAD_FIELD_MAX_AGE_NO_VALUE,
    PRELOAD_FIELD_MAX_AGE_LEADING_ZERO,
    PRELOAD_FIELD_MAX_AGE_NON_DIGIT,
    PRELOAD_FIELD_MAX_AGE_NO_NUMBER,
    PRELOAD_FIELD_SUBDOMAINS_MISSING,
    PRELOAD_FIELD_PRELOAD_MISSING,
    PRELOAD_FIELD_MAX_AGE_MISSING,
    PRELOAD_FIELD_MAX_AGE_ZERO,
    PRELOAD_FIELD_MAX_AGE_BELOW_1_YEAR,
    PRELOAD_FIELD_MAX_AGE_BELOW_18_WEEKS,
    PRELOAD_FIELD_MAX_AGE_OVER_10_YEARS,
    /* redirects */
    PRELOAD_HTTP_NONE,
    PRELOAD_HTTP_USELESS_FIELD,
    PRELOAD_HTTP_NO_REDIRECT,
    PRELOAD_HTTP_WWW_FIRST,
    PRELOAD_HTTP_FIRST_INSECURE,
    PRELOAD_HTTP_FIRST_INVALID,
    PRELOAD_HTTP_FIRST_NO_FIELD,
    PRELOAD_WAY_INSECURE_FIRST,
    PRELOAD_WAY_INSECURE_LATER,
    PRELOAD_WAY_TOO_MANY,
    PRELOAD_WAY_FAILED,
    /* removal */
    PRELOAD_REMOVE_HAS_PRELOAD,
    PRELOAD_REMOVE_NO_MAX_AGE,
    /* what the list itself says to a submission or a removal */
    PRELOAD_LIST_PENDING,
    PRELOAD_LIST_PRELOADED,
    PRELOAD_LIST_BELOW_LISTED,
    PRELOAD_LIST_BELOW_SUFFIX,
    PRELOAD_LIST_PROTECTED,
    PRELOAD_LIST_NOT_PRELOADED,
    PRELOAD_LIST_REMOVAL_PENDING,
    PRELOAD_LIST_REMOVED,
    PRELOAD_CODES_COUNT,
};

/* "domain.tls.cannot_connect" */
const char *preload_code_text(enum preload_code code);
/* Errors keep a domain from the list, or on it; warnings do not. */
bool preload_code_is_error(enum preload_code code);
/* One sentence: what is the matter. */
const char *preload_code_words(enum preload_code code);
/* One sentence or two: what to do. */
const char *preload_code_fix(enum preload_code code);
enum mend preload_code_mend(enum preload_code code);

#endif
