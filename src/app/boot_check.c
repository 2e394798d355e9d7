/* Completion first, then the checks, each of which names the line that came second. */
#include "app/boot_check.h"

#include <stdio.h>

#include "app/boot_value.h"

/* Below the data directory; control binds it (src/control). */
#define CONTROL_SOCKET_NAME "/control.sock"

/* In front of those of the sections, so that adding a section renumbers nothing before it. */
static struct boot_listener *listener_add(struct boot *boot, const char *name, enum gateway_protocol protocol,
                                          unsigned line)
{
    if (boot->listeners_count == BOOT_LISTENERS_COUNT_MAX)
        return NULL;
    memmove(&boot->listeners[1], &boot->listeners[0], boot->listeners_count * sizeof boot->listeners[0]);
    boot->listeners_count++;
    boot->listeners[0] = (struct boot_listener){.name = name, .protocol = protocol, .line = line};
    return &boot->listeners[0];
}

/* One listener of [Server]: every part of Listen Address with this port. */
static bool add_server_listener(struct boot_reader *r, const char *name, enum gateway_protocol protocol,
                                const char *key, const struct boot_port *port, struct err *err)
{
    struct err reason = {0};
    struct boot_listener *listener = listener_add(r->boot, name, protocol, port->line);
    if (!listener) {
        (void)err_set(&reason, ERR_INPUT, "more than %d listeners", BOOT_LISTENERS_COUNT_MAX);
        return boot_error(r->boot->file, port->line, key, &reason, err);
    }
    struct str rest = r->listen_address;
    while (rest.data) {
        struct str host = str_trim(str_cut(&rest, ','));
        if (!boot_value_host(host, port->port, listener, &reason))
            return boot_error(r->boot->file, r->listen_address_line, "Listen Address", &reason, err);
    }
    for (size_t i = 0; i < listener->endpoints_count; i++) {
        listener->endpoints[i].key = key;
        listener->endpoints[i].line = port->line;
    }
    return true;
}

static bool add_server_listeners(struct boot_reader *r, struct err *err)
{
    if (r->http.port && r->http.port == r->https.port)
        return add_server_listener(r, "http+https", GATEWAY_BOTH, "Https Port", &r->https, err);
    if (r->https.port && !add_server_listener(r, "https", GATEWAY_HTTPS, "Https Port", &r->https, err))
        return false;
    return !r->http.port || add_server_listener(r, "http", GATEWAY_HTTP, "Http Port", &r->http, err);
}

/* The first TCP endpoint that speaks `protocol`, or NULL. */
static const struct boot_endpoint *first_endpoint(const struct boot *boot, enum gateway_protocol protocol)
{
    for (size_t i = 0; i < boot->listeners_count; i++) {
        const struct boot_listener *listener = &boot->listeners[i];
        if (listener->protocol != protocol && listener->protocol != GATEWAY_BOTH)
            continue;
        for (size_t j = 0; j < listener->endpoints_count; j++)
            if (listener->endpoints[j].kind == BOOT_ENDPOINT_TCP)
                return &listener->endpoints[j];
    }
    return NULL;
}

static uint16_t port_of(const struct boot_endpoint *endpoint)
{
    return endpoint ? os_address_port(&endpoint->address) : 0;
}

static void complete_ports(struct boot_reader *r)
{
    struct boot *boot = r->boot;
    const struct boot_endpoint *http = first_endpoint(boot, GATEWAY_HTTP), *https = first_endpoint(boot, GATEWAY_HTTPS);
    boot->http_port = r->public_http.is_given ? r->public_http.port : port_of(http);
    boot->https_port = r->public_https.is_given ? r->public_https.port : port_of(https);
    boot->https_key = "Https Port";
    boot->https_line = r->https.line;
    if (boot_served_https_port(boot) == 0)
        return; /* the key that could give one */
    if (r->public_https.is_given) {
        boot->https_key = "Public Https Port";
        boot->https_line = r->public_https.line;
    } else if (https) {
        boot->https_key = https->key;
        boot->https_line = https->line;
    }
}

static bool complete_panel(struct boot *boot, struct err *err)
{
    return !boot->panel.is_default || boot_value_loopback(STR(BOOT_PANEL_DEFAULT), &boot->panel.endpoint.address, err);
}

static bool complete_access_log(struct boot_reader *r, struct err *err)
{
    struct boot *boot = r->boot;
    if (r->access_log_is_off) {
        boot->access_log = NULL;
        boot->access_log_format = GATEWAY_LOG_OFF;
        return true;
    }
    if (boot->access_log)
        return true;
    struct str path = arena_printf(&boot->arena, "%s/log/access.log", boot->data_directory);
    if (!path.data)
        return err_memory(err);
    boot->access_log = path.data;
    boot->access_log_is_default = true;
    return true;
}

bool boot_complete(struct boot_reader *r, struct err *err)
{
    struct boot *boot = r->boot;
    if (!add_server_listeners(r, err))
        return false;
    complete_ports(r);
    if (!complete_panel(boot, err))
        return false;
    for (size_t i = 0; i < boot->listeners_count; i++)
        for (size_t j = 0; j < boot->listeners[i].endpoints_count; j++)
            boot->listeners[i].endpoints[j].unix_mode = boot->listeners[i].unix_mode;
    if (!boot->static_roots) {
        boot->static_roots = arena_alloc(&boot->arena, sizeof *boot->static_roots);
        if (!boot->static_roots)
            return err_memory(err);
        boot->static_roots[0] = "/var/www";
        boot->static_roots_count = 1;
    }
    return complete_access_log(r, err);
}

