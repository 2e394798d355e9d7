/* Gathering. */
#include "control/facts.h"

#include "base/log.h"
#include "control/coverage.h"
#include "control/facts_reports.h"
#include "control/facts_stranded.h"
#include "control/gains.h"
#include "control/preload.h"
#include "control/promises.h"
#include "control/self_check.h"
#include "control/subnames.h"
#include "control/watch.h"
#include "http/agent.h"
#include "os/clock.h"

bool facts_covers(const struct certificate_facts *facts, struct str name)
{
    struct str wanted = name_in_certificate(name);
    for (size_t i = 0; i < facts->names_count; i++)
        if (str_eq(facts->names[i], wanted) ||
            (name_kind(name) != NAME_IP && cert_name_matches(facts->names[i], wanted)))
            return true;
    return false;
}

static const struct certificate_facts *facts_of(struct core *core, struct str id, struct err *err)
{
    const struct certificate *certificate = certificates_get(core->certificates, id, err);
    const struct certificate_facts *facts =
        certificate ? certificates_facts(core->certificates, certificate, err) : NULL;
    if (!facts && err)
        err->code = ERR_SYSTEM;
    return facts;
}

static bool check_one(struct core *core, struct str id, struct str name, struct err *err)
{
    const struct certificate_facts *facts = facts_of(core, id, err);
    if (!facts)
        return false;
    int64_t now_s = clock_wall_s();
    if (!facts_covers(facts, name)) {
        (void)err_set(err, ERR_CONFLICT, "the certificate does not cover %.*s, browsers would refuse it",
                      STR_ARG(name));
        return err_fix(err, "give the site a certificate with the name %.*s in it", STR_ARG(name));
    }
    if (now_s >= facts->not_after_s || now_s < facts->not_before_s) {
        (void)err_set(err, ERR_CONFLICT, "the certificate of %.*s is %s, browsers would refuse it", STR_ARG(name),
                      now_s < facts->not_before_s ? "not valid yet" : "expired");
        return err_fix(err, "give the site a valid certificate first, and check this machine's clock");
    }
    return true;
}

bool facts_name_is_served(struct core *core, const struct site *site, struct str name, struct err *err)
{
    if (!site_has_certificate(site)) {
        (void)err_set(err, ERR_CONFLICT, "%.*s has no certificate", STR_ARG(site->name));
        return err_fix(err, "give it one first: upload it, or use the local CA");
    }
    return (!site->ecdsa.size || check_one(core, site->ecdsa, name, err)) &&
           (!site->rsa.size || check_one(core, site->rsa, name, err));
}

bool facts_is_below(struct str name, struct str above)
{
    if (name_kind(above) == NAME_IP || name_kind(name) == NAME_IP)
        return false;
    if (str_starts(above, STR("*.")))
        above = str_after(above, 2);
    return name.size > above.size && str_ends(name, above) && name.data[name.size - above.size - 1] == '.';
}

static bool is_covered(struct core *core, const struct site *site, struct str name)
{
    const struct str both[] = {site->ecdsa, site->rsa};
    bool covered = site_has_certificate(site);
    for (size_t i = 0; i < 2; i++) {
        const struct certificate_facts *facts = both[i].size ? facts_of(core, both[i], NULL) : NULL;
        covered = covered && (both[i].size == 0 || (facts && facts_covers(facts, name)));
    }
    return covered;
}

static bool gather_names(struct core *core, const struct site *site, struct arena *arena, struct guard_facts *facts)
{
    size_t count = site_names_count(site);
    struct guard_name *names = arena_zalloc(arena, count * sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        struct str name = site_name(site, i);
        names[i] = (struct guard_name){.name = name,
                                       .is_ip = name_kind(name) == NAME_IP,
                                       .is_wildcard = name_kind(name) == NAME_WILDCARD,
                                       .covered = is_covered(core, site, name)};
    }
    facts->names = names;
    facts->names_count = count;
    return names != NULL;
}

/* Faults that browsers do not forgive, whatever the name and the time. */
static const enum cert_fault key_faults[] = {CERT_FAULT_KEY_KIND, CERT_FAULT_WEAK_KEY, CERT_FAULT_WEAK_SIGNATURE,
                                             CERT_FAULT_NOT_FOR_SERVERS, CERT_FAULT_AUTHORITY};

static void gather_certificate(struct core *core, const struct site *site, struct str id, struct guard_facts *facts)
{
    const struct certificate_facts *known = id.size ? facts_of(core, id, NULL) : NULL;
    if (!known)
        return;
    if (!facts->has_certificate || known->not_after_s < facts->not_after_s)
        facts->not_after_s = known->not_after_s;
    if (!facts->has_certificate || known->not_before_s > facts->not_before_s)
        facts->not_before_s = known->not_before_s;
    facts->has_certificate = true;
    for (size_t i = 0; i < sizeof key_faults / sizeof *key_faults; i++)
        if (known->faults >> key_faults[i] & 1) {
            facts->key_acceptable = false;
            facts->key_why = str_from(cert_fault_text(key_faults[i]));
        }
    facts->renews_itself =
        site->source == SITE_SOURCE_LOCAL_CA || (site->source == SITE_SOURCE_ACME && site->automatic.wanted);
}

