/* What the supervisor's own files share; for app/supervisor*.c only. */
#ifndef APP_SUPERVISOR_STATE_H
#define APP_SUPERVISOR_STATE_H

#include "app/hooks.h"
#include "app/keeper.h"
#include "app/kept.h"
#include "app/notify.h"
#include "app/respawn.h"
#include "app/supervisor.h"
#include "app/tally.h"

/* Beyond the gateway's own drain timeout: closing what is left, flushing the log, ending the threads. */
#define SUPERVISOR_DRAIN_MARGIN_MS 5000
/* When no snapshot says otherwise. */
#define SUPERVISOR_DRAIN_DEFAULT_MS 30000
/* Control has nothing to finish but a write to the state. */
#define SUPERVISOR_STOP_TIMEOUT_MS 10000

/* The place of one child; who fills it changes. */
struct supervisor_place {
    struct keeper *keeper; /* NULL: nobody, and one is due */
    struct respawn respawn;
    int64_t due_ms; /* when nobody fills it: not before this time */
};

struct supervisor {
    const struct setup_origin *origin;
    const struct listener_override *override;
    const char *listener_reason; /* what control is told of it: set when it was needed, until the next reload */
    struct loop *loop;
    struct loop_source signals;
    struct setup *setup;
    struct activation activation;
    struct datadir datadir;
    struct notify notify;
    struct kept kept;
    struct tally tally;
    struct hooks hooks;
    struct list keepers; /* all of them */
    struct supervisor_place places[KEEPER_KINDS_COUNT];

    /* A reload under way: a gateway with another setup that has not said READY yet. */
    struct setup *next_setup;
    struct keeper *next_gateway;
    unsigned next_changes; /* enum setup_change */
    bool reload_again;     /* a further SIGHUP came meanwhile */
    uint64_t reloads_count;

    bool ready_told; /* READY=1 was sent */
    bool hint_given; /* the next command was told to somebody without a site */
    bool stopping;
    bool done;
};

/* Starts a child with a setup; on failure it is logged and NULL. It is in no place yet. */
struct keeper *supervisor_spawn(struct supervisor *s, enum keeper_kind kind, const struct setup *setup);
/* Gives gateway and control a new link to each other, when both are there. */
void supervisor_link(struct supervisor *s);
/* How long a gateway may take to drain. */
int64_t supervisor_drain_timeout_ms(const struct supervisor *s);
/* What is known of browsers that are bound; nobody, with a warning in the log, when it cannot be read. */
struct bound supervisor_bound(const struct boot *boot);
/* Sends the descriptor of the access log. */
void supervisor_send_access_log(struct keeper *gateway, int access_log_fd);

/* supervisor_reload.c */
void supervisor_reload(struct supervisor *s);
/* The gateway of the next setup is ready: it takes over. */
void supervisor_reload_commit(struct supervisor *s);
/* It did not get ready: all stays as it is. */
void supervisor_reload_abandon(struct supervisor *s);
/* SIGUSR1 */
void supervisor_reopen_log(struct supervisor *s);

#endif
