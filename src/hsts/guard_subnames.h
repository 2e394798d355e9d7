/* The guard that goes by the inventory of names below. Private to this module. */
#ifndef HSTS_GUARD_SUBNAMES_H
#define HSTS_GUARD_SUBNAMES_H

#include "hsts/guard_judge.h"

/* Whether every name below that is known has HTTPS, or somebody answers for it. */
enum guard_finding guard_subnames(const struct guard_case *c, struct guard_result *ret);

#endif
