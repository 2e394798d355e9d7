/*
 * What the counters have gained: how the shared counters, which only ever grow and know nothing of time, become the
 * evidence in the store (store/evidence.h), by minute, hour and day. Each site has a mark, which is what its counters
 * said when they were last written down; counting begins at the commit that brings the site, or when control starts.
 *
 * All sites are gone through once a minute in slices, each one transaction, with pauses in between in which the
 * ledger's commits have their turn. What a slice gained and could not be written is written with the next one. When
 * control is killed, what came since the last slice (a minute at most) is lost, and so is what comes until it is back:
 * the next one begins with what the counters say then, so that nothing is ever counted twice.
 */
#ifndef CONTROL_GAINS_H
#define CONTROL_GAINS_H

#include "snapshot/counters.h"
#include "store/state.h"
#include "store/store.h"

/* Between two slices of a round. */
#define GAINS_PAUSE_MS 100
/* Rows of one transaction: a millisecond or two of work, and a sync. */
#define GAINS_SLICE_COUNT 256

struct gains;

NODISCARD bool gains_new(struct store *store, struct gains **ret, struct err *err);
/* NULL is allowed. */
void gains_free(struct gains *gains);

/* From now on (`now_s`: ledger clock, in all of these) these sites are counted: new ones as well, gone ones not. In all
 * of these `counters` may be NULL: nothing is counted then. */
void gains_keep(struct gains *gains, const struct state *state, const struct counters *counters, int64_t now_s);
/*
 * Writes down a slice. A round begins with the first and ends with the one after which *ret_more is false; all of it
 * counts as of the minute in which the second before the round's beginning lies. After an error the round is over.
 */
NODISCARD bool gains_write(struct gains *gains, const struct state *state, const struct counters *counters,
                           int64_t now_s, bool *ret_more, struct err *err);
/*
 * A look at the site from outside is wanted: what came so far is its visitors'. Until the look is over nobody can say
 * of what comes whose it is; it is neither written down nor shown, and not lost.
 */
void gains_look_begins(struct gains *gains, const struct site *site, const struct counters *counters, int64_t now_s);
/* What the counters said when the look really began, and when it had ended. */
struct gains_window {
    struct evidence_counts begin, end;
};
/* For the look, on its thread: one side of the window. Without counters all is 0. */
void gains_read(const struct counters *counters, uint32_t slot, struct evidence_counts *ret);
/*
 * The look is over: what came within its window were our own requests, which prove nothing about visitors. (Nor do
 * those of a visitor that came just then; that is a second a day.)
 */
void gains_look_ends(struct gains *gains, const struct site *site, const struct gains_window *window);
/* What is not written down yet, of the site or (NULL) of the gateway as a whole. */
void gains_pending(const struct gains *gains, const struct site *site, const struct state *state,
                   const struct counters *counters, struct evidence_counts *ret);
/* Since when the site (NULL: the gateway) has been counted by this process; negative: it is not. */
int64_t gains_since_s(const struct gains *gains, const struct site *site);

#endif
