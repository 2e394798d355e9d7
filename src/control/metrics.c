/* Families in the order of the tables; all samples of a family stand together, as the format wants it. */
#include "control/metrics.h"

#include "control/metrics_census.h"
#include "control/metrics_hello.h"
#include "control/metrics_reports.h"
#include "control/mismatch.h"
#include "control/notify.h"
#include "control/preload.h"
#include "control/self_check.h"
#include "control/totals.h"
#include "control/workers.h"

#define PREFIX "strictgate_"

void metrics_put_label(struct buf *out, struct str value)
{
    (void)buf_put_char(out, '"');
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '\n') {
            (void)buf_put(out, "\\n", 2);
            continue;
        }
        if (c == '\\' || c == '"')
            (void)buf_put_char(out, '\\');
        (void)buf_put_char(out, c);
    }
    (void)buf_put_char(out, '"');
}

/* Counters end in _total (the convention of the format), gauges do not. */
static void put_name(struct buf *out, const struct totals_row *row)
{
    (void)buf_put_str(out, STR(PREFIX));
    (void)buf_put_str(out, str_from(row->name));
    if (!row->gauge)
        (void)buf_put_str(out, STR("_total"));
}

static void put_head(struct buf *out, const struct totals_row *row)
{
    (void)buf_put_str(out, STR("# HELP "));
    put_name(out, row);
    (void)buf_printf(out, " %s\n# TYPE ", row->help);
    put_name(out, row);
    (void)buf_put_str(out, row->gauge ? STR(" gauge\n") : STR(" counter\n"));
}

static void put_value(struct buf *out, uint64_t value)
{
    (void)buf_put_char(out, ' ');
    (void)buf_put_u64(out, value);
    (void)buf_put_char(out, '\n');
}

static bool same_family(const struct totals_row *a, const struct totals_row *b)
{
    return b->name && strcmp(a->name, b->name) == 0;
}

static void put_workers(const struct core *core, struct buf *out)
{
    for (const struct totals_row *row = totals_worker; row->name; row++) {
        if (row == totals_worker || !same_family(row - 1, row))
            put_head(out, row);
        put_name(out, row);
        if (row->label)
            (void)buf_printf(out, "{%s}", row->label);
        put_value(out, totals_of_worker(core->counters, row->offset));
    }
}

/* One family, which `first` begins, of one site. */
static void put_site(const struct core *core, const struct totals_row *first, const struct site *site, struct buf *out)
{
    for (const struct totals_row *row = first; same_family(first, row); row++) {
        put_name(out, row);
        (void)buf_put_str(out, STR("{site="));
        metrics_put_label(out, site->name);
        if (row->label)
            (void)buf_printf(out, ",%s", row->label);
        (void)buf_put_char(out, '}');
        put_value(out, totals_of_site(core->counters, site->slot, row->offset));
    }
}

static void put_sites(const struct core *core, struct buf *out)
{
    for (const struct totals_row *row = totals_site; row->name; row++) {
        if (row != totals_site && same_family(row - 1, row))
            continue;
        put_head(out, row);
        for (size_t i = 0; i < core->state.sites_count; i++)
            put_site(core, row, core->state.sites[i], out);
    }
}

static const struct totals_row failures_row = {
    "site_handshakes_failed",
    "TLS handshakes for the site that failed, by cause; without the causes that did not occur", 0, false, NULL};

/* Nearly all would be 0: twenty lines a site that say nothing. */
static void put_failures(const struct core *core, const struct site *site, struct buf *out)
{
    if (totals_of_failures_moved(core->counters, site->slot) == 0)
        return;
    for (uint32_t i = 0; i < COUNTERS_FAILURES_MAX; i++) {
        uint64_t count = counters_causes[i] ? totals_of_failures(core->counters, site->slot, i) : 0;
        if (count == 0)
            continue;
        put_name(out, &failures_row);
        (void)buf_put_str(out, STR("{site="));
        metrics_put_label(out, site->name);
        (void)buf_printf(out, ",cause=\"%s\"}", counters_causes[i]);
        put_value(out, count);
    }
}

static void put_all_failures(const struct core *core, struct buf *out)
{
    put_head(out, &failures_row);
    for (size_t i = 0; i < core->state.sites_count; i++)
        put_failures(core, core->state.sites[i], out);
}

