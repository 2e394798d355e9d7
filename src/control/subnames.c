/* A queue of rounds, and the few names that are being looked at. */
#include "control/subnames.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/notify.h"
#include "control/panel_events.h"
#include "control/subname_known.h"
#include "control/subnames_job.h"
#include "hsts/guard.h"
#include "os/clock.h"
#include "probe/subname_look.h"

#define DAY_S 86400
/* A round that could not go on is tried again by the turn after this. */
#define RETRY_S 300
/* Sites that are asked in a turn what this gateway knows below them, and those that something is added to: a walk over
 * all sites and a transaction each. */
#define ASKED_COUNT 256
#define ADDED_COUNT 4

struct round {
    struct list node;
    char site[NAME_SIZE_MAX + 1];
    size_t done; /* names whose look is over */
    int64_t began_s;
};

struct subnames {
    struct core *core;
    struct list rounds; /* the first one is under way */
    struct subnames_job *job;
    int64_t retry_s;   /* clock_elapsed_s, which no correction moves: nothing by itself before that */
    size_t known_next; /* where the next turn goes on in the list of sites, modulo its length */
};

bool subnames_new(struct core *core, struct subnames **ret, struct err *err)
{
    struct subnames *subnames = calloc(1, sizeof *subnames);
    if (!subnames)
        return err_memory(err);
    subnames->core = core;
    list_init(&subnames->rounds);
    *ret = subnames;
    return true;
}

static void end_round(struct round *round)
{
    list_remove(&round->node);
    free(round);
}

void subnames_free(struct subnames *subnames)
{
    if (!subnames)
        return;
    while (!list_is_empty(&subnames->rounds))
        end_round(container_of(subnames->rounds.next, struct round, node));
    subnames_job_free(subnames->job);
    free(subnames);
}

static struct round *find_round(const struct subnames *subnames, struct str site)
{
    for (struct list *at = subnames->rounds.next; at != &subnames->rounds; at = at->next) {
        struct round *round = container_of(at, struct round, node);
        if (str_eq(str_from(round->site), site))
            return round;
    }
    return NULL;
}

/* ---- the names that are looked at ---- */

static bool add_name(void *context, const struct subname_entry *entry)
{
    return subnames_job_add(context, entry);
}

static void on_done(struct errand *errand, bool dropped);

/* NULL: there is nothing to look at any more (*err untouched), or it cannot be. */
static struct subnames_job *next_job(struct subnames *subnames, const struct round *round, struct err *err)
{
    struct core *core = subnames->core;
    const struct site *site = state_find(&core->state, str_from(round->site));
    struct subnames_job *job = site ? subnames_job_new(core, site) : NULL;
    if (!job)
        return NULL;
    if (store_take_subnames(core->store, site->name, SUBNAMES_JOB_COUNT, add_name, job, err) && job->names_count)
        return job;
    subnames_job_free(job);
    return NULL;
}

/* Names that would shut their visitors out, and the first of them. */
struct blocking {
    int64_t now_s;
    size_t count;
    char first[NAME_SIZE_MAX + SUBNAME_DETAIL_SIZE + 4];
};

static bool count_blocking(void *context, const struct subname_entry *entry)
{
    struct blocking *blocking = context;
    if (subname_entry_state(entry, blocking->now_s) == SUBNAME_BLOCKING && blocking->count++ == 0)
        (void)snprintf(blocking->first, sizeof blocking->first, "%.*s: %.*s", STR_ARG(entry->name),
                       STR_ARG(entry->detail));
    return true;
}

/* Who is bound below a site that says includeSubDomains is told about; else what was told is over. */
static void tell(struct core *core, struct str name)
{
    const struct site *site = state_find(&core->state, name);
    struct blocking blocking = {.now_s = clock_wall_s()};
    struct err err = {0};
    bool binds =
        site && site->hsts.include_subdomains && (site->hsts.mode == HSTS_HOLD || site->hsts.mode == HSTS_AUTO);
    if (!site)
        return;
    if (binds && !store_subnames(core->store, name, STR(""), count_blocking, &blocking, &err)) {
        log_error("which names below %.*s would shut somebody out is not known: %s", STR_ARG(name), err.text);
        return;
    }
    notify_subdomains(core, name, blocking.count, str_from(blocking.first));
}

