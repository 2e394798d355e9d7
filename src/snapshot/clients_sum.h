/*
 * What a day's sample of clients says: how many came over plain HTTP, how many of those were redirected and never
 * arrived (stranded), and who they are; how many came over HTTPS, and how many failed to. Pure; each figure is counted
 * in the sample and is told with its error by clients_estimate.
 */
#ifndef SNAPSHOT_CLIENTS_SUM_H
#define SNAPSHOT_CLIENTS_SUM_H

#include "snapshot/clients.h"
#include "snapshot/hello_class.h"

/* Whoever was redirected a moment ago is on the way: a slow line, a name that has to be looked up. */
#define CLIENTS_PATIENCE_S (2 * CLIENTS_STEP_S)

struct clients_network {
    uint64_t network; /* 0: all others */
    uint32_t counted;
    uint32_t browsers; /* of them, those that said Upgrade-Insecure-Requests */
};

/* Counted in the sample: clients_estimate makes numbers of them. */
struct clients_sum {
    uint64_t level;
    /* of the sample of plain HTTP */
    uint32_t http;       /* came */
    uint32_t redirected; /* were sent to HTTPS */
    uint32_t arrived;    /* and came there */
    uint32_t waiting;    /* were sent there within CLIENTS_PATIENCE_S, and may still come */
    uint32_t stranded;   /* never came */
    uint32_t secret;     /* sent a password, a cookie or content in clear */
    uint32_t programs;   /* did not say that they are browsers (Upgrade-Insecure-Requests) */
    uint32_t stranded_by_class[CLIENTS_CLASSES_COUNT];
    uint32_t secret_by_class[CLIENTS_CLASSES_COUNT];
    /* Those that said Upgrade-Insecure-Requests, without those that are waited for: were redirected, never came.
     * Whether the class is a browser's, http/agent.h says: scripts say what they like. */
    uint32_t sent_browsers_by_class[CLIENTS_CLASSES_COUNT];
    uint32_t stranded_browsers_by_class[CLIENTS_CLASSES_COUNT];
    uint32_t stranded_ipv6;
    struct clients_network stranded_by_network[CLIENTS_NETWORKS_COUNT + 1]; /* most first; those without any left out */
    size_t networks_count;
    /* of the sample of HTTPS, which may have another level */
    uint64_t https_level;
    uint32_t https;  /* came */
    uint32_t failed; /* no handshake of theirs succeeded on the day */
    uint32_t https_by_class[CLIENTS_CLASSES_COUNT];
    uint32_t failed_by_cause[CLIENTS_CAUSES_COUNT];
    uint32_t failed_by_class[HELLO_CLASSES_COUNT];
    uint8_t failed_cause_of_class[HELLO_CLASSES_COUNT]; /* for which most of the class failed; 0: none did */
    uint32_t failed_ipv6;
};

/* `time_s`: the present, of the day; beyond a day when the day is over, so that nobody is waited for. */
void clients_sum(const struct clients_site *site, uint64_t time_s, struct clients_sum *ret);

#endif
