/*
 * The fields by which browsers are told to report (NEL, Report-To, Reporting-Endpoints, and with pages
 * Content-Security-Policy-Report-Only), of sites that want it; their values are in the snapshot. There is one policy of
 * Network Error Logging for a name, so ours replaces the application's; of the other fields there may be several, and
 * the application's stay as they are beside ours.
 */
#ifndef GATEWAY_REPORT_FIELDS_H
#define GATEWAY_REPORT_FIELDS_H

#include "gateway/exchange.h"

/* How many it adds at most: a part of EXCHANGE_FIELDS_ADDED. */
#define REPORT_FIELDS_COUNT 4

/* Adds them to a final response over TLS; for sites without reports this is a look at one number. */
void report_fields_add(struct exchange *ex, struct http_response *response);

#endif
