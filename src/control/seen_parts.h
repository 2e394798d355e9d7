/* What the files of control/seen share: the value, and what both of them ask of a name. For them only. */
#ifndef CONTROL_SEEN_PARTS_H
#define CONTROL_SEEN_PARTS_H

#include "control/seen.h"
#include "control/seen_marks.h"

struct slice;

struct seen {
    struct store *store;
    struct seen_marks marks;
    struct slice *slice;
    uint64_t next;    /* shelf, counted over all blocks, where the round goes on; 0: a new one begins */
    bool is_settled;  /* every table was gone through once: what has no mark has come since */
    int64_t tidied_s; /* 0: not yet */
};

/* Blocks that were ever used; 0 without counters. */
uint32_t seen_blocks_count(const struct counters *counters);
/* The name of a site without a wildcard's asterisk. */
struct str seen_base_of(struct str name);
/* The name is what our own looks ask a wildcard for. */
bool seen_is_ours(struct str name);
/* The name has labels before those of the domain. */
bool seen_is_below(struct str name, struct str domain);
/*
 * A time that the gateway wrote, or the latest that can be true at `now_s` of the ledger's clock. That may lag behind
 * the wall clock, by which the gateway writes; were it cut to the ledger's, a name would seem to have come after it
 * was last taken down, and count twice after a restart.
 */
int64_t seen_time(int64_t written_s, int64_t now_s);

#endif
