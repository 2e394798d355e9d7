/* Messages in, one struct out. */
#include "app/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/account.h"
#include "app/boot.h"
#include "app/child_endpoints.h"
#include "app/cli.h"
#include "base/log.h"
#include "control/control.h"
#include "gateway/gateway.h"
#include "os/signal.h"
#include "snapshot/contract.h"

/* The supervisor says everything at once; a silence this long means that it is in trouble itself. */
#define CHILD_START_TIMEOUT_MS 30000

/* What was said. Descriptors live as long as the process. */
struct child {
    struct boot *boot;
    struct user user;
    uint32_t workers_count;
    struct gateway_listener listeners[BOOT_LISTENERS_COUNT_MAX];
    int counters_fd, clients_fd;
    uint32_t counters_first;
    int snapshot_fd;
    int access_log_fd;
    int panel_fd;
    char *listener_reason; /* or NULL */
};

static bool take_boot(struct child *child, const struct channel_message *message, struct err *err)
{
    struct boot_source source;
    if (child->boot || !boot_source_unpack(message->payload, &source))
        return err_set(err, ERR_INPUT, "the boot configuration was not understood");
    if (!boot_parse(&source, &child->boot, err))
        return false;
    child->workers_count = message->index;
    return account_find(child->boot, &child->user, err);
}

static bool take_listener(struct child *child, const struct channel_message *message, struct err *err)
{
    if (!child->boot || message->index >= child->boot->listeners_count ||
        message->fds_count > sizeof child->listeners[0].fds / sizeof child->listeners[0].fds[0])
        return err_set(err, ERR_INPUT, "a listener was not understood");
    const struct boot_listener *boot = &child->boot->listeners[message->index];
    struct gateway_listener *listener = &child->listeners[message->index];
    *listener = (struct gateway_listener){.name = boot->name,
                                          .protocol = boot->protocol,
                                          .proxy_protocol = boot->proxy_protocol,
                                          .trusted = boot->trusted,
                                          .trusted_count = boot->trusted_count,
                                          .fds_count = message->fds_count};
    memcpy(listener->fds, message->fds, message->fds_count * sizeof *message->fds);
    return true;
}

static bool take_fd(int *ret_fd, const struct channel_message *message, struct err *err)
{
    if (message->fds_count != 1)
        return err_set(err, ERR_INPUT, "message %u came without its descriptor", message->type);
    *ret_fd = message->fds[0];
    return true;
}

static bool take_reason(struct child *child, const struct channel_message *message, struct err *err)
{
    free(child->listener_reason);
    child->listener_reason = str_dup(message->payload);
    return child->listener_reason || err_memory(err);
}

static bool take(struct child *child, const struct channel_message *message, struct err *err)
{
    switch (message->type) {
    case CONTRACT_BOOT: return take_boot(child, message, err);
    case CONTRACT_LISTENER: return take_listener(child, message, err);
    case CONTRACT_COUNTERS: child->counters_first = message->index; return take_fd(&child->counters_fd, message, err);
    case CONTRACT_CLIENTS: return take_fd(&child->clients_fd, message, err);
    case CONTRACT_SNAPSHOT: return take_fd(&child->snapshot_fd, message, err);
    case CONTRACT_ACCESS_LOG: return take_fd(&child->access_log_fd, message, err);
    case CONTRACT_PANEL: return take_fd(&child->panel_fd, message, err);
    case CONTRACT_LISTENER_REASON: return take_reason(child, message, err);
    default: return err_set(err, ERR_INPUT, "message %u came before START", message->type);
    }
}

/* Everything up to START; what comes behind it is left in the channel for whoever runs. */
static bool collect(struct child *child, struct err *err)
{
    struct channel_message message;
    for (;;) {
        switch (channel_wait(CONTRACT_CHANNEL_FD, CHILD_START_TIMEOUT_MS, &message)) {
        case CHANNEL_OK: break;
        case CHANNEL_AGAIN: return err_set(err, ERR_SYSTEM, "the supervisor said nothing for too long");
        case CHANNEL_CLOSED:
        case CHANNEL_BROKEN: return err_set(err, ERR_SYSTEM, "the supervisor is gone");
        }
        if (message.type == CONTRACT_START)
            return (child->boot && child->counters_fd >= 0) || err_set(err, ERR_INPUT, "START came too early");
        if (!take(child, &message, err))
            return false;
    }
}

