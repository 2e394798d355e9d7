/* From wishes to ledger entries. */
#include "control/promises.h"

#include <stdlib.h>

#include "control/carried.h"
#include "control/watch.h"
#include "hsts/guard.h"

/* A certificate of a few days would have nothing left to promise by: the margin is at most this part of its life. */
#define MARGIN_PART 10

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/*
 * INT64_MAX when the site has no such certificate. One that cannot be read now may be read, and served, a moment later:
 * nothing is promised by it then.
 */
static int64_t cap_of(const struct core *core, struct str id)
{
    if (!id.size)
        return INT64_MAX;
    const struct certificate *certificate = certificates_get(core->certificates, id, NULL);
    const struct certificate_facts *facts =
        certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
    if (!facts)
        return 0;
    int64_t margin_s = (facts->not_after_s - facts->not_before_s) / MARGIN_PART;
    return facts->not_after_s - earlier(margin_s, GUARD_EXPIRY_MARGIN_S);
}

int64_t promises_cap_s(const struct core *core, const struct site *site)
{
    if (watch_renewals_seen(core->watch, site) >= GUARD_RENEWALS_COUNT)
        return 0;
    int64_t cap_s = earlier(cap_of(core, site->ecdsa), cap_of(core, site->rsa));
    return cap_s < 1 ? 1 : cap_s;
}

static bool site_may_promise(const struct site *site)
{
    return site_has_certificate(site) && name_kind(site->name) != NAME_IP;
}

bool promises_bound(const struct core *core, const struct site *site)
{
    int64_t over_s = core_over_s(core);
    for (size_t i = 0; i < site_names_count(site); i++) {
        const struct ledger *ledger = book_ledger(&core->book, site_name(site, i));
        if (ledger && ledger_bound_until(ledger, over_s, LEDGER_ANY, LEDGER_NAME) > over_s)
            return true;
    }
    return false;
}

bool promises_of(const struct core *core, const struct site *site, struct ledger_promise *ret)
{
    if (site->hsts.mode == HSTS_OFF || !site_may_promise(site))
        return false;
    bool bound = site->hsts.mode != HSTS_RELEASE || promises_bound(core, site);
    return hsts_wish_promise(&site->hsts, bound, promises_cap_s(core, site), ret);
}

/* What the ledger is told of what a snapshot carries. */
static struct ledger_promise counted(const struct core *core, const struct ledger_promise *promise)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    struct ledger_promise told = *promise;
    if (!hsts_clock_bounds(&core->clock, &reading))
        told.cap_s = 0;
    return told;
}

static bool open_site(const struct core *core, const struct carried_site *carried, struct book_plan *plan)
{
    const struct ledger_promise promise = counted(core, &carried->promise);
    int64_t now_s = core_over_s(core);
    for (size_t k = 0; k < site_names_count(carried->site); k++) {
        struct str name = site_name(carried->site, k);
        if (name_kind(name) != NAME_IP && !book_plan_open(plan, &core->book, name, &promise, now_s))
            return false;
    }
    return true;
}

bool promises_plan_open(const struct core *core, const struct carried *carried, struct book_plan *plan, struct err *err)
{
    for (size_t i = 0; i < carried->count; i++)
        if (carried->sites[i].sends && !open_site(core, &carried->sites[i], plan))
            return err_memory(err);
    return true;
}

/* Names are looked up by hash: ten thousand sites with a hundred names each are no quadratic matter. */
static bool carried_names(const struct carried *carried, struct map *ret_sites)
{
    for (size_t i = 0; i < carried->count; i++) {
        struct carried_site *one = &carried->sites[i];
        for (size_t k = 0; one->sends && k < site_names_count(one->site); k++)
            if (!map_put(ret_sites, site_name(one->site, k), one))
                return false;
    }
    return true;
}

