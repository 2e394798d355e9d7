/* From what happens and what is found to what is told. */
#include "control/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "control/forecast.h"
#include "control/in_clear.h"
#include "control/mismatch.h"
#include "control/notify_parts.h"
#include "control/notify_standing.h"
#include "control/observe.h"
#include "control/self_check.h"
#include "control/watch.h"
#include "control/workers.h"

/* Ten thousand sites are gone through in twenty minutes, one in a minute. */
#define JUDGED_COUNT     512
#define PRUNE_INTERVAL_S 3600
/* Words of a code and what was seen of it. */
#define DESCRIPTION_SIZE 700

int64_t notifier_now_s(const struct core *core)
{
    return core->read_clock(core).wall_s;
}

static void name_host(struct notifier *notifier)
{
    if (gethostname(notifier->host, sizeof notifier->host - 1) != 0 || !notifier->host[0])
        (void)snprintf(notifier->host, sizeof notifier->host, "localhost");
}

bool notifier_new(struct core *core, struct notifier **ret, struct err *err)
{
    struct notifier *notifier = calloc(1, sizeof *notifier);
    if (!notifier)
        return err_memory(err);
    notifier->core = core;
    name_host(notifier);
    if (notifier_load_channels(notifier, err)) {
        *ret = notifier;
        return true;
    }
    notifier_free(notifier);
    return false;
}

void notifier_free(struct notifier *notifier)
{
    if (!notifier)
        return;
    notifier_free_channels(notifier);
    free(notifier);
}

/* Looked at when it is told: it goes through the week's clients. */
static void add_forecast(const struct core *core, struct notify_event *event)
{
    const struct site *site = state_find(&core->state, event->site);
    if (site)
        event->facts.forecast = forecast_of(core, site);
}

/* Where the step leads, together with what is told of it. */
static void take_step(struct notifier *notifier, const struct notify_step *step, struct notify_event *event)
{
    struct err err = {0};
    bool tells = step->kind == NOTIFY_STEP_TELL || step->kind == NOTIFY_STEP_END;
    bool ends = step->kind == NOTIFY_STEP_FORGET || step->kind == NOTIFY_STEP_END;
    const struct notifier_telling telling = {.event = tells ? event : NULL,
                                             .standing = ends ? NULL : &step->standing,
                                             .standing_ends = ends,
                                             .kind = event->kind,
                                             .site = event->site};
    if (step->kind == NOTIFY_STEP_NOTHING)
        return;
    event->phase = step->phase;
    event->severity = step->severity;
    if (tells && (event->kind == NOTIFY_EXPIRING || event->kind == NOTIFY_FAILING))
        add_forecast(notifier->core, event);
    if (!notifier_tell(notifier, &telling, NULL, &err))
        log_error("nobody can be told about %.*s (%s): %s", STR_ARG(event->site), notify_kind_names[event->kind],
                  err.text);
}

/* What is found (NULL: nothing) of the event's kind and site. True while it waits to be told. */
static bool judge(struct notifier *notifier, const struct notify_finding *finding, struct notify_event *event)
{
    struct notify_standing before;
    struct notify_step step;
    struct err err = {0};
    bool goes_on = false;
    if (!store_standing(notifier->core->store, event->site, event->kind, &before, &goes_on, &err)) {
        log_error("what was told about %.*s is not known: %s", STR_ARG(event->site), err.text);
        return false;
    }
    notify_standing_step(goes_on ? &before : NULL, finding, event->facts.now_s, &step);
    if (step.phase == NOTIFY_RESOLVED)
        event->stage = str_from(before.stage);
    else if (finding)
        event->stage = finding->stage;
    take_step(notifier, &step, event);
    event->stage = STR(""); /* what it was a view of ends here */
    return finding && (step.kind == NOTIFY_STEP_KEEP || (goes_on && before.told_count == 0));
}

static struct str describe_mismatch(const struct core *core, const struct site *site,
                                    char room[static MISMATCH_TEXT_SIZE])
{
    size_t count;
    const struct evidence_mismatch *rows = mismatches_of(core->mismatches, site->name, &count);
    return count ? str_from(mismatch_text(&rows[0], room)) : STR("");
}

/* "Nobody answers over HTTPS. Seen was: it refuses the connection" */
static struct str describe_check(const struct preload_finding *finding, char *room, size_t size)
{
    int written = snprintf(room, size, "%s%s%.*s", preload_code_words(finding->code),
                           finding->detail[0] ? " Seen was: " : "", PRELOAD_DETAIL_SIZE, finding->detail);
    return str_make(room, (size_t)written < size ? (size_t)written : size - 1);
}