static bool is_any(const union os_address *address)
{
    if (address->any.sa_family == AF_INET)
        return address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
}

static bool same_ip(const union os_address *a, const union os_address *b)
{
    if (a->any.sa_family == AF_INET)
        return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
    return IN6_ARE_ADDR_EQUAL(&a->v6.sin6_addr, &b->v6.sin6_addr);
}

bool boot_endpoints_collide(const struct boot_endpoint *a, const struct boot_endpoint *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case BOOT_ENDPOINT_UNIX: return strcmp(a->path, b->path) == 0;
    case BOOT_ENDPOINT_FD: return strcmp(a->fd_name, b->fd_name) == 0;
    case BOOT_ENDPOINT_TCP: break;
    }
    return a->address.any.sa_family == b->address.any.sa_family &&
           os_address_port(&a->address) == os_address_port(&b->address) &&
           (is_any(&a->address) || is_any(&b->address) || same_ip(&a->address, &b->address));
}

static bool collision(const struct boot *boot, const struct boot_endpoint *first, const struct boot_endpoint *second,
                      struct err *err)
{
    if (second->line < first->line) { /* the command line's number is the largest: it comes second */
        const struct boot_endpoint *swap = first;
        first = second;
        second = swap;
    }
    struct err reason = {0};
    char where[40] = "";
    if (first->line != BOOT_LINE_DEFAULT && first->line != BOOT_LINE_OVERRIDE)
        (void)snprintf(where, sizeof where, " (line %u)", first->line);
    (void)err_set(&reason, ERR_INPUT, "the address is taken already by %s%s", first->key, where);
    (void)err_fix(&reason, "give each listener its own; Http Port = 0 and Https Port = 0 turn those of [Server] off");
    return boot_error(boot->file, second->line, second->key, &reason, err);
}

static bool check_addresses(const struct boot *boot, struct err *err)
{
    const struct boot_endpoint *all[BOOT_LISTENERS_COUNT_MAX * BOOT_ENDPOINTS_COUNT_MAX + 1];
    size_t count = 0;
    if (!boot->panel.is_off && !boot->panel.is_default)
        all[count++] = &boot->panel.endpoint;
    for (size_t i = 0; i < boot->listeners_count; i++)
        for (size_t j = 0; j < boot->listeners[i].endpoints_count; j++)
            all[count++] = &boot->listeners[i].endpoints[j];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (boot_endpoints_collide(all[i], all[j]))
                return collision(boot, all[j], all[i], err);
    return true;
}

/* Whether the peers of every endpoint can be trusted at all: a Unix socket's only by "unix". */
static bool trusts_unix(const struct boot_listener *listener)
{
    for (size_t i = 0; i < listener->trusted_count; i++)
        if (listener->trusted[i].family == AF_UNIX)
            return true;
    return false;
}

static bool check_listener(const struct boot *boot, const struct boot_listener *listener, struct err *err)
{
    struct err reason = {0};
    if (listener->endpoints_count == 0) {
        (void)err_set(&reason, ERR_INPUT, "[Listener %s] has none", listener->name);
        (void)err_fix(&reason, "give ip:port, [ipv6]:port, *:port, unix:/path or fd:NAME");
        return boot_error(boot->file, listener->line, "Address", &reason, err);
    }
    bool unix_only = true, has_unix = false;
    for (size_t i = 0; i < listener->endpoints_count; i++) {
        unix_only = unix_only && listener->endpoints[i].kind == BOOT_ENDPOINT_UNIX;
        has_unix = has_unix || listener->endpoints[i].kind == BOOT_ENDPOINT_UNIX;
    }
    if (listener->unix_mode != BOOT_UNIX_MODE_DEFAULT && listener->unix_mode && !has_unix) {
        (void)err_set(&reason, ERR_INPUT, "[Listener %s] has no Unix socket", listener->name);
        (void)err_fix(&reason, "take the line out");
        return boot_error(boot->file, listener->line, "Mode", &reason, err);
    }
    if (!listener->proxy_protocol)
        return true;
    if (listener->trusted_count == 0 || (unix_only && !trusts_unix(listener))) {
        (void)err_set(&reason, ERR_INPUT, "[Listener %s] trusts no peer, so every connection would be refused",
                      listener->name);
        (void)err_fix(&reason,
                      "set Trusted Proxies to the addresses of the proxies in front (\"unix\" for a Unix socket)");
        return boot_error(boot->file, listener->line, "Proxy Protocol", &reason, err);
    }
    return true;
}

bool boot_check(const struct boot_reader *r, struct err *err)
{
    const struct boot *boot = r->boot;
    struct err reason = {0};
    if (boot->listeners_count == 0) {
        (void)err_set(&reason, ERR_INPUT, "there is no listener at all");
        (void)err_fix(&reason, "set Http Port or Https Port, or add a [Listener NAME] section");
        return boot_error(boot->file, r->https.line, "Https Port", &reason, err);
    }
    for (size_t i = 0; i < boot->listeners_count; i++)
        if (!check_listener(boot, &boot->listeners[i], err))
            return false;
    size_t room = sizeof((struct sockaddr_un *)0)->sun_path - sizeof CONTROL_SOCKET_NAME;
    if (strlen(boot->data_directory) > room) {
        (void)err_set(&reason, ERR_INPUT, "the path is longer than %zu bytes, and the control socket lies below it",
                      room);
        (void)err_fix(&reason, "choose a shorter one");
        return boot_error(boot->file, boot->data_directory_line, "Data Directory", &reason, err);
    }
    return check_addresses(boot, err);
}
