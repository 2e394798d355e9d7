/* /v1/status and /metrics: what is going on, and what an operator should look at. */
#include <stdio.h>

#include "control/acme_state.h"
#include "control/api_hsts.h"
#include "control/api_routes.h"
#include "control/api_self_check.h"
#include "control/api_warnings.h"
#include "control/forecast.h"
#include "control/in_clear.h"
#include "control/metrics.h"
#include "control/notify.h"
#include "control/promises.h"
#include "control/reports.h"
#include "control/totals.h"
#include "control/workers.h"
#include "os/clock.h"

void api_metrics_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    (void)request;
    metrics_write(core, &reply->body);
    reply->content_type = METRICS_CONTENT_TYPE;
}

static void write_certificate(struct core *core, const struct site *site, struct jsonout *out)
{
    const struct certificate_facts *facts = api_first_to_end(core, site);
    jsonout_object(out, "certificate");
    jsonout_str(out, "source", str_from(site_source_name(site->source)));
    if (facts) {
        jsonout_time(out, "not_after", facts->not_after_s);
        jsonout_i64(out, "days_left", api_days_left(facts->not_after_s, clock_wall_s()));
    }
    acme_state_write(core, site, out);
    jsonout_object_end(out);
}

/* Why an upstream has no address, or NULL. */
static const char *resolve_problem(struct core *core, const struct upstream *upstream)
{
    struct sockaddr_storage address;
    socklen_t size;
    const char *problem = NULL;
    if (upstream->unix_path.size || resolve_literal(upstream->host, &address, &size))
        return NULL;
    return resolver_find(core->resolver, upstream->host, &address, &size, &problem) ? NULL : problem;
}

static const char *health_of(struct core *core, const struct upstream *upstream)
{
    if (resolve_problem(core, upstream))
        return "unresolved";
    uint64_t down = totals_of_upstream(core->counters, upstream->slot, offsetof(struct counters_upstream, down));
    if (down == 0)
        return "up";
    return core->counters && down < core->counters->workers_count ? "partly" : "down";
}

static void write_counters(const struct core *core, const struct totals_row *rows, uint32_t slot,
                           uint64_t (*total)(const struct counters *, uint32_t, size_t), struct jsonout *out);

static void write_upstream(struct core *core, const struct route *route, const struct upstream *upstream,
                           struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "prefix", route->prefix);
    jsonout_str(out, "url", upstream->url);
    jsonout_str(out, "health", str_from(health_of(core, upstream)));
    const char *problem = resolve_problem(core, upstream);
    if (problem)
        jsonout_str(out, "problem", str_from(problem));
    write_counters(core, totals_upstream, upstream->slot, totals_of_upstream, out);
    jsonout_object_end(out);
}

/* Members of a family are added up: the classes are for /metrics. */
static void write_counters(const struct core *core, const struct totals_row *rows, uint32_t slot,
                           uint64_t (*total)(const struct counters *, uint32_t, size_t), struct jsonout *out)
{
    jsonout_object(out, "counters");
    for (const struct totals_row *row = rows; row->name;) {
        const struct totals_row *first = row;
        uint64_t sum = 0;
        for (; row->name && strcmp(row->name, first->name) == 0; row++)
            sum += total(core->counters, slot, row->offset);
        const char *underscore = strchr(first->name, '_'); /* without "site_" and "upstream_" */
        jsonout_u64(out, underscore ? underscore + 1 : first->name, sum);
    }
    jsonout_object_end(out);
}

static void write_site(struct core *core, const struct site *site, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "name", site->name);
    write_certificate(core, site, out);
    api_hsts_write(core, site, "hsts", out);
    jsonout_array(out, "upstreams");
    for (size_t r = 0; r < site->routes_count; r++)
        for (size_t u = 0; u < site->routes[r].upstreams_count; u++)
            write_upstream(core, &site->routes[r], &site->routes[r].upstreams[u], out);
    jsonout_array_end(out);
    write_counters(core, totals_site, site->slot, totals_of_site, out);
    api_self_check_write_summary(core, site, "self_check", out);
    const struct forecast forecast = forecast_of(core, site);
    forecast_write(&forecast, "forecast", false, out);
    jsonout_object_end(out);
}

static void write_totals(const struct core *core, struct jsonout *out)
{
    jsonout_object(out, "totals");
    for (const struct totals_row *row = totals_worker; row->name;) {
        const struct totals_row *first = row;
        uint64_t sum = 0;
        for (; row->name && strcmp(row->name, first->name) == 0; row++)
            sum += totals_of_worker(core->counters, row->offset);
        jsonout_u64(out, first->name, sum);
    }
    jsonout_object_end(out);
}

/* Why handshakes fail tells a wrong clock from an old browser from a certificate nobody trusts. */
static void write_failures(const struct core *core, struct jsonout *out)
{
    jsonout_object(out, "handshakes_failed_by_cause");
    for (const struct totals_row *row = totals_worker; row->name; row++) {
        if (strcmp(row->name, "handshakes_failed") != 0)
            continue;
        char cause[32]; /* between the quotes of its label */
        struct str label = str_from(row->label);
        label = str_after(label, str_find(label, '"') + 1);
        (void)snprintf(cause, sizeof cause, "%.*s", STR_ARG(str_part(label, 0, str_find(label, '"'))));
        jsonout_u64(out, cause, totals_of_worker(core->counters, row->offset));
    }
    jsonout_object_end(out);
}

