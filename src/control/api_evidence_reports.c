#include "control/api_evidence_reports.h"

#include "control/reports.h"

#define DAY_S 86400

static void write_figure(struct jsonout *out, const struct report_kind *kind, const struct reports_figure *figure)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "type", str_from(kind->type));
    if (*kind->phase)
        jsonout_str(out, "phase", str_from(kind->phase));
    else
        jsonout_null(out, "phase");
    jsonout_u64(out, "count", figure->count);
    jsonout_object(out, "clients");
    jsonout_u64(out, "count", figure->reporters);
    jsonout_u64(out, "error", figure->error);
    jsonout_object_end(out);
    jsonout_object_end(out);
}

/* Those of which there are any, the most frequent first. */
static void write_list(struct jsonout *out, const char *key, const struct reports_sum *sum)
{
    bool written[REPORT_TYPES_COUNT] = {false};
    jsonout_array(out, key);
    for (;;) {
        size_t most = REPORT_TYPES_COUNT;
        for (size_t i = 0; i < REPORT_TYPES_COUNT; i++)
            if (!written[i] && sum->types[i].count &&
                (most == REPORT_TYPES_COUNT || sum->types[i].count > sum->types[most].count))
                most = i;
        if (most == REPORT_TYPES_COUNT)
            break;
        written[most] = true;
        write_figure(out, report_kind_of((enum report_type)most), &sum->types[most]);
    }
    jsonout_array_end(out);
}

bool api_evidence_reports(struct jsonout *out, const struct core *core, const struct site *site, int64_t since_s,
                          int64_t until_s, struct err *err)
{
    struct reports_sum total, rung;
    const char *collector = core->state.settings.report_collector;
    if (!reports_sum(core, site, since_s - since_s % DAY_S, until_s, &total, err) ||
        !reports_sum_rung(core, site, &rung, err))
        return false;
    jsonout_object(out, "reports");
    jsonout_bool(out, "enabled", site->reports);
    if (*collector)
        jsonout_str(out, "collector", str_from(collector));
    else
        jsonout_null(out, "collector");
    write_list(out, "totals", &total);
    write_list(out, "rung", &rung);
    jsonout_u64(out, "refused", total.refused);
    jsonout_object_end(out);
    return true;
}
