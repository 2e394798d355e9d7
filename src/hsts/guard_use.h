/* Guards of use: how long, how much, and by which clock. Private to this module. */
#ifndef HSTS_GUARD_USE_H
#define HSTS_GUARD_USE_H

#include "hsts/guard_judge.h"

/* The present rung was held for as long as its own max-age. */
enum guard_finding guard_use_dwell(const struct guard_case *c, struct guard_result *ret);
/* Enough came over HTTPS meanwhile to say that it works. */
enum guard_finding guard_use_traffic(const struct guard_case *c, struct guard_result *ret);
/* How much still comes over plain HTTP. */
enum guard_finding guard_use_http(const struct guard_case *c, struct guard_result *ret);
/* This machine's clock can be trusted. */
enum guard_finding guard_use_clock(const struct guard_case *c, struct guard_result *ret);

#endif
