/*
 * The words of the page of an evidence bundle, in the languages it is written in. What was recorded (reasons, verdicts
 * of guards) is shown as it was recorded.
 */
#ifndef CONTROL_BUNDLE_WORDS_H
#define CONTROL_BUNDLE_WORDS_H

#include "base/buf.h"

enum bundle_language { BUNDLE_ENGLISH, BUNDLE_FRENCH, BUNDLE_LANGUAGES_COUNT };

enum bundle_word {
    BUNDLE_W_TITLE,
    BUNDLE_W_LEAD,
    BUNDLE_W_UTC,
    BUNDLE_W_SITE,
    BUNDLE_W_ALIASES,
    BUNDLE_W_SPAN,
    BUNDLE_W_MADE_AT,
    BUNDLE_W_MADE_BY,
    BUNDLE_W_HOST,
    BUNDLE_W_VERSION,
    BUNDLE_W_KEY,
    BUNDLE_W_CLOCK,
    BUNDLE_W_SHORT,
    BUNDLE_W_FIELD,
    BUNDLE_W_NO_FIELD,
    BUNDLE_W_BOUND_UNTIL,
    BUNDLE_W_NOBODY_BOUND,
    BUNDLE_W_VALID_UNTIL,
    BUNDLE_W_SEEN_LAST,
    BUNDLE_W_HTTP_SHARE,
    BUNDLE_W_STRANDED,
    BUNDLE_W_STRANDED_MEANS,
    BUNDLE_W_OVERRIDES,
    BUNDLE_W_REFUSALS,
    BUNDLE_W_PROMISES,
    BUNDLE_W_PROMISES_LEAD,
    BUNDLE_W_MAX_AGE,
    BUNDLE_W_FROM,
    BUNDLE_W_TO,
    BUNDLE_W_STILL,
    BUNDLE_W_BINDS_UNTIL,
    BUNDLE_W_NAME,
    BUNDLE_W_OFF,
    BUNDLE_W_LOG,
    BUNDLE_W_LOG_LEAD,
    BUNDLE_W_WHEN,
    BUNDLE_W_WHO,
    BUNDLE_W_WHAT,
    BUNDLE_W_CHANGE,
    BUNDLE_W_OUTCOME,
    BUNDLE_W_DONE,
    BUNDLE_W_REFUSED,
    BUNDLE_W_REASON,
    BUNDLE_W_OVERRIDDEN,
    BUNDLE_W_GUARDS_PASSED,
    BUNDLE_W_ALL_SITES,
    BUNDLE_W_CERTIFICATES,
    BUNDLE_W_CERTIFICATES_LEAD,
    BUNDLE_W_FINGERPRINT,
    BUNDLE_W_ISSUER,
    BUNDLE_W_VALID,
    BUNDLE_W_STORED,
    BUNDLE_W_PUBLISHED,
    BUNDLE_W_SEEN_FIRST,
    BUNDLE_W_DRAWER,
    BUNDLE_W_MISMATCHES,
    BUNDLE_W_PLACE,
    BUNDLE_W_TRAFFIC,
    BUNDLE_W_TRAFFIC_LEAD,
    BUNDLE_W_HTTPS,
    BUNDLE_W_HTTP,
    BUNDLE_W_DAY,
    BUNDLE_W_WEEK_OF,
    BUNDLE_W_DAYS_FROM,
    BUNDLE_W_FAILED,
    BUNDLE_W_FAILED_LEAD,
    BUNDLE_W_CAUSE,
    BUNDLE_W_COUNT,
    BUNDLE_W_CLIENTS,
    BUNDLE_W_CLIENTS_LEAD,
    BUNDLE_W_ARRIVED,
    BUNDLE_W_REDIRECTED,
    BUNDLE_W_NOTHING,
    BUNDLE_W_LOOKS,
    BUNDLE_W_LAST_LOOK,
    BUNDLE_W_LAST_CHECK,
    BUNDLE_W_CHECK_NEVER,
    BUNDLE_W_ERRORS,
    BUNDLE_W_WARNINGS,
    BUNDLE_W_GUARDS_NOW,
    BUNDLE_W_GUARD,
    BUNDLE_W_VERDICT,
    BUNDLE_W_WHY,
    BUNDLE_W_LEFT_OUT,
    BUNDLE_W_MORE_IN_JSON,
    BUNDLE_W_VERIFY,
    BUNDLE_W_VERIFY_LEAD,
    BUNDLE_W_VERIFY_KEY,
    BUNDLE_W_LIMITS,
    BUNDLE_W_LIMIT_TIME,
    BUNDLE_W_LIMIT_LOG,
    BUNDLE_W_LIMIT_NAMES,
    BUNDLE_W_WORDS_AS_RECORDED,
    BUNDLE_WORDS_COUNT,
};

/* "en", "fr" */
const char *bundle_language_code(enum bundle_language language);
NODISCARD bool bundle_language_from(struct str code, enum bundle_language *ret);
const char *bundle_word(enum bundle_language language, enum bundle_word word);
/* An act of the audit log, the cause of a failed handshake: NULL for one that has no words here. */
const char *bundle_act(enum bundle_language language, struct str act);
const char *bundle_cause(enum bundle_language language, struct str cause);
/* How long a promise lasts: "30 days", "1 an"; "off" for 0. */
void bundle_duration(enum bundle_language language, uint64_t max_age_s, struct buf *out);

#endif
