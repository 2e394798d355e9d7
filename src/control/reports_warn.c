/* Reports that are asked for and cannot come, and who may take them. */
#include "control/api_warnings.h"
#include "control/reports.h"

static bool has_same_certificate(const struct site *a, const struct site *b)
{
    return (a->ecdsa.size && str_eq(a->ecdsa, b->ecdsa)) || (a->rsa.size && str_eq(a->rsa, b->rsa));
}

void reports_warn(const struct core *core, const struct site *site, struct jsonout *out)
{
    struct str name = str_from(core->state.settings.report_collector);
    const struct site *collector = name.size ? state_find(&core->state, name) : NULL;
    if (!site->reports)
        return;
    if (!name.size)
        api_warn(
            out,
            "browsers of %.*s shall report when they cannot get in, but no site takes reports (strictgate settings "
            "set report_collector=NAME)",
            STR_ARG(site->name));
    else if (!collector || !site_has_certificate(collector))
        api_warn(
            out,
            "browsers of %.*s shall report when they cannot get in, but %.*s, which takes reports, is no site here "
            "with a certificate",
            STR_ARG(site->name), STR_ARG(name));
    else if (collector != site && has_same_certificate(collector, site))
        api_warn(out,
                 "%.*s and %.*s, which takes its reports, have the same certificate: what is wrong with it cannot be "
                 "reported",
                 STR_ARG(site->name), STR_ARG(name));
}

bool reports_check_collector(const struct state *state, const char *field, struct err *err)
{
    struct str collector = str_from(state->settings.report_collector);
    const struct site *site = collector.size ? state_find(state, collector) : NULL;
    if (collector.size == 0 || (site && !site_is_panel(site)))
        return true;
    if (site)
        (void)err_field(err, field, "%.*s is the admin panel, which takes nothing from strangers", STR_ARG(collector));
    else
        (void)err_field(err, field, "there is no site %.*s here", STR_ARG(collector));
    return err_fix(err, "add a site with a name and a certificate of its own first, reports.example.org for one");
}
