/*
 * What a scan found, as JSON lines: one object a domain, in the order in which they were judged, each written whole.
 * From a file that is there already a scan goes on where it stopped: what is in it counts as done.
 */
#ifndef APP_SCAN_OUTPUT_H
#define APP_SCAN_OUTPUT_H

#include "app/scan_summary.h"
#include "hsts/preload_seen.h"

struct scan_output;

/*
 * NULL: standard output. A file that is there is an error (ERR_CONFLICT) unless `resume`; then its lines are added to
 * the summary, and what follows its last whole line is cut off. One that is not there is made.
 */
NODISCARD bool scan_output_open(const char *path, bool resume, struct scan_summary *summary, struct scan_output **ret,
                                struct err *err);
/* Whether the file had this line of the list when it was opened. */
bool scan_output_has(const struct scan_output *output, uint64_t line);
uint64_t scan_output_had_count(const struct scan_output *output);
/* One domain. A failure is kept for scan_output_close. */
void scan_output_put(struct scan_output *output, uint64_t line, struct str domain, const struct preload_seen *seen,
                     const struct preload_findings *findings);
/* False: something could not be written. NULL is allowed. */
NODISCARD bool scan_output_close(struct scan_output *output, struct err *err);

#endif
