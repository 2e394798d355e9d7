#include "control/metrics_reports.h"

#include <inttypes.h>

#include "control/metrics.h"
#include "control/reports.h"

struct family {
    const char *name, *help;
    uint64_t (*value)(const struct reports_figure *figure);
};

static uint64_t count_of(const struct reports_figure *figure)
{
    return figure->count;
}

static uint64_t reporters_of(const struct reports_figure *figure)
{
    return figure->reporters;
}

static const struct family families[] = {
    {"strictgate_site_reports_today",
     "Reports of browsers today (UTC), since the rung or the gateway began where that is later, by type; without types "
     "that "
     "nobody reported",
     count_of},
    {"strictgate_site_reporters_today", "Networks from which they came, by type", reporters_of}};

static void put_site(const struct family *family, const struct site *site, const struct reports_sum *sum,
                     struct buf *out)
{
    for (int i = 0; i < REPORT_TYPES_COUNT; i++) {
        if (sum->types[i].count == 0)
            continue;
        (void)buf_printf(out, "%s{site=", family->name);
        metrics_put_label(out, site->name);
        (void)buf_printf(out, ",type=\"%s\"} %" PRIu64 "\n", report_kind_of((enum report_type)i)->type,
                         family->value(&sum->types[i]));
    }
}

void metrics_reports(const struct core *core, struct buf *out)
{
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        (void)buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", families[f].name, families[f].help, families[f].name);
        for (size_t i = 0; i < core->state.sites_count; i++) {
            struct reports_sum sum;
            if (!core->state.sites[i]->reports)
                continue;
            reports_present(core, core->state.sites[i], &sum);
            put_site(&families[f], core->state.sites[i], &sum, out);
        }
    }
}
