/* What is wrong with what nobody is served. */
#include "control/drawer.h"

#include "base/log.h"
#include "control/api_warnings.h"
#include "control/certificate_state.h"

static void look_at(struct core *core, const struct site *site, enum cert_side side, struct jsonout *out)
{
    struct certificate_state state;
    struct err err = {0};
    if (!certificate_state(core, site, side, true, &state, &err)) {
        log_error("the certificate in the drawer of %.*s could not be looked at: %s", STR_ARG(site->name), err.text);
        return;
    }
    for (size_t i = 0; i < state.problems_count; i++) {
        const struct certificate_problem *problem = &state.problems[i];
        if (problem->severity < CERTIFICATE_WARNING)
            continue;
        if (out)
            api_warn(out, "%.*s: the certificate in the drawer would not do: %s", STR_ARG(site->name), problem->text);
        else
            log_warning("%.*s: the certificate in the drawer would not do: %s", STR_ARG(site->name), problem->text);
    }
}

static void look_at_all(struct core *core, const struct site *site, struct jsonout *out)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (site_drawer_certificate(site, (enum cert_side)side).size)
            look_at(core, site, (enum cert_side)side, out);
}

void drawer_look(struct core *core)
{
    for (size_t i = 0; i < core->state.sites_count; i++)
        look_at_all(core, core->state.sites[i], NULL);
}

void drawer_warn(struct core *core, const struct site *site, struct jsonout *out)
{
    look_at_all(core, site, out);
}
