/* One step. */
#include "control/notify_standing.h"

#define DAY_S ((int64_t)86400)

int64_t notify_standing_quiet_s(enum notify_severity severity, uint32_t told_count)
{
    static const int64_t days[] = {1, 2, 4, 7};
    size_t last = sizeof days / sizeof *days - 1;
    switch (severity) {
    case NOTIFY_CRITICAL: return DAY_S;
    case NOTIFY_WARNING: return days[told_count == 0 ? 0 : told_count - 1 < last ? told_count - 1 : last] * DAY_S;
    case NOTIFY_INFO:
    case NOTIFY_SEVERITY_COUNT: break;
    }
    return 0;
}

static struct notify_standing standing_of(const struct notify_finding *finding, int64_t since_s)
{
    struct notify_standing standing = {.rank = finding->rank, .severity = finding->severity, .since_s = since_s};
    struct str stage = str_part(finding->stage, 0, NOTIFY_STAGE_SIZE_MAX);
    if (stage.size)
        memcpy(standing.stage, stage.data, stage.size);
    return standing;
}

static struct notify_step tell(enum notify_phase phase, struct notify_standing standing, uint32_t told_count,
                               int64_t now_s)
{
    standing.told_s = now_s;
    standing.told_count = told_count + 1;
    return (struct notify_step){
        .kind = NOTIFY_STEP_TELL, .phase = phase, .severity = standing.severity, .standing = standing};
}

/* It has not been told yet. A clock that was set back makes nothing wait for longer. */
static struct notify_step wait(const struct notify_standing *before, const struct notify_finding *finding,
                               int64_t now_s)
{
    int64_t since_s = before && before->since_s <= now_s ? before->since_s : now_s;
    const struct notify_standing standing = standing_of(finding, since_s);
    if (now_s - since_s >= finding->patience_s)
        return tell(NOTIFY_BEGUN, standing, 0, now_s);
    return (struct notify_step){.kind = before && before->since_s == since_s ? NOTIFY_STEP_NOTHING : NOTIFY_STEP_KEEP,
                                .standing = standing};
}

/* So much better that it is another matter: a certificate that ends in a day was replaced by one that ends in 20. */
static struct notify_step ease(const struct notify_standing *before, const struct notify_finding *finding,
                               int64_t now_s)
{
    struct notify_step step = tell(NOTIFY_RESOLVED, standing_of(finding, now_s), 0, now_s);
    step.severity = before->severity;
    return step;
}

static bool is_time_again(const struct notify_standing *before, int64_t now_s)
{
    int64_t quiet_s = notify_standing_quiet_s(before->severity, before->told_count);
    int64_t passed_s = now_s - before->told_s;
    return quiet_s > 0 && (passed_s >= quiet_s || passed_s < -DAY_S);
}

static struct notify_step go_on(const struct notify_standing *before, const struct notify_finding *finding,
                                int64_t now_s)
{
    const struct notify_standing standing = standing_of(finding, before->since_s);
    if (finding->rank < before->rank)
        return ease(before, finding, now_s);
    if (finding->rank > before->rank || finding->severity > before->severity)
        return tell(NOTIFY_WORSE, standing, 0, now_s);
    if (is_time_again(before, now_s))
        return tell(NOTIFY_STILL, standing, before->told_count, now_s);
    return (struct notify_step){.kind = NOTIFY_STEP_NOTHING};
}

void notify_standing_step(const struct notify_standing *before, const struct notify_finding *finding, int64_t now_s,
                          struct notify_step *ret)
{
    if (finding && before && before->told_count > 0)
        *ret = go_on(before, finding, now_s);
    else if (finding)
        *ret = wait(before, finding, now_s);
    else if (!before)
        *ret = (struct notify_step){.kind = NOTIFY_STEP_NOTHING};
    else if (before->told_count == 0)
        *ret = (struct notify_step){.kind = NOTIFY_STEP_FORGET};
    else
        *ret = (struct notify_step){.kind = NOTIFY_STEP_END, .phase = NOTIFY_RESOLVED, .severity = before->severity};
}
