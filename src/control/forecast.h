/*
 * Who could not get in if a site's certificate failed now: from the sample of the week's clients (and, where that began
 * in the middle of the week, what was written down before), the ledger and the preload list to hsts/forecast. It is
 * asked for whenever it is told; nothing of it is kept.
 */
#ifndef CONTROL_FORECAST_H
#define CONTROL_FORECAST_H

#include "control/core.h"
#include "hsts/forecast.h"
#include "store/jsonout.h"

struct forecast forecast_of(const struct core *core, const struct site *site);
/* As an object; the sentence for people is left out where there are many sites. */
void forecast_write(const struct forecast *forecast, const char *key, bool with_text, struct jsonout *out);

#endif