/* The first round goes on, or the next one begins. */
static void go_on(struct subnames *subnames)
{
    struct core *core = subnames->core;
    while (!subnames->job && !list_is_empty(&subnames->rounds)) {
        struct round *round = container_of(subnames->rounds.next, struct round, node);
        struct err err = {0};
        struct subnames_job *job = next_job(subnames, round, &err);
        if (!job) {
            if (err.code)
                log_error("names below %s are not looked at: %s", round->site, err.text);
            panel_events_changed(core, str_from(round->site));
            tell(core, str_from(round->site));
            end_round(round);
            continue;
        }
        job->owner = subnames;
        job->errand.on_done = on_done;
        subnames->job = job;
        errands_put(core->errands, &job->errand);
    }
}

/* Others have their turn after these few. */
static void rotate(struct subnames *subnames)
{
    struct list *first = subnames->rounds.next;
    list_remove(first);
    list_add_tail(&subnames->rounds, first);
}

static void take_in(struct subnames *subnames, struct subnames_job *job)
{
    struct core *core = subnames->core;
    struct round *round = find_round(subnames, job->site);
    struct err err = job->err;
    bool fine = !err.text[0] && job->found_count > 0 &&
                store_put_subnames_found(core->store, job->site, job->found, job->found_count, clock_wall_s(), &err);
    if (round && fine) {
        round->done += job->found_count;
        rotate(subnames);
    } else if (round) {
        log_error("names below %.*s could not be looked at: %s", STR_ARG(job->site),
                  err.text[0] ? err.text : "the time for it ran out");
        subnames->retry_s = clock_elapsed_s() + RETRY_S;
        end_round(round);
    }
    panel_events_changed(core, job->site);
}

static void on_done(struct errand *errand, bool dropped)
{
    struct subnames_job *job = container_of(errand, struct subnames_job, errand);
    struct subnames *subnames = job->owner;
    subnames->job = NULL;
    if (!dropped)
        take_in(subnames, job);
    subnames_job_free(job);
    if (!dropped)
        go_on(subnames);
}

/* ---- who wants it ---- */

static bool begin_round(struct subnames *subnames, struct str site, struct err *err)
{
    if (find_round(subnames, site))
        return true;
    struct round *round = calloc(1, sizeof *round);
    if (!round)
        return err_memory(err);
    memcpy(round->site, site.data, site.size);
    round->began_s = clock_wall_s();
    list_add_tail(&subnames->rounds, &round->node);
    return true;
}

static void want_new(struct subnames *subnames, struct str site)
{
    struct err err = {0};
    if (!begin_round(subnames, site, &err))
        log_error("names below %.*s are not looked at: %s", STR_ARG(site), err.text);
    go_on(subnames);
}

void subnames_changed(struct core *core, struct str site)
{
    panel_events_changed(core, site);
    if (core->subnames && core->errands)
        want_new(core->subnames, site);
}

bool subnames_look(struct core *core, struct str site, struct err *err)
{
    if (!core->subnames || !core->errands)
        return err_set(err, ERR_SYSTEM, "control is stopping");
    bool is_new;
    const struct site *found = state_find(&core->state, site);
    if (found && !subname_known_add(core, found, &is_new, err))
        return false;
    if (!store_want_subnames(core->store, site, err) || !begin_round(core->subnames, site, err))
        return false;
    find_round(core->subnames, site)->done = 0;
    go_on(core->subnames);
    return true;
}

void subnames_freshen(struct core *core, struct str site)
{
    bool has_inventory = false;
    int64_t looked_s = 0, now_s = clock_wall_s();
    struct err err = {0};
    if (!core->subnames || !core->errands || !store_has_inventory(core->store, site, &has_inventory, NULL) ||
        !has_inventory || !store_subnames_looked(core->store, site, &looked_s, NULL) ||
        (looked_s <= now_s && now_s - looked_s <= GUARD_EVIDENCE_AGE_S_MAX))
        return;
    if (!subnames_look(core, site, &err))
        log_error("names below %.*s are not looked at: %s", STR_ARG(site), err.text);
}

