/* Who is looked at when, and what becomes of it. */
#include "control/self_check.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/map.h"
#include "control/notify.h"
#include "control/panel_events.h"
#include "control/preload.h"
#include "control/self_check_job.h"
#include "control/watch.h"
#include "os/clock.h"

#define DAY_S 86400
/* At the beginning there is enough to do; sites that nobody has looked at yet come a second or so apart. */
#define FIRST_S       300
#define FIRST_STEPS_S 3600
/* A site's form is a walk over all it has: so many in a turn, and the rest in the next. */
#define FORMS_COUNT_MAX 1024

/* One a site, made when it is first met. */
struct checked {
    char *name; /* the key */
    struct self_check last;
    uint64_t form;          /* of the site when that was seen */
    const struct site *met; /* as it was met last, for telling whether it is another one now: a reference */
    int64_t met_s;          /* wall clock, as all here: first met by this process */
    int64_t changed_s;      /* when a change was noticed that no look has seen; 0: none */
    bool is_wanted;         /* somebody waits, or asked */
    bool is_running;
    bool is_doubted; /* what was found was a surprise, and is looked at once more */
};

/* Those that somebody waits for do not wait for the others. */
enum { JOB_PATIENT, JOB_URGENT, JOBS_COUNT };

struct self_checker {
    struct core *core;
    struct map sites;    /* name → struct checked */
    struct list waiters; /* struct self_check_waiter */
    struct self_check_job *jobs[JOBS_COUNT];
    size_t next; /* in the list of sites, modulo its length */
};

/* The wall clock. */
static int64_t now_of(const struct core *core)
{
    return core->read_clock(core).wall_s;
}

/* ---- records ---- */

static void checked_free(struct checked *checked)
{
    site_unref((struct site *)(uintptr_t)checked->met);
    free(checked->name);
    free(checked);
}

/* NULL when memory ran out. */
static struct checked *record(struct self_checker *checker, struct str site)
{
    struct checked *checked = map_get(&checker->sites, site);
    if (checked)
        return checked;
    checked = calloc(1, sizeof *checked);
    if (checked && (checked->name = str_dup(site)) && map_put(&checker->sites, str_from(checked->name), checked)) {
        checked->met_s = now_of(checker->core);
        return checked;
    }
    if (checked)
        checked_free(checked);
    return NULL;
}

static struct checked *find(const struct core *core, struct str site)
{
    return core->self_checker ? map_get(&core->self_checker->sites, site) : NULL;
}

/* What a visitor would meet, and what is promised there. */
static uint64_t form_of(const struct site *site)
{
    const uint64_t parts[] = {watch_form(site), site->hsts.mode, site->hsts.max_age_s, site->hsts.include_subdomains,
                              site->hsts.preload};
    return str_hash(str_make((const char *)parts, sizeof parts));
}

static bool take_stored(void *context, const struct store_self_check *row)
{
    struct self_checker *checker = context;
    struct self_check_report report;
    struct err err = {0};
    json_t *json;
    struct checked *checked = record(checker, row->site);
    if (!checked)
        return false;
    if (!self_check_report_read(row->content, &json, &report, &err)) {
        log_warning("the last self-check of %.*s: %s", STR_ARG(row->site), err.text);
        return true;
    }
    self_check_report_sum(&report, row->at_s, &checked->last);
    checked->form = row->form;
    json_decref(json);
    return true;
}

bool self_checker_new(struct core *core, struct self_checker **ret, struct err *err)
{
    struct self_checker *checker = calloc(1, sizeof *checker);
    if (!checker)
        return err_memory(err);
    checker->core = core;
    map_init(&checker->sites);
    list_init(&checker->waiters);
    if (!store_self_checks(core->store, take_stored, checker, err)) {
        self_checker_free(checker);
        return false;
    }
    *ret = checker;
    return true;
}

void self_checker_free(struct self_checker *checker)
{
    if (!checker)
        return;
    for (size_t i = 0; i < JOBS_COUNT; i++)
        self_check_job_free(checker->jobs[i]);
    for (struct map_entry *e = NULL; (e = map_next(&checker->sites, e));)
        checked_free(e->value);
    map_fini(&checker->sites);
    free(checker);
}

