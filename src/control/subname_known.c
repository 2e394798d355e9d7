/* Two sources, each its own import; what only clients asked for goes by itself, too. */
#include "control/subname_known.h"

#include "codec/name.h"
#include "control/facts.h"
#include "control/seen.h"
#include "control/subname_intake.h"

struct adding {
    struct subname_intake intake;
    struct err *err;
    bool failed;
};

/* Sites of the gateway need no list: what becomes of their names is known here. */
static bool add_sites(const struct core *core, const struct site *site, struct adding *a)
{
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (size_t k = 0; k < site_names_count(core->state.sites[i]); k++) {
            struct str name = site_name(core->state.sites[i], k);
            if (facts_is_below(name, site->name) && !subname_intake_add(&a->intake, name, 0, STR(""), a->err))
                return false;
        }
    return true;
}

/* In that list are also names that none of an inventory can be (with underscores, with A-labels that are none): nobody
 * could sign them off or remove them. */
static bool is_host_name(struct str text)
{
    struct name name;
    return name_read(text, "name", &name, NULL) && str_eq(name_str(&name), text);
}

static bool on_seen(void *context, const struct seen_name *name)
{
    struct adding *a = context;
    if (!is_host_name(name->name))
        return true;
    a->failed = !subname_intake_add(&a->intake, name->name, name->last_s, STR(""), a->err);
    return !a->failed;
}

static bool put(struct core *core, const struct site *site, struct adding *a, bool *ret_added)
{
    struct subname_taken taken;
    if (a->intake.count == 0)
        return true;
    if (!subname_intake_store(core, site->name, &a->intake, STR(""), &taken, a->err))
        return false;
    *ret_added = *ret_added || taken.added > 0;
    return true;
}

bool subname_known_add(struct core *core, const struct site *site, bool *ret_added, struct err *err)
{
    struct adding sites = {.err = err}, seen = {.err = err};
    *ret_added = false;
    if (name_kind(site->name) == NAME_IP)
        return true;
    subname_intake_init(&sites.intake, SUBNAME_SITE);
    subname_intake_init(&seen.intake, SUBNAME_SEEN);
    bool fine = store_forget_subnames(core->store, site->name, err) && add_sites(core, site, &sites) &&
                put(core, site, &sites, ret_added);
    if (fine && core->seen && !seen_each(core, site->name, on_seen, &seen))
        fine = !seen.failed;
    fine = fine && put(core, site, &seen, ret_added);
    subname_intake_fini(&sites.intake);
    subname_intake_fini(&seen.intake);
    return fine;
}