static int64_t every_s(const struct core *core)
{
    return core->state.settings.subdomains_days * (int64_t)DAY_S;
}

int64_t subnames_next_s(const struct core *core, int64_t looked_s)
{
    return looked_s + every_s(core);
}

/* A day more: the look takes its time, and this machine may have been off. */
int64_t subnames_age_s_max(const struct core *core)
{
    return every_s(core) + DAY_S;
}

/* Sites whose names are due; the store must not be changed while it is read. */
struct due {
    struct arena arena;
    struct due_site {
        struct str name;
        bool is_wanted; /* only those that were not looked at */
        struct due_site *next;
    } * first;
};

static bool note_due(void *context, struct str site, bool is_wanted)
{
    struct due *due = context;
    struct due_site *one = arena_zalloc(&due->arena, sizeof *one);
    if (!one || !arena_str(&due->arena, site, &one->name))
        return false; /* the rest in the next minute */
    one->is_wanted = is_wanted;
    one->next = due->first;
    due->first = one;
    return true;
}

/* What is promised for names below, or is to be, should be looked at. */
static bool wants_known(struct core *core, const struct site *site)
{
    bool has_inventory = false;
    return site->hsts.include_subdomains ||
           (store_has_inventory(core->store, site->name, &has_inventory, NULL) && has_inventory);
}

static void add_known(struct core *core)
{
    size_t count = core->state.sites_count < ASKED_COUNT ? core->state.sites_count : ASKED_COUNT;
    for (size_t i = 0, added = 0; i < count && added < ADDED_COUNT; i++) {
        const struct site *site = core->state.sites[core->subnames->known_next++ % core->state.sites_count];
        struct err err = {0};
        bool is_new;
        if (!wants_known(core, site))
            continue;
        added++;
        if (!subname_known_add(core, site, &is_new, &err))
            log_error("names below %.*s that are known here were not added: %s", STR_ARG(site->name), err.text);
    }
}

void subnames_turn(struct core *core)
{
    struct subnames *subnames = core->subnames;
    struct due due = {.first = NULL};
    struct err err = {0};
    int64_t now_s = clock_wall_s();
    if (!subnames || !core->errands || clock_elapsed_s() < subnames->retry_s)
        return;
    add_known(core);
    arena_init(&due.arena, SUBNAMES_JOB_SIZE_MAX);
    if (!store_inventories_due(core->store, now_s - every_s(core), note_due, &due, &err))
        log_error("whose subdomains are due is not known: %s", err.text);
    for (const struct due_site *one = due.first; one; one = one->next) {
        if (find_round(subnames, one->name))
            continue;
        if (one->is_wanted)
            want_new(subnames, one->name);
        else if (!subnames_look(core, one->name, &err))
            log_error("names below %.*s are not looked at: %s", STR_ARG(one->name), err.text);
    }
    arena_fini(&due.arena);
}

bool subnames_are_looked_at(const struct core *core, struct str site)
{
    return core->subnames && find_round(core->subnames, site);
}

void subnames_write_look(const struct core *core, struct str site, struct jsonout *out)
{
    const struct subnames *subnames = core->subnames;
    const struct round *round = subnames ? find_round(subnames, site) : NULL;
    size_t left = 0;
    if (!round || !store_wanted_subnames(core->store, site, &left, NULL)) {
        jsonout_null(out, "look");
        return;
    }
    const struct subnames_job *job = subnames->job;
    size_t now = job && str_eq(job->site, site) ? atomic_load(&job->done_count) : 0;
    jsonout_object(out, "look");
    jsonout_time(out, "since", round->began_s);
    jsonout_u64(out, "total", round->done + left);
    jsonout_u64(out, "done", round->done + (now < left ? now : left));
    jsonout_object_end(out);
}
