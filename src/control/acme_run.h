/*
 * One job of the engine under way: performs its requests on the wire, puts its proofs up, waits when it waits, makes
 * durable what must survive before the next request leaves, and tells how it ended.
 */
#ifndef CONTROL_ACME_RUN_H
#define CONTROL_ACME_RUN_H

#include "acme/job.h"
#include "control/acme.h"
#include "control/acme_prove.h"
#include "control/acme_wire.h"

struct acme_run;

struct acme_run_input {
    enum acme_job_kind kind;
    struct ca *ca;   /* a reference is taken */
    struct str site; /* whom it is for; empty: the account */
    bool rehearsal;
    const struct str *names; /* OBTAIN; copied, like all texts here */
    size_t names_count;
    const enum acme_challenge_kind *challenges;
    size_t challenges_count;
    struct str certificate_key; /* PKCS#8, a secret */
    struct str order_url, replaces;
    struct str certificate_der; /* REVOKE, RENEWAL_INFO */
    unsigned reason;
    /* The order's URL has changed: durable when it returns true. NULL: of no interest. */
    bool (*on_order)(struct acme_run *run, struct str url, struct err *err);
    /* It is over; `failure` is NULL when the job has its result. The run is freed afterwards. */
    void (*on_end)(struct acme_run *run, const struct acme_failure *failure);
};

struct acme_run {
    struct list node;
    struct acme *acme;
    struct acme_run_input input; /* its texts live in the room */
    struct arena room;
    struct acme_ca about;
    struct key *account_key, *next_key, *certificate_key;
    struct acme_job *job;
    struct acme_wire_call call;
    struct buf request; /* what the call's views point to */
    bool calling;
    struct acme_stage stage;
    struct timer timer;
    bool dropped;           /* its end interests nobody any more */
    struct str order_url;   /* as it was made durable */
    const char *last_phase; /* that was told */
};

/* Begins a moment later. False when it cannot be tried at all: on_end is not called then. */
NODISCARD bool acme_run_start(struct acme *acme, const struct acme_run_input *input, struct acme_run **ret,
                              struct err *err);
/* It ends soon, without on_end. */
void acme_run_drop(struct acme_run *run);
/* At the end of everything, when the wire is gone. */
void acme_run_free(struct acme_run *run);
/* The run of this kind for a site (empty: for the account at `ca`), or NULL. */
struct acme_run *acme_run_find(const struct acme *acme, enum acme_job_kind kind, struct str site, bool rehearsal);
struct acme_run *acme_run_find_account(const struct acme *acme, struct str ca);
/* Whether anything but RENEWAL_INFO is under way there. */
bool acme_run_uses(const struct acme *acme, struct str ca);

#endif
