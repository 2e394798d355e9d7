/*
 * Points in time as text: HTTP's dates (RFC 9110 section 5.6.7), the time field of the combined log format, and RFC
 * 3339. All in UTC, all by the proleptic Gregorian calendar, none dependent on locale or time zone. Times are seconds
 * since 1970-01-01T00:00:00Z without leap seconds.
 */
#ifndef CODEC_DATE_H
#define CODEC_DATE_H

#include "base/str.h"

#define DATE_IMF_SIZE 29 /* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define DATE_LOG_SIZE 26 /* "06/Nov/1994:08:49:37 +0000" */
#define DATE_ISO_SIZE 24 /* "1994-11-06T08:49:37.123Z" */

/*
 * Writes exactly that many bytes, no zero byte. Times outside the years 0 to 9999 are written as the nearest second
 * inside.
 */
struct str date_write_imf(int64_t time_s, char text[static DATE_IMF_SIZE]);
struct str date_write_log(int64_t time_s, char text[static DATE_LOG_SIZE]);
struct str date_write_iso(int64_t time_ms, char text[static DATE_ISO_SIZE]);
/*
 * Any of the three forms a recipient must accept (IMF-fixdate, RFC 850, asctime), case-sensitive; the day must exist
 * and the weekday be its own. A two-digit year is the one nearest to now_s that is not more than 50 years ahead. Second
 * 60 is read as the first of the next minute.
 */
NODISCARD bool date_parse_http(struct str text, int64_t now_s, int64_t *ret_s);
/*
 * "1994-11-06T08:49:37Z" (RFC 3339), in UTC only; a fraction of the second is read and dropped. "1994-11-06" alone is
 * its first second, and *ret_has_time then false.
 */
NODISCARD bool date_parse_iso(struct str text, int64_t *ret_s, bool *ret_has_time);
/*
 * Any moment of RFC 3339 section 5.6, as other people's software writes it: "t" and "z" in either case, an offset from
 * UTC
 * ("+01:00"), a fraction that is dropped.
 */
NODISCARD bool date_parse_rfc3339(struct str text, int64_t *ret_s);
/* "06/Nov/1994:08:49:37 +0000", with the zone or without. */
NODISCARD bool date_parse_log(struct str text, int64_t *ret_s);

#endif
