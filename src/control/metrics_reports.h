/* What browsers reported today, for Prometheus. */
#ifndef CONTROL_METRICS_REPORTS_H
#define CONTROL_METRICS_REPORTS_H

#include "control/core.h"

/* Of sites whose browsers are asked to report, the types that were reported. */
void metrics_reports(const struct core *core, struct buf *out);

#endif
