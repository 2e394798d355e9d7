/*
 * Names below those of sites that clients asked the gateway for, and that are no site's own: what the workers' tables
 * (snapshot/seen.h) have is taken down every minute and kept over restarts, at most SEEN_KEPT_PER_DOMAIN names below a
 * site's name and SEEN_KEPT_MAX in all. They tell an administrator what includeSubDomains would bind that is in no
 * list.
 *
 * They prove nothing: whoever connects chooses SNI and Host. A name that was only seen may be anybody's invention, and
 * one that exists may be missing. Nothing of who asked is kept. Neither audit nor generations know of them, and a
 * restore leaves them as they are.
 */
#ifndef CONTROL_SEEN_H
#define CONTROL_SEEN_H

#include "snapshot/counters.h"
#include "store/state.h"
#include "store/store.h"

struct core;
struct seen;

/* More names below one name of a site than anybody goes through; those not worth it (seen_worth) go first. */
#define SEEN_KEPT_PER_DOMAIN 256
/* Of all: some 4 MB. When there are more, the domain with most of them gives way. */
#define SEEN_KEPT_MAX 16384
/* A name that was not asked for in this time is forgotten: some are only used once a year. */
#define SEEN_KEPT_S ((int64_t)400 * 86400)

struct seen_name {
    struct str name;         /* lower case, A-labels, no final dot */
    int64_t first_s, last_s; /* the gateway's wall clock, no further past the ledger's than that may lag */
    uint64_t count;          /* handshakes and requests that asked for it; at least so many */
    bool by_sni, by_host;
};

NODISCARD bool seen_new(struct store *store, struct seen **ret, struct err *err);
/* NULL is allowed. */
void seen_free(struct seen *seen);

/*
 * Takes down a slice of what came since; more is left while *ret_more. `now_s`: ledger clock. Without counters there is
 * nothing to take. What a failed slice had comes with the next one.
 */
NODISCARD bool seen_take(struct seen *seen, const struct state *state, const struct counters *counters, int64_t now_s,
                         bool *ret_more, struct err *err);

typedef bool seen_visit(void *context, const struct seen_name *name);
/*
 * Every name below `domain` that clients asked the gateway for and that is no site's own; newest first, with what was
 * not taken down yet; at most SEEN_KEPT_MAX and what is in the tables. The views live until `visit` returns, which may
 * not ask for a slice. False: visit said stop, or they could not be read (then the log says so).
 */
bool seen_each(const struct core *core, struct str domain, seen_visit *visit, void *context);
/* The same below any of the site's names: its own, an alias, what a wildcard covers. */
bool seen_each_of_site(const struct core *core, const struct site *site, seen_visit *visit, void *context);

#endif
