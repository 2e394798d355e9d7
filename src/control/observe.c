/* Who is looked at when, and what becomes of what was seen. */
#include "control/observe.h"

#include <stdlib.h>

#include "base/log.h"
#include "control/commit.h"
#include "control/gains.h"
#include "control/mismatch.h"
#include "control/notify.h"
#include "control/observe_job.h"
#include "control/panel_events.h"
#include "os/clock.h"

/* Looks that nobody waits for, begun or not: enough that no thread is idle, few enough that their copies cost little.
 */
#define OBSERVE_BACKLOG_COUNT_MAX 32
struct observer {
    struct core *core;
    struct observe_pool *pool;
    struct list waiters; /* struct observe_waiter */
    struct map wanted;   /* sites with a job that is not taken back yet; keys are those of the jobs */
    size_t left;         /* sites that were not asked yet in this turn whether they are due */
};

void observe_want(struct core *core, struct str site)
{
    struct observer *o = core->observer;
    const struct site *found = state_find(&core->state, site);
    if (!o || !found || map_has(&o->wanted, site))
        return;
    struct observe_job *job = observe_job_new(core, found, observe_pool_cancel(o->pool));
    if (!job || !map_put(&o->wanted, str_from(job->site), job)) {
        log_error("%.*s is not looked at: out of memory", STR_ARG(site));
        if (job)
            observe_job_free(job);
        return;
    }
    gains_look_begins(core->gains, found, core->counters, core_over_s(core));
    observe_pool_put(o->pool, &job->task);
}

static void tell_waiters(struct observer *o, const char *site)
{
    struct list due;
    list_init(&due);
    for (struct list *at = o->waiters.next, *next; at != &o->waiters; at = next) {
        next = at->next;
        const struct observe_waiter *waiter = container_of(at, struct observe_waiter, node);
        if (waiter->is_late || strcmp(waiter->site, site) != 0)
            continue;
        list_remove(at);
        list_add_tail(&due, at);
    }
    while (!list_is_empty(&due)) {
        struct observe_waiter *waiter = container_of(due.next, struct observe_waiter, node);
        observe_forget(o->core, waiter);
        waiter->on_done(waiter);
    }
}

/* Whether somebody came while the look that is over now was under way: the next one is for them. */
static bool take_late(struct observer *o, const char *site)
{
    bool found = false;
    for (struct list *at = o->waiters.next; at != &o->waiters; at = at->next) {
        struct observe_waiter *waiter = container_of(at, struct observe_waiter, node);
        if (!waiter->is_late || strcmp(waiter->site, site) != 0)
            continue;
        waiter->is_late = false;
        found = true;
    }
    return found;
}

/* A certificate that a public authority dated cannot have been seen before its time. */
static void learn_time(struct core *core, const struct observe_job *job)
{
    if (job->observation.trust != OBSERVED_TRUST_SYSTEM)
        return;
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (job->leaves[side].served)
            hsts_clock_saw(&core->clock, job->leaves[side].leaf.not_before_s);
}

/* A site without a certificate has none that could be missing anywhere. */
static void take_mismatches(struct core *core, const struct site *site, const struct observe_job *job)
{
    struct err err = {0};
    static const struct served_report nothing = {.places = NULL};
    if (!job->settled)
        return;
    if (!mismatches_seen(core->mismatches, site->name, site_has_certificate(site) ? &job->report : &nothing,
                         job->target.now_s, &err))
        log_error("what is served for %s could not be written down: %s", job->site, err.text);
}

static void tell(struct core *core, const struct observe_job *job, bool is_new)
{
    const struct notify_event served = {.kind = NOTIFY_SERVED, .site = str_from(job->site)};
    if (is_new)
        notify_event(core, &served);
    notify_site(core, served.site);
}

/* False when the site was changed meanwhile: what was seen is not what is there now. */
static bool take_result(struct core *core, struct observe_job *job)
{
    struct err err = {0};
    bool renewals_changed = false;
    observe_job_judge(job);
    const struct site *site = state_find(&core->state, str_from(job->site));
    if (!site)
        return true;
    gains_look_ends(core->gains, site, &job->window);
    if (!job->form || job->form != watch_form(site))
        return false;
    learn_time(core, job);
    take_mismatches(core, site, job);
    if (!watch_observed(core->watch, site, &job->observation, job->leaves, &renewals_changed, &err))
        log_error("what was seen of %s could not be written down: %s", job->site, err.text);
    if (renewals_changed && !commit_again(core, &err))
        log_error("%s: %s", job->site, err.text);
    tell(core, job, renewals_changed);
    panel_events_changed(core, str_from(job->site));
    return true;
}

/* Before all that nobody has begun with. */
static void hurry(struct observer *o, struct str site)
{
    struct observe_job *job = map_get(&o->wanted, site);
    if (job)
        observe_pool_hurry(o->pool, &job->task);
}

static bool is_under_way(struct observer *o, struct str site)
{
    struct observe_job *job = map_get(&o->wanted, site);
    return job && observe_pool_has_begun(o->pool, &job->task);
}

static void work(struct observe_task *task)
{
    observe_job_look(container_of(task, struct observe_job, task));
}

static void drop(struct observe_task *task)
{
    observe_job_free(container_of(task, struct observe_job, task));
}

static void fill(struct core *core);

