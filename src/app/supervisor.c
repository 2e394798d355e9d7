/* Start, watch, restart, end. Reloads are in supervisor_reload.c. */
#include "app/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli.h"
#include "app/supervisor_state.h"
#include "base/log.h"
#include "os/clock.h"
#include "os/signal.h"
#include "snapshot/contract.h"
#include "snapshot/limits.h"

static void log_err(const struct err *err)
{
    log_error("%s%s%s", err->text, *err->fix ? "; " : "", err->fix);
}

/* ---- starting children ---- */

static void send_fd(struct keeper *keeper, enum contract_message type, uint64_t value, int fd)
{
    struct channel_message message = {.type = type, .value = value, .fds = {fd}, .fds_count = 1};
    keeper_send(keeper, &message);
}

void supervisor_send_access_log(struct keeper *gateway, int access_log_fd)
{
    send_fd(gateway, CONTRACT_ACCESS_LOG, 0, access_log_fd);
}

static void send_listeners(struct keeper *keeper, const struct setup *setup)
{
    for (size_t i = 0; i < setup->sockets.listeners_count; i++) {
        const struct sockets_listener *listener = &setup->sockets.listeners[i];
        struct channel_message message = {
            .type = CONTRACT_LISTENER, .index = (uint32_t)i, .fds_count = listener->count};
        memcpy(message.fds, listener->fds, listener->count * sizeof *listener->fds);
        keeper_send(keeper, &message);
    }
}

static void send_counters(struct supervisor *s, struct keeper *keeper)
{
    struct channel_message message = {
        .type = CONTRACT_COUNTERS, .index = keeper->counters.first, .fds = {s->tally.fd}, .fds_count = 1};
    keeper_send(keeper, &message);
    send_fd(keeper, CONTRACT_CLIENTS, 0, s->tally.clients_fd);
}

/* Everything a child waits for, in the order of snapshot/contract.h. */
static void send_start(struct supervisor *s, struct keeper *keeper, const struct setup *setup)
{
    struct channel_message boot = {
        .type = CONTRACT_BOOT, .index = setup->workers_count, .payload = buf_str(&setup->payload)};
    keeper_send(keeper, &boot);
    if (keeper->kind == KEEPER_GATEWAY)
        send_listeners(keeper, setup);
    send_counters(s, keeper);
    if (keeper->kind == KEEPER_GATEWAY && s->kept.fd >= 0)
        send_fd(keeper, CONTRACT_SNAPSHOT, s->kept.generation, s->kept.fd);
    if (keeper->kind == KEEPER_GATEWAY && setup->access_log_fd >= 0)
        supervisor_send_access_log(keeper, setup->access_log_fd);
    if (keeper->kind == KEEPER_CONTROL && s->listener_reason) {
        struct channel_message reason = {.type = CONTRACT_LISTENER_REASON, .payload = str_from(s->listener_reason)};
        keeper_send(keeper, &reason);
    }
    if (keeper->kind == KEEPER_CONTROL && setup->panel_fd >= 0)
        send_fd(keeper, CONTRACT_PANEL, 0, setup->panel_fd);
    struct channel_message start = {.type = CONTRACT_START};
    keeper_send(keeper, &start);
}

static const struct keeper_events events;

struct keeper *supervisor_spawn(struct supervisor *s, enum keeper_kind kind, const struct setup *setup)
{
    struct err err = {0};
    struct keeper *keeper;
    if (!keeper_new(kind, s->loop, &events, s, &keeper, &err)) {
        log_err(&err);
        return NULL;
    }
    list_add_tail(&s->keepers, &keeper->node);
    if (kind == KEEPER_GATEWAY)
        keeper->counters = tally_take(&s->tally, setup->workers_count);
    send_start(s, keeper, setup);
    log_info("%s started (process %d)", keeper_name(kind), (int)keeper->pid);
    return keeper;
}

