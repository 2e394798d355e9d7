/* One thread, one lock, two lists: jobs to do and jobs done. A job owns copies of all that its look needs. */
#include "control/observe.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "control/commit.h"
#include "control/mismatch.h"
#include "control/notify.h"
#include "control/roots.h"
#include "control/watch.h"
#include "os/clock.h"
#include "probe/site.h"

/* Names, fingerprints and roots of one site. */
#define JOB_SIZE_MAX ((size_t)4 << 20)
/* Sites that wait to be looked at because a day has passed: a few at a time, so that a click is not behind them all. */
#define OBSERVE_BACKLOG_COUNT_MAX 16
/*
 * What is met in place of a stored certificate for the first time is looked at once more after this long: while one
 * gateway takes over from another, the new one may answer for a moment with the certificates of before.
 */
#define OBSERVE_DOUBT_MS 1000
#define OBSERVE_NAP_MS   50 /* whoever stops control waits no longer */

struct job {
    struct list node;
    struct arena arena;
    char site[NAME_SIZE_MAX + 1];
    uint64_t form; /* of the site, see watch.h */
    bool queued;   /* under the lock: nobody has begun with it */
    struct probe_target target;
    struct hsts_observation observation;
    struct served_report report;
    struct watch_leaf leaves[CERT_SIDES_COUNT]; /* fingerprint empty: there is no certificate */
    bool settled;                               /* all workers had the site in this form when it was looked at */
    bool acknowledged;                          /* the same of its certificates, by the workers' own word */
    bool is_wrong;                              /* what was seen last was wrong: seeing it again is no surprise */
};

struct observer {
    struct core *core;
    struct loop_source wake; /* eventfd: something is done */
    struct list waiters;     /* struct observe_waiter */
    struct map wanted;       /* sites with a job that is not taken back yet; keys are those of the jobs */
    pthread_t thread;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;
    struct list todo, done;
    bool stop;
    atomic_bool cancel;
};

static void job_free(struct job *job)
{
    arena_fini(&job->arena);
    free(job);
}

static bool doubt(const struct observer *o)
{
    const struct timespec nap = {.tv_nsec = OBSERVE_NAP_MS * 1000000L};
    for (int i = 0; i < OBSERVE_DOUBT_MS / OBSERVE_NAP_MS && !atomic_load(&o->cancel); i++)
        (void)nanosleep(&nap, NULL);
    return !atomic_load(&o->cancel);
}

static void look(const struct observer *o, struct job *job)
{
    probe_site(&job->target, &job->observation, &job->report);
    if (job->is_wrong || !served_otherwise(&job->report) || !doubt(o))
        return;
    job->report.places_count = 0;
    probe_site(&job->target, &job->observation, &job->report);
}

static void *run(void *context)
{
    struct observer *o = context;
    (void)pthread_mutex_lock(&o->lock);
    while (!o->stop) {
        if (list_is_empty(&o->todo)) {
            (void)pthread_cond_wait(&o->more, &o->lock);
            continue;
        }
        struct job *job = container_of(o->todo.next, struct job, node);
        list_remove(&job->node);
        job->queued = false;
        (void)pthread_mutex_unlock(&o->lock);
        look(o, job);
        (void)pthread_mutex_lock(&o->lock);
        list_add_tail(&o->done, &job->node);
        const uint64_t one = 1;
        if (write(o->wake.fd, &one, sizeof one) < 0)
            log_debug("the observer's wake-up was pending already");
    }
    (void)pthread_mutex_unlock(&o->lock);
    return NULL;
}

static const struct certificate_facts *facts_of(const struct core *core, struct str id)
{
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    return certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
}

static bool add_leaf(const struct core *core, struct job *job, const struct site *site, enum cert_side side)
{
    const struct certificate_facts *facts = facts_of(core, site_certificate(site, side));
    struct str *place = &job->target.leaves[side];
    if (!facts)
        return true;
    if (!arena_str(&job->arena, facts->fingerprint_sha256, place))
        return false;
    job->leaves[side].leaf = (struct evidence_served){
        .fingerprint = *place, .not_before_s = facts->not_before_s, .not_after_s = facts->not_after_s};
    return true;
}

