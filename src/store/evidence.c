/* Steps and sums. */
#include "store/evidence.h"

static const struct {
    const char *name;
    int64_t size_s;
    int64_t kept_count;
} steps[EVIDENCE_STEPS_COUNT] = {[EVIDENCE_MINUTE] = {"minute", 60, EVIDENCE_MINUTES_KEPT},
                                 [EVIDENCE_HOUR] = {"hour", 3600, EVIDENCE_HOURS_KEPT},
                                 [EVIDENCE_DAY] = {"day", 86400, EVIDENCE_DAYS_KEPT}};

int64_t evidence_step_s(enum evidence_step step)
{
    return steps[step].size_s;
}

const char *evidence_step_name(enum evidence_step step)
{
    return steps[step].name;
}

int64_t evidence_kept_s(enum evidence_step step)
{
    return steps[step].size_s * steps[step].kept_count;
}

void evidence_counts_add(struct evidence_counts *sum, const struct evidence_counts *more)
{
    sum->https_requests += more->https_requests;
    sum->http_requests += more->http_requests;
    sum->redirects += more->redirects;
    sum->handshakes += more->handshakes;
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        sum->failed[i] += more->failed[i];
    census_add(&sum->census, &more->census);
}

bool evidence_census_is_empty(const struct census_counts *census)
{
    for (size_t i = 0; i < CENSUS_FIELDS_COUNT; i++)
        if (census->counts[i])
            return false;
    return true;
}

uint64_t evidence_counts_failed(const struct evidence_counts *counts)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        sum += counts->failed[i];
    return sum;
}

bool evidence_counts_is_empty(const struct evidence_counts *counts)
{
    return !counts->https_requests && !counts->http_requests && !counts->redirects && !counts->handshakes &&
           !evidence_counts_failed(counts) && evidence_census_is_empty(&counts->census);
}
