/* One row a site. */
#include "control/carried.h"

#include <stdlib.h>

#include "control/promises.h"

bool carried_make(const struct core *core, const struct state *state, struct carried *ret, struct err *err)
{
    struct carried carried = {.sites = calloc(state->sites_count + 1, sizeof *carried.sites)};
    if (!carried.sites)
        return err_memory(err);
    for (; carried.count < state->sites_count; carried.count++) {
        struct carried_site *one = &carried.sites[carried.count];
        one->site = site_ref(state->sites[carried.count]);
        one->sends = promises_of(core, one->site, &one->promise);
    }
    *ret = carried;
    return true;
}

void carried_fini(struct carried *carried)
{
    for (size_t i = 0; i < carried->count; i++)
        site_unref(carried->sites[i].site);
    free(carried->sites);
    *carried = (struct carried){.sites = NULL};
}

static int compare(const void *name, const void *row)
{
    return state_compare_names(*(const struct str *)name, ((const struct carried_site *)row)->site->name);
}

bool carried_promise(const void *context, const struct site *site, struct ledger_promise *ret)
{
    const struct carried *carried = context;
    const struct carried_site *one =
        carried->count ? bsearch(&site->name, carried->sites, carried->count, sizeof *carried->sites, compare) : NULL;
    if (!one || !one->sends)
        return false;
    *ret = one->promise;
    return true;
}
