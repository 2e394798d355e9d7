/*
 * What the inventory says of includeSubDomains. It cannot be complete: that it is empty, old, or knows little of a name
 * is said and stops nobody; a name whose visitors would be shut out does.
 */
#include "hsts/guard_subnames.h"

#include <stdio.h>

/* Of a name, and of what was seen there, within a sentence. */
#define NAME_SIZE   150
#define DETAIL_SIZE 200

/* One more sentence. */
static void add(struct guard_result *ret, const char *sentence)
{
    size_t used = strlen(ret->why);
    (void)snprintf(ret->why + used, sizeof ret->why - used, " %s", sentence);
}

static enum guard_finding look_again(const struct guard_case *c, struct guard_result *ret)
{
    struct str site = guard_clip(guard_site(c->facts), NAME_SIZE);
    if (c->facts->subnames.is_looking)
        return guard_fix(ret, GUARD_REMARK,
                         "They are being looked at: \"strictgate subdomains list %.*s\" shows how far it is.",
                         STR_ARG(site));
    return guard_fix(ret, GUARD_REMARK, "Have them looked at again: \"strictgate subdomains look %.*s\".",
                     STR_ARG(site));
}

static enum guard_finding tell_blocking(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_subnames *names = &c->facts->subnames;
    struct str site = guard_clip(guard_site(c->facts), NAME_SIZE), first = guard_clip(names->first, NAME_SIZE);
    struct str why = guard_clip(names->first_why, DETAIL_SIZE);
    guard_why(ret, "Browsers would insist on HTTPS for %.*s, too, where their users would be shut out (%.*s).",
              STR_ARG(first), STR_ARG(why));
    if (names->blocking > 1) {
        size_t used = strlen(ret->why);
        (void)snprintf(ret->why + used, sizeof ret->why - used, " So they would for %zu more.", names->blocking - 1);
    }
    return guard_fix(ret, GUARD_FAULT,
                     "Mend them (\"strictgate subdomains list %.*s --state blocking\" says how), then have them looked "
                     "at again; or sign off what nobody opens in a browser.",
                     STR_ARG(site));
}

static enum guard_finding tell_empty(const struct guard_case *c, struct guard_result *ret)
{
    struct str site = guard_clip(guard_site(c->facts), NAME_SIZE);
    guard_why(ret,
              "Every name below %.*s is bound, also those that are not served here, such as mail servers, printers, "
              "other departments: the inventory has none of them.",
              STR_ARG(site));
    return guard_fix(ret, GUARD_REMARK,
                     "List them from the DNS and from those who run them: \"strictgate subdomains import %.*s FILE\".",
                     STR_ARG(site));
}

static enum guard_finding tell_old(const struct guard_case *c, struct guard_result *ret)
{
    char date[GUARD_DATE_SIZE];
    guard_why(ret, "It is not known any more what is at the names below: one was last looked at on %.*s.",
              STR_ARG(guard_date(c->facts->subnames.looked_s, date)));
    return look_again(c, ret);
}

static enum guard_finding tell_unlooked(const struct guard_case *c, struct guard_result *ret)
{
    guard_why(ret, "Not every name below has been looked at yet.");
    return look_again(c, ret);
}

static enum guard_finding tell_unknown(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_subnames *names = &c->facts->subnames;
    struct str site = guard_clip(guard_site(c->facts), NAME_SIZE), first = guard_clip(names->first, NAME_SIZE);
    struct str why = guard_clip(names->first_why, DETAIL_SIZE);
    guard_why(ret, "%zu of the names below could not be seen to have HTTPS, such as %.*s (%.*s).", names->unknown,
              STR_ARG(first), STR_ARG(why));
    return guard_fix(ret, GUARD_REMARK,
                     "Ask who runs them, and sign them off: \"strictgate subdomains list %.*s --state unknown\".",
                     STR_ARG(site));
}

/* Looked at in the future, by more than a clock is corrected by: by another clock, nobody knows when. */
static bool is_old(const struct guard_case *c)
{
    const struct guard_subnames *names = &c->facts->subnames;
    int64_t age_s = guard_span_s(names->looked_s, c->facts->wall_s);
    return age_s > names->age_s_max || age_s < -HSTS_CLOCK_JUMP_S;
}

enum guard_finding guard_subnames(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_subnames *names = &c->facts->subnames;
    ret->evidence_s = names->looked_s;
    if (names->blocking)
        return tell_blocking(c, ret);
    if (names->total == 0)
        return tell_empty(c, ret);
    if (names->looked_s == 0)
        return tell_unlooked(c, ret);
    if (is_old(c))
        return tell_old(c, ret);
    if (names->unknown)
        return tell_unknown(c, ret);
    (void)guard_pass(ret, "Each of the names below that are known (%zu) has HTTPS, or somebody answers for it.",
                     names->total);
    if (names->accepted)
        add(ret, "Some were signed off or excepted.");
    return GUARD_FINE;
}
