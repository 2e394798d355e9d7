#include "snapshot/clients_sum.h"

static void add_network(struct clients_sum *sum, uint64_t network, bool is_browser)
{
    size_t at = 0;
    while (at < sum->networks_count && sum->stranded_by_network[at].network != network)
        at++;
    if (at == sum->networks_count) {
        if (at > CLIENTS_NETWORKS_COUNT) /* only of memory that was written to meanwhile */
            return;
        sum->stranded_by_network[sum->networks_count++] = (struct clients_network){.network = network};
    }
    sum->stranded_by_network[at].browsers += is_browser;
    sum->stranded_by_network[at].counted++;
    for (; at > 0 && sum->stranded_by_network[at - 1].counted < sum->stranded_by_network[at].counted; at--) {
        struct clients_network before = sum->stranded_by_network[at - 1];
        sum->stranded_by_network[at - 1] = sum->stranded_by_network[at];
        sum->stranded_by_network[at] = before;
    }
}

static void add_stranded(struct clients_sum *sum, const struct clients_seen *seen)
{
    bool is_browser = seen->signs & CLIENTS_UPGRADES;
    sum->stranded++;
    sum->stranded_by_class[seen->class]++;
    sum->stranded_browsers_by_class[seen->class] += is_browser;
    sum->sent_browsers_by_class[seen->class] += is_browser;
    sum->stranded_ipv6 += seen->ipv6;
    add_network(sum, seen->network, is_browser);
}

static void add_http(struct clients_sum *sum, const struct clients_seen *seen, uint64_t time_s)
{
    sum->http++;
    sum->programs += !(seen->signs & CLIENTS_UPGRADES);
    if (seen->signs & CLIENTS_SECRET) {
        sum->secret++;
        sum->secret_by_class[seen->class]++;
    }
    if (!(seen->signs & CLIENTS_REDIRECTED))
        return;
    sum->redirected++;
    if (seen->signs & CLIENTS_HTTPS) {
        sum->arrived++;
        sum->sent_browsers_by_class[seen->class] += (seen->signs & CLIENTS_UPGRADES) != 0;
    } else if (time_s < (uint64_t)seen->time_s + CLIENTS_PATIENCE_S) {
        sum->waiting++;
    } else {
        add_stranded(sum, seen);
    }
}

_Static_assert(HELLO_CLASSES_COUNT <= CLIENTS_CLASSES_COUNT, "each kind of client has its class");

/* How many of a class failed for which cause. */
struct causes {
    uint32_t counted[HELLO_CLASSES_COUNT][CLIENTS_CAUSES_COUNT];
};

static void add_failed(struct clients_sum *sum, struct causes *causes, const struct clients_seen *seen)
{
    size_t class = seen->class < HELLO_CLASSES_COUNT ? seen->class : HELLO_CLASS_OTHER;
    sum->failed++;
    sum->failed_by_cause[seen->cause]++;
    sum->failed_by_class[class]++;
    sum->failed_ipv6 += seen->ipv6;
    uint32_t counted = ++causes->counted[class][seen->cause];
    if (counted > causes->counted[class][sum->failed_cause_of_class[class]])
        sum->failed_cause_of_class[class] = seen->cause;
}

static void add_https(struct clients_sum *sum, struct causes *causes, const struct clients_seen *seen)
{
    if (seen->signs & CLIENTS_FAILED) {
        if (!(seen->signs & CLIENTS_HTTPS))
            add_failed(sum, causes, seen);
        return;
    }
    sum->https++;
    sum->https_by_class[seen->class]++;
}

void clients_sum(const struct clients_site *site, uint64_t time_s, struct clients_sum *ret)
{
    struct clients_seen seen;
    struct causes causes = {0};
    *ret = (struct clients_sum){.level = clients_level(&site->http), .https_level = clients_level(&site->https)};
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        if (clients_get(&site->http, i, ret->level, &seen))
            add_http(ret, &seen, time_s);
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        if (clients_get(&site->https, i, ret->https_level, &seen))
            add_https(ret, &causes, &seen);
}
