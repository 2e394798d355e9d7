/* Decisions. */
#include "control/acme_plan.h"

#include <stdio.h>

/* A clock that is corrected by less than this changes no wait that matters. */
#define CLOCK_SET_BACK_S 3600

static bool is_named(const struct site_auto *wish, struct str name)
{
    for (size_t i = 0; i < wish->cas_count; i++)
        if (str_eq(wish->cas[i], name))
            return true;
    return wish->cas_count == 0;
}

static struct ca *find(struct ca *const *cas, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(cas[i]->name, name))
            return cas[i];
    return NULL;
}

/* What a site names is what it gets, in its own order; but a staging CA is never taken for the real thing. */
size_t acme_plan_cas(struct ca *const *cas, size_t cas_count, const struct site_auto *wish, bool rehearsal,
                     struct ca *ret[static CA_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; !rehearsal && i < wish->cas_count; i++) {
        struct ca *ca = find(cas, cas_count, wish->cas[i]);
        if (ca && !ca->rehearsal)
            ret[count++] = ca;
    }
    for (size_t i = 0; i < cas_count && (rehearsal || wish->cas_count == 0); i++)
        if (cas[i]->rehearsal == rehearsal)
            ret[count++] = cas[i];
    for (size_t i = 0; i < cas_count && rehearsal && count == 0; i++)
        if (is_named(wish, cas[i]->name)) {
            ret[0] = cas[i];
            return 1;
        }
    return count;
}

struct ca *acme_plan_choose(struct ca *const *cas, size_t cas_count, const struct acme_order *order)
{
    struct ca *ca = order->ca[0] ? find(cas, cas_count, str_from(order->ca)) : NULL;
    return ca || cas_count == 0 ? ca : cas[0];
}

void acme_plan_afresh(struct acme_order *order)
{
    order->url[0] = '\0';
    order->has_key = false;
}

static void turn_to(struct acme_order *order, const struct ca *ca)
{
    acme_order_text(order->ca, sizeof order->ca, ca->name);
    order->ca_failures = 0;
    acme_plan_afresh(order);
}

static const struct ca *next_of(struct ca *const *cas, size_t cas_count, const struct ca *ca)
{
    for (size_t i = 0; i < cas_count; i++)
        if (cas[i] == ca)
            return cas[(i + 1) % cas_count];
    return cas[0];
}

/* A fifth more or less, so that many that failed at once do not all come back at once. */
static int64_t wait_s(uint32_t failures, bool permanent, uint64_t random)
{
    int64_t whole_s = ACME_PLAN_FIRST_S;
    for (uint32_t i = 1; i < failures && whole_s < ACME_PLAN_LONGEST_S; i++)
        whole_s *= 2;
    if (permanent || whole_s > ACME_PLAN_LONGEST_S)
        whole_s = ACME_PLAN_LONGEST_S;
    return whole_s - (int64_t)(random % (uint64_t)(whole_s / 5));
}

static void note(struct acme_order *order, const struct ca *ca, const struct acme_failure *failure, int64_t now_s)
{
    struct acme_order_failure *out = &order->failure;
    *out = (struct acme_order_failure){.at_s = now_s, .permanent = failure->permanent, .retry_s = failure->retry_s};
    acme_order_text(out->ca, sizeof out->ca, ca->name);
    acme_order_text(out->problem, sizeof out->problem, str_from(failure->problem));
    acme_order_text(out->words, sizeof out->words, str_from(failure->words));
    acme_order_text(out->fix, sizeof out->fix, str_from(failure->fix));
}

void acme_plan_failed(struct acme_order *order, struct ca *const *cas, size_t cas_count, const struct ca *ca,
                      const struct acme_failure *failure, int64_t now_s, uint64_t random)
{
    note(order, ca, failure, now_s);
    order->failures++;
    order->ca_failures++;
    if (failure->retry_s > order->held_s)
        order->held_s = failure->retry_s;
    bool leaves = cas_count > 1 && (failure->try_other_ca || order->ca_failures >= ACME_PLAN_PATIENCE);
    if (leaves && ++order->tried < cas_count) {
        turn_to(order, next_of(cas, cas_count, ca));
        order->next_s = now_s;
        return;
    }
    if (leaves) {
        order->tried = 0;
        turn_to(order, cas[0]);
    }
    int64_t next_s = now_s + wait_s(order->failures, failure->permanent, random);
    order->next_s = next_s > order->held_s ? next_s : order->held_s;
    order->held_s = 0;
}

int64_t acme_plan_next_s(const struct acme_order *order, int64_t now_s)
{
    return order->failure.at_s - now_s > CLOCK_SET_BACK_S ? 0 : order->next_s;
}

void acme_plan_forgive(struct acme_order *order)
{
    order->next_s = order->held_s = 0;
    order->tried = order->failures = order->ca_failures = 0;
}

void acme_plan_reconsider(struct acme_order *order)
{
    acme_plan_forgive(order);
    order->next_s = order->failure.retry_s;
}

void acme_plan_done(struct acme_order *order, const struct ca *ca, int64_t now_s)
{
    acme_plan_forgive(order);
    acme_plan_afresh(order);
    order->active = order->asked = false;
    order->ca[0] = '\0';
    order->failure = (struct acme_order_failure){.at_s = 0};
    order->notice[0] = '\0';
    order->obtained_s = now_s;
    acme_order_text(order->issuer, sizeof order->issuer, ca->name);
    order->window = (struct acme_order_window){.start_s = 0};
}
