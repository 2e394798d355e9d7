/*
 * What binds every transfer of libcurl here, whatever it is for: its protocols and no others, its time, an end when the
 * deadline wants one. Never a proxy of the environment, never a second request by itself. For whoever uses libcurl.
 */
#ifndef OUTBOUND_BOUNDS_H
#define OUTBOUND_BOUNDS_H

#include <curl/curl.h>

#include "outbound/deadline.h"

/* `protocols` as libcurl lists them ("http,https"); the deadline must outlive the transfer. False: libcurl refused. */
NODISCARD bool bounds_set(CURL *curl, const char *protocols, int64_t limit_ms, const struct deadline *deadline);

#endif