/* Every socket on both sides. */
static bool add_report(const struct core *core, struct job *job)
{
    job->report.capacity = core->boot->endpoints_count * CERT_SIDES_COUNT;
    job->report.places = arena_zalloc(&job->arena, (job->report.capacity + 1) * sizeof *job->report.places);
    return job->report.places != NULL;
}

/*
 * What is on its way to the workers cannot be served yet; what nobody has acknowledged for long should be. That holds
 * for certificates, whose way is written down, and for all else of a site that is new since the last look (a name that
 * the gateway has not heard of): the next look at the same form counts.
 */
static bool is_settled(const struct core *core, const struct site *site)
{
    const struct publisher *publisher = &core->publisher;
    if (publisher->acked == publisher->present)
        return true;
    if (watch_looked_s(core->watch, site->name) && !watch_observation(core->watch, site))
        return false;
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct str id = site_certificate(site, (enum cert_side)side);
        struct evidence_life life;
        if (id.size == 0)
            continue;
        if (!store_life(core->store, site->name, id, STR(""), &life, NULL))
            return false;
        if (!life.acknowledged_s && clock_wall_s() - life.published_s < MISMATCH_GRACE_S)
            return false;
    }
    return true;
}

/*
 * A worker that hangs serves the certificate of before to nobody or to somebody, and a look meets the other workers:
 * seen served is only what every worker has acknowledged. Another look follows when they have.
 */
static bool is_acknowledged(const struct core *core, const struct site *site)
{
    if (core->publisher.acked == core->publisher.present)
        return true;
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct str id = site_certificate(site, (enum cert_side)side);
        struct evidence_life life = {0};
        if (id.size && (!store_life(core->store, site->name, id, STR(""), &life, NULL) || !life.acknowledged_s))
            return false;
    }
    return true;
}

static bool add_names(struct job *job, const struct site *site)
{
    struct str *names = arena_zalloc(&job->arena, site_names_count(site) * sizeof *names);
    for (size_t i = 0; names && i < site_names_count(site); i++)
        if (!arena_str(&job->arena, site_name(site, i), &names[i]))
            return false;
    job->target.names = names;
    job->target.names_count = site_names_count(site);
    return names != NULL;
}

static bool add_roots(struct core *core, struct job *job)
{
    struct err err = {0};
    struct buf declared, private;
    buf_init(&declared, JOB_SIZE_MAX / 4);
    buf_init(&private, JOB_SIZE_MAX / 4);
    bool fine = roots_declared(core, &declared, &err) && roots_private(core, ROOTS_LOCAL_FOLDER, &private, &err) &&
                arena_str(&job->arena, buf_str(&declared), &job->target.declared_roots) &&
                arena_str(&job->arena, buf_str(&private), &job->target.private_roots);
    buf_fini(&declared);
    buf_fini(&private);
    if (err.code)
        log_error("the roots to judge %s by could not be read: %s", job->site, err.text);
    return fine;
}

static bool is_wrong(const struct core *core, const struct site *site)
{
    size_t count;
    (void)mismatches_of(core->mismatches, site->name, &count);
    return count > 0;
}

static struct job *job_new(struct core *core, const struct site *site)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    arena_init(&job->arena, JOB_SIZE_MAX);
    memcpy(job->site, site->name.data, site->name.size);
    job->form = watch_form(site);
    job->target = (struct probe_target){.endpoints = core->boot->endpoints,
                                        .endpoints_count = core->boot->endpoints_count,
                                        .http_port = core->boot->http_port,
                                        .https_port = core->boot->https_port,
                                        .addresses = core->boot->addresses,
                                        .addresses_count = core->boot->addresses_count,
                                        .now_s = clock_wall_s(),
                                        .length_ms = OBSERVE_WAIT_MS,
                                        .cancel = &core->observer->cancel};
    job->settled = is_settled(core, site);
    job->acknowledged = is_acknowledged(core, site);
    job->is_wrong = is_wrong(core, site);
    if (add_names(job, site) && add_leaf(core, job, site, CERT_SIDE_ECDSA) &&
        add_leaf(core, job, site, CERT_SIDE_RSA) && add_report(core, job) && add_roots(core, job))
        return job;
    job_free(job);
    return NULL;
}

