/* Words, dates and sums for guards, and the judgement of what was seen. */
#include "hsts/guard_judge.h"

#include <stdarg.h>
#include <stdio.h>

#include "codec/date.h"

/* Longest host name (RFC 1035 section 2.3.4). */
#define NAME_SHOWN_SIZE_MAX 253
/* Kept free in a list for " and 18446744073709551615 more". */
#define LIST_REST_SIZE 32

bool guard_promises_more(enum hsts_move move)
{
    return move == HSTS_MOVE_START || move == HSTS_MOVE_CLIMB || move == HSTS_MOVE_PERMANENT ||
           move == HSTS_MOVE_SUBDOMAINS_ON || move == HSTS_MOVE_PRELOAD_ON;
}

bool guard_binds_below(const struct guard_case *c)
{
    return c->move == HSTS_MOVE_SUBDOMAINS_ON || c->move == HSTS_MOVE_PRELOAD_ON || c->facts->after.include_subdomains;
}

enum guard_finding guard_pass(struct guard_result *ret, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    (void)vsnprintf(ret->why, sizeof ret->why, why, args);
    va_end(args);
    return GUARD_FINE;
}

void guard_why(struct guard_result *ret, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    (void)vsnprintf(ret->why, sizeof ret->why, why, args);
    va_end(args);
}

enum guard_finding guard_fix(struct guard_result *ret, enum guard_finding finding, const char *fix, ...)
{
    va_list args;
    va_start(args, fix);
    (void)vsnprintf(ret->fix, sizeof ret->fix, fix, args);
    va_end(args);
    return finding;
}

struct str guard_clip(struct str text, size_t size_max)
{
    const char *zero = text.size ? memchr(text.data, '\0', text.size) : NULL;
    if (zero)
        text.size = (size_t)(zero - text.data); /* printf would end there, too */
    if (text.size > size_max) {
        text.size = size_max;
        while (text.size && ((unsigned char)text.data[text.size] & 0xc0) == 0x80)
            text.size--; /* not within a character of UTF-8 */
    }
    while (text.size && strchr(". \n", text.data[text.size - 1]))
        text.size--;
    return text;
}

struct str guard_site(const struct guard_facts *facts)
{
    struct str name = facts->names_count ? guard_clip(facts->names[0].name, NAME_SHOWN_SIZE_MAX) : STR("");
    return name.size ? name : STR("NAME");
}

struct str guard_date(int64_t time_s, char room[static GUARD_DATE_SIZE])
{
    char iso[DATE_ISO_SIZE];
    int64_t bound_s = INT64_MAX / 1000;
    time_s = time_s > bound_s ? bound_s : time_s < -bound_s ? -bound_s : time_s;
    (void)date_write_iso(time_s * 1000, iso);
    memcpy(room, iso, 16);
    room[10] = ' ';
    memcpy(room + 16, " UTC", 4);
    return str_make(room, GUARD_DATE_SIZE);
}

size_t guard_list(const struct guard_facts *facts, bool (*is_wanted)(const struct guard_name *),
                  char room[static GUARD_LIST_SIZE])
{
    size_t count = 0, shown_count = 0, size = 0;
    room[0] = '\0';
    for (size_t i = 0; i < facts->names_count; i++) {
        if (!is_wanted(&facts->names[i]))
            continue;
        struct str name = guard_clip(facts->names[i].name, NAME_SHOWN_SIZE_MAX);
        if (shown_count == count++ && size + name.size + LIST_REST_SIZE < GUARD_LIST_SIZE) {
            size += (size_t)snprintf(room + size, GUARD_LIST_SIZE - size, "%s%.*s", size ? ", " : "", STR_ARG(name));
            shown_count++;
        }
    }
    if (shown_count < count)
        (void)snprintf(room + size, GUARD_LIST_SIZE - size, " and %zu more", count - shown_count);
    return count;
}