void supervisor_link(struct supervisor *s)
{
    struct keeper *gateway = s->places[KEEPER_GATEWAY].keeper, *control = s->places[KEEPER_CONTROL].keeper;
    struct err err = {0};
    int fds[2];
    if (!gateway || !control)
        return;
    if (!channel_pair(fds, &err)) {
        log_err(&err);
        return;
    }
    send_fd(gateway, CONTRACT_LINK, 0, fds[0]);
    const struct channel_message link = {.type = CONTRACT_LINK,
                                         .index = contract_blocks(gateway->counters.first, gateway->counters.count),
                                         .value = (uint64_t)gateway->pid,
                                         .fds = {fds[1]},
                                         .fds_count = 1};
    keeper_send(control, &link);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

/* One after which the next try to fill the place is due; a start that fails counts as a death. */
static void put_off(struct supervisor *s, enum keeper_kind kind, int64_t started_ms)
{
    struct supervisor_place *place = &s->places[kind];
    int64_t now_ms = clock_monotonic_ms();
    uint32_t delay_ms = respawn_death(&place->respawn, started_ms, now_ms);
    place->due_ms = now_ms + delay_ms;
    if (delay_ms)
        log_warning("the %s keeps dying; the next start is in %u ms", keeper_name(kind), delay_ms);
}

/* Fills the places that are due; returns when to look again. */
static int64_t fill_places(struct supervisor *s, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    bool filled = false;
    for (unsigned kind = 0; kind < KEEPER_KINDS_COUNT && !s->stopping; kind++) {
        struct supervisor_place *place = &s->places[kind];
        if (place->keeper)
            continue;
        if (place->due_ms <= now_ms) {
            place->keeper = supervisor_spawn(s, kind, s->setup);
            if (!place->keeper)
                put_off(s, kind, now_ms);
            filled = filled || place->keeper;
        }
        if (!place->keeper && place->due_ms < next_ms)
            next_ms = place->due_ms;
    }
    if (filled)
        supervisor_link(s);
    return next_ms;
}

/* ---- what children say and do ---- */

static void tell_manager_ready(struct supervisor *s)
{
    const struct keeper *gateway = s->places[KEEPER_GATEWAY].keeper, *control = s->places[KEEPER_CONTROL].keeper;
    if (s->ready_told || !gateway || !keeper_is_serving(gateway))
        return;
    /* With a snapshot the gateway serves without control; without one it waits for it. */
    if (s->kept.fd < 0 && (!control || !keeper_is_serving(control)))
        return;
    s->ready_told = true;
    notify_ready(&s->notify);
    log_notice("ready");
}

static void on_ready(struct keeper *keeper)
{
    struct supervisor *s = keeper->owner;
    log_info("%s ready (process %d)", keeper_name(keeper->kind), (int)keeper->pid);
    if (keeper == s->next_gateway)
        supervisor_reload_commit(s);
    tell_manager_ready(s);
}

/* The first thing somebody new needs to know. */
static void give_hint(struct supervisor *s)
{
    if (s->hint_given || s->kept.sites_count > 0)
        return;
    s->hint_given = true;
    const char *directory = s->setup->boot->data_directory;
    bool is_default = strcmp(directory, BOOT_DATA_DEFAULT) == 0;
    log_notice("there is no site yet; put one in front of your application: strictgate site add NAME --upstream "
               "http://127.0.0.1:8080 --local-ca%s%s",
               is_default ? "" : " --data ", is_default ? "" : directory);
}

/*
 * To every gateway: one that was started with an older snapshot, or drains by one, hears of this one from nobody else.
 * To the one that control speaks to it is nothing new.
 */
static void spread_kept(struct supervisor *s)
{
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
        struct keeper *keeper = container_of(node, struct keeper, node);
        if (keeper->kind == KEEPER_GATEWAY)
            send_fd(keeper, CONTRACT_SNAPSHOT, s->kept.generation, s->kept.fd);
    }
}

static void take_kept(struct supervisor *s, int take_fd)
{
    struct err err = {0};
    if (!kept_take(&s->kept, take_fd, &err)) {
        log_err(&err);
        return;
    }
    spread_kept(s);
    give_hint(s);
}

/* The answer of a hook, for the control that asked: those of one that is gone were abandoned with it. */
static void on_hook_done(void *owner, uint64_t call, const struct hook_result *result)
{
    struct supervisor *s = owner;
    struct keeper *control = s->places[KEEPER_CONTROL].keeper;
    const struct channel_message message = {
        .type = CONTRACT_HOOK_DONE, .value = call, .index = hook_result_index(result), .payload = result->output};
    if (control)
        keeper_send(control, &message);
}

