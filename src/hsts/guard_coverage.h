/* The guard of coverage: whether any kind of program that came before a rung began stayed away since. Private to this
 * module. */
#ifndef HSTS_GUARD_COVERAGE_H
#define HSTS_GUARD_COVERAGE_H

#include "hsts/guard_judge.h"

/* Kinds of program that used to come have come since. */
enum guard_finding guard_coverage(const struct guard_case *c, struct guard_result *ret);

#endif
