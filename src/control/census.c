#include "control/census.h"

#include "control/gains.h"

const char *census_method(enum census_field method)
{
    static const char *const names[CENSUS_METHODS_COUNT] = {
        [CENSUS_GET] = "GET",     [CENSUS_HEAD] = "HEAD",     [CENSUS_POST] = "POST",       [CENSUS_PUT] = "PUT",
        [CENSUS_PATCH] = "PATCH", [CENSUS_DELETE] = "DELETE", [CENSUS_OPTIONS] = "OPTIONS", [CENSUS_OTHER] = "other"};
    return names[method];
}

uint64_t census_unsafe(const struct census_counts *census)
{
    return census_requests(census) - census->counts[CENSUS_GET] - census->counts[CENSUS_HEAD] -
           census->counts[CENSUS_OPTIONS];
}

bool census_since(const struct core *core, const struct site *site, int64_t from_s, struct census_counts *ret,
                  struct err *err)
{
    struct evidence_counts stored, pending;
    if (!store_traffic(core->store, site->name, from_s, &stored, err))
        return false;
    gains_pending(core->gains, site, &core->state, core->counters, &pending);
    census_add(&stored.census, &pending.census);
    *ret = stored.census;
    return true;
}