/* Of a site that nobody could look at, as it is now, nothing is known: what was told of it stands. */
static void judge_check(struct notifier *notifier, const struct site *site, struct notify_event *event)
{
    const struct core *core = notifier->core;
    const struct self_check *last = self_check_last(core, site->name);
    char room[DESCRIPTION_SIZE];
    struct notify_finding finding;
    struct str code = STR("");
    if (!core->self_checker)
        return;
    if (self_check_matters(core, site)) {
        if (!last || last->sight != SELF_CHECK_SEEN || !self_check_is_present(core, site))
            return;
        event->facts.is_listed = self_check_is_listed(core, site);
        if (last->errors_count) {
            code = str_from(preload_code_text(last->first.code));
            event->detail = describe_check(&last->first, room, sizeof room);
            event->fix = str_from(preload_code_fix(last->first.code));
        }
    }
    event->kind = NOTIFY_CHECK;
    (void)judge(notifier, notify_judge_check(&event->facts, code, &finding) ? &finding : NULL, event);
}

/* Until the autopilot has looked once, what was told stands. */
static void judge_held(struct notifier *notifier, const struct site *site, struct notify_event *event)
{
    struct watch_hold hold;
    struct notify_finding finding;
    enum watch_climb climb = watch_hold(notifier->core->watch, site->name, &hold);
    if (climb == WATCH_CLIMB_UNKNOWN)
        return;
    event->kind = NOTIFY_HELD;
    event->detail = hold.why;
    event->fix = hold.fix;
    notify_judge_held(hold.guard, site->hsts.max_age_s, &finding);
    (void)judge(notifier, climb == WATCH_CLIMB_HELD ? &finding : NULL, event);
    event->detail = event->fix = STR("");
}

/* What was told, and came last more than a day ago, may be over or not: nothing is said until that is certain. */
static void judge_in_clear(struct notifier *notifier, const struct site *site, struct notify_event *event)
{
    char room[IN_CLEAR_TEXT_SIZE];
    struct in_clear in_clear;
    struct notify_finding finding, lately;
    struct notify_standing before;
    struct err err = {0};
    bool goes_on = false;
    event->kind = NOTIFY_IN_CLEAR;
    bool fine = store_standing(notifier->core->store, site->name, NOTIFY_IN_CLEAR, &before, &goes_on, &err);
    if (fine && !goes_on && !in_clear_is_possible(notifier->core, site))
        return;
    if (!fine || !in_clear_look(notifier->core, site, &in_clear, &err)) {
        log_error("what was sent in clear to %.*s is not known: %s", STR_ARG(site->name), err.text);
        return;
    }
    bool found = notify_judge_in_clear(&in_clear.recent, &finding);
    bool is_recent = found && notify_judge_in_clear(&in_clear.lately, &lately) && lately.rank == finding.rank;
    if (found && goes_on && !is_recent)
        return;
    event->detail = found ? in_clear_text(&in_clear.recent, room) : STR("");
    (void)judge(notifier, found ? &finding : NULL, event);
    event->detail = STR("");
}

static void judge_site(struct notifier *notifier, const struct site *site)
{
    char room[MISMATCH_TEXT_SIZE];
    struct notify_finding finding;
    struct notify_event event = {.site = site->name};
    notifier_facts(notifier->core, site, &event.facts);
    event.kind = NOTIFY_EXPIRING;
    (void)judge(notifier, notify_judge_expiring(&event.facts, &finding) ? &finding : NULL, &event);
    event.kind = NOTIFY_MISMATCH;
    event.detail = describe_mismatch(notifier->core, site, room);
    if (judge(notifier, notify_judge_mismatch(&event.facts, &finding) ? &finding : NULL, &event))
        observe_want(notifier->core, site->name);
    event.detail = STR("");
    judge_held(notifier, site, &event);
    judge_check(notifier, site, &event);
    event.detail = event.fix = STR(""); /* what they were views of ended with it */
    judge_in_clear(notifier, site, &event);
}

/* By a clock that is not trusted nobody is alarmed about the end of certificates. */
static bool clock_is_good(const struct core *core, struct str *ret_trust)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    switch (hsts_clock_trust(&core->clock, &reading)) {
    case HSTS_CLOCK_BEHIND: *ret_trust = STR("behind"); return false;
    case HSTS_CLOCK_JUMPED: *ret_trust = STR("jumped"); return false;
    case HSTS_CLOCK_GOOD:
    case HSTS_CLOCK_TRUST_COUNT: break;
    }
    *ret_trust = STR("");
    return true;
}

