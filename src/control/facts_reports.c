#include "control/facts_reports.h"

#include "control/reports.h"

/* The type of TLS that most reporters sent; NULL: there is none. */
static const struct report_kind *foremost(const struct reports_sum *sum)
{
    const struct reports_figure *most = NULL;
    for (int i = 0; i < REPORT_TYPES_COUNT; i++) {
        const struct reports_figure *one = &sum->types[i];
        if (report_type_is_tls((enum report_type)i) && one->count && (!most || one->reporters > most->reporters))
            most = one;
    }
    return most ? report_kind_of((enum report_type)(most - sum->types)) : NULL;
}

bool facts_reports(const struct core *core, const struct site *site, struct guard_reports *ret, struct err *err)
{
    struct reports_sum sum;
    if (!reports_sum_rung(core, site, &sum, err))
        return false;
    *ret =
        (struct guard_reports){.wanted = site->reports, .count = sum.tls.count, .reporters = sum.tls_reporters_certain};
    const struct report_kind *kind = foremost(&sum);
    if (kind) {
        ret->type = str_from(kind->type);
        ret->words = str_from(kind->words);
        ret->help = str_from(kind->fix);
    }
    return true;
}
