/* Guards of use: a rung has to be lived on, by real visitors, before the next one means anything. */
#include "hsts/guard_use.h"

#include <inttypes.h>

/* From off the first rung is the next one, and for names below that nothing was promised for yet. */
static bool skips_rungs(const struct hsts_wish *before, const struct hsts_wish *after, uint32_t *ret_next_s)
{
    if (after->include_subdomains && !before->include_subdomains) {
        *ret_next_s = before->ladder.rungs[0];
        return after->max_age_s > *ret_next_s;
    }
    *ret_next_s = before->max_age_s ? ladder_next(&before->ladder, before->max_age_s) : before->ladder.rungs[0];
    return after->max_age_s > before->max_age_s && after->max_age_s > *ret_next_s;
}

static enum guard_finding refuse_to_skip(const struct guard_case *c, uint32_t next_s, struct guard_result *ret)
{
    char text[LADDER_TEXT_SIZE];
    guard_why(ret,
              "It would leave out rungs on the way to %.*s: whom a promise shuts out is noticed while it is short, or "
              "too late.",
              STR_ARG(ladder_text(c->facts->after.max_age_s, text)));
    return guard_fix(ret, GUARD_FAULT, "Go on to %.*s first, and hold it for as long as it lasts.",
                     STR_ARG(ladder_text(next_s, text)));
}

enum guard_finding guard_use_dwell(const struct guard_case *c, struct guard_result *ret)
{
    const struct hsts_wish *before = &c->facts->before;
    char text[LADDER_TEXT_SIZE], since[GUARD_DATE_SIZE], until[GUARD_DATE_SIZE];
    struct str rung = ladder_text(before->max_age_s, text);
    int64_t until_s = guard_sum_s(before->since_s, before->max_age_s);
    uint32_t next_s;
    if (skips_rungs(before, &c->facts->after, &next_s))
        return refuse_to_skip(c, next_s, ret);
    (void)guard_date(before->since_s, since);
    if (c->facts->now_s >= until_s)
        return guard_pass(ret, "The rung of %.*s has been held since %.*s, at least as long as it lasts.",
                          STR_ARG(rung), GUARD_DATE_SIZE, since);
    guard_why(ret,
              "The rung of %.*s has been held only since %.*s: before it has run out once, those whom it shuts out "
              "may not have noticed.",
              STR_ARG(rung), GUARD_DATE_SIZE, since);
    return guard_fix(ret, GUARD_FAULT, "Wait until %.*s, and ask those who support the users.",
                     STR_ARG(guard_date(until_s, until)));
}

static enum guard_finding want_users(const struct guard_case *c, enum guard_finding finding, struct guard_result *ret)
{
    return guard_fix(ret, finding, "Wait for users to come, or have some open https://%.*s/ from where they work.",
                     STR_ARG(guard_site(c->facts)));
}

/* An uptime monitor comes every minute, and sees nothing of what a person would. */
static enum guard_finding only_machines(const struct guard_case *c, struct guard_result *ret)
{
    guard_why(ret,
              "Only crawlers and monitoring (%" PRIu64 ") came over HTTPS since this rung began: no visitor has tried "
              "it.",
              c->facts->coverage.machines);
    return want_users(c, GUARD_FAULT, ret);
}

/* One visitor with a few pages makes as many requests as many visitors with one: it is clients that count. */
static enum guard_finding judge_clients(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_coverage *coverage = &c->facts->coverage;
    const char *about = coverage->clients_error ? "About " : "";
    uint64_t clients = coverage->clients > coverage->machines ? coverage->clients - coverage->machines : 0;
    if (clients == 0)
        return only_machines(c, ret);
    if (clients < GUARD_CLIENTS_COUNT_MIN) {
        guard_why(ret,
                  clients == 1 ? "Only %" PRIu64 " client came over HTTPS since this rung began, with %" PRIu64
                                 " requests; fewer than %d are little to go by."
                               : "Only %" PRIu64
                                 " different clients came over HTTPS since this rung began, with %" PRIu64
                                 " requests; fewer than %d are little to go by.",
                  clients, c->facts->https_requests, GUARD_CLIENTS_COUNT_MIN);
        return want_users(c, GUARD_REMARK, ret);
    }
    if (coverage->is_several_weeks)
        return guard_pass(ret, "%s%" PRIu64 " different clients came over HTTPS in the busiest week of this rung.",
                          about, clients);
    return guard_pass(ret, "%s%" PRIu64 " different clients came over HTTPS since this rung began.", about, clients);
}

/* Where it is not known who came. */
static enum guard_finding judge_requests(const struct guard_case *c, struct guard_result *ret)
{
    uint64_t count = c->facts->https_requests;
    if (count >= GUARD_REQUESTS_COUNT_MIN)
        return guard_pass(
            ret, "%" PRIu64 " requests came over HTTPS since this rung began; of how many clients is not known.",
            count);
    guard_why(ret,
              count == 1 ? "Only %" PRIu64 " request came over HTTPS since this rung began, fewer than %d: that is "
                           "little to go by."
                         : "Only %" PRIu64 " requests came over HTTPS since this rung began, fewer than %d: that "
                           "is little to go by.",
              count, GUARD_REQUESTS_COUNT_MIN);
    return want_users(c, GUARD_REMARK, ret);
}

enum guard_finding guard_use_traffic(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_coverage *coverage = &c->facts->coverage;
    ret->evidence_s = c->facts->wall_s;
    if (coverage->is_noted && coverage->clients)
        return judge_clients(c, ret);
    if (c->facts->https_requests)
        return judge_requests(c, ret);
    guard_why(ret, "No request came over HTTPS since this rung began: nobody has tried it.");
    return want_users(c, GUARD_FAULT, ret);
}

enum guard_finding guard_use_http(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    double total = (double)facts->http_requests + (double)facts->https_requests;
    double percent = total > 0 ? 100 * (double)facts->http_requests / total : 0;
    ret->evidence_s = facts->wall_s;
    if (percent <= GUARD_HTTP_PERCENT_MAX)
        return guard_pass(ret, "%" PRIu64 " of the requests since this rung began came over plain HTTP.",
                          facts->http_requests);
    guard_why(ret,
              "%.0f percent of the requests since this rung began came over plain HTTP (%" PRIu64 "): clients that "
              "hear no promise, old links, or programs that do not follow a redirect.",
              percent, facts->http_requests);
    return guard_fix(ret, GUARD_FAULT,
                     "See with \"strictgate evidence\" which programs they are, and change links, bookmarks and "
                     "programs to https://%.*s/.",
                     STR_ARG(guard_site(facts)));
}

enum guard_finding guard_use_clock(const struct guard_case *c, struct guard_result *ret)
{
    struct str why = guard_clip(c->facts->clock_why, HSTS_CLOCK_WHY_SIZE);
    char now[GUARD_DATE_SIZE];
    ret->evidence_s = c->facts->wall_s;
    (void)guard_date(c->facts->wall_s, now);
    if (c->facts->clock == HSTS_CLOCK_GOOD)
        return guard_pass(ret, "This machine's clock is trusted; it says %.*s.", GUARD_DATE_SIZE, now);
    if (why.size)
        guard_why(ret, "No longer promise can be timed now: %.*s.", STR_ARG(why));
    else
        guard_why(ret, "No longer promise can be timed now: this machine's clock cannot be trusted.");
    return guard_fix(
        ret, GUARD_FATAL,
        "It says %.*s: set it right and have it kept right by a time server (\"timedatectl set-ntp true\"). "
        "After a jump it is believed when a day has passed without another.",
        GUARD_DATE_SIZE, now);
}
