/* Tables of the counters, and their sums. */
#include "control/totals.h"

#define W(member) offsetof(struct counters_worker, member)
#define S(member) offsetof(struct counters_site, member)
#define U(member) offsetof(struct counters_upstream, member)

/* A row for each of counters_causes. */
#define FAILURE(index, cause)                                                                                          \
    {                                                                                                                  \
        "handshakes_failed", "TLS handshakes that failed, by cause", W(handshakes_failed[index]), false,               \
            "cause=\"" cause "\""                                                                                      \
    }

const struct totals_row totals_worker[] = {
    {"connections", "Connections accepted", W(connections), false, NULL},
    {"connections_open", "Connections open now", W(connections_open), true, NULL},
    {"connections_refused", "Connections refused because there were too many", W(connections_refused), false, NULL},
    {"handshakes", "TLS handshakes completed", W(handshakes), false, NULL},
    {"handshakes_resumed", "TLS handshakes that resumed a session", W(handshakes_resumed), false, NULL},
    FAILURE(1, "unknown_name"),
    FAILURE(2, "no_name"),
    FAILURE(3, "no_certificate"),
    FAILURE(4, "version"),
    FAILURE(5, "cipher"),
    FAILURE(6, "bad_certificate"),
    FAILURE(7, "unsupported_certificate"),
    FAILURE(8, "certificate_revoked"),
    FAILURE(9, "certificate_expired"),
    FAILURE(10, "certificate_unknown"),
    FAILURE(11, "unknown_ca"),
    FAILURE(12, "client_alert"),
    FAILURE(13, "verify"),
    FAILURE(14, "plain_http"),
    FAILURE(15, "protocol"),
    FAILURE(16, "memory"),
    FAILURE(17, "no_application_protocol"),
    FAILURE(18, "closed"),
    FAILURE(19, "timeout"),
    {"validations", "Handshakes in which a CA saw the proof of a name (tls-alpn-01)", W(validations), false, NULL},
    {"requests", "Requests by version of HTTP", W(requests_h1), false, "version=\"1\""},
    {"requests", "Requests by version of HTTP", W(requests_h2), false, "version=\"2\""},
    {"requests_bad", "Requests refused by the parsers", W(requests_bad), false, NULL},
    {"requests_unknown_host", "Requests for a host that no site has", W(requests_unknown_host), false, NULL},
    {"timeouts", "Slow heads, bodies and readers cut off", W(timeouts), false, NULL},
    {"floods", "HTTP/2 connections closed for abuse", W(floods), false, NULL},
    {"log_lines_dropped", "Access log lines lost because the log was too slow", W(log_lines_dropped), false, NULL},
    {"tunnels_open", "WebSockets open now", W(tunnels_open), true, NULL},
    {NULL, NULL, 0, false, NULL}};

const struct totals_row totals_site[] = {
    {"site_requests", "Requests by scheme", S(requests_http), false, "scheme=\"http\""},
    {"site_requests", "Requests by scheme", S(requests_https), false, "scheme=\"https\""},
    {"site_responses", "Responses by class; \"none\" are requests never answered", S(responses[1]), false,
     "class=\"1xx\""},
    {"site_responses", "", S(responses[2]), false, "class=\"2xx\""},
    {"site_responses", "", S(responses[3]), false, "class=\"3xx\""},
    {"site_responses", "", S(responses[4]), false, "class=\"4xx\""},
    {"site_responses", "", S(responses[5]), false, "class=\"5xx\""},
    {"site_responses", "", S(responses[0]), false, "class=\"none\""},
    {"site_received_bytes", "Content received", S(bytes_received), false, NULL},
    {"site_sent_bytes", "Content sent", S(bytes_sent), false, NULL},
    {"site_redirects", "Redirects to HTTPS or to the canonical name", S(redirects), false, NULL},
    {"site_hsts_sent", "Responses with Strict-Transport-Security", S(hsts_sent), false, NULL},
    {"site_hsts_removed", "Strict-Transport-Security fields of the application taken away", S(hsts_removed), false,
     NULL},
    {"site_tunnels", "WebSockets opened", S(tunnels), false, NULL},
    {"site_handshakes", "TLS handshakes completed for the site", S(handshakes), false, NULL},
    {"site_upstream_errors", "Responses 502, 503 and 504 made by the gateway", S(upstream_errors), false, NULL},
    {NULL, NULL, 0, false, NULL}};