static bool gather_traffic(struct core *core, const struct site *site, struct guard_facts *facts, struct err *err)
{
    struct evidence_counts traffic = {0}, pending;
    if (!store_traffic(core->store, site->name, site->hsts.since_s, &traffic, err))
        return false;
    gains_pending(core->gains, site, &core->state, core->counters, &pending);
    evidence_counts_add(&traffic, &pending);
    facts->https_requests = traffic.https_requests;
    facts->http_requests = traffic.http_requests;
    return true;
}

/* With the sample of the week goes what was written down of those before. */
static bool gather_coverage(struct core *core, const struct site *site, struct guard_facts *facts, struct err *err)
{
    struct coverage_rung rung;
    if (!coverage_of_rung(core, site, &rung, err))
        return false;
    const struct coverage_missing *first = &rung.missing[0];
    facts->coverage = (struct guard_coverage){.is_noted = rung.since_s != 0,
                                              .is_several_weeks = rung.is_several_weeks,
                                              .clients = rung.clients,
                                              .clients_error = rung.clients_error,
                                              .machines = rung.machines,
                                              .missing_count = rung.missing_count};
    if (rung.missing_count)
        facts->coverage.missing = (struct guard_missing){.who = http_agent_words((enum http_agent)first->class),
                                                         .last_s = (int64_t)first->last_day * 86400,
                                                         .days = first->days,
                                                         .of_days = first->of_days,
                                                         .since = first->since};
    return true;
}

static bool is_any_above(const struct site *site, struct str name)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (facts_is_below(name, site_name(site, i)))
            return true;
    return false;
}

/* Names below the site's that are served here, its own aliases among them. */
static size_t count_below(const struct core *core, const struct site *site)
{
    size_t count = 0;
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (size_t k = 0; k < site_names_count(core->state.sites[i]); k++)
            count += is_any_above(site, site_name(core->state.sites[i], k));
    return count;
}

/* All names are looked through for it, so only where names below are bound by the move. */
static bool gather_below(struct core *core, const struct site *site, struct arena *arena, struct guard_facts *facts)
{
    if (!facts->after.include_subdomains)
        return true;
    size_t count = count_below(core, site);
    struct guard_below *below = arena_zalloc(arena, (count + 1) * sizeof *below);
    if (!below)
        return false;
    facts->below = below;
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (size_t k = 0; k < site_names_count(core->state.sites[i]); k++) {
            const struct site *other = core->state.sites[i];
            struct str name = site_name(other, k);
            struct err err = {0};
            if (!is_any_above(site, name))
                continue;
            struct guard_below *one = &below[facts->below_count++];
            one->name = name;
            one->good = facts_name_is_served(core, other, name, &err);
            if (!one->good && !arena_str(arena, str_from(err.text), &one->why))
                return false;
        }
    return true;
}

/* Names of the inventory are counted as they come. */
struct counting {
    struct arena *arena;
    struct guard_subnames *names;
    int64_t now_s;
    bool first_blocks; /* the name that is told is a blocking one */
};

static bool count_name(void *context, const struct subname_entry *entry)
{
    struct counting *counting = context;
    struct guard_subnames *names = counting->names;
    const struct subname_facts facts = subname_entry_facts(entry);
    enum subname_state state = subname_state(&facts, counting->now_s);
    if (subname_weighs_nothing(&facts))
        return true;
    bool is_first = names->total++ == 0;
    names->blocking += state == SUBNAME_BLOCKING;
    names->accepted += state == SUBNAME_ACCEPTED;
    names->unknown += state == SUBNAME_UNKNOWN;
    if (is_first || entry->looked_s < names->looked_s)
        names->looked_s = entry->looked_s;
    bool tells_more = state == SUBNAME_BLOCKING ? !counting->first_blocks : names->first.size == 0;
    if ((state != SUBNAME_BLOCKING && state != SUBNAME_UNKNOWN) || !tells_more)
        return true;
    counting->first_blocks = state == SUBNAME_BLOCKING;
    return arena_str(counting->arena, entry->name, &names->first) &&
           arena_str(counting->arena, entry->detail, &names->first_why);
}

static bool gather_subnames(struct core *core, const struct site *site, struct arena *arena, struct guard_facts *facts,
                            struct err *err)
{
    struct guard_subnames names = {.age_s_max = subnames_age_s_max(core),
                                   .is_looking = subnames_are_looked_at(core, site->name)};
    struct counting counting = {.arena = arena, .names = &names, .now_s = clock_wall_s()};
    if (!facts->after.include_subdomains)
        return true;
    if (!store_subnames(core->store, site->name, STR(""), count_name, &counting, err))
        return false;
    facts->subnames = names;
    return true;
}

