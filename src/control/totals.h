/* The shared counters added up over the workers. Reading only; a slot nobody uses is never touched. */
#ifndef CONTROL_TOTALS_H
#define CONTROL_TOTALS_H

#include <stdbool.h>

#include "snapshot/counters.h"

/* One counter of a record: where it is and what it means, for metrics and status alike. */
struct totals_row {
    const char *name; /* "requests_https" */
    const char *help; /* for Prometheus */
    size_t offset;
    bool gauge;
    const char *label; /* one member of a family, as 'class="2xx"'; NULL: a family of its own */
};

extern const struct totals_row totals_worker[], totals_site[], totals_upstream[]; /* end with a name of NULL */

/* Sums of one value; `counters` may be NULL (then 0). */
uint64_t totals_of_worker(const struct counters *counters, size_t offset);
uint64_t totals_of_site(const struct counters *counters, uint32_t slot, size_t offset);
/* Handshakes for the site of this slot that failed by this cause (an index of counters_causes). */
uint64_t totals_of_failures(const struct counters *counters, uint32_t slot, uint32_t cause);
/* Grows whenever a failure of this site, or of one whose failures lie beside it, is counted: nothing else needs be read
 * while it has not. */
uint64_t totals_of_failures_moved(const struct counters *counters, uint32_t slot);
/* The census of plain HTTP of the site of this slot, and likewise what grows with it. */
void totals_of_census(const struct counters *counters, uint32_t slot, struct census_counts *ret);
uint64_t totals_of_census_moved(const struct counters *counters, uint32_t slot);
uint64_t totals_of_upstream(const struct counters *counters, uint32_t slot, size_t offset);

#endif
