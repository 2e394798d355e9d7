/*
 * How long a promise lasts, as people type it: "300", "300s", "5m", "12h", "1d", "1w", "30d", "1y". For --ladder and
 * the declarative file. How it is said to people is hsts/ladder's (ladder_text).
 */
#ifndef APP_CLI_DURATION_H
#define APP_CLI_DURATION_H

#include <jansson.h>

#include "base/err.h"

/* Seconds, at most `max_s`; false, *ret_s untouched, for anything else. A year has 365 days. */
NODISCARD bool cli_duration_read(struct str text, uint64_t max_s, uint64_t *ret_s);
/*
 * A list of them, separated by commas, as a JSON array of seconds. A new reference; NULL with *err about `field` when
 * one is not understood or memory ran out. What makes a good ladder is control's to judge.
 */
json_t *cli_duration_list(const char *field, const char *text, struct err *err);

#endif