void self_check_keep(struct core *core)
{
    struct self_checker *checker = core->self_checker;
    struct map kept;
    if (!checker)
        return;
    map_init(&kept);
    for (struct map_entry *e = NULL; (e = map_next(&checker->sites, e));) {
        bool is_kept = state_find(&core->state, e->key) && map_put(&kept, e->key, e->value);
        if (!is_kept) /* without memory as well: it is looked at anew */
            checked_free(e->value);
    }
    map_fini(&checker->sites);
    checker->sites = kept;
}

/* ---- what is known ---- */

bool self_check_is_fit(const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (name_kind(site_name(site, i)) == NAME_HOST)
            return true;
    return false;
}

bool self_check_is_listed(const struct core *core, const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct preload_binding binding = preload_find(core->preload, site_name(site, i));
        if (binding.is_bound && binding.is_own && preload_terms_of(binding.policy) != PRELOAD_BY_HAND)
            return true;
    }
    return false;
}

bool self_check_matters(const struct core *core, const struct site *site)
{
    bool sends = site->hsts.mode == HSTS_HOLD || site->hsts.mode == HSTS_AUTO;
    return (sends && site->hsts.preload) || self_check_is_listed(core, site);
}

const struct self_check *self_check_last(const struct core *core, struct str site)
{
    const struct checked *checked = find(core, site);
    return checked && checked->last.at_s ? &checked->last : NULL;
}

bool self_check_is_present(const struct core *core, const struct site *site)
{
    const struct checked *checked = find(core, site->name);
    return checked && checked->last.at_s && checked->form == form_of(site);
}

bool self_check_is_fresh(const struct core *core, const struct site *site)
{
    const struct checked *checked = find(core, site->name);
    int64_t now_s = now_of(core);
    return !core->self_checker || !self_check_is_fit(site) ||
           (checked && checked->last.at_s && checked->last.at_s <= now_s &&
            now_s - checked->last.at_s <= SELF_CHECK_FRESH_S && checked->form == form_of(site));
}

bool self_check_is_running(const struct core *core, struct str site)
{
    const struct checked *checked = find(core, site);
    return checked && (checked->is_running || checked->is_wanted);
}

static bool is_wrong(const struct core *core, const struct site *site, const struct checked *checked)
{
    return checked->last.sight == SELF_CHECK_SEEN && checked->last.errors_count > 0 && self_check_matters(core, site);
}

static int64_t later(int64_t a_s, int64_t b_s)
{
    return a_s > b_s ? a_s : b_s;
}

/* Each name at a moment of its own, within an hour or as many seconds as there are sites. */
static int64_t first_s(const struct core *core, const struct checked *checked)
{
    uint64_t span_s = core->state.sites_count < FIRST_STEPS_S ? core->state.sites_count + 1 : FIRST_STEPS_S;
    return checked->met_s + FIRST_S + (int64_t)(str_hash(str_from(checked->name)) % span_s);
}

static int64_t due_s(const struct core *core, const struct site *site, const struct checked *checked)
{
    int64_t days = core->state.settings.self_check_days, at_s = checked->last.at_s;
    if (days == 0 || !self_check_is_fit(site))
        return 0;
    if (at_s == 0)
        return first_s(core, checked);
    int64_t next_s = at_s + (is_wrong(core, site, checked) ? SELF_CHECK_WRONG_INTERVAL_S : days * DAY_S);
    int64_t sooner_s = later(checked->changed_s + SELF_CHECK_SETTLE_S, at_s + SELF_CHECK_PAUSE_S);
    return checked->changed_s && sooner_s < next_s ? sooner_s : next_s;
}

int64_t self_check_next_s(const struct core *core, const struct site *site)
{
    const struct checked *checked = find(core, site->name);
    return checked ? due_s(core, site, checked) : 0;
}

/* ---- results ---- */

