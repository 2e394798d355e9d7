/*
 * A list of domains, a line each, as it comes: from a file or standard input, plain or in gzip. Blank lines and lines
 * that begin with '#' are passed over; of "1,example.org", as rankings have it, what is behind the last comma counts.
 */
#ifndef APP_SCAN_INPUT_H
#define APP_SCAN_INPUT_H

#include "base/err.h"

/* No domain is as long; what is beyond is cut off, and what is left is judged. */
#define SCAN_LINE_SIZE_MAX 1024

struct scan_input;

/* "-" is standard input. */
NODISCARD bool scan_input_open(const char *path, struct scan_input **ret, struct err *err);
/* The next domain, valid until the next call, and its line, the first being 1; false at the end, or when it broke off.
 */
bool scan_input_next(struct scan_input *input, uint64_t *ret_line, struct str *ret);
/* How many domains are still to come, for who wants to say how long it takes; false where that cannot be told. */
NODISCARD bool scan_input_count(const char *path, uint64_t *ret);
/* False: it could not be read to its end, and why. NULL is allowed. */
NODISCARD bool scan_input_close(struct scan_input *input, struct err *err);

#endif
