/*
 * Certificates by themselves (ACME): what its parts share. The engine (src/acme) says what is to be done; here it gets
 * a clock, threads for its requests, a place for its proofs and a store for what must survive, and here is decided
 * which site orders what from whom, and when. All of it belongs to the loop's thread but the requests themselves.
 *
 *     acme         a turn now and then: whose certificate is due, how many at a time
 *     acme_cas     the authorities and the accounts there; acme_errand: small jobs with them
 *     acme_site    a site's orders, from beginning to end; acme_plan: which authority, when again; acme_install
 *     acme_ari     asking authorities when to renew; acme_revoke
 *     acme_run     one job of the engine under way: acme_wire (requests), acme_prove (proofs)
 *     acme_state   all of it in words, for whoever shows it
 */
#ifndef CONTROL_ACME_H
#define CONTROL_ACME_H

#include "control/core.h"
#include "store/acme_order.h"
#include "store/ca.h"

/* Jobs under way at a time: what a gateway with thousands of sites asks of a CA stays polite, and of its loop small. */
#define ACME_RUNS_COUNT_MAX 24
/* What is due by the clock is looked for this often at least. */
#define ACME_TURN_MS_MAX 60000

struct acme_proving;
struct acme_wire;

struct acme {
    struct core *core;
    struct acme_wire *wire;
    struct acme_proving *proving;
    struct ca *cas[CA_COUNT_MAX]; /* by preference, then by name; a reference each */
    size_t cas_count;
    struct map orders, rehearsals; /* struct acme_order by site; keys are theirs */
    struct list runs;              /* struct acme_run */
    size_t runs_count;
    struct list errands; /* struct acme_errand */
    struct timer timer;  /* of the next turn */
    bool again;          /* something has changed since the last turn began */
    bool swept;          /* proofs that were left by a control before this one are taken down */
    size_t site_next;    /* where the next turn begins in the list of sites, modulo its length */
};

/* Reads what the store has and begins; what was under way goes on. */
NODISCARD bool acme_new(struct core *core, struct acme **ret, struct err *err);
/* Ends what is under way, which goes on at the next start. NULL is allowed. */
void acme_free(struct acme *acme);
/* Something has changed: looks soon what is to be done. NULL is allowed. */
void acme_wake(struct acme *acme);
/* `state` is what is served now: sites that are gone, or want none any more, have nothing on order. NULL is allowed. */
void acme_forget(struct acme *acme, const struct state *state);
/* For assembling snapshots. NULL when acme is. */
const struct acme_proving *acme_proving_of(const struct acme *acme);

#endif
