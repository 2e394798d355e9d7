#include "snapshot/clients_sum.h"

static void add_network(struct clients_sum *sum, uint64_t network)
{
    size_t at = 0;
    while (at < sum->networks_count && sum->stranded_by_network[at].network != network)
        at++;
    if (at == sum->networks_count) {
        if (at > CLIENTS_NETWORKS_COUNT) /* only of memory that was written to meanwhile */
            return;
        sum->stranded_by_network[sum->networks_count++] = (struct clients_network){.network = network};
    }
    sum->stranded_by_network[at].counted++;
    for (; at > 0 && sum->stranded_by_network[at - 1].counted < sum->stranded_by_network[at].counted; at--) {
        struct clients_network before = sum->stranded_by_network[at - 1];
        sum->stranded_by_network[at - 1] = sum->stranded_by_network[at];
        sum->stranded_by_network[at] = before;
    }
}

static void add_stranded(struct clients_sum *sum, const struct clients_seen *seen)
{
    sum->stranded++;
    sum->stranded_by_class[seen->class]++;
    sum->stranded_ipv6 += seen->ipv6;
    add_network(sum, seen->network);
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
    if (seen->signs & CLIENTS_HTTPS)
        sum->arrived++;
    else if (time_s < (uint64_t)seen->time_s + CLIENTS_PATIENCE_S)
        sum->waiting++;
    else
        add_stranded(sum, seen);
}

static void add_https(struct clients_sum *sum, const struct clients_seen *seen)
{
    if (seen->class != CLIENTS_CLASS_TLS) {
        sum->https++;
        sum->https_by_class[seen->class]++;
    } else if (!(seen->signs & CLIENTS_HTTPS)) {
        sum->failed++;
        sum->failed_by_cause[seen->cause]++;
        sum->failed_ipv6 += seen->ipv6;
    }
}

void clients_sum(const struct clients_site *site, uint64_t time_s, struct clients_sum *ret)
{
    struct clients_seen seen;
    *ret = (struct clients_sum){.level = clients_level(&site->http), .https_level = clients_level(&site->https)};
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        if (clients_get(&site->http, i, ret->level, &seen))
            add_http(ret, &seen, time_s);
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        if (clients_get(&site->https, i, ret->https_level, &seen))
            add_https(ret, &seen);
}
