/* The guard of being fit for the preload list, by what a self-check saw. Private to this module. */
#ifndef HSTS_GUARD_READY_H
#define HSTS_GUARD_READY_H

#include "hsts/guard_judge.h"

/* Whether hstspreload.org would take the site once `preload` is sent. That nobody could look stands against nothing. */
enum guard_finding guard_ready_preload(const struct guard_case *c, struct guard_result *ret);

#endif
