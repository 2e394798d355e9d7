/*
 * The preload list as Chromium keeps it (net/http/transport_security_state_static.json): JSON with comments, read as it
 * comes in, an entry at a time, in memory that does not grow with the list.
 *
 *     { "pinsets": […], "entries": [
 *       // gTLDs and eTLDs …
 *       {"name": "dev", "policy": "public-suffix", "mode": "force-https", "include_subdomains": true}, … ] }
 *
 * Pins and expect-ct are dead and passed over, as is whatever else an entry may hold. An entry without a mode only pins
 * keys: it makes no browser insist on HTTPS, and is counted, not given. What is wrong in an entry ends the reading, for
 * half a list would say of many names that they are free.
 */
#ifndef HSTS_PRELOAD_SOURCE_H
#define HSTS_PRELOAD_SOURCE_H

#include "codec/json_stream.h"
#include "hsts/preload_entry.h"

/* The list has 14.5 MB and 2026's growth is a few percent a year; what is four times that is no list. */
#define PRELOAD_SOURCE_SIZE_MAX ((size_t)64 << 20)

struct preload_source {
    /* False ends the reading. The texts live until it returns. */
    bool (*on_entry)(void *context, const struct preload_entry *entry, struct err *err);
    void *context;
    struct json_stream json;
    size_t size; /* taken so far */
    uint32_t entries_count, pins_only_count;
    bool is_entries, had_entries; /* within the array "entries"; it is over */
    /* of the entry under way */
    int member;         /* that the next value belongs to: see preload_source.c */
    unsigned had;       /* members, a bit for each */
    bool forces_https;  /* its mode */
    bool with_subnames; /* include_subdomains */
    size_t name_size, policy_size;
    char name[PRELOAD_NAME_SIZE_MAX], policy[PRELOAD_POLICY_SIZE_MAX];
};

void preload_source_init(struct preload_source *source,
                         bool (*on_entry)(void *context, const struct preload_entry *entry, struct err *err),
                         void *context);
/* The next bytes of the list. ERR_INPUT with the line for what is none; nothing may be given after a failure. */
NODISCARD bool preload_source_take(struct preload_source *source, struct str bytes, struct err *err);
/* There is no more: false when the list is not complete. */
NODISCARD bool preload_source_end(struct preload_source *source, struct err *err);

#endif
