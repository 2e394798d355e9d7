/*
 * Further answers of one name over HTTPS: the front page, a path that nobody has, a method that servers refuse, HEAD,
 * and redirects. A handful of requests, each without a body or a cookie; what each of them is, and why it does no harm,
 * stands in hsts/site_seen.h, which this fills. It runs in a crowd, whose gate holds how many go to one address at a
 * time. For names that answer over valid HTTPS: whoever begins it looks at that first (probe/domain_look.h).
 */
#ifndef PROBE_SITE_LOOK_H
#define PROBE_SITE_LOOK_H

#include "hsts/site_seen.h"
#include "probe/crowd.h"

/* Redirects from / to the front page; hstspreload.org allows no more. */
#define SITE_LOOK_HOPS_COUNT_MAX 3
/* Fields of a handful of answers. */
#define SITE_LOOK_SIZE_MAX ((size_t)512 * 1024)

struct site_look;

struct site_look_request {
    struct str domain;        /* a host name in lower case; copied */
    struct str roots_pem;     /* roots that are trusted besides the system's; outlive the look */
    uint16_t https_port;      /* 0: 443 */
    uint32_t request_ms;      /* of each request; 0: FETCH_MS_MAX */
    struct deadline deadline; /* of all of it */
    void (*on_done)(struct site_look *look, void *context); /* from crowd_turn, once */
    void *context;
};

/* NULL: memory ran out. The caller frees it, at the earliest in on_done. */
struct site_look *site_look_begin(struct crowd *crowd, const struct site_look_request *request);
/* Valid once it is done, and as long as the look; NULL: memory ran out on the way. */
const struct site_seen *site_look_seen(const struct site_look *look);
/* NULL is allowed. What is under way ends with crowd_free only: before that, only looks that are done are freed. */
void site_look_free(struct site_look *look);

#endif
