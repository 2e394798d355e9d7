/* The table of limits and the few functions over it. */
#include "snapshot/limits.h"

#include <inttypes.h>
#include <stddef.h>

#define MINUTE_MS 60000u
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define KIB       1024u
#define MIB       (1024 * KIB)

#define MEMBER(member)                                                                                                 \
    .name = #member, .offset = offsetof(struct snap_limits, member), .size = sizeof(((struct snap_limits *)0)->member)

/* Times below 100 ms would cut off honest clients at the other end of the world. */
#define TIME_MS_MIN 100u

static const struct snap_limit limits_table[] = {
    {MEMBER(client_head_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = 10 * MINUTE_MS, .preset = 15000,
     .what = "time for a whole request head, from its first byte or the accept",
     .reason = "A head on a bad mobile line takes a few seconds; whoever needs more is holding connections open."},
    {MEMBER(client_idle_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = HOUR_MS, .preset = 75000,
     .what = "time a kept-alive connection may wait for its next request",
     .reason = "Longer than the usual polling interval of a minute, so that each poll finds its connection open."},
    {MEMBER(client_body_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = HOUR_MS, .preset = 30000,
     .what = "time between two pieces of a request's content",
     .reason = "TCP itself bridges a lost radio cell in about this time; a client silent for longer has gone."},
    {MEMBER(client_write_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = HOUR_MS, .preset = 30000,
     .what = "time a client may take nothing of a response that waits for it",
     .reason = "As for request content: beyond this a slow reader cannot be told from one that has gone."},
    {MEMBER(tunnel_idle_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = 7 * DAY_MS, .preset = HOUR_MS,
     .what = "time a WebSocket may be silent in both directions",
     .reason = "Applications that ping do so every minute or so; those that do not should survive a quiet hour."},
    {MEMBER(drain_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = SNAP_DRAIN_TIMEOUT_MS_MAX, .preset = 30000,
     .what = "time for open requests to finish when the gateway stops",
     .reason = "Ends ordinary requests in peace and stays well below the 90 seconds after which systemd kills."},
    {MEMBER(head_size_max), .unit = "bytes", .min = 4 * KIB, .max = MIB, .preset = 32 * KIB,
     .what = "size of a request head, in HTTP/2 after decompression",
     .reason =
         "Holds the cookies and Kerberos tickets real sign-ons produce; applications themselves take 8 to 32 KiB."},
    {MEMBER(target_size_max), .unit = "bytes", .min = KIB, .max = MIB, .preset = 16 * KIB,
     .what = "size of a request target",
     .reason = "RFC 9110 section 4.1 asks for 8000 at least; report and filter links of real applications are longer."},
    {MEMBER(connections_max), .unit = "connections", .min = 16, .max = 1000000, .preset = 20000,
     .what = "open client connections per worker",
     .reason = "About 300 MB of idle TLS connections and 40,000 descriptors a worker: what a small server can give."},
    {MEMBER(upstream_idle_timeout_ms), .unit = "ms", .min = TIME_MS_MIN, .max = HOUR_MS, .preset = 4000,
     .what = "time a connection to the application is kept for the next request",
     .reason = "Just below the 5 seconds after which Node.js and Apache close theirs: closing first avoids the race."},
    {MEMBER(upstream_idle_count_max), .unit = "connections", .min = 1, .max = 65536, .preset = 512,
     .what = "idle connections kept per address of the application and worker",
     .reason = "As wide as a burst of HTTP/2 requests, so that the next burst opens none; the idle time shrinks it."},
    {MEMBER(h2_streams_max), .unit = "streams", .min = 1, .max = 1000, .preset = 128,
     .what = "concurrent requests on one HTTP/2 connection",
     .reason = "RFC 9113 section 6.5.2 recommends no fewer than 100; more only helps rapid-reset attacks."},
    {MEMBER(body_size_max), .unit = "bytes", .min = 1, .max = (uint64_t)1 << 50, .preset = 0, .zero_allowed = true,
     .what = "size of a request's content; 0 is unlimited",
     .reason = "Content is streamed in bounded memory, so only the application knows what is too much for it."},
};

#define LIMITS_COUNT (sizeof limits_table / sizeof *limits_table)

const struct snap_limit *snapshot_limits(size_t *ret_count)
{
    *ret_count = LIMITS_COUNT;
    return limits_table;
}

const struct snap_limit *snapshot_limit_find(struct str name)
{
    for (size_t i = 0; i < LIMITS_COUNT; i++)
        if (str_eq(name, str_from(limits_table[i].name)))
            return &limits_table[i];
    return NULL;
}

uint64_t snapshot_limit_get(const struct snap_limits *limits, const struct snap_limit *limit)
{
    const char *member = (const char *)limits + limit->offset;
    uint32_t small;
    uint64_t value;
    if (limit->size == sizeof value) {
        memcpy(&value, member, sizeof value);
        return value;
    }
    memcpy(&small, member, sizeof small);
    return small;
}

static void store(struct snap_limits *limits, const struct snap_limit *limit, uint64_t value)
{
    char *member = (char *)limits + limit->offset;
    uint32_t small = (uint32_t)value;
    if (limit->size == sizeof value)
        memcpy(member, &value, sizeof value);
    else
        memcpy(member, &small, sizeof small);
}

static bool check_one(const struct snap_limit *limit, uint64_t value, struct err *err)
{
    if ((value >= limit->min && value <= limit->max) || (value == 0 && limit->zero_allowed))
        return true;
    (void)err_field(err, limit->name, "%s must be between %" PRIu64 " and %" PRIu64 " %s%s, not %" PRIu64, limit->name,
                    limit->min, limit->max, limit->unit, limit->zero_allowed ? " (or 0 for unlimited)" : "", value);
    return err_fix(err, "%s: the usual value is %" PRIu64, limit->what, limit->preset);
}

bool snapshot_limit_set(struct snap_limits *limits, const struct snap_limit *limit, uint64_t value, struct err *err)
{
    if (!check_one(limit, value, err))
        return false;
    store(limits, limit, value);
    return true;
}

bool snapshot_limits_check(const struct snap_limits *limits, struct err *err)
{
    for (size_t i = 0; i < LIMITS_COUNT; i++)
        if (!check_one(&limits_table[i], snapshot_limit_get(limits, &limits_table[i]), err))
            return false;
    if (limits->target_size_max > limits->head_size_max) {
        (void)err_field(err, "target_size_max",
                        "target_size_max (%u) is more than head_size_max (%u), of which it is a part",
                        limits->target_size_max, limits->head_size_max);
        return err_fix(err, "lower target_size_max or raise head_size_max");
    }
    return true;
}

void snapshot_limits_default(struct snap_limits *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < LIMITS_COUNT; i++)
        store(ret, &limits_table[i], limits_table[i].preset);
}
