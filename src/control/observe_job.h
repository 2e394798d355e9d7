/*
 * A look at one site: made on the loop from what is known of the site, done on a thread, read on the loop again. It
 * owns copies of all that it needs, so that the thread shares nothing with the loop.
 */
#ifndef CONTROL_OBSERVE_JOB_H
#define CONTROL_OBSERVE_JOB_H

#include "control/core.h"
#include "control/gains.h"
#include "control/observe_pool.h"
#include "control/watch.h"
#include "probe/site.h"

struct observe_job {
    struct observe_task task;
    struct arena arena;
    char site[NAME_SIZE_MAX + 1];
    uint64_t form; /* of the site, see watch.h */
    struct probe_target target;
    struct hsts_observation observation;
    struct served_report report;
    struct watch_leaf leaves[CERT_SIDES_COUNT]; /* fingerprint empty: there is no certificate */
    const struct counters *counters;            /* of the gateway, which counts the look as well; or NULL */
    uint32_t slot;                              /* of the site in them */
    struct gains_window window;                 /* what they said before and after */
    bool settled;                               /* all workers had the site in this form when it was looked at */
    bool acknowledged;                          /* the same of its certificates, by the workers' own word */
    bool is_wrong;                              /* what was seen last was wrong: seeing it again is no surprise */
};

/* NULL when memory ran out, or the roots to judge by cannot be read. `cancel` is raised to end the look early. */
struct observe_job *observe_job_new(struct core *core, const struct site *site, const atomic_bool *cancel);
void observe_job_free(struct observe_job *job);
/* On a thread: looks, a second time where what is met is a surprise. */
void observe_job_look(struct observe_job *job);
/* After the look: which of the leaves count as seen served. */
void observe_job_judge(struct observe_job *job);

/* What a stored certificate says; NULL when there is none of this id, or it cannot be read. */
const struct certificate_facts *observe_facts(const struct core *core, struct str id);
/* Whether the last look met another certificate than the site's. */
bool observe_is_wrong(const struct core *core, const struct site *site);

#endif
