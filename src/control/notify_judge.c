/* The table of stages, and one function for each kind of problem. */
#include "control/notify_judge.h"

#define DAY_S 86400

/* From the last to the first: the first row that holds is the stage. */
static const struct stage {
    int64_t left_s; /* of the certificate, at most */
    struct str name;
    int32_t rank;
    enum notify_severity severity;
} stages[] = {
    {0, STR_INIT("expired"), 6, NOTIFY_CRITICAL},
    {1 * (int64_t)DAY_S, STR_INIT("1d"), 5, NOTIFY_CRITICAL},
    {3 * (int64_t)DAY_S, STR_INIT("3d"), 4, NOTIFY_CRITICAL},
    {7 * (int64_t)DAY_S, STR_INIT("7d"), 3, NOTIFY_WARNING},
    {14 * (int64_t)DAY_S, STR_INIT("14d"), 2, NOTIFY_WARNING},
    {30 * (int64_t)DAY_S, STR_INIT("30d"), 1, NOTIFY_INFO},
};

static enum notify_severity step_up(enum notify_severity severity)
{
    return severity == NOTIFY_INFO ? NOTIFY_WARNING : NOTIFY_CRITICAL;
}

int64_t notify_days(int64_t until_s, int64_t now_s)
{
    return until_s > now_s ? (until_s - now_s) / DAY_S : 0;
}

bool notify_locks_out(const struct notify_facts *facts)
{
    return facts->has_certificate && facts->bound_until_s > facts->now_s && facts->bound_until_s > facts->not_after_s;
}

/* What renews itself does so with a third of its time left, or half of it when that is short: with a quarter left it is
 * late, and nobody is told before. */
static bool is_on_time(const struct notify_facts *facts)
{
    int64_t lifetime_s = facts->not_after_s - facts->not_before_s;
    return facts->renews_itself && facts->not_after_s - facts->now_s > lifetime_s / 4;
}

bool notify_judge_expiring(const struct notify_facts *facts, struct notify_finding *ret)
{
    int64_t left_s = facts->not_after_s - facts->now_s;
    if (!facts->has_certificate || is_on_time(facts))
        return false;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (left_s > stages[i].left_s)
            continue;
        *ret = (struct notify_finding){.kind = NOTIFY_EXPIRING,
                                       .stage = stages[i].name,
                                       .rank = stages[i].rank,
                                       .severity =
                                           notify_locks_out(facts) ? step_up(stages[i].severity) : stages[i].severity};
        return true;
    }
    return false;
}

bool notify_judge_mismatch(const struct notify_facts *facts, struct notify_finding *ret)
{
    if (!facts->has_certificate || facts->mismatches_count == 0)
        return false;
    *ret = (struct notify_finding){.kind = NOTIFY_MISMATCH,
                                   .stage = STR("mismatch"),
                                   .rank = 1,
                                   .severity = facts->bound_until_s > facts->now_s ? NOTIFY_CRITICAL : NOTIFY_WARNING,
                                   .patience_s = NOTIFY_MISMATCH_PATIENCE_S};
    return true;
}

bool notify_judge_workers(size_t behind_count, struct notify_finding *ret)
{
    if (behind_count == 0)
        return false;
    *ret = (struct notify_finding){
        .kind = NOTIFY_MISMATCH, .stage = STR("workers"), .rank = 1, .severity = NOTIFY_CRITICAL};
    return true;
}

bool notify_judge_clock(struct str trust, struct notify_finding *ret)
{
    if (trust.size == 0)
        return false;
    *ret = (struct notify_finding){.kind = NOTIFY_CLOCK,
                                   .stage = trust,
                                   .rank = 1,
                                   .severity = NOTIFY_WARNING,
                                   .patience_s = NOTIFY_CLOCK_PATIENCE_S};
    return true;
}

