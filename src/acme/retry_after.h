/*
 * The Retry-After field (RFC 9110 section 10.2.3): seconds, or a date by the sender's clock.
 */
#ifndef ACME_RETRY_AFTER_H
#define ACME_RETRY_AFTER_H

#include "base/str.h"

/* Longer than any limit of a real CA (a week), short enough that a slip is noticed. */
#define RETRY_AFTER_S_MAX ((int64_t)31 * 86400)

/* Seconds from now, 0 to RETRY_AFTER_S_MAX; a date that is past is 0. False when the value is neither. */
NODISCARD bool retry_after_parse(struct str value, int64_t now_s, int64_t *ret_s);

#endif
