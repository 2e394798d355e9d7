#include "control/api_evidence_clients.h"

#include "codec/date.h"
#include "control/came.h"
#include "control/came_kept.h"
#include "http/agent.h"

#define DAY_S 86400

static void write_count(struct jsonout *out, const char *key, uint64_t counted, uint64_t level)
{
    uint64_t error, count = clients_estimate(counted, level, &error);
    if (key)
        jsonout_object(out, key);
    jsonout_u64(out, "count", count);
    jsonout_u64(out, "error", error);
    if (key)
        jsonout_object_end(out);
}

/* Those of which there are any; `names` gives the word of each. */
static void write_by(struct jsonout *out, const char *key, const char *what, const uint32_t *counted, size_t count,
                     uint64_t level, const char *(*name)(size_t))
{
    jsonout_array(out, key);
    for (size_t i = 0; i < count; i++) {
        if (!counted[i])
            continue;
        jsonout_object(out, NULL);
        jsonout_str(out, what, str_from(name(i)));
        write_count(out, NULL, counted[i], level);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

static const char *class_name(size_t class)
{
    return http_agent_name((enum http_agent) class);
}

static const char *cause_name(size_t cause)
{
    return cause < COUNTERS_FAILURES_MAX && counters_causes[cause] ? counters_causes[cause] : "unknown";
}

static void write_networks(struct jsonout *out, const struct clients_sum *sum)
{
    jsonout_array(out, "networks");
    for (size_t i = 0; i < sum->networks_count; i++) {
        const struct clients_network *network = &sum->stranded_by_network[i];
        char text[CAME_NETWORK_SIZE];
        jsonout_object(out, NULL);
        if (network->network)
            jsonout_str(out, "network", came_network_text(network->network, text));
        else
            jsonout_null(out, "network");
        write_count(out, NULL, network->counted, sum->level);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

/* Kinds of client whose handshakes failed, each with what most of them failed for. */
static void write_failed_classes(struct jsonout *out, const struct clients_sum *sum)
{
    jsonout_array(out, "failed_classes");
    for (size_t i = 0; i < HELLO_CLASSES_COUNT; i++) {
        if (!sum->failed_by_class[i])
            continue;
        jsonout_object(out, NULL);
        jsonout_str(out, "class", str_from(hello_class_name((enum hello_class)i)));
        write_count(out, NULL, sum->failed_by_class[i], sum->https_level);
        jsonout_str(out, "cause", str_from(cause_name(sum->failed_cause_of_class[i])));
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

static void write_day(struct jsonout *out, uint64_t day, const struct clients_sum *whole)
{
    struct clients_sum cut = *whole;
    const struct clients_sum *sum = &cut;
    char text[DATE_ISO_SIZE];
    struct str date = str_part(date_write_iso((int64_t)day * DAY_S * 1000, text), 0, sizeof "2000-01-01" - 1);
    clients_day_cut(&cut);
    jsonout_object(out, NULL);
    jsonout_str(out, "day", date);
    write_count(out, "https", sum->https, sum->https_level);
    write_count(out, "http", sum->http, sum->level);
    write_count(out, "redirected", sum->redirected, sum->level);
    write_count(out, "arrived", sum->arrived, sum->level);
    write_count(out, "waiting", sum->waiting, sum->level);
    write_count(out, "stranded", sum->stranded, sum->level);
    write_count(out, "in_clear", sum->secret, sum->level);
    write_count(out, "programs", sum->programs, sum->level);
    write_count(out, "failed", sum->failed, sum->https_level);
    write_by(out, "stranded_classes", "class", sum->stranded_by_class, HTTP_AGENTS_COUNT, sum->level, class_name);
    write_count(out, "stranded_ipv6", sum->stranded_ipv6, sum->level);
    write_networks(out, sum);
    write_by(out, "in_clear_classes", "class", sum->secret_by_class, HTTP_AGENTS_COUNT, sum->level, class_name);
    write_by(out, "https_classes", "class", sum->https_by_class, HTTP_AGENTS_COUNT, sum->https_level, class_name);
    write_by(out, "failed_causes", "cause", sum->failed_by_cause, CLIENTS_CAUSES_COUNT, sum->https_level, cause_name);
    write_failed_classes(out, sum);
    jsonout_object_end(out);
}

static bool give_day(void *context, const struct clients_day *day)
{
    write_day(context, day->day, &day->sum);
    return true;
}

bool api_evidence_clients(struct jsonout *out, const struct core *core, const struct site *site, int64_t since_s,
                          int64_t until_s, struct err *err)
{
    uint64_t today = came_day(core), present = today ? today - 1 : UINT64_MAX;
    uint64_t from = clients_day_of(since_s), until = clients_day_of(until_s + DAY_S - 1);
    jsonout_array(out, "clients");
    bool fine;
    if (until < present) /* what lies between the span and the present days is not asked for */
        fine = (!today || came_kept_days(core, site, present, today + 1, give_day, out, err)) &&
               came_kept_days(core, site, from, until, give_day, out, err);
    else
        fine =
            came_kept_days(core, site, from < present ? from : present, today ? today + 1 : until, give_day, out, err);
    jsonout_array_end(out);
    return fine;
}
