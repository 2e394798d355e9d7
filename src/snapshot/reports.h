/*
 * What browsers reported of one site on one day: how often each type, and from how many reporters. Shared by all
 * workers, written without locks, one page whatever comes. A reporter is known by a hash of its network under the salt
 * of the day (snapshot/clients.h), so it counts once for each type however often it reports, and nobody can tell who it
 * was. As with clients, all are known while they fit (level 0) and figures are exact; when they do not, the level rises
 * and a reporter of the sample of level n, whose hash ends in n zero bits, stands for 2^n.
 *
 *     63          32 31                0
 *    │ hash         │ a bit for each type│
 */
#ifndef SNAPSHOT_REPORTS_H
#define SNAPSHOT_REPORTS_H

#include <stdint.h>

/* enum report_type (http/report.h) fits. */
#define REPORTS_TYPES_COUNT 32
/* What makes it one page, with the rest. */
#define REPORTS_PLACES_COUNT 440
/* Beyond this the sample is halved: with a quarter free a place is near. */
#define REPORTS_USED_COUNT_MAX 330
/* A reporter stands so near to where its hash leads, or is not there. */
#define REPORTS_STEPS_COUNT_MAX 64

struct reports_site {
    uint64_t from_s;  /* of the ledger's clock: what is in here came since; control's. 0: not said yet */
    uint64_t level;   /* a reporter stands for 2^level */
    uint64_t used;    /* places of this level that are taken, about */
    uint64_t dropped; /* times that a reporter found no place */
    uint64_t refused; /* bodies or reports that were not taken: not understood, of another host, too many */
    uint64_t refused_written;
    uint64_t reserved[2];
    uint64_t counts[REPORTS_TYPES_COUNT];
    uint64_t written[REPORTS_TYPES_COUNT]; /* of the counts, so many are in the store; control's */
    uint64_t places[REPORTS_PLACES_COUNT]; /* 0: free */
} __attribute__((aligned(4096)));

/* How many reporters of the sample sent any of the types in `mask`, at the level that is set to *ret_level. */
uint64_t reports_counted(const struct reports_site *reports, uint32_t mask, uint64_t *ret_level);
/* A report of this type (below REPORTS_TYPES_COUNT) from whom the hash stands for. Any thread, any process. */
void reports_put(struct reports_site *reports, uint64_t hash, uint32_t type);
/* Something was not taken. */
void reports_refuse(struct reports_site *reports);

#endif
