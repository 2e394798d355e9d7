/*
 * SIGHUP and SIGUSR1. A change that the gateway must know of is a new gateway beside the old one: it gets the sockets
 * both share, says READY, and only then is the old one told to drain. At no moment does nobody accept.
 */
#include <assert.h>
#include <unistd.h>

#include "app/supervisor_state.h"
#include "base/log.h"
#include "hsts/ledger.h"
#include "os/clock.h"
#include "snapshot/contract.h"
#include "snapshot/limits.h"

/*
 * How long a gateway can go on making a promise that the ledger has closed: one that drains, until it is killed; one
 * that is being started with the snapshot of before, until it must have read that there is a newer one (docs/internals/
 * snapshot.md). The rest of the slack is for what was sent and is read late.
 */
static_assert((int64_t)SNAP_DRAIN_TIMEOUT_MS_MAX + SUPERVISOR_DRAIN_MARGIN_MS <= INT64_C(1000) * LEDGER_SLACK_S * 3 / 4,
              "a gateway that drains must be gone well before the ledger takes its promises for over");
static_assert(KEEPER_READY_TIMEOUT_MS + KEEPER_PING_MS + KEEPER_HANG_TIMEOUT_MS <= SNAP_DRAIN_TIMEOUT_MS_MAX,
              "a gateway that starts must know of the newest snapshot before one that drains is gone");

static void log_err(const char *what, const struct err *err)
{
    log_error("%s: %s%s%s", what, err->text, *err->fix ? "; " : "", err->fix);
}

/* The end of a reload, for better or worse. */
static void finish(struct supervisor *s)
{
    if (s->ready_told)
        notify_ready(&s->notify);
    if (!s->reload_again)
        return;
    s->reload_again = false;
    supervisor_reload(s);
}

static void reload_control(struct supervisor *s, unsigned changes)
{
    struct keeper *control = s->places[KEEPER_CONTROL].keeper;
    if (!control)
        return; /* the next one reads everything anyway */
    if (changes & SETUP_CHANGE_CONTROL) {
        keeper_dismiss(control, SUPERVISOR_STOP_TIMEOUT_MS);
        return;
    }
    struct channel_message message = {.type = CONTRACT_RELOAD, .value = ++s->reloads_count};
    keeper_send(control, &message);
}

/* Puts `next` in the place of the setup in force. */
static void replace_setup(struct supervisor *s, struct setup *next)
{
    sockets_unlink(&s->setup->sockets, &next->sockets);
    setup_free(s->setup);
    s->setup = next;
    s->listener_reason = NULL; /* it was about the setup before */
    log_init("supervisor", next->boot->log_level, next->boot->log_format);
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
        struct keeper *keeper = container_of(node, struct keeper, node);
        if (keeper->kind == KEEPER_GATEWAY && next->access_log_fd >= 0)
            supervisor_send_access_log(keeper, next->access_log_fd);
    }
}

/* What is as it is already was allowed at the start, by an override perhaps, and control may not have written it yet.
 */
static bool keeps_listeners(const struct supervisor *s, const struct setup *next, struct err *err)
{
    const struct bound bound = supervisor_bound(next->boot);
    return boot_served_https_port(next->boot) == boot_served_https_port(s->setup->boot) ||
           listener_guard_check(next->boot, &bound, clock_wall_s(), err);
}

static bool prepare(struct supervisor *s, struct setup **ret, unsigned *ret_changes)
{
    struct err err = {0};
    struct setup *next;
    if (!setup_load(s->origin, &next, &err)) {
        log_err("reload refused, nothing changes", &err);
        return false;
    }
    if (setup_compare(s->setup, next, ret_changes, &err) &&
        datadir_suits(&s->datadir, next->boot->data_directory, &next->user, &err) && keeps_listeners(s, next, &err) &&
        setup_open(next, &s->activation, &s->datadir, s->setup, &err)) {
        if (setup_panel_differs(s->setup, next))
            *ret_changes |= SETUP_CHANGE_CONTROL;
        *ret = next;
        return true;
    }
    log_err("reload refused, nothing changes", &err);
    sockets_unlink(&next->sockets, &s->setup->sockets);
    setup_free(next);
    return false;
}

void supervisor_reload(struct supervisor *s)
{
    if (s->next_gateway) {
        s->reload_again = true;
        return;
    }
    notify_reloading(&s->notify);
    struct setup *next = NULL;
    unsigned changes = 0;
    if (!prepare(s, &next, &changes)) {
        finish(s);
        return;
    }
    if (!(changes & SETUP_CHANGE_GATEWAY)) {
        replace_setup(s, next);
        reload_control(s, changes);
        log_notice("reloaded");
        finish(s);
        return;
    }
    s->next_setup = next;
    s->next_changes = changes;
    s->next_gateway = supervisor_spawn(s, KEEPER_GATEWAY, next);
    if (!s->next_gateway)
        supervisor_reload_abandon(s);
}

void supervisor_reload_commit(struct supervisor *s)
{
    struct supervisor_place *place = &s->places[KEEPER_GATEWAY];
    struct keeper *old = place->keeper;
    place->keeper = s->next_gateway;
    s->next_gateway = NULL;
    respawn_init(&place->respawn);
    if (old)
        keeper_dismiss(old, supervisor_drain_timeout_ms(s));
    replace_setup(s, s->next_setup);
    s->next_setup = NULL;
    supervisor_link(s);
    reload_control(s, s->next_changes);
    log_notice("reloaded with a new gateway (process %d)", (int)place->keeper->pid);
    finish(s);
}

void supervisor_reload_abandon(struct supervisor *s)
{
    log_error("the gateway did not start with the new boot file; the present one goes on with the old");
    sockets_unlink(&s->next_setup->sockets, &s->setup->sockets);
    setup_free(s->next_setup);
    s->next_setup = NULL;
    s->next_gateway = NULL;
    finish(s);
}

void supervisor_reopen_log(struct supervisor *s)
{
    struct err err = {0};
    int fd;
    if (!datadir_open_access_log(&s->datadir, s->setup->boot, &fd, &err)) {
        log_err("the access log is not opened again", &err);
        return;
    }
    if (fd < 0)
        return; /* off */
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
        struct keeper *keeper = container_of(node, struct keeper, node);
        if (keeper->kind == KEEPER_GATEWAY)
            supervisor_send_access_log(keeper, fd);
    }
    (void)close(s->setup->access_log_fd);
    s->setup->access_log_fd = fd;
    log_info("access log opened again");
}
