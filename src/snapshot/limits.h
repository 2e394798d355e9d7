/*
 * The limits the gateway holds its clients to, as data: name, unit, range, value out of the box and why. The settings
 * API, the command line and the documentation all read this table, so that they cannot tell different stories.
 */
#ifndef SNAPSHOT_LIMITS_H
#define SNAPSHOT_LIMITS_H

#include "base/err.h"
#include "base/str.h"
#include "snapshot/format.h"

/*
 * The longest that a gateway which was replaced may go on by the snapshot it has. The ledger of promises counts on it
 * (LEDGER_SLACK_S in hsts/ledger.h; app/supervisor_reload.c holds the two together).
 */
#define SNAP_DRAIN_TIMEOUT_MS_MAX 3600000u

struct snap_limit {
    const char *name; /* in JSON and on the command line: the member's name in struct snap_limits */
    const char *unit; /* "ms", "bytes", "connections" or "streams" */
    uint64_t min, max;
    uint64_t preset;    /* value out of the box */
    bool zero_allowed;  /* 0, although below min, means unlimited */
    size_t offset;      /* of the member in struct snap_limits */
    size_t size;        /* 4 or 8 bytes */
    const char *what;   /* half a sentence: what it bounds */
    const char *reason; /* one sentence: why the preset is what it is */
};

/* The table; *ret_count rows, in the order of struct snap_limits. */
const struct snap_limit *snapshot_limits(size_t *ret_count);
/* The row of a name (exact), or NULL. */
const struct snap_limit *snapshot_limit_find(struct str name);
uint64_t snapshot_limit_get(const struct snap_limits *limits, const struct snap_limit *limit);
/* Sets one limit. Outside its range: ERR_INPUT with field = its name; *limits untouched. */
NODISCARD bool snapshot_limit_set(struct snap_limits *limits, const struct snap_limit *limit, uint64_t value,
                                  struct err *err);
/* Every limit in its range, and those that depend on each other in order. */
NODISCARD bool snapshot_limits_check(const struct snap_limits *limits, struct err *err);
/* The presets of the table. */
void snapshot_limits_default(struct snap_limits *ret);

#endif