static void run_hook(struct supervisor *s, uint64_t call, uint32_t index, int take_fd)
{
    const struct boot *boot = s->setup->boot;
    struct hooks_rules rules = {.limit_ms = (int64_t)boot->hook_limit_s * 1000, .user = s->setup->user};
    memcpy(rules.paths, boot->hooks, sizeof rules.paths);
    hooks_start(&s->hooks, &rules, call, index, take_fd);
}

static void on_message(struct keeper *keeper, struct channel_message *message)
{
    struct supervisor *s = keeper->owner;
    size_t taken = 0;
    if (message->type == CONTRACT_KEEP && keeper->kind == KEEPER_CONTROL && message->fds_count == 1) {
        taken = 1;
        take_kept(s, message->fds[0]);
    } else if (message->type == CONTRACT_HOOK && keeper == s->places[KEEPER_CONTROL].keeper &&
               message->fds_count == 1) {
        taken = 1;
        run_hook(s, message->value, message->index, message->fds[0]);
    } else {
        log_warning("%s (process %d) said what is not understood (%u)", keeper_name(keeper->kind), (int)keeper->pid,
                    message->type);
    }
    for (size_t i = taken; i < message->fds_count; i++)
        (void)close(message->fds[i]);
}

/* Goes on with the end when a child has gone: control after the last gateway, then the supervisor itself. */
static void stop_further(struct supervisor *s)
{
    bool gateway_left = false, control_left = false;
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
        struct keeper *keeper = container_of(node, struct keeper, node);
        gateway_left = gateway_left || keeper->kind == KEEPER_GATEWAY;
        control_left = control_left || keeper->kind == KEEPER_CONTROL;
    }
    struct keeper *control = s->places[KEEPER_CONTROL].keeper;
    if (!gateway_left && control)
        keeper_dismiss(control, SUPERVISOR_STOP_TIMEOUT_MS);
    s->done = !gateway_left && !control_left;
}

static void log_end(const struct keeper *keeper, const struct process_end *end, bool wanted)
{
    char text[100];
    (void)process_end_text(end, text, sizeof text);
    if (wanted)
        log_error("%s (process %d) %s", keeper_name(keeper->kind), (int)keeper->pid, text);
    else
        log_info("%s (process %d) %s", keeper_name(keeper->kind), (int)keeper->pid, text);
}

static void on_gone(struct keeper *keeper, const struct process_end *end, bool wanted)
{
    struct supervisor *s = keeper->owner;
    struct supervisor_place *place = &s->places[keeper->kind];
    log_end(keeper, end, wanted);
    bool was_next = keeper == s->next_gateway;
    if (keeper->kind == KEEPER_CONTROL)
        hooks_abandon(&s->hooks);
    if (place->keeper == keeper) {
        place->keeper = NULL;
        place->due_ms = 0;
        if (wanted && !s->stopping)
            put_off(s, keeper->kind, keeper->started_ms);
    }
    tally_give_back(&s->tally, keeper->counters);
    keeper_free(keeper);
    if (was_next && s->stopping)
        s->next_gateway = NULL;
    else if (was_next)
        supervisor_reload_abandon(s);
    if (s->stopping)
        stop_further(s);
}

static const struct keeper_events events = {.on_message = on_message, .on_ready = on_ready, .on_gone = on_gone};

/* ---- signals ---- */

int64_t supervisor_drain_timeout_ms(const struct supervisor *s)
{
    int64_t timeout_ms = s->kept.fd >= 0 ? s->kept.drain_timeout_ms : SUPERVISOR_DRAIN_DEFAULT_MS;
    if (timeout_ms > SNAP_DRAIN_TIMEOUT_MS_MAX)
        timeout_ms = SNAP_DRAIN_TIMEOUT_MS_MAX; /* the header alone was looked at; promises count on the limit */
    return timeout_ms + SUPERVISOR_DRAIN_MARGIN_MS;
}

/* Kills what is left: somebody is in a hurry. */
static void stop_at_once(struct supervisor *s)
{
    log_notice("stopping at once");
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next)
        keeper_kill(container_of(node, struct keeper, node));
}