int64_t guard_sum_s(int64_t a_s, int64_t b_s)
{
    int64_t sum_s;
    return __builtin_add_overflow(a_s, b_s, &sum_s) ? (a_s < 0 ? INT64_MIN : INT64_MAX) : sum_s;
}

int64_t guard_span_s(int64_t from_s, int64_t to_s)
{
    int64_t span_s;
    return __builtin_sub_overflow(to_s, from_s, &span_s) ? (to_s < 0 ? INT64_MIN : INT64_MAX) : span_s;
}

static const struct observed_fact *fact_of(const struct guard_case *c, enum observed_what what)
{
    const struct hsts_observation *observation = c->facts->observation;
    return observation && observation->facts[what].at_s > 0 && observation->facts[what].verdict != OBSERVED_NOT_YET
               ? &observation->facts[what]
               : NULL;
}

/* What was seen in the future, by more than a clock is corrected by, was seen by another clock: nobody knows when. */
static bool is_fresh(const struct guard_case *c, const struct observed_fact *fact)
{
    int64_t age_s = guard_span_s(fact->at_s, c->facts->wall_s);
    return age_s <= GUARD_EVIDENCE_AGE_S_MAX && age_s >= -HSTS_CLOCK_JUMP_S;
}

bool guard_is_seen(const struct guard_case *c, enum observed_what what)
{
    const struct observed_fact *fact = fact_of(c, what);
    return fact && is_fresh(c, fact) && fact->verdict != OBSERVED_FAILED;
}

static struct str detail_of(const struct observed_fact *fact)
{
    return guard_clip(str_make(fact->detail, strnlen(fact->detail, sizeof fact->detail)), sizeof fact->detail);
}

/* "REASON: what was seen." What was seen may be put as a question. */
static void tell_seen(const struct observed_fact *fact, struct guard_result *ret)
{
    struct str detail = detail_of(fact);
    size_t used = strlen(ret->why);
    (void)snprintf(ret->why + used, sizeof ret->why - used, "%s%.*s%s", detail.size ? ": " : "", STR_ARG(detail),
                   str_ends(detail, STR("?")) ? "" : ".");
}

static enum guard_finding look_again(const struct guard_case *c, struct guard_result *ret)
{
    return guard_fix(ret, GUARD_FAULT,
                     "The gateway looks again by itself; ask in a few minutes with \"strictgate guards %.*s %s\".",
                     STR_ARG(guard_site(c->facts)), hsts_move_name(c->move));
}

enum guard_finding guard_observed(const struct guard_case *c, const struct guard_sight *sight, struct guard_result *ret)
{
    const struct observed_fact *fact = fact_of(c, sight->what);
    char date[GUARD_DATE_SIZE];
    if (!fact) {
        guard_why(ret, "Nobody has looked yet whether %s.", sight->whether);
        return look_again(c, ret);
    }
    ret->evidence_s = fact->at_s;
    if (!is_fresh(c, fact)) {
        guard_why(ret, "It is not known any more whether %s: the last look was on %.*s.", sight->whether,
                  STR_ARG(guard_date(fact->at_s, date)));
        return look_again(c, ret);
    }
    switch (fact->verdict) {
    case OBSERVED_GOOD:
        guard_why(ret, "%s", sight->good);
        tell_seen(fact, ret);
        return GUARD_FINE;
    case OBSERVED_DOUBT:
        guard_why(ret, "It is not certain whether %s", sight->whether);
        tell_seen(fact, ret);
        return guard_fix(ret, GUARD_REMARK, "%s", sight->fix);
    case OBSERVED_BAD:
        guard_why(ret, "%s", sight->bad);
        tell_seen(fact, ret);
        return guard_fix(ret, GUARD_FAULT, "%s", sight->fix);
    default:
        guard_why(ret, "The gateway looked and could not see whether %s", sight->whether);
        tell_seen(fact, ret);
        return look_again(c, ret);
    }
}
