/* A site that sends preload and is not fit for the list has given its consent for nothing. */
#include "hsts/guard_ready.h"

#include <stdio.h>

/* Of what was seen, beside the words for it. */
#define DETAIL_SIZE 200

/* What was seen in the future was seen by another clock. */
static bool is_old(const struct guard_case *c, const struct self_check *last)
{
    int64_t age_s = guard_span_s(last->at_s, c->facts->wall_s);
    return age_s > GUARD_EVIDENCE_AGE_S_MAX || age_s < -HSTS_CLOCK_JUMP_S || !c->facts->self_check_is_present;
}

static enum guard_finding look_now(const struct guard_case *c, enum guard_finding finding, struct guard_result *ret)
{
    return guard_fix(ret, finding, "Have it looked at now: \"strictgate self-check %.*s --now\".",
                     STR_ARG(guard_site(c->facts)));
}

static enum guard_finding unseen(const struct self_check *last, struct guard_result *ret)
{
    struct str why = guard_clip(str_make(last->why, strnlen(last->why, sizeof last->why)), DETAIL_SIZE);
    if (why.size)
        guard_why(ret, "The site could not be looked at from outside. %s: %.*s.", self_check_sight_words(last->sight),
                  STR_ARG(why));
    else
        guard_why(ret, "The site could not be looked at from outside. %s.", self_check_sight_words(last->sight));
    return guard_fix(ret, GUARD_REMARK, "%s", self_check_sight_fix(last->sight));
}

/* The first error, in the checker's own words and code, and how many there are besides. */
static enum guard_finding unfit(const struct self_check *last, struct guard_result *ret)
{
    const struct preload_finding *first = &last->first_unmended;
    struct str detail = guard_clip(str_make(first->detail, strnlen(first->detail, sizeof first->detail)), DETAIL_SIZE);
    size_t more = last->unmended_count - 1;
    guard_why(ret, "The checker of hstspreload.org would not take the site (%s). %s", preload_code_text(first->code),
              preload_code_words(first->code));
    size_t used = strlen(ret->why);
    if (detail.size)
        (void)snprintf(ret->why + used, sizeof ret->why - used, " Seen was: %.*s.", STR_ARG(detail));
    used = strlen(ret->why);
    if (more)
        (void)snprintf(ret->why + used, sizeof ret->why - used,
                       more == 1 ? " %zu more thing stands against it." : " %zu more things stand against it.", more);
    return guard_fix(ret, GUARD_FAULT, "%s", preload_code_fix(first->code));
}

enum guard_finding guard_ready_preload(const struct guard_case *c, struct guard_result *ret)
{
    const struct self_check *last = c->facts->self_check;
    char date[GUARD_DATE_SIZE];
    if (!last || last->at_s == 0) {
        guard_why(ret, "Nobody has looked yet whether hstspreload.org would take the site.");
        return look_now(c, GUARD_REMARK, ret);
    }
    ret->evidence_s = last->at_s;
    if (is_old(c, last)) {
        guard_why(ret,
                  "It is not known any more whether hstspreload.org would take the site: the last look was on %.*s.",
                  STR_ARG(guard_date(last->at_s, date)));
        return look_now(c, last->sight == SELF_CHECK_SEEN && last->unmended_count ? GUARD_FAULT : GUARD_REMARK, ret);
    }
    if (last->sight != SELF_CHECK_SEEN)
        return unseen(last, ret);
    if (last->unmended_count)
        return unfit(last, ret);
    return guard_pass(ret, "By what was seen from outside, hstspreload.org would take the site.");
}