/* What the counters gain while a look is under way are our own requests, which prove nothing about visitors. */
static void count_visitors(struct core *core, const struct site *site)
{
    struct err err = {0};
    if (!watch_traffic_of(core->watch, site, core->counters, core_over_s(core), &err))
        log_error("traffic could not be written down: %s", err.text);
}

void observe_want(struct core *core, struct str site)
{
    struct observer *o = core->observer;
    const struct site *found = state_find(&core->state, site);
    if (!o || !found || map_has(&o->wanted, site))
        return;
    count_visitors(core, found);
    struct job *job = job_new(core, found);
    if (!job || !map_put(&o->wanted, str_from(job->site), job)) {
        log_error("%.*s is not looked at: out of memory", STR_ARG(site));
        if (job)
            job_free(job);
        return;
    }
    (void)pthread_mutex_lock(&o->lock);
    job->queued = true;
    list_add_tail(&o->todo, &job->node);
    (void)pthread_cond_signal(&o->more);
    (void)pthread_mutex_unlock(&o->lock);
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
static void learn_time(struct core *core, const struct job *job)
{
    if (job->observation.trust != OBSERVED_TRUST_SYSTEM)
        return;
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (job->leaves[side].served)
            hsts_clock_saw(&core->clock, job->leaves[side].leaf.not_before_s);
}

static void judge_leaves(struct job *job)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct watch_leaf *leaf = &job->leaves[side];
        leaf->served =
            job->acknowledged && leaf->leaf.fingerprint.size && served_everywhere(&job->report, (enum cert_side)side);
        leaf->leaf.first_s = leaf->leaf.last_s = job->target.now_s;
    }
}

/* A site without a certificate has none that could be missing anywhere. */
static void take_mismatches(struct core *core, const struct site *site, const struct job *job)
{
    struct err err = {0};
    static const struct served_report nothing = {.places = NULL};
    if (!job->settled)
        return;
    if (!mismatches_seen(core->mismatches, site->name, site_has_certificate(site) ? &job->report : &nothing,
                         job->target.now_s, &err))
        log_error("what is served for %s could not be written down: %s", job->site, err.text);
}

static void tell(struct core *core, const struct job *job, bool is_new)
{
    const struct notify_event served = {.kind = NOTIFY_SERVED, .site = str_from(job->site)};
    if (is_new)
        notify_event(core, &served);
    notify_site(core, served.site);
}

/* False when the site was changed meanwhile: what was seen is not what is there now. */
static bool take_result(struct core *core, struct job *job)
{
    struct err err = {0};
    bool renewals_changed = false;
    judge_leaves(job);
    const struct site *site = state_find(&core->state, str_from(job->site));
    if (!site)
        return true;
    if (!job->form || job->form != watch_form(site))
        return false;
    watch_skip_traffic(core->watch, site, core->counters);
    learn_time(core, job);
    take_mismatches(core, site, job);
    if (!watch_observed(core->watch, site, &job->observation, job->leaves, &renewals_changed, &err))
        log_error("what was seen of %s could not be written down: %s", job->site, err.text);
    if (renewals_changed && !commit_again(core, &err))
        log_error("%s: %s", job->site, err.text);
    tell(core, job, renewals_changed);
    return true;
}

/* Before all that nobody has begun with. */
static void hurry(struct observer *o, struct str site)
{
    struct job *job = map_get(&o->wanted, site);
    (void)pthread_mutex_lock(&o->lock);
    if (job && job->queued) {
        list_remove(&job->node);
        list_add_head(&o->todo, &job->node);
    }
    (void)pthread_mutex_unlock(&o->lock);
}