static void on_done(struct observe_task *task, void *context)
{
    struct observer *o = context;
    struct observe_job *job = container_of(task, struct observe_job, task);
    (void)map_remove(&o->wanted, str_from(job->site));
    bool fine = take_result(o->core, job);
    if (fine)
        tell_waiters(o, job->site);
    if (take_late(o, job->site) || !fine) { /* whoever waits goes on waiting */
        observe_want(o->core, str_from(job->site));
        hurry(o, str_from(job->site));
    }
    observe_job_free(job);
    if (o->wanted.count <= OBSERVE_BACKLOG_COUNT_MAX / 2)
        fill(o->core);
}

bool observer_new(struct core *core, struct observer **ret, struct err *err)
{
    struct observer *o = calloc(1, sizeof *o);
    if (!o)
        return err_memory(err);
    const struct observe_pool_work what = {.work = work, .on_done = on_done, .drop = drop, .context = o};
    o->core = core;
    list_init(&o->waiters);
    map_init(&o->wanted);
    if (!observe_pool_new(core->loop, &what, &o->pool, err)) {
        observer_free(o);
        return false;
    }
    *ret = o;
    return true;
}

void observer_free(struct observer *o)
{
    if (!o)
        return;
    observe_pool_free(o->pool);
    map_fini(&o->wanted);
    free(o);
}

bool observe_is_fresh(const struct core *core, const struct site *site, int64_t age_s)
{
    int64_t at_s = watch_observation(core->watch, site) ? watch_looked_s(core->watch, site->name) : 0;
    int64_t now_s = clock_wall_s();
    return !core->observer || (at_s && at_s <= now_s && now_s - at_s <= age_s);
}

bool observe_has_room(const struct core *core)
{
    return core->observer && core->observer->wanted.count < OBSERVE_BACKLOG_COUNT_MAX;
}

static void on_wait_expire(struct timer *timer)
{
    struct observe_waiter *waiter = container_of(timer, struct observe_waiter, timer);
    list_remove(&waiter->node);
    waiter->on_done(waiter);
}

void observe_wait(struct core *core, struct observe_waiter *waiter, struct str site)
{
    memcpy(waiter->site, site.data, site.size);
    waiter->site[site.size] = '\0';
    waiter->is_late = is_under_way(core->observer, site);
    timer_init(&waiter->timer, on_wait_expire);
    list_add_tail(&core->observer->waiters, &waiter->node);
    timer_set(&core->wheel, &waiter->timer, clock_monotonic_ms() + OBSERVE_WAIT_MS);
    observe_want(core, site);
    hurry(core->observer, site);
}

void observe_forget(struct core *core, struct observe_waiter *waiter)
{
    list_remove(&waiter->node);
    timer_cancel(&core->wheel, &waiter->timer);
}

/* One of its certificates has been another one since. */
static bool has_news(const struct core *core, const struct site *site)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        const struct certificate_facts *facts = observe_facts(core, site_certificate(site, (enum cert_side)side));
        if (facts && !watch_has_looked_for(core->watch, site->name, (enum cert_side)side, facts->fingerprint_sha256))
            return true;
    }
    return false;
}

/* Sooner than once a day where something was found that should not stay. */
static int64_t interval_s(const struct core *core, const struct site *site)
{
    return !observe_is_wrong(core, site) && watch_saw_served(core->watch, site->name) ? OBSERVE_INTERVAL_S
                                                                                      : MISMATCH_INTERVAL_S;
}

static bool is_due(const struct core *core, const struct site *site, int64_t now_s)
{
    int64_t at_s = watch_looked_s(core->watch, site->name);
    return site_has_certificate(site) && (at_s == 0 || now_s - at_s >= interval_s(core, site) || has_news(core, site));
}

/* Where visitors meet another certificate that shall be known to be over as soon as it is: not after ten thousand
 * sites that wait for their daily look, but leaving those half the room. */
static void look_at_wrong(struct core *core, int64_t now_s)
{
    size_t room = OBSERVE_BACKLOG_COUNT_MAX / 2;
    for (size_t i = 0; i < core->state.sites_count && room > 0 && observe_has_room(core); i++) {
        const struct site *site = core->state.sites[i];
        if (!observe_is_wrong(core, site) || !is_due(core, site, now_s))
            continue;
        observe_want(core, site->name);
        room--;
    }
}

/*
 * Goes on in the list of sites where it was until there is no room, or all have been asked whether they are due: once a
 * turn, so that a site whose look changes nothing about that is not looked at without end.
 */
static void fill(struct core *core)
{
    int64_t now_s = clock_wall_s();
    size_t *left = &core->observer->left;
    for (; *left > 0 && core->state.sites_count > 0 && observe_has_room(core); --*left) {
        const struct site *site = core->state.sites[core->observe_next++ % core->state.sites_count];
        if (is_due(core, site, now_s))
            observe_want(core, site->name);
    }
}

void observe_soon(struct core *core, struct str site)
{
    if (observe_has_room(core))
        observe_want(core, site);
    else if (core->observer)
        core->observer->left = core->state.sites_count;
}

void observe_turn(struct core *core)
{
    if (!core->observer)
        return;
    core->observer->left = core->state.sites_count;
    look_at_wrong(core, clock_wall_s());
    fill(core);
}
