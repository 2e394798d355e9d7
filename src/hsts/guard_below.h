/* Guards of what reaches beyond the site: the names below it, and the browsers' own list. Private to this module. */
#ifndef HSTS_GUARD_BELOW_H
#define HSTS_GUARD_BELOW_H

#include "hsts/guard_judge.h"

/* Every name below that is served here has a valid certificate. */
enum guard_finding guard_below_served(const struct guard_case *c, struct guard_result *ret);
/* What being on the list means. */
enum guard_finding guard_below_preload(const struct guard_case *c, struct guard_result *ret);
/* What getting off it takes. */
enum guard_finding guard_below_removal(const struct guard_case *c, struct guard_result *ret);

#endif