static void tell_waiters(struct self_checker *checker, const char *site)
{
    struct list due;
    list_init(&due);
    for (struct list *at = checker->waiters.next, *next; at != &checker->waiters; at = next) {
        next = at->next;
        if (strcmp(container_of(at, struct self_check_waiter, node)->site, site) != 0)
            continue;
        list_remove(at);
        list_add_tail(&due, at);
    }
    while (!list_is_empty(&due)) {
        struct self_check_waiter *waiter = container_of(due.next, struct self_check_waiter, node);
        self_check_leave(checker->core, waiter);
        waiter->on_done(waiter);
    }
}

static void write_down(struct core *core, const struct self_check_item *item, int64_t at_s)
{
    struct buf content;
    struct err err = {0};
    buf_init(&content, SELF_CHECK_CONTENT_SIZE_MAX);
    bool fine = self_check_report_write(&item->report, &content) || err_memory(&err);
    const struct store_self_check row = {
        .site = str_from(item->site), .at_s = at_s, .form = item->form, .content = buf_str(&content)};
    if (!fine || !store_put_self_check(core->store, &row, &err))
        log_error("the self-check of %s could not be written down: %s", item->site, err.text);
    buf_fini(&content);
}

/* Errors where there were none: while a gateway takes over or a line is slow they may be of a moment only. */
static bool is_surprise(const struct core *core, const struct site *site, const struct checked *checked,
                        const struct self_check *now, uint64_t form)
{
    bool was_wrong = checked->last.at_s && checked->form == form && checked->last.sight == SELF_CHECK_SEEN &&
                     checked->last.errors_count > 0;
    return !checked->is_doubted && !was_wrong && now->sight == SELF_CHECK_SEEN && now->errors_count > 0 &&
           self_check_matters(core, site);
}

static void log_news(const struct checked *checked, const struct self_check *now)
{
    if (now->sight != checked->last.sight && now->sight != SELF_CHECK_SEEN)
        log_notice("%s could not be looked at from outside: %s%s%s", checked->name, self_check_sight_words(now->sight),
                   now->why[0] ? ": " : "", now->why);
}

/* False when it is to be looked at again before anybody is told. */
static bool take_result(struct core *core, const struct self_check_item *item, const struct site *site,
                        struct checked *checked)
{
    struct self_check now;
    int64_t at_s = now_of(core);
    if (item->form != form_of(site))
        return false; /* it was changed meanwhile: what was seen is not what is there now */
    self_check_report_sum(&item->report, at_s, &now);
    if (is_surprise(core, site, checked, &now, item->form)) {
        checked->is_doubted = true;
        return false;
    }
    log_news(checked, &now);
    checked->is_doubted = false;
    checked->changed_s = 0;
    checked->last = now;
    checked->form = item->form;
    write_down(core, item, at_s);
    notify_site(core, site->name);
    return true;
}

static void begin_wanted(struct core *core);

static void take_item(struct core *core, const struct self_check_item *item)
{
    struct checked *checked = find(core, str_from(item->site));
    const struct site *site = state_find(&core->state, str_from(item->site));
    if (!checked)
        return;
    checked->is_running = false;
    bool was_wanted = checked->is_wanted;
    checked->is_wanted = site && !take_result(core, item, site, checked) && (was_wanted || checked->is_doubted);
    panel_events_changed(core, str_from(item->site));
    if (!checked->is_wanted)
        tell_waiters(core->self_checker, item->site);
}

static void on_done(struct errand *errand, bool dropped)
{
    struct self_check_job *job = container_of(errand, struct self_check_job, errand);
    struct self_checker *checker = job->owner;
    for (size_t i = 0; i < JOBS_COUNT; i++)
        if (checker->jobs[i] == job)
            checker->jobs[i] = NULL;
    for (size_t i = 0; !dropped && i < job->items_count; i++)
        take_item(checker->core, &job->items[i]);
    self_check_job_free(job);
    if (!dropped)
        begin_wanted(checker->core);
}

/* ---- looking ---- */

static bool add(struct core *core, struct self_check_job *job, const struct site *site, struct checked *checked)
{
    if (!self_check_job_add(job, core, site, form_of(site)))
        return false;
    checked->is_running = true;
    panel_events_changed(core, site->name);
    return true;
}