/* The longest binding from above, over all names. */
static void gather_ancestor(struct core *core, const struct site *site, struct guard_facts *facts)
{
    int64_t latest_s = core_latest_s(core), over_s = core_over_s(core);
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct book_binding one = book_binding_above(&core->book, site_name(site, i), latest_s, over_s, LEDGER_ANY);
        if (one.until_s <= facts->ancestor_until_s)
            continue;
        facts->ancestor = one.name;
        facts->ancestor_until_s = one.until_s;
    }
}

/* Of two entries the one that says more: of the name itself, then with more terms. */
static void take_stricter(struct preload_binding *best, const struct preload_binding *one)
{
    if (!one->is_bound || (best->is_bound && preload_terms_of(one->policy) <= preload_terms_of(best->policy)))
        return;
    *best = *one;
}

/* The names are the site's, and the list stays as it is until the loop turns: so may the views of both. */
static void gather_listed(struct core *core, const struct site *site, struct guard_facts *facts)
{
    const struct preload_list *list = preload_present(core->preload);
    if (!list)
        return;
    facts->list = preload_is_old(list, clock_wall_s()) ? GUARD_LIST_OLD : GUARD_LIST_GOOD;
    facts->list_confirmed_s = list->origin.confirmed_s;
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct preload_binding binding = preload_find(core->preload, site_name(site, i));
        take_stricter(binding.is_own ? &facts->listed : &facts->listed_above, &binding);
    }
}

/* Guards of all sites are judged in one round: what is the same for each is not looked through for each. */
static bool is_any_panel(struct core *core)
{
    const struct state *state = &core->state;
    struct facts_panel *known = &core->panel_known;
    if (known->sites == state->sites && known->sites_count == state->sites_count &&
        known->generation == state->generation)
        return known->is_any;
    *known =
        (struct facts_panel){.sites = state->sites, .sites_count = state->sites_count, .generation = state->generation};
    for (size_t i = 0; i < state->sites_count && !known->is_any; i++)
        known->is_any = site_is_panel(state->sites[i]);
    return known->is_any;
}

/* Of the panel's names one that the site would bind, if there is one; else any. */
static void gather_panel(struct core *core, const struct site *site, struct guard_facts *facts)
{
    for (size_t i = 0; is_any_panel(core) && i < core->state.sites_count; i++) {
        const struct site *panel = core->state.sites[i];
        if (!site_is_panel(panel))
            continue;
        for (size_t k = 0; k < site_names_count(panel); k++)
            if (!facts->panel_name.size || str_eq(panel->name, site->name) || is_any_above(site, site_name(panel, k)))
                facts->panel_name = site_name(panel, k);
    }
}

static bool gather_clock(struct core *core, struct arena *arena, struct guard_facts *facts)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    char *room = arena_alloc(arena, HSTS_CLOCK_WHY_SIZE);
    if (!room)
        return false;
    facts->wall_s = reading.wall_s;
    facts->now_s = core_over_s(core);
    facts->clock = hsts_clock_trust(&core->clock, &reading);
    facts->clock_why = hsts_clock_why(&core->clock, &reading, room);
    return true;
}

bool facts_gather(struct core *core, const struct site *site, const struct hsts_wish *after, struct arena *arena,
                  struct guard_facts *ret, struct err *err)
{
    struct guard_facts facts = {.before = site->hsts,
                                .after = *after,
                                .bound = promises_bound(core, site),
                                .bound_until_s = promises_binding(core, site, LEDGER_ANY).until_s,
                                .key_acceptable = true,
                                .renewals_seen = watch_renewals_seen(core->watch, site),
                                .observation = watch_observation(core->watch, site),
                                .self_check = self_check_last(core, site->name),
                                .self_check_is_present = self_check_is_present(core, site),
                                .http_port = core->boot->http_port,
                                .https_port = core->boot->https_port,
                                .redirects = site->redirect != SNAP_REDIRECT_OFF,
                                .redirect_permanent = site->redirect == SNAP_REDIRECT_PERMANENT};
    gather_certificate(core, site, site->ecdsa, &facts);
    gather_certificate(core, site, site->rsa, &facts);
    gather_ancestor(core, site, &facts);
    gather_listed(core, site, &facts);
    gather_panel(core, site, &facts);
    if (!gather_clock(core, arena, &facts) || !gather_names(core, site, arena, &facts) ||
        !gather_below(core, site, arena, &facts))
        return err_memory(err);
    if (!facts_stranded(core, site, arena, &facts.stranded, err) || !gather_traffic(core, site, &facts, err) ||
        !gather_coverage(core, site, &facts, err) || !facts_reports(core, site, &facts.reports, err) ||
        !gather_subnames(core, site, arena, &facts, err))
        return false;
    *ret = facts;
    return true;
}
