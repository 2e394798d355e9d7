/* The census of plain HTTP for Prometheus: of each site what there is, nothing where nothing came in clear. */
#ifndef CONTROL_METRICS_CENSUS_H
#define CONTROL_METRICS_CENSUS_H

#include "base/buf.h"
#include "control/core.h"

void metrics_census(const struct core *core, struct buf *out);

#endif