static bool judge_clock(struct notifier *notifier)
{
    char why[HSTS_CLOCK_WHY_SIZE];
    struct str trust;
    struct notify_finding finding;
    const struct core *core = notifier->core;
    const struct hsts_clock_reading reading = core->read_clock(core);
    bool is_good = clock_is_good(core, &trust);
    struct notify_event event = {.kind = NOTIFY_CLOCK,
                                 .site = STR(""),
                                 .detail = hsts_clock_why(&core->clock, &reading, why),
                                 .facts = {.now_s = reading.wall_s}};
    (void)judge(notifier, notify_judge_clock(trust, &finding) ? &finding : NULL, &event);
    return is_good;
}

/* A gateway that may still answer in time says nothing: what was told of it stands. */
void notify_workers(struct core *core)
{
    char room[WORKERS_TEXT_SIZE];
    struct workers_behind behind;
    struct notify_finding finding;
    struct notify_event event = {.kind = NOTIFY_MISMATCH, .site = STR("")};
    if (!core->notifier || !workers_are_known(core))
        return;
    workers_look(core, &behind);
    event.facts.now_s = notifier_now_s(core);
    event.detail = behind.count ? str_from(workers_text(&behind, room)) : STR("");
    (void)judge(core->notifier, notify_judge_workers(behind.count, &finding) ? &finding : NULL, &event);
}

void notify_site(struct core *core, struct str site)
{
    struct str trust;
    const struct site *found = core->notifier ? state_find(&core->state, site) : NULL;
    if (found && clock_is_good(core, &trust))
        judge_site(core->notifier, found);
}

static void tell_happened(struct notifier *notifier, struct notify_event *event)
{
    struct err err = {0};
    const struct notifier_telling telling = {.event = event};
    event->phase = NOTIFY_HAPPENED;
    event->severity = NOTIFY_INFO;
    if (!notifier_tell(notifier, &telling, NULL, &err))
        log_error("nobody can be told that the certificate of %.*s is %s: %s", STR_ARG(event->site),
                  notify_kind_names[event->kind], err.text);
}

void notify_event(struct core *core, const struct notify_event *event)
{
    struct notify_event filled = *event;
    struct notify_finding finding;
    const struct site *site = core->notifier ? state_find(&core->state, event->site) : NULL;
    if (!site)
        return;
    notifier_facts(core, site, &filled.facts);
    if (event->kind == NOTIFY_DRAWER) {
        bool found = notify_judge_drawer(&filled.facts, event->stage, &finding);
        (void)judge(core->notifier, found ? &finding : NULL, &filled);
        return;
    }
    if (event->kind == NOTIFY_FAILING) {
        notify_judge_failing(&filled.facts, event->stage, &finding);
        (void)judge(core->notifier, &finding, &filled);
        return;
    }
    tell_happened(core->notifier, &filled);
    if (event->kind == NOTIFY_SERVED)
        return;
    struct notify_event over = {.kind = NOTIFY_FAILING, .site = event->site, .facts = filled.facts};
    (void)judge(core->notifier, NULL, &over);
    notify_site(core, event->site);
}

void notify_subdomains(struct core *core, struct str site, size_t blocking_count, struct str detail)
{
    struct notify_finding finding;
    struct notify_event event = {.kind = NOTIFY_SUBDOMAINS, .site = site, .detail = detail};
    const struct site *found = core->notifier ? state_find(&core->state, site) : NULL;
    if (!found)
        return;
    notifier_facts(core, found, &event.facts);
    (void)judge(core->notifier, notify_judge_subdomains(blocking_count, &finding) ? &finding : NULL, &event);
}

void notify_reload(struct core *core)
{
    struct err err = {0};
    if (core->notifier && !notifier_load_channels(core->notifier, &err))
        log_error("the notification channels could not be read: %s", err.text);
}

static void prune(struct notifier *notifier, int64_t now_s)
{
    struct err err = {0};
    if (now_s < notifier->prune_s && notifier->prune_s - now_s <= PRUNE_INTERVAL_S)
        return;
    notifier->prune_s = now_s + PRUNE_INTERVAL_S;
    if (!store_prune_notifications(notifier->core->store, now_s - NOTIFY_KEPT_S, NOTIFY_KEPT_COUNT_MAX, &err) ||
        !store_forget_standings(notifier->core->store, &notifier->core->state, &err))
        log_error("old notifications could not be removed: %s", err.text);
}

void notify_turn(struct core *core)
{
    struct notifier *notifier = core->notifier;
    if (!notifier)
        return;
    size_t count = core->state.sites_count < JUDGED_COUNT ? core->state.sites_count : JUDGED_COUNT;
    if (judge_clock(notifier))
        for (size_t i = 0; i < count; i++)
            judge_site(notifier, core->state.sites[notifier->site_next++ % core->state.sites_count]);
    notify_workers(core);
    prune(notifier, notifier_now_s(core));
    notifier_digests(notifier);
    notifier_deliver(notifier);
}
