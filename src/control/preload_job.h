/*
 * Getting a preload list and compiling it, on a thread: from its address, or from the content of a file. It owns copies
 * of all that it needs and changes nothing; what it brings back is looked at on the loop (control/preload.h).
 *
 *     bytes ──▶ [gunzip] ──▶ preload_source ──▶ preload_build ──▶ compiled
 */
#ifndef CONTROL_PRELOAD_JOB_H
#define CONTROL_PRELOAD_JOB_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/buf.h"
#include "control/errands.h"
#include "hsts/preload_list.h"

/* 15 MB over a line of 200 kbit/s. */
#define PRELOAD_JOB_LIMIT_MS 600000
/* Address, entity tags, who asked, roots to trust. */
#define PRELOAD_JOB_SIZE_MAX ((size_t)4 << 20)

enum preload_result {
    PRELOAD_FAILED,    /* *err of the job says why */
    PRELOAD_UNCHANGED, /* its source has no newer one */
    PRELOAD_COMPILED,
};

struct preload_job {
    struct errand errand; /* the owner sets on_done */
    void *owner;
    struct arena arena;        /* holds the texts */
    struct str address;        /* "https://…", or the name of a file */
    struct str etag, modified; /* of the list that is here, if it is from there: ask for a newer one only */
    struct str roots_pem;
    struct str actor;
    struct buf content; /* of the file */
    bool is_file;
    bool force;
    int64_t since_s; /* wall clock */
    atomic_size_t received;
    /* what it comes to */
    enum preload_result result;
    struct buf compiled;
    struct err err;
};

/* What somebody wants; the texts are copied. */
struct preload_wish {
    struct str address; /* where from; or what to call the file */
    struct str content; /* of a file, at least a byte; empty: fetch from the address */
    bool force;         /* also when there is much less in it */
    struct str actor;   /* for the audit log */
};

/* NULL when memory ran out. `present` (or NULL) and `roots_pem` are copied as far as they are needed. */
struct preload_job *preload_job_new(const struct preload_wish *wish, const struct preload_list *present,
                                    struct str roots_pem);
/* NULL is allowed. */
void preload_job_free(struct preload_job *job);

#endif
