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
/*
 * The other side must show a certificate for its name that leads to a root of the system's or, where there are any, of
 * `roots_pem`; a certificate in the middle of a chain is no root. TLS 1.2 or later.
 */
NODISCARD bool bounds_set_trust(CURL *curl, struct str roots_pem);

#endif
