/*
 * The control process as a value: what its parts share. One thread runs all of it but name lookups and looks at sites
 * from outside; nothing in here is global. control.c makes it and turns its loop; commit.c is the only place that
 * changes state and book.
 */
#ifndef CONTROL_CORE_H
#define CONTROL_CORE_H

#include "control/challenge.h"
#include "control/control.h"
#include "control/paths.h"
#include "control/publish.h"
#include "control/resolve.h"
#include "control/tickets.h"
#include "crypto/system_roots.h"
#include "hsts/book.h"
#include "hsts/clock.h"
#include "os/loop.h"
#include "os/timer.h"
#include "snapshot/clients.h"
#include "snapshot/counters.h"
#include "store/certificate.h"
#include "store/state.h"
#include "store/store.h"

struct acme;
struct api;
struct mismatches;
struct errands;
struct gains;
struct hook_caller;
struct notifier;
struct observer;
struct panel;
struct preload;
struct seen;
struct self_checker;
struct subnames;
struct watch;

/* What a snapshot carries, as it was when the snapshot was made: see control/carried.h. */
struct carried {
    struct carried_site *sites; /* in the order of their names */
    size_t count;
};

/* The present one and those that may still be draining. */
#define CORE_GATEWAYS_COUNT 8

/* Whether any site is the panel, and in which state that was found. */
struct facts_panel {
    struct site *const *sites;
    size_t sites_count;
    uint64_t generation;
    bool is_any;
};

/* How far days of clients are written down, by came_kept.c. */
struct came_round {
    uint64_t day;      /* of the round; 0: there is none */
    char after[254];   /* the site that was written last, as long as a host name is */
    int64_t next_s;    /* wall clock: when the present day is written next */
    uint64_t over_day; /* the newest day that was written when it was over, by this process */
    bool is_ended;     /* the round is the last one before control stops */
};

struct core {
    const struct control_boot *boot;
    struct paths paths;
    struct loop *loop;
    struct timer_wheel wheel;
    struct store *store;
    struct state state;
    struct book book;       /* what browsers were promised, by name */
    struct carried carried; /* by the snapshot of core->state; empty until this process has published one */
    bool broken;            /* the store knows more than we do: nothing is saved any more, a restart reads it anew */
    struct hsts_clock clock;
    struct hsts_clock_reading (*read_clock)(const struct core *core); /* core_read_clock; tests have their own */
    struct certificates *certificates;
    struct system_roots system_roots; /* of this machine, read when first a chain is judged */
    struct resolver *resolver;
    struct watch *watch;               /* what is known of each site from watching it */
    struct gains *gains;               /* what the counters have gained since it was written down */
    struct seen *seen;                 /* names that clients asked for and no site has; NULL in tests without them */
    struct mismatches *mismatches;     /* certificates that are not the ones served */
    struct observer *observer;         /* looks at sites from outside; NULL in tests without one */
    struct errands *errands;           /* work that waits for the network; NULL in tests without threads */
    struct hook_caller *hooks;         /* programs of the boot file, run by the supervisor; NULL in tests without one */
    struct notifier *notifier;         /* tells people; NULL in tests without one */
    struct acme *acme;                 /* certificates from authorities; NULL in tests without them */
    struct preload *preload;           /* the browsers' list; NULL in tests without it */
    struct self_checker *self_checker; /* looks at sites as the list's checker does; NULL in tests without it */
    struct subnames *subnames;         /* looks at names below sites; NULL in tests without them */
    struct tickets tickets;
    uint8_t seal_key[SEAL_KEY_SIZE];
    struct publisher publisher;
    struct api *api;
    struct panel *panel;                 /* what its doors know of who comes; NULL in tests without one */
    pid_t gateways[CORE_GATEWAYS_COUNT]; /* processes that had the link, 0: none; a ring */
    size_t gateways_count;
    struct facts_panel panel_known; /* by facts.c */
    struct came_round came_round;
    struct clients *clients;         /* NULL without a descriptor for them */
    const struct counters *counters; /* NULL without a counters descriptor */
    int64_t started_s;               /* wall clock */
    bool stopping;
    struct challenges challenges; /* that passkeys answer to */
    unsigned hashings_count;      /* passwords that are being checked or hashed: see control/hashing.h */
    unsigned slow_answers_count;  /* answers of the API that wait for the network: API_SLOW_COUNT_MAX */
    /* where their next turn goes on in the list of sites, modulo its length */
    size_t autopilot_next, observe_next, coverage_next;
};

/* For "is it over?": see hsts/clock. */
int64_t core_over_s(const struct core *core);
/* For "until when?" */
int64_t core_latest_s(const struct core *core);
/* The wall clock, elapsed time, and whether a time server keeps the wall clock right. */
struct hsts_clock_reading core_read_clock(const struct core *core);

#endif