static void put_upstreams(const struct core *core, const struct totals_row *row, const struct site *site,
                          const struct route *route, struct buf *out)
{
    for (size_t u = 0; u < route->upstreams_count; u++) {
        put_name(out, row);
        (void)buf_put_str(out, STR("{site="));
        metrics_put_label(out, site->name);
        (void)buf_put_str(out, STR(",prefix="));
        metrics_put_label(out, route->prefix);
        (void)buf_put_str(out, STR(",upstream="));
        metrics_put_label(out, route->upstreams[u].url);
        (void)buf_printf(out, ",index=\"%zu\"}", u);
        put_value(out, totals_of_upstream(core->counters, route->upstreams[u].slot, row->offset));
    }
}

static void put_all_upstreams(const struct core *core, struct buf *out)
{
    for (const struct totals_row *row = totals_upstream; row->name; row++) {
        put_head(out, row);
        for (size_t i = 0; i < core->state.sites_count; i++)
            for (size_t r = 0; r < core->state.sites[i]->routes_count; r++)
                put_upstreams(core, row, core->state.sites[i], &core->state.sites[i]->routes[r], out);
    }
}

static void put_bucket(struct buf *out, const char *bound, uint64_t value)
{
    (void)buf_printf(out, PREFIX "request_duration_seconds_bucket{le=\"%s\"}", bound);
    put_value(out, value);
}

static void put_durations(const struct core *core, struct buf *out)
{
    static const char *const bounds[] = {"0.001", "0.005", "0.01", "0.025", "0.05", "0.1",
                                         "0.25",  "0.5",   "1",    "2.5",   "10",   "+Inf"};
    _Static_assert(sizeof bounds / sizeof *bounds == COUNTERS_DURATIONS, "one word for each bucket");
    uint64_t count = 0;
    (void)buf_put_str(out, STR("# HELP " PREFIX "request_duration_seconds Time to the last byte of a response\n"
                               "# TYPE " PREFIX "request_duration_seconds histogram\n"));
    for (size_t i = 0; i < COUNTERS_DURATIONS; i++) {
        count += totals_of_worker(core->counters, offsetof(struct counters_worker, durations[i]));
        put_bucket(out, bounds[i], count);
    }
    uint64_t sum_us = totals_of_worker(core->counters, offsetof(struct counters_worker, durations_sum_us));
    (void)buf_printf(out, PREFIX "request_duration_seconds_sum %llu.%06llu\n", (unsigned long long)(sum_us / 1000000),
                     (unsigned long long)(sum_us % 1000000));
    (void)buf_put_str(out, STR(PREFIX "request_duration_seconds_count"));
    put_value(out, count);
}

static void put_gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
    const struct totals_row row = {.name = name, .help = help, .gauge = true};
    put_head(out, &row);
    put_name(out, &row);
    put_value(out, value);
}

static void put_certificates(struct core *core, struct buf *out)
{
    const struct totals_row row = {"certificate_expiry_seconds", "When the site's certificate ends, seconds since 1970",
                                   0, true, NULL};
    put_head(out, &row);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        const struct str ids[] = {site->ecdsa, site->rsa};
        for (size_t k = 0; k < 2; k++) {
            const struct certificate *certificate =
                ids[k].size ? certificates_get(core->certificates, ids[k], NULL) : NULL;
            const struct certificate_facts *facts =
                certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
            if (!facts)
                continue;
            put_name(out, &row);
            (void)buf_put_str(out, STR("{site="));
            metrics_put_label(out, site->name);
            (void)buf_printf(out, ",kind=\"%s\"}", k ? "rsa" : "ecdsa");
            put_value(out, (uint64_t)facts->not_after_s);
        }
    }
}

static size_t count_mismatches(const struct core *core, const struct site *site, enum cert_side side)
{
    size_t count, found = 0;
    const struct evidence_mismatch *rows = mismatches_of(core->mismatches, site->name, &count);
    for (size_t i = 0; i < count; i++)
        found += str_eq(rows[i].side, str_from(cert_side_name(side)));
    return found;
}

