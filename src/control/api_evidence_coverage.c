#include "control/api_evidence_coverage.h"

#include "control/forecast.h"

void api_evidence_coverage(struct jsonout *out, const struct core *core, const struct site *site)
{
    const struct forecast forecast = forecast_of(core, site);
    forecast_write(&forecast, "forecast", true, out);
}
