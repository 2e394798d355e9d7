/*
 * One domain looked at as hstspreload.org does: its answer over HTTPS, where http:// and https:// of it lead, and www.
 * Many looks may be under way in one crowd. It fills what was seen; the rules judge it (hsts/preload_rules.h).
 *
 * No URL is asked for twice, but the first one, which has a second try as there.
 */
#ifndef PROBE_PRELOAD_LOOK_H
#define PROBE_PRELOAD_LOOK_H

#include "hsts/preload_seen.h"
#include "probe/crowd.h"
#include "probe/suffix.h"

/* The whole look takes as long as so many of its requests may, each of which has FETCH_MS_MAX as there. */
#define PRELOAD_LOOK_REQUESTS_COUNT 6
#define PRELOAD_LOOK_MS_USUAL       (FETCH_MS_MAX * PRELOAD_LOOK_REQUESTS_COUNT)
/* As long as its requests take, each with its own limit: for a look that has to wait for others at its address. */
#define PRELOAD_LOOK_MS_EACH UINT32_MAX
/* Fields and redirects of a dozen answers. */
#define PRELOAD_LOOK_SIZE_MAX ((size_t)1024 * 1024)

struct preload_look;

struct preload_look_request {
    struct str domain;              /* copied; any text, which is lower-cased */
    struct str roots_pem;           /* roots that are trusted besides the system's; outlive the look */
    uint16_t http_port, https_port; /* 0: 80 and 443 */
    uint32_t request_ms;            /* of each request, from connecting to the last byte; 0: FETCH_MS_MAX */
    uint32_t length_ms;             /* 0: PRELOAD_LOOK_REQUESTS_COUNT requests */
    const atomic_bool *cancel;      /* ends it early; or NULL */
    bool field_only;                /* nothing but https:// of the domain: for removal */
    void (*on_done)(struct preload_look *look, void *context); /* from crowd_turn, once */
    void *context;
};

/* NULL: memory ran out. The caller frees it, at the earliest in on_done. */
struct preload_look *preload_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                        const struct preload_look_request *request);
/* Valid once it is done, and as long as the look; NULL: memory ran out on the way. */
const struct preload_seen *preload_look_seen(const struct preload_look *look);
/* NULL is allowed. What is under way ends with crowd_free only: before that, only looks that are done are freed. */
void preload_look_free(struct preload_look *look);

#endif