/* Whatever it has in it; it may be nothing. */
static void put(struct core *core, size_t which, struct self_check_job *job)
{
    if (job->items_count == 0) {
        self_check_job_free(job);
        return;
    }
    job->owner = core->self_checker;
    job->errand.on_done = on_done;
    core->self_checker->jobs[which] = job;
    errands_put(core->errands, &job->errand);
}

/* Nothing is begun while one is under way, nor without memory: the next turn does. */
static struct self_check_job *open_job(struct core *core, size_t which)
{
    if (!core->errands || core->self_checker->jobs[which])
        return NULL;
    return self_check_job_new(core);
}

static void begin_wanted(struct core *core)
{
    struct self_check_job *job = open_job(core, JOB_URGENT);
    if (!job)
        return;
    for (struct map_entry *e = NULL; (e = map_next(&core->self_checker->sites, e));) {
        struct checked *checked = e->value;
        const struct site *site = checked->is_wanted && !checked->is_running ? state_find(&core->state, e->key) : NULL;
        if (site && !add(core, job, site, checked))
            break;
    }
    put(core, JOB_URGENT, job);
}

void self_check_want(struct core *core, struct str site)
{
    const struct site *found = core->self_checker ? state_find(&core->state, site) : NULL;
    struct checked *checked = found && self_check_is_fit(found) ? record(core->self_checker, site) : NULL;
    if (!checked)
        return;
    checked->is_wanted = true;
    begin_wanted(core);
}

static void on_wait_expire(struct timer *timer)
{
    struct self_check_waiter *waiter = container_of(timer, struct self_check_waiter, timer);
    list_remove(&waiter->node);
    waiter->on_done(waiter);
}

void self_check_wait(struct core *core, struct self_check_waiter *waiter, struct str site)
{
    memcpy(waiter->site, site.data, site.size);
    waiter->site[site.size] = '\0';
    timer_init(&waiter->timer, on_wait_expire);
    list_add_tail(&core->self_checker->waiters, &waiter->node);
    timer_set(&core->wheel, &waiter->timer, clock_monotonic_ms() + SELF_CHECK_WAIT_MS);
    self_check_want(core, site);
}

void self_check_leave(struct core *core, struct self_check_waiter *waiter)
{
    list_remove(&waiter->node);
    timer_cancel(&core->wheel, &waiter->timer);
}

/* ---- by itself ---- */

/* Whether it is another one than was looked at. False when that has to wait for the next turn. */
static bool notice(const struct site *site, struct checked *checked, size_t *forms, int64_t now_s)
{
    if (checked->met == site)
        return true;
    if (*forms == 0)
        return false;
    --*forms;
    if (checked->last.at_s && checked->form != form_of(site))
        checked->changed_s = now_s;
    site_unref((struct site *)(uintptr_t)checked->met);
    checked->met = site_ref((struct site *)(uintptr_t)site);
    return true;
}

/* A clock that was set back makes nobody wait for longer. */
static bool is_due(const struct core *core, const struct site *site, const struct checked *checked, int64_t now_s)
{
    int64_t at_s = due_s(core, site, checked);
    return at_s && !checked->is_running && (now_s >= at_s || checked->last.at_s > now_s + DAY_S);
}

void self_check_turn(struct core *core)
{
    struct self_checker *checker = core->self_checker;
    struct self_check_job *job = checker ? open_job(core, JOB_PATIENT) : NULL;
    int64_t now_s = now_of(core);
    size_t forms = FORMS_COUNT_MAX;
    if (!job)
        return;
    for (size_t i = core->state.sites_count; i > 0 && job->items_count < SELF_CHECK_BATCH_COUNT_MAX; i--) {
        const struct site *site = core->state.sites[checker->next++ % core->state.sites_count];
        struct checked *checked = record(checker, site->name);
        if (!checked || !notice(site, checked, &forms, now_s) || !is_due(core, site, checked, now_s))
            continue;
        if (!add(core, job, site, checked))
            break;
    }
    put(core, JOB_PATIENT, job);
    begin_wanted(core);
}