static void write_workers_behind(const struct core *core, struct jsonout *out)
{
    struct workers_behind behind;
    workers_look(core, &behind);
    jsonout_array(out, "workers_behind");
    for (size_t i = 0; i < behind.count; i++) {
        jsonout_object(out, NULL);
        jsonout_u64(out, "worker", behind.workers[i].index);
        jsonout_u64(out, "generation", behind.workers[i].generation);
        jsonout_u64(out, "wanted", behind.wanted);
        jsonout_time(out, "since", behind.since_s);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

static void warn_of_workers(const struct core *core, struct jsonout *out)
{
    char room[WORKERS_TEXT_SIZE];
    struct workers_behind behind;
    workers_look(core, &behind);
    if (behind.count)
        api_warn(out, "%s", workers_text(&behind, room));
    else if (core->publisher.is_late)
        api_warn(out, "the gateway does not acknowledge generation %llu", (unsigned long long)behind.wanted);
}

static void write_gateway(const struct core *core, struct jsonout *out)
{
    const struct publisher *publisher = &core->publisher;
    jsonout_object(out, "gateway");
    jsonout_bool(out, "connected", publisher->linked_s != 0);
    if (publisher->linked_s)
        jsonout_time(out, "since", publisher->linked_s);
    else
        jsonout_null(out, "since");
    jsonout_u64(out, "workers", core->counters ? core->counters->workers_count : 0);
    write_workers_behind(core, out);
    jsonout_object_end(out);
    jsonout_object(out, "generation");
    jsonout_u64(out, "wanted", publisher->present);
    jsonout_u64(out, "acked", publisher->acked);
    jsonout_object_end(out);
}

static void warn_of_upstreams(struct core *core, const struct site *site, struct jsonout *out)
{
    for (size_t r = 0; r < site->routes_count; r++)
        for (size_t u = 0; u < site->routes[r].upstreams_count; u++) {
            const struct upstream *upstream = &site->routes[r].upstreams[u];
            const char *problem = resolve_problem(core, upstream);
            if (problem)
                api_warn(out, "the host of %.*s (site %.*s) does not resolve: %s", STR_ARG(upstream->url),
                         STR_ARG(site->name), problem);
            else if (strcmp(health_of(core, upstream), "down") == 0)
                api_warn(out, "%.*s (site %.*s) does not answer", STR_ARG(upstream->url), STR_ARG(site->name));
        }
}

static void write_clock(struct core *core, struct jsonout *out)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    char why[HSTS_CLOCK_WHY_SIZE];
    struct str text = hsts_clock_why(&core->clock, &reading, why);
    if (text.size)
        api_warn(out, "%.*s: no site may promise more until then", STR_ARG(text));
}

static void warn_of_channel(void *context, struct str channel, const char *why)
{
    if (why)
        api_warn(context, "nobody is told by the notification channel %.*s: %s", STR_ARG(channel), why);
}

static void write_warnings(struct core *core, const struct promises_left *left, struct jsonout *out)
{
    const struct publisher *publisher = &core->publisher;
    jsonout_array(out, "warnings");
    if (!publisher->linked_s)
        api_warn(out, "the gateway is not connected: changes are kept and take effect when it is");
    if (publisher->rejected && publisher->rejected == publisher->present)
        api_warn(out, "generation %llu is not served: %s", (unsigned long long)publisher->rejected,
                 publisher->reject_text);
    warn_of_workers(core, out);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        api_warn_of_certificate(core, core->state.sites[i], out);
        api_warn_of_order(core, core->state.sites[i], out);
        api_warn_of_self_check(core, core->state.sites[i], out);
        reports_warn(core, core->state.sites[i], out);
        warn_of_upstreams(core, core->state.sites[i], out);
    }
    in_clear_warn(core, out);
    api_warn_of_preload(core, out);
    write_clock(core, out);
    notify_each_channel(core, warn_of_channel, out);
    for (size_t i = 0; i < left->count; i++)
        api_warn(out, "%.*s is not served any more while browsers still insist on HTTPS for it",
                 STR_ARG(left->names[i].name));
    jsonout_array_end(out);
}

static void write_left(const struct promises_left *left, struct jsonout *out)
{
    jsonout_array(out, "removed");
    for (size_t i = 0; i < left->count; i++) {
        jsonout_object(out, NULL);
        jsonout_str(out, "name", left->names[i].name);
        jsonout_time(out, "bound_until", left->names[i].until_s);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

void api_status_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct promises_left left;
    struct err err = {0};
    (void)request;
    if (!promises_left(core, &left, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "version", STR(STRICTGATE_VERSION));
    jsonout_time(&out, "now", clock_wall_s());
    jsonout_time(&out, "started", core->started_s);
    write_gateway(core, &out);
    write_totals(core, &out);
    write_failures(core, &out);
    jsonout_array(&out, "sites");
    for (size_t i = 0; i < core->state.sites_count; i++)
        write_site(core, core->state.sites[i], &out);
    jsonout_array_end(&out);
    write_left(&left, &out);
    write_warnings(core, &left, &out);
    jsonout_object_end(&out);
    promises_left_fini(&left);
}
