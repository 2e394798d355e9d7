/* What browsers reported, for the guards. */
#ifndef CONTROL_FACTS_REPORTS_H
#define CONTROL_FACTS_REPORTS_H

#include "control/core.h"
#include "hsts/guard.h"

/* Of TLS, since the present rung began. */
NODISCARD bool facts_reports(const struct core *core, const struct site *site, struct guard_reports *ret,
                             struct err *err);

#endif
