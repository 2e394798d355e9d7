/* The counters as text for Prometheus (exposition format 0.0.4). */
#ifndef CONTROL_METRICS_H
#define CONTROL_METRICS_H

#include "control/core.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

void metrics_write(struct core *core, struct buf *out);
/* Appends a label's value with its quotes; backslash, quote and line end are escaped. */
void metrics_put_label(struct buf *out, struct str value);
/* metrics_coverage.c: who came in this week, and who could not get in without a certificate. */
void metrics_put_coverage(const struct core *core, struct buf *out);
/* metrics_stranded.c: who never arrived today. */
void metrics_put_stranded(const struct core *core, struct buf *out);

#endif
