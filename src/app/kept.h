/*
 * The last good snapshot, kept for a gateway that must start without control: in memory while the supervisor runs,
 * sealed in the data directory (by control) for a cold start.
 */
#ifndef APP_KEPT_H
#define APP_KEPT_H

#include "base/err.h"

struct kept {
    int fd; /* sealed memfd, or -1: none */
    uint64_t generation;
    uint32_t drain_timeout_ms; /* of its limits */
    uint32_t sites_count;
};

void kept_init(struct kept *kept);
void kept_fini(struct kept *kept);
/* Takes over `fd` (also when it fails, then it is closed); what was kept before stays in that case. */
NODISCARD bool kept_take(struct kept *kept, int fd, struct err *err);
/* Opens DATA/snapshot.sealed with DATA/seal.key. ERR_NOT_FOUND when there is none: a first start. */
NODISCARD bool kept_load(struct kept *kept, const char *data_directory, struct err *err);

#endif
