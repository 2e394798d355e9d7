/* Guards of the preload list as it is: names on it, and names above. Private to this module. */
#ifndef HSTS_GUARD_LISTED_H
#define HSTS_GUARD_LISTED_H

#include "hsts/guard_judge.h"

/* A site that is listed keeps the field that keeps it there. */
enum guard_finding guard_listed_lapse(const struct guard_case *c, struct guard_result *ret);
/* The part of guard_name_ancestor that the list knows: a name above with all below it. */
enum guard_finding guard_listed_above(const struct guard_case *c, struct guard_result *ret);

#endif
