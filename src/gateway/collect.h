/*
 * The collector: takes what browsers report of the sites served here (http/report.h), at the one site that is set to
 * take reports, below REPORT_PATH_PREFIX. The path says which site a report is about, and has a token that only
 * responses of that site ever told, so that nobody can report for a site that he has not visited; and pages of other
 * sites cannot have their visitors report (CORS, Fetch section 3.2). What comes is counted (snapshot/reports.h) and
 * forgotten: nothing of a report is stored, logged or passed on to an application.
 *
 * Whatever comes is answered with 204, so that nothing can be learnt here. How much is looked at is bounded for each
 * network, each site and each worker; what is above that goes uncounted, which makes of a flood a sample.
 */
#ifndef GATEWAY_COLLECT_H
#define GATEWAY_COLLECT_H

#include "gateway/exchange.h"

/* A browser sends one body a minute at most; an office behind one address has many. A token is one body. */
#define COLLECT_NETWORK_RATE_S 2
#define COLLECT_NETWORK_BURST  60
#define COLLECT_SITE_RATE_S    50
#define COLLECT_SITE_BURST     500
/* A body takes some 50 microseconds: this much of them is 2 % of a processor. */
#define COLLECT_WORKER_RATE_S 400
#define COLLECT_WORKER_BURST  1000
/* Networks and sites have their places by a hash, and those that fall together share one. */
#define COLLECT_NETWORKS_COUNT 1024
#define COLLECT_SITES_COUNT    256

/* Of a worker; made when it is first needed. */
struct collect_limits;
void collect_limits_free(struct collect_limits *limits);

/* Takes the request if it is one for the collector. True: it is answered, or will be. */
bool collect_answer(struct exchange *ex);

#endif
