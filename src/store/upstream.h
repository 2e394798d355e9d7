/*
 * One address of an application, as an operator writes it: "http://127.0.0.1:8080", "https://app.internal:8443",
 * "unix:/run/app.sock". The text is brought into one form, since it is what logs, metrics and error pages show.
 */
#ifndef STORE_UPSTREAM_H
#define STORE_UPSTREAM_H

#include "base/arena.h"
#include "base/err.h"

/* sizeof sun_path less its zero byte. */
#define UPSTREAM_UNIX_PATH_SIZE_MAX 107
#define UPSTREAM_SLOT_NONE          UINT32_MAX

struct upstream {
    struct str url;       /* normal form, without a final slash and with a port only where it is not the scheme's own */
    struct str host;      /* host name as A-labels or IP literal without brackets; empty for a Unix socket */
    struct str unix_path; /* empty for TCP; absolute but for the panel's, see store/route */
    uint16_t port;
    bool tls;
    bool host_is_ip;
    uint32_t weight;
    uint32_t slot; /* of its counters, or UPSTREAM_SLOT_NONE until given one */
};

/* Reads `url` into *ret (weight 1, no slot) with its text in the arena. An error is about `field`. */
NODISCARD bool upstream_read(struct arena *arena, struct str url, const char *field, struct upstream *ret,
                             struct err *err);

#endif
