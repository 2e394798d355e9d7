/* What goes into a look, and what of it counts. */
#include "control/observe_job.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "control/mismatch.h"
#include "control/observe.h"
#include "control/roots.h"
#include "os/clock.h"

/* Names, fingerprints and roots of one site. */
#define JOB_SIZE_MAX ((size_t)4 << 20)
/*
 * What is met in place of a stored certificate for the first time is looked at once more after this long: while one
 * gateway takes over from another, the new one may answer for a moment with the certificates of before.
 */
#define OBSERVE_DOUBT_MS 1000
#define OBSERVE_NAP_MS   50 /* whoever stops control waits no longer */

const struct certificate_facts *observe_facts(const struct core *core, struct str id)
{
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    return certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
}

bool observe_is_wrong(const struct core *core, const struct site *site)
{
    size_t count;
    (void)mismatches_of(core->mismatches, site->name, &count);
    return count > 0;
}

void observe_job_free(struct observe_job *job)
{
    arena_fini(&job->arena);
    free(job);
}

static bool doubt(const struct observe_job *job)
{
    const struct timespec nap = {.tv_nsec = OBSERVE_NAP_MS * 1000000L};
    for (int i = 0; i < OBSERVE_DOUBT_MS / OBSERVE_NAP_MS && !atomic_load(job->target.cancel); i++)
        (void)nanosleep(&nap, NULL);
    return !atomic_load(job->target.cancel);
}

static void look(struct observe_job *job)
{
    probe_site(&job->target, &job->observation, &job->report);
    if (job->is_wrong || !served_otherwise(&job->report) || !doubt(job))
        return;
    job->report.places_count = 0;
    probe_site(&job->target, &job->observation, &job->report);
}

void observe_job_look(struct observe_job *job)
{
    const struct timespec nap = {.tv_nsec = OBSERVE_NAP_MS * 1000000L};
    gains_read(job->counters, job->slot, &job->window.begin);
    look(job);
    if (job->counters)
        (void)nanosleep(&nap, NULL); /* the gateway counts a request when its answer has left */
    gains_read(job->counters, job->slot, &job->window.end);
}

static bool add_leaf(const struct core *core, struct observe_job *job, const struct site *site, enum cert_side side)
{
    const struct certificate_facts *facts = observe_facts(core, site_certificate(site, side));
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
static bool add_report(const struct core *core, struct observe_job *job)
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

static bool add_names(struct observe_job *job, const struct site *site)
{
    struct str *names = arena_zalloc(&job->arena, site_names_count(site) * sizeof *names);
    for (size_t i = 0; names && i < site_names_count(site); i++)
        if (!arena_str(&job->arena, site_name(site, i), &names[i]))
            return false;
    job->target.names = names;
    job->target.names_count = site_names_count(site);
    return names != NULL;
}

static bool add_roots(struct core *core, struct observe_job *job)
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

struct observe_job *observe_job_new(struct core *core, const struct site *site, const atomic_bool *cancel)
{
    struct observe_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    arena_init(&job->arena, JOB_SIZE_MAX);
    memcpy(job->site, site->name.data, site->name.size);
    job->form = watch_form(site);
    job->counters = core->counters;
    job->slot = site->slot;
    job->target = (struct probe_target){.endpoints = core->boot->endpoints,
                                        .endpoints_count = core->boot->endpoints_count,
                                        .http_port = core->boot->http_port,
                                        .https_port = core->boot->https_port,
                                        .addresses = core->boot->addresses,
                                        .addresses_count = core->boot->addresses_count,
                                        .now_s = clock_wall_s(),
                                        .length_ms = OBSERVE_WAIT_MS,
                                        .cancel = cancel};
    job->settled = is_settled(core, site);
    job->acknowledged = is_acknowledged(core, site);
    job->is_wrong = observe_is_wrong(core, site);
    if (add_names(job, site) && add_leaf(core, job, site, CERT_SIDE_ECDSA) &&
        add_leaf(core, job, site, CERT_SIDE_RSA) && add_report(core, job) && add_roots(core, job))
        return job;
    observe_job_free(job);
    return NULL;
}

void observe_job_judge(struct observe_job *job)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct watch_leaf *leaf = &job->leaves[side];
        leaf->served =
            job->acknowledged && leaf->leaf.fingerprint.size && served_everywhere(&job->report, (enum cert_side)side);
        leaf->leaf.first_s = leaf->leaf.last_s = job->target.now_s;
    }
}
