#include "hsts/guard_stranded.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* "search engines and other crawlers", "2001:db8::/32", and some more. */
#define CLASS_SHOWN_SIZE   34
#define NETWORK_SHOWN_SIZE 32
/* Three classes of programs. */
#define PROGRAMS_SHOWN_SIZE 90
/* "2026-11-25" */
#define DATE_SIZE 10

struct limit {
    unsigned permille;
    uint64_t count;
};

/* A climb to where "permanent" aims is one by another name (guard.c). */
static struct limit limit_of(const struct guard_case *c)
{
    const struct hsts_wish *after = &c->facts->after;
    bool is_permanent = c->move == HSTS_MOVE_PERMANENT || after->max_age_s >= ladder_permanent(&after->ladder);
    return is_permanent ? (struct limit){GUARD_STRANDED_PERMILLE_PERMANENT, GUARD_STRANDED_COUNT_PERMANENT}
                        : (struct limit){GUARD_STRANDED_PERMILLE_CLIMB, GUARD_STRANDED_COUNT_CLIMB};
}

static const char *since(const struct guard_case *c, char room[static GUARD_DATE_SIZE])
{
    (void)guard_date(c->facts->stranded.since_s, room);
    room[DATE_SIZE] = '\0';
    return room;
}

/* One more sentence. */
static void add(struct guard_result *ret, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct guard_result *ret, const char *format, ...)
{
    size_t size = str_from(ret->why).size;
    va_list args;
    if (size + 2 >= sizeof ret->why)
        return;
    ret->why[size++] = ' ';
    va_start(args, format);
    (void)vsnprintf(ret->why + size, sizeof ret->why - size, format, args);
    va_end(args);
}

static void add_programs(const struct guard_stranded *facts, struct guard_result *ret)
{
    if (facts->programs_count)
        add(ret, "Besides, programs that never came there: %" PRIu64 " (%.*s).", facts->programs_count,
            STR_ARG(guard_clip(facts->programs, PROGRAMS_SHOWN_SIZE)));
}

static enum guard_finding know_nothing(const struct guard_case *c, struct guard_result *ret)
{
    char date[GUARD_DATE_SIZE];
    if (c->facts->stranded.is_noted)
        guard_why(ret,
                  "Of people's browsers none came over plain HTTP and was sent to HTTPS since %s: whether one would "
                  "arrive is not known.",
                  since(c, date));
    else
        guard_why(ret, "Whether those who are sent to HTTPS arrive is not known: who comes is not noted here.");
    add_programs(&c->facts->stranded, ret);
    return guard_fix(ret, GUARD_REMARK,
                     "Have some users open http://%.*s/ from where they work, and ask those who support them.",
                     STR_ARG(guard_site(c->facts)));
}

/* Whoever is bound already, or has the right address, is never sent: then none is missing either. Where nobody is sent
 * at all, for redirects are off, that says nothing. */
static enum guard_finding none_was_sent(const struct guard_case *c, struct guard_result *ret)
{
    char date[GUARD_DATE_SIZE];
    return guard_pass(ret,
                      "Nobody's browser had to be sent to HTTPS since %s: they come there by themselves, %" PRIu64
                      " on the day with most.",
                      since(c, date), c->facts->stranded.https_browsers);
}

static void tell(const struct guard_case *c, const struct stranded_share *share, struct guard_result *ret)
{
    const struct guard_stranded *facts = &c->facts->stranded;
    char date[GUARD_DATE_SIZE];
    if (share->sent_error)
        guard_why(ret,
                  "Of about %" PRIu64 " people's browsers that were sent to HTTPS since %s, %" PRIu64 " ± %" PRIu64
                  " never came there (%.1f percent).",
                  share->sent, since(c, date), share->stranded, share->stranded_error, 100 * share->share);
    else
        guard_why(ret,
                  "Of %" PRIu64 " people's browsers that were sent to HTTPS since %s, %" PRIu64
                  " never came there (%.1f "
                  "percent).",
                  share->sent, since(c, date), share->stranded, 100 * share->share);
    if (facts->class.size)
        add(ret, "Their most frequent kind is %.*s (%" PRIu64 ").", STR_ARG(guard_clip(facts->class, CLASS_SHOWN_SIZE)),
            facts->class_count);
    if (facts->network.size)
        add(ret, "Their most frequent network is %.*s (%" PRIu64 ").",
            STR_ARG(guard_clip(facts->network, NETWORK_SHOWN_SIZE)), facts->network_count);
    add_programs(facts, ret);
}

static enum guard_finding all_came(const struct guard_case *c, const struct stranded_share *share,
                                   struct guard_result *ret)
{
    char date[GUARD_DATE_SIZE];
    (void)guard_pass(ret,
                     "None of the people's browsers that were sent to HTTPS since %s (%" PRIu64 ") is missing there.",
                     since(c, date), share->sent);
    if (!c->facts->stranded.programs_count)
        return GUARD_FINE;
    add_programs(&c->facts->stranded, ret);
    return guard_fix(ret, GUARD_REMARK,
                     "\"strictgate evidence %.*s\" shows them; strangers' scanners are on every public address. Give "
                     "your own programs the address with https://.",
                     STR_ARG(guard_site(c->facts)));
}

enum guard_finding guard_stranded(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_stranded *facts = &c->facts->stranded;
    const struct limit limit = limit_of(c);
    struct stranded_share share;
    ret->evidence_s = c->facts->wall_s;
    stranded_share(&facts->browsers, &share);
    if (facts->is_noted && share.sent == 0 && c->facts->redirects && facts->https_browsers >= GUARD_CLIENTS_COUNT_MIN)
        return none_was_sent(c, ret);
    if (!facts->is_noted || share.sent == 0)
        return know_nothing(c, ret);
    if (share.stranded == 0)
        return all_came(c, &share, ret);
    tell(c, &share, ret);
    bool is_many = 1000 * share.share_least > limit.permille && facts->browsers.most_least >= limit.count;
    return guard_fix(
        ret, is_many ? GUARD_FAULT : GUARD_REMARK,
        "Is port 443 closed where they are? Test from there whether https://%.*s/ opens. \"strictgate "
        "evidence\" shows more. Whoever arrives later on a day counts as arrived; a day counts for %d days.",
        STR_ARG(guard_site(c->facts)), STRANDED_DAYS_COUNT_MAX);
}
