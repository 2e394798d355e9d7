/* Who never arrived today, for Prometheus. Sites that nobody asked for over plain HTTP are left out. */
#include "control/came.h"
#include "control/metrics.h"
#include "control/totals.h"

#define COUNT "strictgate_site_clients_stranded"
#define SHARE "strictgate_site_clients_stranded_ratio"

/* A page that nobody wrote to would be given memory by being read. */
static bool read_today(const struct core *core, const struct site *site, struct clients_sum *ret)
{
    return totals_of_site(core->counters, site->slot, offsetof(struct counters_site, requests_http)) &&
           came_sum(core, site, came_day(core), ret);
}

static void put_one(const char *family, const struct site *site, struct buf *out)
{
    (void)buf_printf(out, "%s{site=", family);
    metrics_put_label(out, site->name);
    (void)buf_put_str(out, STR("} "));
}

static void put_count(const struct core *core, const struct site *site, struct buf *out)
{
    struct clients_sum sum;
    uint64_t error;
    if (!read_today(core, site, &sum))
        return;
    put_one(COUNT, site, out);
    (void)buf_printf(out, "%llu\n", (unsigned long long)clients_estimate(sum.stranded, sum.level, &error));
}

static void put_share(const struct core *core, const struct site *site, struct buf *out)
{
    struct clients_sum sum;
    if (!read_today(core, site, &sum) || sum.arrived + sum.stranded == 0)
        return;
    put_one(SHARE, site, out);
    (void)buf_printf(out, "%.4f\n", (double)sum.stranded / ((double)sum.arrived + (double)sum.stranded));
}

void metrics_put_stranded(const struct core *core, struct buf *out)
{
    (void)buf_put_str(out,
                      STR("# HELP " COUNT " Clients that came over plain HTTP today (UTC), were redirected, and never "
                          "came over HTTPS\n# TYPE " COUNT " gauge\n"));
    for (size_t i = 0; i < core->state.sites_count; i++)
        put_count(core, core->state.sites[i], out);
    (void)buf_put_str(out,
                      STR("# HELP " SHARE " Their share of the clients that were redirected today, without those on "
                          "the way\n# TYPE " SHARE " gauge\n"));
    for (size_t i = 0; i < core->state.sites_count; i++)
        put_share(core, core->state.sites[i], out);
}
