/*
 * What a site's browsers may still believe: until which moment a Strict-Transport-Security field that was emitted, or
 * may yet be emitted, can bind one of them. Pure arithmetic; whoever calls keeps the result durable *before* anything
 * that could emit the field. It errs on the late side only.
 *
 * While a served snapshot may carry the field the promise is open: browsers are bound until "now + max-age" at any
 * moment, however long ago the last note was written. It is closed when no snapshot that could still be served (the
 * gateway's, the supervisor's, the sealed one) carries it any more.
 */
#ifndef STORE_PROMISE_H
#define STORE_PROMISE_H

#include "base/str.h"

/* Open promises are noted anew this often. What happens in between is covered by their being open. */
#define PROMISE_REFRESH_S 86400
/* A gateway that was replaced drains for an hour at most by its last snapshot, and what it sent may be read later. */
#define PROMISE_SLACK_S 7200

struct promise {
    int64_t until_s;         /* noted: no browser is bound after this by what was emitted so far; 0: never promised */
    int64_t open_max_age_s;  /* largest max-age that a served snapshot may carry now; 0: closed */
    bool include_subdomains; /* was ever promised for the names below as well */
};

/* A snapshot with this max-age is about to be published. 0 binds nobody and opens nothing. */
void promise_open(struct promise *promise, int64_t now_s, int64_t max_age_s, bool include_subdomains);
/* Time has passed: notes an open promise anew. True when the note moved, so that it must be saved. */
bool promise_refresh(struct promise *promise, int64_t now_s);
/* From now on every snapshot that may be served carries at most this max-age (0: no field, or max-age=0). True when it
 * changed anything. */
bool promise_close(struct promise *promise, int64_t now_s, int64_t max_age_s);
/* What two records of one name say together: the later, the longer. For a name that comes back, or a restored backup.
 */
void promise_merge(struct promise *promise, const struct promise *other);
/* The latest moment at which a browser may still be bound, as far as it is known now; 0 when nobody ever was. */
int64_t promise_bound_until(const struct promise *promise, int64_t now_s);
/* Whether a browser may be bound now. */
bool promise_binds(const struct promise *promise, int64_t now_s);

/*
 * The clock promises are compared with: never goes back over restarts (last_s is what was stored), and while the
 * process runs it moves with elapsed time only, so that a wall clock set forward by mistake ends no promise early.
 */
struct promise_clock {
    int64_t started_s;         /* its value when the process began */
    int64_t started_elapsed_s; /* CLOCK_BOOTTIME then */
};

void promise_clock_start(struct promise_clock *clock, int64_t last_s, int64_t wall_s, int64_t elapsed_s);
/* For the question "is it over?". */
int64_t promise_clock_now(const struct promise_clock *clock, int64_t elapsed_s);
/* For the note "until when?": the later of the two clocks. */
int64_t promise_clock_latest(const struct promise_clock *clock, int64_t wall_s, int64_t elapsed_s);

#endif
