/*
 * What browsers reported of a site, as the store keeps it: figures by type for each span, which is a day (UTC), cut
 * where the rung changed, so that what was reported under a promise can be told from what was reported before it.
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "base/err.h"

struct store;

/* As the daily figures of clients are. */
#define REPORT_DAYS_KEPT 400
/* A day is cut only where somebody changes the promise: this is two spans a day. The oldest make room. */
#define REPORT_SPANS_COUNT_MAX (2 * REPORT_DAYS_KEPT)

struct report_row {
    int64_t from_s;  /* of the span */
    struct str type; /* "tls.cert.date_invalid" */
    uint64_t count;
    uint64_t reporters, error; /* how many sent it, and by how many that may be wrong either way */
};

/*
 * Adds to the span: counts are added to what is there; of reporters the larger figure stays, since who they were is not
 * known any more. All of it or nothing; and what is older than is kept at `now_s` goes.
 */
NODISCARD bool store_add_reports(struct store *store, struct str site, const struct report_row *rows, size_t count,
                                 int64_t now_s, struct err *err);
/* All rows of spans that begin from since_s until before until_s, in the order of time. */
NODISCARD bool store_reports(struct store *store, struct str site, int64_t since_s, int64_t until_s,
                             void (*on_row)(void *context, const struct report_row *row), void *context,
                             struct err *err);

#endif
