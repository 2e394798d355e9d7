/* One look at each site a turn. */
#include "control/autopilot.h"

#include "base/log.h"
#include "control/moves.h"
#include "control/observe.h"
#include "control/promises.h"
#include "control/watch.h"
#include "os/clock.h"

/* Written into the audit log for what nobody pressed. */
#define AUTOPILOT_ACTOR "strictgate"

static void end_release(struct core *core, const struct site *site)
{
    struct hsts_wish off;
    struct move_outcome outcome;
    struct err err = {0};
    bool changed;
    const struct move_asked asked = {.actor = STR(AUTOPILOT_ACTOR), .act = STR("hsts.free")};
    hsts_wish_init(&off);
    struct site *held = site_ref((struct site *)(uintptr_t)site);
    if (moves_declare(core, held, &off, &asked, &changed, &outcome, &err))
        log_notice("%.*s: every browser is free, no Strict-Transport-Security is sent any more", STR_ARG(held->name));
    else
        log_error("%.*s: the release could not be ended: %s", STR_ARG(held->name), err.text);
    site_unref(held);
}

static bool dwelt(const struct core *core, const struct site *site)
{
    return core_over_s(core) - site->hsts.since_s >= site->hsts.max_age_s;
}

/* It is told in the log for each new reason; people are told when it lasts (control/notify.c). */
static void hold_back(struct core *core, const struct site *site, uint32_t next_s, const struct move_outcome *outcome,
                      const struct err *err)
{
    char room[LADDER_TEXT_SIZE];
    bool is_guard = !err->code && outcome->count;
    const struct watch_hold hold = {.guard = is_guard ? str_from(outcome->results[0].id) : STR(""),
                                    .why = str_from(is_guard ? outcome->results[0].why : err->text),
                                    .fix = str_from(is_guard ? outcome->results[0].fix : err->fix)};
    if (watch_held_back(core->watch, site->name, &hold))
        log_notice("%.*s does not climb to %.*s yet: %.*s", STR_ARG(site->name), STR_ARG(ladder_text(next_s, room)),
                   STR_ARG(hold.why));
}

static void climb(struct core *core, const struct site *site)
{
    struct move_outcome outcome;
    struct err err = {0};
    char room[LADDER_TEXT_SIZE];
    const struct move_asked asked = {.actor = STR(AUTOPILOT_ACTOR), .act = STR("hsts.climb")};
    struct site *held = site_ref((struct site *)(uintptr_t)site);
    uint32_t next_s = ladder_next(&held->hsts.ladder, held->hsts.max_age_s);
    if (!moves_evaluate(core, held, HSTS_MOVE_CLIMB, &outcome, &err) ||
        guard_worst(outcome.results, outcome.count) == GUARD_BLOCK) {
        hold_back(core, held, next_s, &outcome, &err);
    } else if (moves_make(core, held, HSTS_MOVE_CLIMB, &asked, &outcome, &err)) {
        (void)watch_held_back(core->watch, held->name, NULL);
        log_notice("%.*s climbs to %.*s", STR_ARG(held->name), STR_ARG(ladder_text(next_s, room)));
    } else {
        log_error("%.*s could not climb: %s", STR_ARG(held->name), err.text);
    }
    site_unref(held);
}

static void look_after(struct core *core, const struct site *site)
{
    if (site->hsts.mode == HSTS_RELEASE && !promises_bound(core, site)) {
        end_release(core, site);
        return;
    }
    if (hsts_wish_next(&site->hsts) != HSTS_MOVE_CLIMB || !dwelt(core, site)) {
        (void)watch_held_back(core->watch, site->name, NULL);
        return;
    }
    if (observe_is_fresh(core, site, OBSERVE_PATIENT_S))
        climb(core, site);
    else if (observe_has_room(core))
        observe_want(core, site->name);
}

void autopilot_turn(struct core *core)
{
    int64_t end_ms = clock_monotonic_ms() + AUTOPILOT_TURN_MS;
    /* A commit replaces the array of sites; each is looked up by position again. */
    for (size_t i = core->state.sites_count; i > 0 && clock_monotonic_ms() < end_ms; i--)
        look_after(core, core->state.sites[core->autopilot_next++ % core->state.sites_count]);
}
