/*
 * What the census of plain HTTP (snapshot/census.h) says of a site: in the words that the API and the metrics have for
 * it, and over which time.
 */
#ifndef CONTROL_CENSUS_H
#define CONTROL_CENSUS_H

#include "control/core.h"

/* "GET" … "DELETE", "OPTIONS", "other". */
const char *census_method(enum census_field method);
/* Requests with a method that changes something: all but GET, HEAD and OPTIONS. */
uint64_t census_unsafe(const struct census_counts *census);
/*
 * What came for the site since `from_s` (ledger clock; rounded down to an hour of the last weeks, else to a day), until
 * now.
 */
NODISCARD bool census_since(const struct core *core, const struct site *site, int64_t from_s, struct census_counts *ret,
                            struct err *err);

#endif