const struct totals_row totals_upstream[] = {
    {"upstream_requests", "Requests sent to the upstream", U(requests), false, NULL},
    {"upstream_failures", "Connect failures, early closes and timeouts", U(failures), false, NULL},
    {"upstream_down_workers", "Workers that take the upstream for dead now", U(down), true, NULL},
    {"upstream_active", "Requests on the upstream now", U(active), true, NULL},
    {"upstream_idle", "Pooled connections now", U(idle), true, NULL},
    {"upstream_connects", "Connections opened", U(connects), false, NULL},
    {"upstream_retries", "Requests sent again on another connection", U(retries), false, NULL},
    {NULL, NULL, 0, false, NULL}};

static uint64_t get(const void *record, size_t offset)
{
    return counter_get((const uint64_t *)(const void *)((const char *)record + offset));
}

/* Read anew each time: a gateway that starts may add to them. */
static uint32_t blocks_count(const struct counters *counters)
{
    uint32_t count = counters ? __atomic_load_n(&counters->blocks_count, __ATOMIC_RELAXED) : 0;
    return count < COUNTERS_BLOCKS_MAX ? count : COUNTERS_BLOCKS_MAX;
}

uint64_t totals_of_worker(const struct counters *counters, size_t offset)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; b < blocks_count(counters); b++)
        sum += get(&counters->blocks[b].worker, offset);
    return sum;
}

uint64_t totals_of_site(const struct counters *counters, uint32_t slot, size_t offset)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; slot < COUNTERS_SITES_MAX && b < blocks_count(counters); b++)
        sum += get(&counters->blocks[b].sites[slot], offset);
    return sum;
}

/* Over the blocks whose page has moved: reading the others would make them cost memory. */
static uint64_t failures(const struct counters *counters, uint32_t slot, uint32_t cause)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; b < blocks_count(counters); b++) {
        const struct counters_block *block = &counters->blocks[b];
        if (__atomic_load_n(&block->failures_moved[slot / COUNTERS_FAILURES_PAGE], __ATOMIC_ACQUIRE))
            sum += counter_get(&block->failures[slot].by_cause[cause]);
    }
    return sum;
}

uint64_t totals_of_failures(const struct counters *counters, uint32_t slot, uint32_t cause)
{
    return slot < COUNTERS_SITES_MAX ? failures(counters, slot, cause) : 0;
}

uint64_t totals_of_failures_moved(const struct counters *counters, uint32_t slot)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; slot < COUNTERS_SITES_MAX && b < blocks_count(counters); b++)
        sum += __atomic_load_n(&counters->blocks[b].failures_moved[slot / COUNTERS_FAILURES_PAGE], __ATOMIC_ACQUIRE);
    return sum;
}

/* Over the blocks whose page has moved, as with the failures. */
void totals_of_census(const struct counters *counters, uint32_t slot, struct census_counts *ret)
{
    struct census_counts sum = {{0}};
    for (uint32_t b = 0; slot < COUNTERS_SITES_MAX && b < blocks_count(counters); b++) {
        const struct counters_block *block = &counters->blocks[b];
        if (!__atomic_load_n(&block->census_moved[slot / COUNTERS_CENSUS_PAGE], __ATOMIC_ACQUIRE))
            continue;
        for (size_t i = 0; i < CENSUS_FIELDS_COUNT; i++)
            sum.counts[i] += counter_get(&block->census[slot].census.counts[i]);
    }
    *ret = sum;
}

uint64_t totals_of_census_moved(const struct counters *counters, uint32_t slot)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; slot < COUNTERS_SITES_MAX && b < blocks_count(counters); b++)
        sum += __atomic_load_n(&counters->blocks[b].census_moved[slot / COUNTERS_CENSUS_PAGE], __ATOMIC_ACQUIRE);
    return sum;
}

uint64_t totals_of_upstream(const struct counters *counters, uint32_t slot, size_t offset)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; slot < COUNTERS_UPSTREAMS_MAX && b < blocks_count(counters); b++)
        sum += get(&counters->blocks[b].upstreams[slot], offset);
    return sum;
}
