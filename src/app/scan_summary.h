/*
 * What a scan found, counted: how many domains the preload list would take, and how often each code was met. Told as
 * a line for people, as a report in Markdown, and as bars in SVG.
 */
#ifndef APP_SCAN_SUMMARY_H
#define APP_SCAN_SUMMARY_H

#include "base/buf.h"
#include "base/err.h"
#include "hsts/preload_rules.h"

/* Room for a row for every code. */
#define SCAN_REPORT_SIZE_MAX ((size_t)1 << 20)

struct scan_summary {
    uint64_t good, warned, refused;      /* nothing found, warnings only, errors */
    uint64_t codes[PRELOAD_CODES_COUNT]; /* domains that have it */
    bool removal;
    enum preload_policy policy;
    uint64_t took_s;
};

uint64_t scan_summary_domains(const struct scan_summary *summary);
/* One domain. */
void scan_summary_add(struct scan_summary *summary, const struct preload_findings *findings);
/* The same of one that was judged before, by its codes; false when one of them is none. */
NODISCARD bool scan_summary_add_codes(struct scan_summary *summary, const struct str *codes, size_t count);
/* "1,204 domains: 12 would be taken (1.0 %), …" */
NODISCARD bool scan_summary_line(const struct scan_summary *summary, struct buf *out);
/* `source` is what was scanned; `picture` the file name of the SVG, or NULL. False when it does not fit. */
NODISCARD bool scan_summary_markdown(const struct scan_summary *summary, const char *source, const char *picture,
                                     int64_t now_s, struct buf *out);
NODISCARD bool scan_summary_svg(const struct scan_summary *summary, struct buf *out);

#endif
