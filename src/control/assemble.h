/*
 * From the state to a snapshot: collects certificates, addresses and ticket keys for every site and has the blob built.
 * What cannot be served is left out of the snapshot and told by `problem`, instead of failing all sites for one.
 */
#ifndef CONTROL_ASSEMBLE_H
#define CONTROL_ASSEMBLE_H

#include "control/acme_prove.h"
#include "control/resolve.h"
#include "control/tickets.h"
#include "hsts/ledger.h"
#include "store/certificate.h"
#include "store/state.h"

struct assemble_input {
    const struct state *state;
    struct certificates *certificates;
    struct resolver *resolver; /* NULL: only literals have addresses */
    const struct tickets *tickets;
    uint64_t generation;
    int64_t made_s; /* a moment that has certainly been */
    /* The promise a site carries; false: none. NULL: no site carries any. */
    bool (*promise_of)(const void *context, const struct site *site, struct ledger_promise *ret);
    const void *context;
    const struct acme_proving *proving; /* answers to challenges; or NULL */
    struct str panel_socket;            /* where sites that are the panel lead */
    const uint8_t *key;  /* from which tokens for reports are made, SEAL_KEY_SIZE bytes; NULL: none are taken */
    uint16_t https_port; /* public */
};

/* *ret_blob goes back with snapshot_blob_free. */
NODISCARD bool assemble(const struct assemble_input *input, void **ret_blob, size_t *ret_size, struct err *err);
/* The names that must be looked up: into the arena, *ret_count of them. NULL when memory ran out. */
struct str *assemble_names(const struct state *state, struct arena *arena, size_t *ret_count);
#endif
