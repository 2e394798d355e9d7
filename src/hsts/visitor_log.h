/*
 * Visitors as they really came: a log with a line for each visit (or one for each client and day, which is as good):
 *
 *     CLIENT WHEN [BROWSER]         192.0.2.7 2026-11-23T17:51:03Z firefox
 *
 * Blanks, tabs or a comma stand between. CLIENT is any text without them. WHEN is a day's number from 0, a date
 * (2026-11-23), a timestamp of RFC 3339 in UTC, one of an access log (23/Nov/2026:17:51:03), or seconds since 1970
 * (nine digits and more); numbers of days and all the others do not mix. A visit without a time of day is at noon.
 * BROWSER is one that hsts/population.h knows; without it the client reads fields as the RFC says. Empty lines and
 * lines that begin with '#' are nothing. Everything else is an error that names its line.
 */
#ifndef HSTS_VISITOR_LOG_H
#define HSTS_VISITOR_LOG_H

#include "base/err.h"
#include "hsts/visitor.h"

/* Bytes of a log, and visits in it: two years of a site with twenty thousand visits a day. */
#define VISITOR_LOG_SIZE_MAX         ((size_t)1 << 30)
#define VISITOR_LOG_VISITS_COUNT_MAX ((size_t)1 << 24)
/* The longest number of days; longer ones are seconds. */
#define VISITOR_LOG_DAY_DIGITS_COUNT_MAX     5
#define VISITOR_LOG_SECONDS_DIGITS_COUNT_MIN 9

/* A client's visits are times_s[first] and on, up to the next client's. */
struct visitor_log_client {
    size_t first;
    enum reading_client client;
};

struct visitor_log {
    int64_t start_s; /* midnight UTC at the beginning of day 0, since 1970; 0 when days are numbers */
    uint32_t days;   /* from day 0 up to and with the last visit's */
    int64_t *times_s;
    size_t times_count;
    struct visitor_log_client *clients;
    size_t clients_count;
};

/* *ret is the caller's to visitor_log_fini. ERR_INPUT for a log with a fault, or without a visit. */
NODISCARD bool visitor_log_parse(struct str text, struct visitor_log *ret, struct err *err);
void visitor_log_fini(struct visitor_log *log);
/* Visitor `i`, below clients_count; visits at or behind `end_s` (from day 0) are left out. A view into the log. */
struct visitor visitor_log_visitor(const struct visitor_log *log, size_t i, int64_t end_s);

#endif
