/*
 * What a browser remembers of Strict-Transport-Security, and what follows from it (RFC 6797 sections 8.1 to 8.6 and
 * 12): the model that tests, the simulator and explanations ask "is this visitor bound to HTTPS for that name now?". It
 * makes no connections: responses and the time are arguments. Bounded: it keeps so many names and no more.
 *
 *     browser ──▶ entries: name ──▶ entry { until, include_subdomains }      one per name, noted or declared
 *                 order:   oldest entry ⇄ … ⇄ newest
 *
 * Names are host names as they stand in a URL: any case, with or without the final dot, A-labels (IDNA is the
 * caller's).
 */
#ifndef HSTS_BROWSER_H
#define HSTS_BROWSER_H

#include "base/list.h"
#include "base/map.h"
#include "hsts/reading.h"

/* Longest host name (RFC 1035 section 2.3.4, as text without the final dot). */
#define BROWSER_NAME_SIZE_MAX 253
/* Names that Firefox keeps before it stops adding (as of 2021), and curl before it drops the oldest (8.20). */
#define BROWSER_FIREFOX_ENTRIES_COUNT_MAX 1024
#define BROWSER_CURL_ENTRIES_COUNT_MAX    10000
/* The others have no limit that we know; the model has. */
#define BROWSER_ENTRIES_COUNT_MAX 65536
/* `until_s` of what does not run out. */
#define BROWSER_FOREVER INT64_MAX

struct browser {
    enum reading_client client;
    size_t entries_count_max;
    struct map entries;
    struct list order;
};

/* By what a response came. Only SECURE teaches anything (section 8.1). */
enum browser_transport {
    BROWSER_PLAIN,
    BROWSER_FAULTY, /* TLS with an error or a warning, clicked through or not */
    BROWSER_SECURE,
};

enum browser_noted {
    BROWSER_IGNORED, /* no field, none it can read, the wrong transport, no host name */
    BROWSER_NOTED,
    BROWSER_REMOVED, /* max-age=0: what was noted of the name is forgotten */
    BROWSER_FULL,    /* no room: entries_count_max, or memory ran out */
};

/* Whether and why a name is bound. */
struct browser_binding {
    int64_t until_s; /* bound while now < until_s; BROWSER_FOREVER for a declared one; 0: not bound */
    struct str name; /* whose entry lasts longest: the name's own or a name's above it; a view into the browser */
};

/* Where a request goes. */
struct browser_target {
    bool secure; /* https */
    struct str host;
    uint32_t port; /* 0: none is written */
};

/* `client` is no checker. `entries_count_max` 0: what the client itself keeps. */
void browser_init(struct browser *browser, enum reading_client client, size_t entries_count_max);
void browser_fini(struct browser *browser);
/* A response from the host with these fields. IP literals are never noted (section 8.1.1). */
enum browser_noted browser_note(struct browser *browser, struct str host, enum browser_transport transport,
                                const struct str *values, size_t count, int64_t now_s);
/*
 * The user, or a list the browser came with, says so (sections 12.2 and 12.3): holds without end. max-age=0 does not
 * take it away, but in Firefox, where the site's own word comes before the list. False when there is no room or it is
 * no host name.
 */
NODISCARD bool browser_declare(struct browser *browser, struct str host, bool include_subdomains);
/* The user deletes what was noted of exactly this name (section 12.5). */
void browser_forget(struct browser *browser, struct str host);
/* By congruent or superdomain match (section 8.2), whichever lasts longer. */
struct browser_binding browser_binding(const struct browser *browser, struct str host, int64_t now_s);
bool browser_is_bound(const struct browser *browser, struct str host, int64_t now_s);
/* Where the request really goes: of a bound name to https, port 80 to 443, any other port as it is (section 8.3). */
struct browser_target browser_follow(const struct browser *browser, struct browser_target asked, int64_t now_s);

#endif
