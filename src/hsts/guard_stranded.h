/* The guard of those who never arrive: what was counted of real visitors comes before all that is only looked at. */
#ifndef HSTS_GUARD_STRANDED_H
#define HSTS_GUARD_STRANDED_H

#include "hsts/guard_judge.h"

/*
 * The share of people's browsers that may be stranded, in thousandths. Some always are: who closes a page before it has
 * come, whose line breaks, whose computer goes to sleep. One in a hundred is as many as that accounts for; a climb that
 * is wrong can be taken back for as long as its rung lasts. What is promised for a year must fit nearly everybody.
 */
#define GUARD_STRANDED_PERMILLE_CLIMB     10
#define GUARD_STRANDED_PERMILLE_PERMANENT 2
/* So many different ones on one day: fewer are one person's bad luck, whatever share of a small site that is. */
#define GUARD_STRANDED_COUNT_CLIMB     3
#define GUARD_STRANDED_COUNT_PERMANENT 2

/* People's browsers only; scripts and scanners are a remark: every public address has them. */
enum guard_finding guard_stranded(const struct guard_case *c, struct guard_result *ret);

#endif