static void stop(struct supervisor *s)
{
    if (s->stopping) {
        stop_at_once(s);
        return;
    }
    s->stopping = true;
    log_notice("stopping: the gateway finishes what is open");
    notify_stopping(&s->notify);
    /* First, so that the gateway is the last to hold them: connections would wait in their queues for nobody. */
    sockets_close(&s->setup->sockets);
    setup_close_panel(s->setup);
    if (s->next_setup) {
        sockets_close(&s->next_setup->sockets);
        setup_close_panel(s->next_setup);
    }
    for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
        struct keeper *keeper = container_of(node, struct keeper, node);
        if (keeper->kind == KEEPER_GATEWAY)
            keeper_dismiss(keeper, supervisor_drain_timeout_ms(s));
    }
    stop_further(s);
}

static void on_signal(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    struct supervisor *s = container_of(source, struct supervisor, signals);
    int number;
    while ((number = signal_next(source->fd))) {
        if (number == SIGTERM || number == SIGINT)
            stop(s);
        else if (number == SIGHUP && !s->stopping)
            supervisor_reload(s);
        else if (number == SIGUSR1 && !s->stopping)
            supervisor_reopen_log(s);
    }
}

/* ---- the whole ---- */

static void load_kept(struct supervisor *s)
{
    struct err err = {0};
    if (kept_load(&s->kept, s->setup->boot->data_directory, &err))
        log_info("the last snapshot (generation %llu, %u sites) is served until control has another",
                 (unsigned long long)s->kept.generation, s->kept.sites_count);
    else if (err.code != ERR_NOT_FOUND)
        log_warning("the last snapshot cannot be used, control makes a new one: %s", err.text);
    s->hint_given = s->kept.sites_count > 0;
}

static void log_panel(const struct setup *setup)
{
    const union os_address *address = &setup->boot->panel.endpoint.address;
    char ip[OS_ADDRESS_TEXT_SIZE];
    if (setup->panel_fd >= 0)
        log_info("listening on %.*s port %u (admin panel)", STR_ARG(os_address_text(address, ip)),
                 os_address_port(address));
}

static void log_listeners(const struct supervisor *s)
{
    log_panel(s->setup);
    for (size_t i = 0; i < s->setup->sockets.listeners_count; i++) {
        const struct sockets_listener *listener = &s->setup->sockets.listeners[i];
        for (size_t j = 0; j < listener->count; j++) {
            const struct boot_endpoint *endpoint = listener->endpoints[j];
            char ip[OS_ADDRESS_TEXT_SIZE];
            const char *name = s->setup->boot->listeners[i].name;
            if (endpoint->kind == BOOT_ENDPOINT_TCP)
                log_info("listening on %.*s port %u (%s)", STR_ARG(os_address_text(&endpoint->address, ip)),
                         os_address_port(&endpoint->address), name);
            else if (endpoint->kind == BOOT_ENDPOINT_UNIX)
                log_info("listening on unix:%s (%s)", endpoint->path, name);
            else
                log_info("listening on passed socket %s (%s)", endpoint->fd_name, name);
        }
    }
}

/* A data directory that will not do is a bad value of the boot file: the error names the line. */
static bool open_datadir(struct supervisor *s, struct err *err)
{
    const struct boot *boot = s->setup->boot;
    struct err reason = {0};
    if (datadir_open(boot->data_directory, &s->setup->user, &s->datadir, &reason))
        return true;
    reason.code = ERR_INPUT;
    return boot_error(boot->file, boot->data_directory_line, "Data Directory", &reason, err);
}

struct bound supervisor_bound(const struct boot *boot)
{
    struct bound bound = {.until_s = 0};
    struct err err = {0};
    if (!bound_load(boot->data_directory, &bound, &err))
        log_warning("whether browsers insist on HTTPS on some port is not known, so that listeners are not held to it "
                    "until control has written it anew: %s",
                    err.text);
    return bound;
}