static void put_mismatches(const struct core *core, struct buf *out)
{
    const struct totals_row row = {"certificate_mismatches",
                                   "Listening sockets that do not serve the stored certificate", 0, true, NULL};
    put_head(out, &row);
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (int side = 0; side < CERT_SIDES_COUNT; side++) {
            const struct site *site = core->state.sites[i];
            if (site_certificate(site, (enum cert_side)side).size == 0)
                continue;
            put_name(out, &row);
            (void)buf_put_str(out, STR("{site="));
            metrics_put_label(out, site->name);
            (void)buf_printf(out, ",kind=\"%s\"}", cert_side_name((enum cert_side)side));
            put_value(out, count_mismatches(core, site, (enum cert_side)side));
        }
}

/* One family over the sites that were looked at. */
static void put_self_check(const struct core *core, const char *name, const char *help,
                           uint64_t (*value)(const struct self_check *last), struct buf *out)
{
    const struct totals_row row = {name, help, 0, true, NULL};
    put_head(out, &row);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        const struct self_check *last = self_check_last(core, site->name);
        if (!last)
            continue;
        put_name(out, &row);
        (void)buf_put_str(out, STR("{site="));
        metrics_put_label(out, site->name);
        (void)buf_put_char(out, '}');
        put_value(out, value(last));
    }
}

static uint64_t time_of(const struct self_check *last)
{
    return last->at_s > 0 ? (uint64_t)last->at_s : 0;
}

static uint64_t seen_of(const struct self_check *last)
{
    return last->sight == SELF_CHECK_SEEN;
}

static uint64_t errors_of(const struct self_check *last)
{
    return last->errors_count;
}

static uint64_t warnings_of(const struct self_check *last)
{
    return last->warnings_count;
}

static void put_self_checks(const struct core *core, struct buf *out)
{
    put_self_check(core, "self_check_time_seconds", "When the site was looked at from outside last, seconds since 1970",
                   time_of, out);
    put_self_check(core, "self_check_seen", "1 when the site could be looked at, 0 when it could not", seen_of, out);
    put_self_check(core, "self_check_errors", "What keeps the site off the preload list", errors_of, out);
    put_self_check(core, "self_check_warnings", "What the checker of the preload list would warn of", warnings_of, out);
}

/* Nothing where there is no list. */
static void put_preload(const struct core *core, struct buf *out)
{
    const struct preload_list *list = preload_present(core->preload);
    if (!list)
        return;
    put_gauge(out, "preload_list_entries", "Entries of the browsers' preload list that is here", list->entries_count);
    put_gauge(out, "preload_list_confirmed_seconds",
              "When its source confirmed last that it is the present one, seconds since 1970",
              list->origin.confirmed_s > 0 ? (uint64_t)list->origin.confirmed_s : 0);
}

static const struct totals_row channel_row = {
    "notification_channel_up", "1 unless the channel is paused or did not take the last message", 0, true, NULL};

static void put_channel(void *context, struct str channel, const char *why)
{
    put_name(context, &channel_row);
    (void)buf_put_str(context, STR("{channel="));
    metrics_put_label(context, channel);
    (void)buf_put_char(context, '}');
    put_value(context, why == NULL);
}

static void put_channels(const struct core *core, struct buf *out)
{
    put_head(out, &channel_row);
    notify_each_channel(core, put_channel, out);
}

void metrics_write(struct core *core, struct buf *out)
{
    struct workers_behind behind;
    workers_look(core, &behind);
    put_gauge(out, "generation_wanted", "Generation of the newest snapshot", core->publisher.present);
    put_gauge(out, "generation_acked", "Generation all workers serve from", core->publisher.acked);
    put_gauge(out, "workers_behind", "Workers that hang: they serve by an older generation than they were given",
              behind.count);
    put_gauge(out, "gateway_up", "1 while the gateway is connected", core->publisher.linked_s != 0);
    put_gauge(out, "sites", "Number of sites", core->state.sites_count);
    put_certificates(core, out);
    put_mismatches(core, out);
    metrics_reports(core, out);
    put_self_checks(core, out);
    metrics_put_coverage(core, out);
    put_preload(core, out);
    put_channels(core, out);
    put_workers(core, out);
    put_durations(core, out);
    put_sites(core, out);
    put_all_failures(core, out);
    put_all_upstreams(core, out);
    metrics_census(core, out);
    metrics_hello_write(core, out);
    metrics_put_stranded(core, out);
}
