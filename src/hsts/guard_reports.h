/* The guard of what browsers reported. Private to this module. */
#ifndef HSTS_GUARD_REPORTS_H
#define HSTS_GUARD_REPORTS_H

#include "hsts/guard_judge.h"

/* Browsers could not get in over HTTPS since this rung began. */
enum guard_finding guard_reports(const struct guard_case *c, struct guard_result *ret);

#endif
