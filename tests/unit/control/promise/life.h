/*
 * One life of a control process and its gateway: random requests to the real admin API over a disk that fails, with
 * gateways, clocks and deaths made up around it, and an oracle of browsers that is fed from the blobs that were
 * published and from nothing that control thinks. After every event the ledger must know of every browser, at least
 * until when it is bound.
 */
#ifndef CONTROL_PROMISE_LIFE_H
#define CONTROL_PROMISE_LIFE_H

#include "../core_fixture.h"
#include "dice.h"
#include "oracle.h"
#include "serving.h"
#include "test_ca.h"

#define LIFE_CERTIFICATES_COUNT 6

struct life_tally {
    uint64_t requests, done, sent, checks, faults, deaths, boots, snapshots, closed, freed;
};

struct life {
    struct fixture *f;
    struct dice dice;
    struct serving serving;
    struct oracle oracle;
    int64_t true_s;         /* of the world; control's wall clock may be off by f->wall_shift_s */
    int64_t born_s;         /* when the machine was switched on */
    int64_t wheel_ms;       /* the wheel's time, which is ahead of the real one */
    uint64_t seen;          /* the generation that was looked at last */
    bool synchronised;      /* a time server vouches for the wall clock, which is right then */
    bool supervisor_busy;   /* takes nothing */
    bool seals;             /* sealing works */
    bool shows;             /* tells what happens */
    unsigned looks;         /* certificates that were seen served so far */
    struct buf sealed_blob; /* what a sealed file would hold */
    struct life_tally tally;
    char fault[400]; /* what went wrong; empty: nothing */
};

/* Certificates for all names, with ends between two hours and many years from now; to be made once. */
void life_certificates(struct test_ca *ca);
void life_certificates_free(void);
/* False when a browser is bound without the ledger knowing: `fault` says which. */
bool life_run(struct life *life, uint64_t seed, uint64_t number, bool shows);

#endif
