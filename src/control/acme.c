/* The turns: whose certificate is due, as many at a time as may be, each site in its turn. */
#include "control/acme.h"

#include <stdlib.h>

#include "base/log.h"
#include "control/acme_ari.h"
#include "control/acme_cas.h"
#include "control/acme_errand.h"
#include "control/acme_plan.h"
#include "control/acme_prove.h"
#include "control/acme_revoke.h"
#include "control/acme_run.h"
#include "control/acme_site.h"
#include "control/dns_proof.h"
#include "os/clock.h"

/* An order under way that comes to nothing gives up sooner. */
#define SWEEP_AFTER_S 900

static bool has_room(const struct acme *acme)
{
    return acme->runs_count < ACME_RUNS_COUNT_MAX;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What can be begun for the site is; gives the moment at which it has to be looked at again. */
static int64_t look_after(struct acme *acme, const struct site *site, int64_t now_s)
{
    int64_t due_s = acme_site_due_s(acme, site);
    const struct acme_order *rehearsal = acme_site_order(acme, site->name, true);
    int64_t next_s = due_s > now_s ? due_s : INT64_MAX; /* a run that ends wakes us anyway */
    if (due_s <= now_s && has_room(acme))
        acme_site_begin(acme, site, false);
    if (rehearsal && rehearsal->active && has_room(acme))
        acme_site_begin(acme, site, true);
    if (has_room(acme))
        next_s = earlier(next_s, acme_ari_turn(acme, site));
    if (has_room(acme))
        next_s = earlier(next_s, acme_revoke_turn(acme, site));
    return next_s;
}

/*
 * What a control that was killed left in the DNS, as soon as none of the orders that it left puts the same up again;
 * where there is always one under way, when those have had their time.
 */
static void sweep(struct acme *acme)
{
    int64_t age_s = acme->core->read_clock(acme->core).wall_s - acme->core->started_s;
    if (acme->swept || (acme->runs_count > 0 && age_s < SWEEP_AFTER_S))
        return;
    acme->swept = true;
    dns_proof_sweep(acme->core);
}

static void on_turn(struct timer *timer)
{
    struct acme *acme = container_of(timer, struct acme, timer);
    const struct state *state = &acme->core->state;
    int64_t now_s = acme->core->read_clock(acme->core).wall_s, next_s = INT64_MAX;
    size_t first = acme->site_next;
    acme->again = false;
    acme_errand_turn(acme);
    for (size_t i = 0; i < state->sites_count; i++) {
        if (!has_room(acme) && acme->site_next == first)
            acme->site_next = first + i; /* who found no room comes first the next time */
        next_s = earlier(next_s, look_after(acme, state->sites[(first + i) % state->sites_count], now_s));
    }
    sweep(acme);
    if (acme->again)
        next_s = now_s;
    int64_t wait_ms = next_s - now_s < ACME_TURN_MS_MAX / 1000 ? (next_s - now_s) * 1000 : ACME_TURN_MS_MAX;
    timer_set(&acme->core->wheel, &acme->timer, clock_monotonic_ms() + (wait_ms > 0 ? wait_ms : 0));
}

void acme_wake(struct acme *acme)
{
    if (!acme)
        return;
    acme->again = true;
    timer_set(&acme->core->wheel, &acme->timer, clock_monotonic_ms());
}

const struct acme_proving *acme_proving_of(const struct acme *acme)
{
    return acme ? acme->proving : NULL;
}

bool acme_new(struct core *core, struct acme **ret, struct err *err)
{
    struct acme *acme = calloc(1, sizeof *acme);
    if (!acme)
        return err_memory(err);
    acme->core = core;
    list_init(&acme->runs);
    list_init(&acme->errands);
    map_init(&acme->orders);
    map_init(&acme->rehearsals);
    timer_init(&acme->timer, on_turn);
    if (!acme_cas_load(acme, err) || !acme_site_load(acme, err) || !acme_proving_new(core, &acme->proving, err) ||
        !acme_wire_new(core->loop, &acme->wire, err)) {
        acme_free(acme);
        return false;
    }
    acme_errand_resume(acme);
    acme_wake(acme);
    *ret = acme;
    return true;
}

void acme_free(struct acme *acme)
{
    if (!acme)
        return;
    acme_wire_free(acme->wire);
    while (!list_is_empty(&acme->runs))
        acme_run_free(container_of(acme->runs.next, struct acme_run, node));
    timer_cancel(&acme->core->wheel, &acme->timer);
    acme_proving_free(acme->proving);
    acme_errand_free(acme);
    acme_site_free(acme);
    acme_cas_free(acme);
    free(acme);
}

static void drop_run(struct acme *acme, enum acme_job_kind kind, const struct acme_order *order)
{
    struct acme_run *run = acme_run_find(acme, kind, str_from(order->site), order->rehearsal);
    if (run)
        acme_run_drop(run);
}

/* A site that wants none any more leaves nothing on order. */
static void end_order(struct acme *acme, struct acme_order *order)
{
    drop_run(acme, ACME_JOB_OBTAIN, order);
    if (!order->active && !order->asked && !order->obtained_s)
        return;
    acme_plan_forgive(order);
    acme_plan_afresh(order);
    order->active = order->asked = false;
    order->obtained_s = 0; /* another wish begins from the beginning */
    (void)acme_site_keep(acme, order);
}

/* The store has dropped it with its site. */
static void remove_order(struct acme *acme, struct map *map, struct acme_order *order)
{
    drop_run(acme, ACME_JOB_OBTAIN, order);
    drop_run(acme, ACME_JOB_REVOKE, order);
    drop_run(acme, ACME_JOB_RENEWAL_INFO, order);
    (void)map_remove(map, str_from(order->site));
    acme_order_free(order);
}

static void forget_in(struct acme *acme, struct map *map, const struct state *state)
{
    struct acme_order **gone = calloc(map->count + 1, sizeof *gone);
    size_t count = 0;
    for (struct map_entry *entry = NULL; gone && (entry = map_next(map, entry));) {
        struct acme_order *order = entry->value;
        const struct site *site = state_find(state, str_from(order->site));
        if (!site)
            gone[count++] = order;
        else if (!site->automatic.wanted && !order->rehearsal)
            end_order(acme, order);
    }
    for (size_t i = 0; i < count; i++)
        remove_order(acme, map, gone[i]);
    free(gone);
}

void acme_forget(struct acme *acme, const struct state *state)
{
    if (!acme)
        return;
    forget_in(acme, &acme->orders, state);
    forget_in(acme, &acme->rehearsals, state);
    acme_wake(acme);
}
