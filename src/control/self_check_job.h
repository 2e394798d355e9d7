/*
 * Looking at some sites in one crowd, as an errand: made on the loop from what is known of them, done on a thread, read
 * on the loop again. It owns copies of all that it needs. Each site is looked at from where this machine stands: by the
 * DNS, or at the one address that the settings name.
 *
 *     name ──▶ addresses ──▶ public? ──▶ probe/domain_look ──▶ seen ──▶ report
 *                 │ none, or of this network only: could not be looked at
 */
#ifndef CONTROL_SELF_CHECK_JOB_H
#define CONTROL_SELF_CHECK_JOB_H

#include "base/arena.h"
#include "control/core.h"
#include "control/errands.h"
#include "control/self_check_report.h"
#include "probe/domain_look.h"

/* As many as a minute takes: all of ten thousand sites in half a day. */
#define SELF_CHECK_BATCH_COUNT_MAX 16
/* All of them mostly live at one address, our own, which shall not notice. */
#define SELF_CHECK_PER_ADDRESS_COUNT_MAX 2
/* The slowest gets as long as its requests may take one after the other. */
#define SELF_CHECK_LIMIT_MS 120000
/* Names, fingerprints, addresses, and what is kept of each. */
#define SELF_CHECK_JOB_SIZE_MAX ((size_t)4 << 20)

struct self_check_item {
    char site[NAME_SIZE_MAX + 1];
    uint64_t form;           /* of the site, see control/self_check.h */
    const struct str *names; /* host names of the site, its own first, that on the list (if any) before it */
    const struct str *www;   /* for each of them "www." before it, where that is served here as well; else empty */
    size_t names_count;
    bool is_listed; /* the first one is on the list: it is looked at, whichever else would be fit */
    char fingerprints[CERT_SIDES_COUNT][CERT_FINGERPRINT_SIZE + 1];
    struct self_check_report report; /* what it comes to; texts in the job's arena */
    /* the thread's */
    struct self_check_job *job;
    struct crowd_question question;
    struct domain_look *look;
    char our_field[HSTS_FIELD_SIZE_MAX]; /* what the gateway sends for it; empty: nothing */
    bool done;
};

struct self_check_job {
    struct errand errand; /* the owner sets on_done */
    void *owner;
    struct arena arena;
    bool has_address;
    struct sockaddr_storage address; /* of the settings */
    uint16_t http_port, https_port;  /* as visitors find the gateway; 0: the usual ones */
    struct self_check_item items[SELF_CHECK_BATCH_COUNT_MAX];
    size_t items_count, left;
    struct crowd *crowd;
    struct suffixes *suffixes;
    struct deadline deadline;
};

/* NULL when memory ran out. */
struct self_check_job *self_check_job_new(const struct core *core);
/* NULL is allowed. */
void self_check_job_free(struct self_check_job *job);
/* False when it is full, or memory ran out. */
NODISCARD bool self_check_job_add(struct self_check_job *job, const struct core *core, const struct site *site,
                                  uint64_t form);

#endif
