/*
 * A look at some names below a site, on a thread: it owns copies of all that it needs and changes nothing. What it
 * brings back is written down on the loop (control/subnames.h).
 */
#ifndef CONTROL_SUBNAMES_JOB_H
#define CONTROL_SUBNAMES_JOB_H

#include <stdatomic.h>

#include "base/arena.h"
#include "control/core.h"
#include "control/errands.h"

/* Looked at together: some seconds of work, after which others have their turn and what was found is on disk. */
#define SUBNAMES_JOB_COUNT 100
/* At a time; and at one address, where many names may live whose owner is not to notice. */
#define SUBNAMES_IN_FLIGHT_COUNT   32
#define SUBNAMES_PER_ADDRESS_COUNT 2
/* As long as its names take when all of them are silent and at one address. */
#define SUBNAMES_JOB_LIMIT_MS 1200000
/* Names, roots, hosts file, what was found. */
#define SUBNAMES_JOB_SIZE_MAX ((size_t)8 << 20)

struct subnames_job {
    struct errand errand; /* the owner sets on_done */
    void *owner;
    struct arena arena;
    struct str site, domain, roots_pem;
    struct subname_asked {
        struct str name;
        bool doubts;
    } names[SUBNAMES_JOB_COUNT];
    size_t names_count;
    atomic_size_t done_count;
    /* what it comes to */
    struct subname_found found[SUBNAMES_JOB_COUNT];
    size_t found_count;
    struct err err; /* why nothing could be looked at; empty text: it could */
};

/* NULL when memory ran out, or the roots to judge by cannot be read. */
struct subnames_job *subnames_job_new(struct core *core, const struct site *site);
/* NULL is allowed. */
void subnames_job_free(struct subnames_job *job);
/* One more name; false when memory ran out. At most SUBNAMES_JOB_COUNT. */
NODISCARD bool subnames_job_add(struct subnames_job *job, const struct subname_entry *entry);

#endif
