/*
 * Keys of TLS session tickets: the newest encrypts, the two before it still decrypt, a new one comes every 12 hours. So
 * a ticket is good for a day at least and its key gone after a day and a half. Kept sealed on disk, so that a restart
 * costs no resumption.
 */
#ifndef CONTROL_TICKETS_H
#define CONTROL_TICKETS_H

#include "base/err.h"
#include "crypto/seal.h"
#include "snapshot/format.h"

#define TICKETS_COUNT    3
#define TICKETS_ROTATE_S (12 * 3600)

struct tickets {
    struct snap_ticket_key keys[TICKETS_COUNT]; /* newest first */
    uint32_t count;
    int64_t rotated_s; /* wall clock */
};

/* Reads the sealed file; keys that cannot be read are replaced by new ones (a loss of resumption, no more). */
NODISCARD bool tickets_load(struct tickets *tickets, const uint8_t key[static SEAL_KEY_SIZE], const char *path,
                            int64_t now_s, struct err *err);
/* Whether it is time, also when the clock went back behind the last time. */
bool tickets_due(const struct tickets *tickets, int64_t now_s);
/* Makes a new key and saves all; *tickets untouched on failure. */
NODISCARD bool tickets_rotate(struct tickets *tickets, const uint8_t key[static SEAL_KEY_SIZE], const char *path,
                              int64_t now_s, struct err *err);

#endif
