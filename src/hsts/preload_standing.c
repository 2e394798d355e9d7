#include "hsts/preload_standing.h"

#include <assert.h>
#include <stdio.h>

#include "hsts/guard_judge.h"
#include "hsts/preload_judge.h"

#define NAME_SHOWN_SIZE_MAX 253

static const char *const names[PRELOAD_STATES_COUNT] = {
    [PRELOAD_STATE_UNKNOWN] = "unknown",
    [PRELOAD_STATE_PENDING] = "pending",
    [PRELOAD_STATE_PRELOADED] = "preloaded",
    [PRELOAD_STATE_REJECTED] = "rejected",
    [PRELOAD_STATE_REMOVED] = "removed",
    [PRELOAD_STATE_PENDING_REMOVAL] = "pending-removal",
    [PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL] = "pending-automated-removal",
};

static void only(struct preload_findings *ret, enum preload_code code, struct str above)
{
    ret->count = 1;
    ret->items[0].code = code;
    if (above.size)
        (void)snprintf(ret->items[0].detail, sizeof ret->items[0].detail, "the entry is %.*s",
                       STR_ARG(guard_clip(above, NAME_SHOWN_SIZE_MAX)));
}

void preload_standing_submission(const struct preload_standing *standing, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (standing->state == PRELOAD_STATE_PENDING)
        only(ret, PRELOAD_LIST_PENDING, STR(""));
    else if (standing->state == PRELOAD_STATE_PRELOADED)
        only(ret, PRELOAD_LIST_PRELOADED, STR(""));
}

/* Of an entry of its own. */
static void removal_of_entry(const struct preload_standing *standing, struct preload_findings *ret)
{
    switch (standing->state) {
    case PRELOAD_STATE_PRELOADED:
        if (!standing->is_bulk)
            only(ret, PRELOAD_LIST_PROTECTED, STR(""));
        return;
    case PRELOAD_STATE_PENDING: return;
    case PRELOAD_STATE_PENDING_REMOVAL:
    case PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL: only(ret, PRELOAD_LIST_REMOVAL_PENDING, STR("")); return;
    case PRELOAD_STATE_REMOVED: only(ret, PRELOAD_LIST_REMOVED, STR("")); return;
    default: only(ret, PRELOAD_LIST_NOT_PRELOADED, STR("")); return;
    }
}

void preload_standing_removal(const struct preload_standing *standing, struct preload_findings *ret)
{
    *ret = (struct preload_findings){0};
    if (standing->covered_by.size)
        only(ret, standing->covered_by_suffix ? PRELOAD_LIST_BELOW_SUFFIX : PRELOAD_LIST_BELOW_LISTED,
             standing->covered_by);
    else
        removal_of_entry(standing, ret);
}

void preload_standing_from(const struct preload_binding *binding, struct preload_standing *ret)
{
    bool is_own = binding->is_bound && binding->is_own, is_covered = binding->is_bound && !binding->is_own;
    *ret =
        (struct preload_standing){.state = is_own ? PRELOAD_STATE_PRELOADED : PRELOAD_STATE_UNKNOWN,
                                  .covered_by = is_covered ? binding->entry : STR(""),
                                  .covered_by_suffix = is_covered && str_starts(binding->policy, STR("public-suffix")),
                                  .is_bulk = is_own && preload_terms_of(binding->policy) != PRELOAD_BY_HAND};
}

static const char *const advices[PRELOAD_ADVICES_COUNT] = {
    [PRELOAD_ADVICE_SUBDOMAIN] =
        "A subdomain cannot be listed alone: the whole domain above it would be, with every name below that one.",
    [PRELOAD_ADVICE_BINDS_ALL] = "Being listed binds every name below the domain, in every browser with the list, "
                                 "visited before or not: there is no trial of five minutes.",
    [PRELOAD_ADVICE_AGAINST] = "hstspreload.org itself advises most sites against being listed: a promise of a year "
                               "protects from the second visit on, and browsers try HTTPS first more and more.",
    [PRELOAD_ADVICE_CONSENT] = "Whoever sends preload has consented: anybody may submit the domain then. Strictgate "
                               "never does; the form is at https://hstspreload.org/.",
    [PRELOAD_ADVICE_PENDING] = "Whether a submission or a removal is pending only hstspreload.org knows.",
    [PRELOAD_ADVICE_KEEP] = "The list scans the field that is sent: what fails for a month is taken off, and when it "
                            "says preload no more, anybody may have it removed.",
    [PRELOAD_ADVICE_BY_HAND] = "The entry is kept by hand, whatever is sent: only those who keep the list take it off.",
    [PRELOAD_ADVICE_NO_WAY_OUT] =
        "The entry is a public suffix, which belongs to a registry: there is no way out but another name.",
    [PRELOAD_ADVICE_OTHERS] = "The entry is another name's: only whoever owns that one can have it taken off.",
    [PRELOAD_ADVICE_MONTHS] = "Leaving takes 6 to 12 weeks to reach most users of Chrome, and longer elsewhere; until "
                              "then every name that is bound needs HTTPS with a valid certificate.",
};

const char *preload_advice_words(enum preload_advice advice)
{
    assert(advice < PRELOAD_ADVICES_COUNT);
    return advices[advice];
}

size_t preload_standing_advise(const struct preload_standing *standing, bool is_subdomain,
                               enum preload_advice ret[static PRELOAD_ADVICES_COUNT])
{
    bool is_listed = standing->state == PRELOAD_STATE_PRELOADED, is_covered = standing->covered_by.size > 0;
    const bool applies[PRELOAD_ADVICES_COUNT] = {
        [PRELOAD_ADVICE_SUBDOMAIN] = is_subdomain && !is_listed,
        [PRELOAD_ADVICE_BINDS_ALL] = !is_listed && !is_covered,
        [PRELOAD_ADVICE_AGAINST] = !is_listed && !is_covered,
        [PRELOAD_ADVICE_CONSENT] = !is_listed && !is_covered && !is_subdomain,
        [PRELOAD_ADVICE_PENDING] = !is_covered && !is_subdomain && (!is_listed || standing->is_bulk),
        [PRELOAD_ADVICE_KEEP] = is_listed && standing->is_bulk,
        [PRELOAD_ADVICE_BY_HAND] = is_listed && !standing->is_bulk,
        [PRELOAD_ADVICE_NO_WAY_OUT] = is_covered && standing->covered_by_suffix,
        [PRELOAD_ADVICE_OTHERS] = is_covered && !standing->covered_by_suffix,
        [PRELOAD_ADVICE_MONTHS] = !(is_covered && standing->covered_by_suffix),
    };
    size_t count = 0;
    for (unsigned i = 0; i < PRELOAD_ADVICES_COUNT; i++)
        if (applies[i])
            ret[count++] = (enum preload_advice)i;
    return count;
}

const char *preload_state_name(enum preload_state state)
{
    assert(state < PRELOAD_STATES_COUNT);
    return names[state];
}

bool preload_state_from(struct str name, enum preload_state *ret)
{
    for (size_t i = 0; i < PRELOAD_STATES_COUNT; i++)
        if (str_eq(name, str_from(names[i]))) {
            *ret = (enum preload_state)i;
            return true;
        }
    return false;
}
