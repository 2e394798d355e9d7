/*
 * The control process as a value: what its parts share. One thread runs all of it but name lookups; nothing in here is
 * global. control.c makes it and turns its loop; commit.c is the only place that changes the state.
 */
#ifndef CONTROL_CORE_H
#define CONTROL_CORE_H

#include "control/control.h"
#include "control/paths.h"
#include "control/publish.h"
#include "control/resolve.h"
#include "control/tickets.h"
#include "os/loop.h"
#include "os/timer.h"
#include "snapshot/counters.h"
#include "store/certificate.h"
#include "store/state.h"

struct api;

/* The present one and those that may still be draining. */
#define CORE_GATEWAYS_COUNT 8

struct core {
    const struct control_boot *boot;
    struct paths paths;
    struct loop *loop;
    struct timer_wheel wheel;
    struct state state;
    struct promise_clock clock;
    struct certificates *certificates;
    struct resolver *resolver;
    struct tickets tickets;
    uint8_t seal_key[SEAL_KEY_SIZE];
    struct publisher publisher;
    struct api *api;
    pid_t gateways[CORE_GATEWAYS_COUNT]; /* processes that had the link, 0: none; a ring */
    size_t gateways_count;
    const struct counters *counters; /* NULL without a counters descriptor */
    int64_t started_s;               /* wall clock */
    bool stopping;
};

/* For "is it over?": see store/promise. */
int64_t core_now_s(const struct core *core);
/* For "until when?" */
int64_t core_latest_s(const struct core *core);

#endif