/* Nothing is opened yet: an old process may go on serving where browsers look for it. */
static bool guard_listeners(struct supervisor *s, struct err *err)
{
    const struct bound bound = supervisor_bound(s->setup->boot);
    struct err refusal = {0};
    if (listener_guard_check(s->setup->boot, &bound, clock_wall_s(), &refusal))
        return true;
    if (!s->override->reason) {
        *err = refusal;
        return false;
    }
    if (!listener_guard_confirms(s->override, &bound, err))
        return false;
    s->listener_reason = s->override->reason;
    log_warning("overridden (%s): %s", s->listener_reason, refusal.text);
    return true;
}

/* All that can fail before the first child; the error's code gives the exit status. */
static bool prepare(struct supervisor *s, struct err *err)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    if (!setup_load(s->origin, &s->setup, err))
        return false;
    log_init("supervisor", s->setup->boot->log_level, s->setup->boot->log_format);
    if (account_is_ignored(s->setup->boot))
        log_notice("User has no effect: only root can become another user");
    if (!activation_take(&s->activation, err) || !open_datadir(s, err) || !guard_listeners(s, err) ||
        !setup_open(s->setup, &s->activation, &s->datadir, NULL, err) || !tally_open(&s->tally, err))
        return false;
    signal_ignore_pipe();
    s->signals.on_ready = on_signal;
    if (!loop_new(&s->loop, err) || !signal_open(numbers, sizeof numbers / sizeof *numbers, &s->signals.fd, err))
        return false;
    hooks_init(&s->hooks, s->loop, on_hook_done, s);
    return loop_add(s->loop, &s->signals, LOOP_READ) || err_errno(err, "epoll");
}

static void serve(struct supervisor *s)
{
    while (!s->done) {
        int64_t now_ms = clock_monotonic_ms(), next_ms = fill_places(s, now_ms);
        for (struct list *node = s->keepers.next; node != &s->keepers; node = node->next) {
            int64_t keeper_ms = keeper_tick(container_of(node, struct keeper, node), now_ms);
            if (keeper_ms < next_ms)
                next_ms = keeper_ms;
        }
        int64_t hooks_ms = hooks_tick(&s->hooks, now_ms);
        if (hooks_ms < next_ms)
            next_ms = hooks_ms;
        int64_t wait_ms = next_ms - now_ms;
        loop_turn(s->loop, next_ms == INT64_MAX ? -1 : wait_ms < 1 ? 1 : (int)wait_ms);
    }
}

static void finish(struct supervisor *s)
{
    while (!list_is_empty(&s->keepers))
        keeper_free(container_of(s->keepers.next, struct keeper, node));
    if (s->setup)
        sockets_unlink(&s->setup->sockets, NULL);
    if (s->next_setup)
        sockets_unlink(&s->next_setup->sockets, NULL);
    if (s->datadir.lock_fd >= 0) { /* control's, which has ended */
        (void)unlinkat(s->datadir.fd, "control.sock", 0);
        (void)unlinkat(s->datadir.fd, "panel.sock", 0);
    }
    hooks_fini(&s->hooks);
    setup_free(s->next_setup);
    setup_free(s->setup);
    if (s->signals.fd >= 0)
        (void)close(s->signals.fd);
    loop_free(s->loop);
    kept_fini(&s->kept);
    tally_close(&s->tally);
    datadir_close(&s->datadir);
    notify_fini(&s->notify);
}

static int exit_status(const struct err *err)
{
    /* What the operator wrote is wrong (or the port it names is taken) against what the system or a rival refuses. */
    return err->code == ERR_SYSTEM || err->code == ERR_MEMORY ? CLI_FAILED : CLI_USAGE;
}

int supervisor_run(const struct setup_origin *origin, const struct listener_override *override)
{
    struct supervisor *s = calloc(1, sizeof *s);
    struct err err = {0};
    if (!s) {
        log_error("out of memory");
        return CLI_FAILED;
    }
    s->origin = origin;
    s->override = override;
    s->signals.fd = -1;
    tally_init(&s->tally);
    datadir_init(&s->datadir);
    kept_init(&s->kept);
    list_init(&s->keepers);
    notify_init(&s->notify);
    log_init("supervisor", LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    int status = CLI_OK;
    if (prepare(s, &err)) {
        log_listeners(s);
        load_kept(s);
        serve(s);
        log_notice("stopped");
    } else {
        log_err(&err);
        status = exit_status(&err);
    }
    finish(s);
    free(s);
    return status;
}
