#include "hsts/guard_coverage.h"

#include <stdio.h>

static void tell_more(size_t more, struct guard_result *ret)
{
    size_t used = strlen(ret->why);
    if (more)
        (void)snprintf(ret->why + used, sizeof ret->why - used,
                       more == 1 ? " %zu more kind of program stays away." : " %zu more kinds of program stay away.",
                       more);
}

enum guard_finding guard_coverage(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_coverage *coverage = &c->facts->coverage;
    const struct guard_missing *first = &coverage->missing;
    char date[GUARD_DATE_SIZE];
    if (c->facts->before.since_s == 0)
        return guard_pass(ret, "No rung has begun yet, since which anybody could stay away.");
    if (!coverage->is_noted)
        return guard_pass(ret, "Who comes is not noted, so it is not known whether any kind of program stays away.");
    ret->evidence_s = c->facts->wall_s;
    if (coverage->missing_count == 0)
        return guard_pass(ret, "No kind of program that came regularly before this rung began stays away since.");
    (void)guard_date(first->last_s, date);
    guard_why(ret,
              "Since this rung began nobody came with %s, and others did on %u days; before, they came on %u of %u "
              "days, last on %.10s. They may be shut out.",
              first->who, first->since, first->days, first->of_days, date);
    tell_more(coverage->missing_count - 1, ret);
    return guard_fix(ret, GUARD_FAULT,
                     "Try it with one of them, or ask who uses it. \"strictgate evidence %.*s\" shows which stay away.",
                     STR_ARG(guard_site(c->facts)));
}