/* Little is left of the present certificate, so what is to come after it matters. */
static bool is_urgent(const struct notify_facts *facts)
{
    int64_t left_s = facts->not_after_s - facts->now_s;
    return facts->has_certificate &&
           (left_s <= 3 * (int64_t)DAY_S || (left_s <= 7 * (int64_t)DAY_S && notify_locks_out(facts)));
}

void notify_judge_failing(const struct notify_facts *facts, struct str problem, struct notify_finding *ret)
{
    *ret = (struct notify_finding){.kind = NOTIFY_FAILING,
                                   .stage = problem,
                                   .rank = 1,
                                   .severity = is_urgent(facts) ? NOTIFY_CRITICAL : NOTIFY_WARNING};
}

/* Who is listed has something to lose; that another error comes first now is no other matter. */
bool notify_judge_check(const struct notify_facts *facts, struct str code, struct notify_finding *ret)
{
    if (code.size == 0)
        return false;
    *ret = (struct notify_finding){
        .kind = NOTIFY_CHECK, .stage = code, .rank = facts->is_listed ? 2 : 1, .severity = NOTIFY_WARNING};
    return true;
}

/* More than that are as bad. */
#define BLOCKING_RANK_MAX 1000

bool notify_judge_subdomains(size_t blocking_count, struct notify_finding *ret)
{
    if (blocking_count == 0)
        return false;
    *ret = (struct notify_finding){.kind = NOTIFY_SUBDOMAINS,
                                   .stage = STR("blocking"),
                                   .rank =
                                       blocking_count < BLOCKING_RANK_MAX ? (int32_t)blocking_count : BLOCKING_RANK_MAX,
                                   .severity = NOTIFY_WARNING};
    return true;
}

static const struct secret {
    enum census_field field;
    struct str stage;
    int32_t rank;
    enum notify_severity severity;
} secrets[] = {
    {CENSUS_BASIC, STR_INIT(NOTIFY_STAGE_PASSWORD), 5, NOTIFY_WARNING},
    {CENSUS_AUTHORIZATION, STR_INIT(NOTIFY_STAGE_TOKEN), 4, NOTIFY_WARNING},
    {CENSUS_FORMS, STR_INIT(NOTIFY_STAGE_FORM), 3, NOTIFY_WARNING},
    {CENSUS_COOKIES, STR_INIT(NOTIFY_STAGE_COOKIE), 2, NOTIFY_INFO},
    {CENSUS_CONTENT, STR_INIT(NOTIFY_STAGE_CONTENT), 1, NOTIFY_INFO},
};

bool notify_judge_in_clear(const struct census_counts *census, struct notify_finding *ret)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (!census->counts[secrets[i].field])
            continue;
        *ret = (struct notify_finding){.kind = NOTIFY_IN_CLEAR,
                                       .stage = secrets[i].stage,
                                       .rank = secrets[i].rank,
                                       .severity = secrets[i].severity};
        return true;
    }
    return false;
}

/* What ends soon would do yet; all else is worse. */
bool notify_judge_drawer(const struct notify_facts *facts, struct str problem, struct notify_finding *ret)
{
    if (problem.size == 0)
        return false;
    *ret = (struct notify_finding){.kind = NOTIFY_DRAWER,
                                   .stage = problem,
                                   .rank = str_eq(problem, NOTIFY_STAGE_SOON) ? 1 : 2,
                                   .severity = is_urgent(facts) ? NOTIFY_CRITICAL : NOTIFY_WARNING};
    return true;
}

void notify_judge_held(struct str guard, uint32_t rung_s, struct notify_finding *ret)
{
    *ret = (struct notify_finding){.kind = NOTIFY_HELD,
                                   .stage = guard.size ? guard : STR("failed"),
                                   .rank = str_eq(guard, STR("stranded")) ? 2 : 1,
                                   .severity = NOTIFY_WARNING,
                                   .patience_s =
                                       rung_s < NOTIFY_HELD_PATIENCE_S_MAX ? rung_s : NOTIFY_HELD_PATIENCE_S_MAX};
}
