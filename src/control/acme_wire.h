/*
 * Requests to certificate authorities, on a few threads of their own, so that the loop never waits for one. Each call
 * belongs to a lane (its CA), which has a share of the threads: one that is slow does not hold up the others.
 *
 *     ask ──▶ queue ──thread: https_ask──▶ answer ──eventfd──▶ loop: on_done
 */
#ifndef CONTROL_ACME_WIRE_H
#define CONTROL_ACME_WIRE_H

#include "base/list.h"
#include "os/loop.h"
#include "outbound/https.h"

/* They mostly wait; two CAs in trouble leave room for a third. */
#define ACME_WIRE_THREADS_COUNT  8
#define ACME_WIRE_LANE_COUNT_MAX 3
/* A CA that issues while it is asked takes its time. */
#define ACME_WIRE_LIMIT_MS 60000

/* One request on its way. What its views point to stays as it is until on_done. */
struct acme_wire_call {
    struct list node;
    struct https_request request;
    struct str lane;
    struct https_answer answer; /* from on_done on; ended by whoever takes it */
    void (*on_done)(struct acme_wire_call *call);
};

struct acme_wire;

NODISCARD bool acme_wire_new(struct loop *loop, struct acme_wire **ret, struct err *err);
/* Ends what is under way; no on_done is called any more. NULL is allowed. */
void acme_wire_free(struct acme_wire *wire);
/* on_done is called by the loop, later. */
void acme_wire_ask(struct acme_wire *wire, struct acme_wire_call *call);

#endif