bool promises_plan_close(const struct core *core, struct book_plan *plan, struct err *err)
{
    struct map sites;
    int64_t now_s = core_over_s(core);
    map_init(&sites);
    bool fine = promises_plan_open(core, &core->carried, plan, NULL) && carried_names(&core->carried, &sites);
    struct str name = {NULL, 0};
    while (fine && (name = book_next(&core->book, name)).data) {
        const struct carried_site *carried = map_get(&sites, name);
        struct ledger_promise promise = {0};
        if (carried)
            promise = counted(core, &carried->promise);
        fine = book_plan_close(plan, &core->book, name, carried ? &promise : NULL, now_s);
    }
    map_fini(&sites);
    return fine || err_memory(err);
}

static struct book_binding longest(const struct core *core, const struct site *site, enum ledger_family family,
                                   struct book_binding (*ask)(const struct book *, struct str, int64_t, int64_t,
                                                              enum ledger_family))
{
    struct book_binding best = {0};
    int64_t over_s = core_over_s(core), latest_s = core_latest_s(core);
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct book_binding one = ask(&core->book, site_name(site, i), latest_s, over_s, family);
        if (one.until_s > best.until_s)
            best = one;
    }
    return best;
}

struct book_binding promises_binding(const struct core *core, const struct site *site, enum ledger_family family)
{
    return longest(core, site, family, book_binding);
}

struct book_binding promises_binding_below(const struct core *core, const struct site *site, enum ledger_family family)
{
    return longest(core, site, family, book_binding_below);
}

bool promises_preload_sent(const struct core *core, const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++) {
        const struct ledger *ledger = book_ledger(&core->book, site_name(site, i));
        if (ledger && ledger_preload_sent(ledger))
            return true;
    }
    return false;
}

bool promises_field(const struct core *core, const struct site *site, char room[static HSTS_FIELD_SIZE_MAX],
                    struct str *ret)
{
    struct ledger_promise promise;
    int64_t max_age_s;
    *ret = STR("");
    const struct hsts_clock_reading reading = core->read_clock(core);
    if (!promises_of(core, site, &promise) || !hsts_promise_max_age(&promise, reading.wall_s, &max_age_s))
        return true;
    const struct hsts_policy policy = {
        .max_age_s = (uint64_t)max_age_s, .include_subdomains = promise.include_subdomains, .preload = promise.preload};
    return hsts_field_write(&policy, room, ret, NULL);
}

enum hsts_phase promises_phase(const struct core *core, const struct site *site)
{
    return hsts_phase(&site->hsts, promises_bound(core, site));
}

static bool all_names(const struct core *core, struct map *ret_names)
{
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (size_t k = 0; k < site_names_count(core->state.sites[i]); k++)
            if (!map_put(ret_names, site_name(core->state.sites[i], k), core->state.sites[i]))
                return false;
    return true;
}

static bool add_left(struct promises_left *left, struct str name, int64_t until_s)
{
    struct book_binding *grown = realloc(left->names, (left->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    left->names = grown;
    left->names[left->count++] = (struct book_binding){.until_s = until_s, .name = name};
    return true;
}

bool promises_left(const struct core *core, struct promises_left *ret, struct err *err)
{
    struct promises_left left = {.names = NULL};
    int64_t over_s = core_over_s(core), latest_s = core_latest_s(core);
    struct map served;
    map_init(&served);
    bool fine = all_names(core, &served);
    for (struct str name = {NULL, 0}; fine && (name = book_next(&core->book, name)).data;) {
        int64_t until_s = ledger_bound_until(book_ledger(&core->book, name), over_s, LEDGER_ANY, LEDGER_NAME);
        if (until_s > over_s && !map_has(&served, name))
            fine = add_left(&left, name, until_s + (latest_s - over_s));
    }
    map_fini(&served);
    if (fine)
        *ret = left;
    else
        promises_left_fini(&left);
    return fine || err_memory(err);
}

void promises_left_fini(struct promises_left *left)
{
    free(left->names);
    *left = (struct promises_left){.names = NULL};
}
