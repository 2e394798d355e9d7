/*
 * How the clients of this world read a Strict-Transport-Security field: what the RFC, three families of clients and two
 * checkers make of the same bytes. They differ about quotes, blanks, repeated directives and the longest max-age, so a
 * site that sends an unusual form is protected, or locked out, for some of its visitors only. What the gateway sends
 * (hsts_field_write) is read alike by all of them; this is here for what others send, and for the model of a browser
 * (hsts/browser.h). Pure. Names of directives and white space are compared as ASCII.
 */
#ifndef HSTS_READING_H
#define HSTS_READING_H

#include "base/str.h"

enum reading_client {
    READING_RFC6797,
    READING_CHROMIUM,
    READING_FIREFOX,
    READING_CURL,
    READING_HSTSPRELOAD, /* the parser of hstspreload.org */
    READING_OBSERVATORY, /* of MDN's HTTP Observatory */
    READING_CLIENTS_COUNT,
};

/* Chromium remembers no policy for longer than a year. */
#define READING_CHROMIUM_MAX_AGE_S_MAX 31536000u
/* Firefox: a hundred years. */
#define READING_FIREFOX_MAX_AGE_S_MAX 3153600000u
/* What the Observatory takes for six months. */
#define READING_OBSERVATORY_MAX_AGE_S_MIN 15552000u

/* What a checker has to say of a field, besides its value. Browsers say nothing. */
enum reading_issue {
    READING_ISSUE_NO_HEADER,
    READING_ISSUE_MULTIPLE_HEADERS,
    READING_ISSUE_EMPTY,
    READING_ISSUE_EMPTY_DIRECTIVE,
    READING_ISSUE_UNKNOWN_DIRECTIVE,
    READING_ISSUE_REPEATED_PRELOAD,
    READING_ISSUE_REPEATED_INCLUDE_SUBDOMAINS,
    READING_ISSUE_REPEATED_MAX_AGE,
    READING_ISSUE_INVALID_PRELOAD,
    READING_ISSUE_INVALID_INCLUDE_SUBDOMAINS,
    READING_ISSUE_MAX_AGE_NO_VALUE,
    READING_ISSUE_MAX_AGE_LEADING_ZERO,
    READING_ISSUE_MAX_AGE_NON_DIGIT,
    READING_ISSUE_MAX_AGE_NO_NUMBER,
    READING_ISSUE_OBSERVATORY_NO_HEADER,
    READING_ISSUE_OBSERVATORY_INVALID,
    READING_ISSUE_OBSERVATORY_NOT_A_NUMBER,
    READING_ISSUE_OBSERVATORY_SHORT,
    READING_ISSUES_COUNT,
};

/* A bit of `issues`. */
#define READING_BIT(issue) (UINT32_C(1) << (issue))

struct reading {
    /* A browser takes the field in; a checker finds a max-age and no error. A browser that does not take it in ignores
     * it whole: then all below is zero. A checker goes on, and the rest is what it found. */
    bool taken;
    bool has_max_age;
    uint64_t max_age_s; /* as the client will use it: clipped to the longest it knows */
    bool include_subdomains;
    bool preload;    /* never for Chromium, Firefox and curl, which know no such directive */
    uint32_t issues; /* see READING_BIT */
};

/*
 * What the client makes of a response with this one field. Total: any bytes have a reading. A value with NUL, CR or LF
 * does not get past anybody's HTTP parser and is read as no field.
 */
struct reading reading_of(enum reading_client client, struct str value);
/*
 * What it makes of a response with these fields, in their order: browsers take the first (RFC 6797 section 8.1) and
 * curl each in turn, so that the last it can read is what it remembers; checkers object to more than one. No field at
 * all changes nothing for a browser (section 8.6): not taken.
 */
struct reading reading_of_fields(enum reading_client client, const struct str *values, size_t count);
/* Whether it is a checker rather than something that remembers. */
bool reading_is_checker(enum reading_client client);
/* Whether an error is among the issues; the others are warnings. */
bool reading_has_error(const struct reading *reading);
/* "header.parse.empty_directive": the checker's own code, but for "…-not-a-number", which is ours. */
const char *reading_issue_code(enum reading_issue issue);
bool reading_issue_is_error(enum reading_issue issue);
/* "RFC 6797", "Chromium", "hstspreload.org" */
const char *reading_client_name(enum reading_client client);

#endif
