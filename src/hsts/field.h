/*
 * The Strict-Transport-Security field (RFC 6797 section 6.1): a writer of the one form the gateway sends, and a parser
 * that takes exactly what the RFC allows. Browsers and checkers differ from the RFC and from each other; that is told
 * elsewhere (the browser model). Pure: views in, values out.
 */
#ifndef HSTS_FIELD_H
#define HSTS_FIELD_H

#include "base/err.h"
#include "base/str.h"

/* Ten years: beyond it hstspreload.org warns, and no browser remembers longer than one. */
#define HSTS_MAX_AGE_S_MAX 315360000u
/* Room for the longest value hsts_field_write makes and a zero byte. */
#define HSTS_FIELD_SIZE_MAX 64
/* Directives in one field: two are defined and one is in use; a list longer than this is an attack. */
#define HSTS_DIRECTIVES_COUNT_MAX 32

/* What a field says. */
struct hsts_policy {
    uint64_t max_age_s; /* 0: forget me */
    bool include_subdomains;
    bool preload; /* not in the RFC: consent to the browsers' list; only with include_subdomains */
};

/*
 * "max-age=N[; includeSubDomains[; preload]]", zero-terminated in `room`. ERR_INPUT with field "max_age" beyond
 * HSTS_MAX_AGE_S_MAX, with field "preload" when it stands without include_subdomains.
 */
NODISCARD bool hsts_field_write(const struct hsts_policy *policy, char room[static HSTS_FIELD_SIZE_MAX],
                                struct str *ret, struct err *err);
/*
 * What a conforming browser takes from one field value (without surrounding white space or with). False when it must
 * ignore the field as a whole: no max-age, a directive twice, a value where none belongs, anything outside the grammar;
 * *err then says which. A max-age beyond 64 bits counts as UINT64_MAX.
 */
NODISCARD bool hsts_field_parse(struct str value, struct hsts_policy *ret, struct err *err);
/* A character of a token (RFC 9110 section 5.6.2). */
bool hsts_field_is_token_char(char c);

#endif