static int run_gateway(const struct child *child)
{
    const struct boot *boot = child->boot;
    struct gateway_listener listeners[BOOT_LISTENERS_COUNT_MAX];
    memcpy(listeners, child->listeners, sizeof listeners);
    struct gateway_boot gateway = {
        .workers_count = child->workers_count,
        .listeners = listeners,
        .listeners_count = boot->listeners_count,
        .http_port = boot->http_port,
        .https_port = boot->https_port,
        .channel_fd = CONTRACT_CHANNEL_FD,
        .counters_fd = child->counters_fd,
        .clients_fd = child->clients_fd,
        .counters_first = child->counters_first,
        .snapshot_fd = child->snapshot_fd,
        .access_log_fd = child->access_log_fd,
        .access_log_format = boot->access_log_format,
        .static_roots = boot->static_roots,
        .static_roots_count = boot->static_roots_count,
        .uid = child->user.uid,
        .gid = child->user.gid,
    };
    return gateway_run(&gateway);
}

/* Control asks the listeners itself as a browser would; what it cannot reach or may not speak to is left out. */
static size_t fill_endpoints(const struct boot *boot, struct child_endpoints *room)
{
    size_t count = 0;
    for (size_t i = 0; i < boot->listeners_count; i++)
        for (size_t k = 0; k < boot->listeners[i].endpoints_count; k++)
            count += child_endpoint(&boot->listeners[i], &boot->listeners[i].endpoints[k], room, count);
    return count;
}

/* As a browser's address has it; without a socket the default, which ssh -L can lead to panel.sock. */
static const char *write_panel_address(const struct boot *boot, char *room, size_t size)
{
    const union os_address *address = &boot->panel.endpoint.address;
    char ip[OS_ADDRESS_TEXT_SIZE];
    bool is_v6 = address->any.sa_family == AF_INET6;
    if (boot->panel.is_off)
        return BOOT_PANEL_DEFAULT;
    (void)snprintf(room, size, is_v6 ? "[%.*s]:%u" : "%.*s:%u", STR_ARG(os_address_text(address, ip)),
                   os_address_port(address));
    return room;
}

static int run_control(const struct child *child)
{
    const struct boot *boot = child->boot;
    char panel_room[OS_ADDRESS_TEXT_SIZE + 10];
    const char *panel_address = write_panel_address(boot, panel_room, sizeof panel_room);
    struct child_endpoints *room = calloc(1, sizeof *room);
    if (!room) {
        log_error("out of memory");
        return CLI_FAILED;
    }
    struct control_boot control = {
        .endpoints = room->endpoints,
        .endpoints_count = fill_endpoints(boot, room),
        .trusted = room->trusted,
        .trusted_count = child_trusted(boot, room),
        .addresses = room->addresses,
        .addresses_count = child_addresses(room),
        .data_directory = boot->data_directory,
        .workers_count = child->workers_count,
        .http_port = boot->http_port,
        .https_port = boot->https_port,
        .served_https_port = boot_served_https_port(boot),
        .listener_reason = child->listener_reason,
        .hooks = {boot->hooks[HOOK_DNS] != NULL, boot->hooks[HOOK_NOTIFY] != NULL},
        .channel_fd = CONTRACT_CHANNEL_FD,
        .counters_fd = child->counters_fd,
        .clients_fd = child->clients_fd,
        .panel_fd = child->panel_fd,
        .panel_address = panel_address,
        .uid = child->user.uid,
        .gid = child->user.gid,
        .static_roots = boot->static_roots,
        .static_roots_count = boot->static_roots_count,
    };
    int status = control_run(&control);
    free(room);
    return status;
}

int child_run(struct str kind)
{
    bool is_gateway = str_eq(kind, STR("gateway"));
    const char *name = is_gateway ? "gateway" : "control";
    log_init(name, LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    if ((!is_gateway && !str_eq(kind, STR("control"))) || fcntl(CONTRACT_CHANNEL_FD, F_SETFD, FD_CLOEXEC) != 0) {
        log_error("this is started by the supervisor, not by hand; fix: strictgate run");
        return CLI_USAGE;
    }
    /* Ctrl-C in a terminal is for the supervisor, which then tells us to end. */
    (void)setpgid(0, 0);
    signal_ignore_pipe();
    struct child child = {.counters_fd = -1, .clients_fd = -1, .snapshot_fd = -1, .access_log_fd = -1, .panel_fd = -1};
    struct err err = {0};
    if (!collect(&child, &err)) {
        log_error("%s", err.text);
        free(child.listener_reason);
        boot_free(child.boot);
        return CLI_FAILED;
    }
    log_init(name, child.boot->log_level, child.boot->log_format);
    int status = is_gateway ? run_gateway(&child) : run_control(&child);
    free(child.listener_reason);
    boot_free(child.boot);
    return status;
}