static bool is_under_way(struct observer *o, struct str site)
{
    const struct job *job = map_get(&o->wanted, site);
    (void)pthread_mutex_lock(&o->lock);
    bool begun = job && !job->queued;
    (void)pthread_mutex_unlock(&o->lock);
    return begun;
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct observer *o = container_of(source, struct observer, wake);
    uint64_t count;
    struct list done;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    (void)pthread_mutex_lock(&o->lock);
    list_add_tail(&o->done, &done); /* the whole list changes hands */
    list_remove(&o->done);
    (void)pthread_mutex_unlock(&o->lock);
    while (!list_is_empty(&done)) {
        struct job *job = container_of(done.next, struct job, node);
        list_remove(&job->node);
        (void)map_remove(&o->wanted, str_from(job->site));
        bool fine = take_result(o->core, job);
        if (fine)
            tell_waiters(o, job->site);
        if (take_late(o, job->site) || !fine) { /* whoever waits goes on waiting */
            observe_want(o->core, str_from(job->site));
            hurry(o, str_from(job->site));
        }
        job_free(job);
    }
}

bool observer_new(struct core *core, struct observer **ret, struct err *err)
{
    struct observer *o = calloc(1, sizeof *o);
    if (!o)
        return err_memory(err);
    o->core = core;
    list_init(&o->waiters);
    list_init(&o->todo);
    list_init(&o->done);
    map_init(&o->wanted);
    (void)pthread_mutex_init(&o->lock, NULL);
    (void)pthread_cond_init(&o->more, NULL);
    o->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake};
    if (o->wake.fd >= 0 && loop_add(core->loop, &o->wake, LOOP_READ) && pthread_create(&o->thread, NULL, run, o) == 0) {
        *ret = o;
        return true;
    }
    if (o->wake.fd >= 0)
        (void)close(o->wake.fd);
    free(o);
    return err_set(err, ERR_SYSTEM, "the thread that looks at sites could not be started");
}

static void free_list(struct list *jobs)
{
    while (!list_is_empty(jobs)) {
        struct job *job = container_of(jobs->next, struct job, node);
        list_remove(&job->node);
        job_free(job);
    }
}

void observer_free(struct observer *o)
{
    if (!o)
        return;
    atomic_store(&o->cancel, true);
    (void)pthread_mutex_lock(&o->lock);
    o->stop = true;
    (void)pthread_cond_signal(&o->more);
    (void)pthread_mutex_unlock(&o->lock);
    (void)pthread_join(o->thread, NULL);
    loop_remove(o->core->loop, &o->wake);
    (void)close(o->wake.fd);
    map_fini(&o->wanted);
    free_list(&o->todo);
    free_list(&o->done);
    (void)pthread_cond_destroy(&o->more);
    (void)pthread_mutex_destroy(&o->lock);
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
        const struct certificate_facts *facts = facts_of(core, site_certificate(site, (enum cert_side)side));
        if (facts && !watch_has_looked_for(core->watch, site->name, (enum cert_side)side, facts->fingerprint_sha256))
            return true;
    }
    return false;
}

/* Sooner than once a day where something was found that should not stay. */
static int64_t interval_s(const struct core *core, const struct site *site)
{
    return !is_wrong(core, site) && watch_saw_served(core->watch, site->name) ? OBSERVE_INTERVAL_S
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
        if (!is_wrong(core, site) || !is_due(core, site, now_s))
            continue;
        observe_want(core, site->name);
        room--;
    }
}

void observe_turn(struct core *core)
{
    int64_t now_s = clock_wall_s();
    look_at_wrong(core, now_s);
    for (size_t i = core->state.sites_count; i > 0 && observe_has_room(core); i--) {
        const struct site *site = core->state.sites[core->observe_next++ % core->state.sites_count];
        if (is_due(core, site, now_s))
            observe_want(core, site->name);
    }
}
