/*
 * Names below those of sites that clients have asked for, as they are kept over restarts (control/seen.h says what they
 * are and what they are worth). A small table, bounded with each write; no part of the state, the audit log or a
 * restore.
 */
#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include "base/err.h"
#include "base/str.h"

struct store;

struct seen_row {
    struct str name;
    struct str domain;       /* the name of a site that it lies below: what it shares its room with */
    int64_t first_s, last_s; /* the latter never past `now_s` of whoever writes */
    uint64_t count;
    uint32_t hours; /* as in snapshot/seen.h */
    unsigned by;    /* enum seen_by */
};

struct seen_bounds {
    int64_t now_s;
    int64_t per_domain_count, count; /* names that may be kept: below each domain, and in all */
};

/* Gives what is known of a name; its views are empty. *ret_found false: nothing. */
NODISCARD bool store_seen_find(struct store *store, struct str name, struct seen_row *ret, bool *ret_found,
                               struct err *err);
/* Puts the rows in the place of those with the same names, and lets go of what is least worth (seen_worth) until the
 * bounds hold: in one transaction. */
NODISCARD bool store_seen_put(struct store *store, const struct seen_row *rows, size_t count,
                              const struct seen_bounds *bounds, struct err *err);

/* Rows in no order; the views live until the visitor returns, which says whether to go on. */
typedef bool store_visit_seen(void *context, const struct seen_row *row);
/* All whose name lies below `domain`. */
NODISCARD bool store_seen_below(struct store *store, struct str domain, store_visit_seen *visit, void *context,
                                struct err *err);

/* The domain that the names of `domain` belong to now: the same one, another one, or (empty) none: then they are
 * forgotten. */
typedef void store_judge_seen(void *context, struct str domain, struct str *ret);
/* Asks that of every domain, and forgets what was not asked for since `before_s`: in one transaction. */
NODISCARD bool store_seen_settle(struct store *store, int64_t before_s, store_judge_seen *judge, void *context,
                                 struct err *err);

#endif
