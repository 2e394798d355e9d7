/*
 * TXT records that prove control of a name (dns-01), put up and taken down in the background: by dynamic update where
 * the zone has a key here (the longest zone wins), else by the hook for DNS. A record counts as up when every name
 * server of its zone has it. Several values for one name stand beside each other, as a name and its wildcard need it.
 */
#ifndef CONTROL_DNS_PROOF_H
#define CONTROL_DNS_PROOF_H

#include "control/core.h"
#include "dns/visible.h"
#include "outbound/deadline.h"

/* Secondary servers that are told by NOTIFY have a change within seconds; some are told by the clock. */
#define DNS_PROOF_UP_MS   180000
#define DNS_PROOF_DOWN_MS 60000
/* A hook has the time limit of the boot file (ten minutes at most), and may have to wait for its turn. */
#define DNS_PROOF_HOOK_MS 720000
/* What a validated value may be kept by resolvers: it changes with each order. */
#define DNS_PROOF_TTL_S 60

struct dns_proof;

/* `problem` is NULL when the record can be seen, else why not, in sentences; it lives until this returns. */
typedef void dns_proof_done(void *context, const char *problem);

/* Whether records can be put up at all: a zone has a key here, or the boot file names a hook. */
bool dns_proof_can(const struct core *core);
/*
 * Puts `value` up at `name` ("_acme-challenge.example.org", perhaps an alias of a name elsewhere, which is followed).
 * Both are copied. on_done is called once, later, on the loop.
 */
NODISCARD bool dns_proof_up(struct core *core, struct str name, struct str value, dns_proof_done *on_done,
                            void *context, struct dns_proof **ret, struct err *err);
/*
 * Takes it down in the background, also one that is not up yet; on_done is not called any more. NULL is allowed. What
 * is not taken down yet when the errands end is taken down by their end, where that needs no hook.
 */
void dns_proof_down(struct dns_proof *take_proof);

/*
 * Takes down what a control before this one put up and could not take down: it was killed. Once nothing is under way
 * that may put the same up again; what is up again by then is this control's. What cannot be taken down now is tried at
 * the next start.
 */
void dns_proof_sweep(struct core *core);

/* A dry run: a value of no meaning is put up and taken down again, on the calling thread, which waits. What preflight
 * and `strictgate dns test` do. `name` is the one to be proven, without "_acme-challenge". ret_left_out is that of
 * dns_wait_visible. */
struct dns_zones;
struct hook_caller;
struct dns_proof_ways {
    const struct dns_zones *zones;
    struct hook_caller *hooks; /* NULL: none */
};
NODISCARD bool dns_proof_rehearse(const struct dns_proof_ways *ways, struct str name, const struct deadline *deadline,
                                  char ret_left_out[static DNS_LEFT_OUT_SIZE], struct err *err);

#endif
