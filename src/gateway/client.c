/*
 * From accept to the protocol, and the way out.
 *
 *     accept ─▶ PROXY_HEADER ─▶ FIRST_BYTE ─▶ HANDSHAKE ─▶ H1 │ H2 ─▶ CLOSING ─▶ freed
 *                  (asked for)    (both)       (TLS)
 *
 * States are skipped where the listener does not ask for them; every state may end at once (client_doom).
 */
#include "gateway/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/asked.h"
#include "gateway/http1.h"
#include "gateway/http2.h"
#include "gateway/worker.h"
#include "http/proxy_protocol.h"

/* How long a closing connection waits for the peer's end; longer only helps an attacker. */
#define CLIENT_LINGER_TIMEOUT_MS 2000
/* Bytes thrown away while closing; a client that still uploads more than this gets a reset. */
#define CLIENT_LINGER_SIZE_MAX (256u * 1024)

static void client_on_ready(struct loop_source *source, uint32_t ready);
static void client_on_timeout(struct timer *timer);

static const struct snap_limits *limits(const struct client *c)
{
    return worker_limits(c->worker);
}

void client_set_timeout(struct client *c, uint32_t timeout_ms)
{
    timer_set(&c->worker->timers, &c->timer, c->worker->now_ms + timeout_ms);
}

static void set_peer(struct client *c, const union os_address *peer)
{
    c->peer = *peer;
    (void)os_address_text(peer, c->peer_text);
    c->trusted = os_network_has(c->listener->trusted, c->listener->trusted_count, peer);
}

/* The address the client has connected to, as a site may be named by it. */
static struct str local_address(void *owner, char room[static TLS_ADDRESS_SIZE])
{
    const struct client *c = owner;
    union os_address local = {0};
    socklen_t size = sizeof local;
    char text[OS_ADDRESS_TEXT_SIZE];
    if (getsockname(c->transport.source.fd, &local.any, &size) != 0 || local.any.sa_family == AF_UNIX)
        return STR("");
    struct str address = os_address_text(&local, text);
    bool brackets = str_find(address, ':') < address.size;
    int written = snprintf(room, TLS_ADDRESS_SIZE, brackets ? "[%.*s]" : "%.*s", STR_ARG(address));
    return str_make(room, written > 0 && written < TLS_ADDRESS_SIZE ? (size_t)written : 0);
}

static void begin_tls(struct client *c)
{
    struct tls_conn *tls = tls_conn_new_server(c->worker->tls);
    if (!tls) {
        client_doom(c);
        return;
    }
    tls_conn_set_address(tls, (struct tls_address){local_address, c});
    transport_start_tls(&c->transport, tls);
    c->secure = true;
    c->state = CLIENT_HANDSHAKE;
}

static void begin_h1(struct client *c)
{
    c->http1 = http1_new(c);
    c->state = CLIENT_H1;
    if (!c->http1)
        client_doom(c);
}

/* After accept and, where there is one, after the PROXY header. */
static void begin_protocol(struct client *c)
{
    switch (c->listener->protocol) {
    case GATEWAY_BOTH: c->state = CLIENT_FIRST_BYTE; break;
    case GATEWAY_HTTPS: begin_tls(c); break;
    case GATEWAY_HTTP: begin_h1(c); break;
    }
}

void client_accept(struct worker *w, const struct gateway_listener *listener, int take_fd, const union os_address *peer)
{
    struct client *c = calloc(1, sizeof *c);
    if (!c) {
        (void)close(take_fd);
        return;
    }
    c->worker = w;
    c->listener = listener;
    list_init(&c->dirty);
    timer_init(&c->timer, client_on_timeout);
    buf_init(&c->preface, PROXY_PROTOCOL_SIZE_MAX + CLIENT_PREFACE_SIZE_MAX);
    if (!transport_init(&c->transport, w, take_fd, false, client_on_ready)) {
        free(c);
        return;
    }
    list_add_tail(&w->clients, &c->node);
    w->clients_count++;
    counter_add(&w->counters->worker.connections, 1);
    counter_set(&w->counters->worker.connections_open, w->clients_count);
    set_peer(c, peer);
    client_set_timeout(c, limits(c)->client_head_timeout_ms);
    if (!listener->proxy_protocol)
        begin_protocol(c);
    else if (c->trusted || listener->trusted_count == 0)
        c->state = CLIENT_PROXY_HEADER;
    else {
        log_info("listener %s: %s may not speak the PROXY protocol (Trusted Proxies)", listener->name, c->peer_text);
        client_doom(c);
    }
}

void client_free(struct client *c)
{
    struct worker *w = c->worker;
    http1_free(c->http1);
    http2_free(c->http2);
    timer_cancel(&w->timers, &c->timer);
    list_remove(&c->dirty);
    list_remove(&c->node);
    w->clients_count--;
    counter_set(&w->counters->worker.connections_open, w->clients_count);
    transport_fini(&c->transport);
    buf_fini(&c->preface);
    free(c);
}

void client_doom(struct client *c)
{
    if (c->doomed)
        return;
    c->doomed = true;
    list_remove(&c->node);
    list_add_tail(&c->worker->doomed, &c->node);
}

void client_again(struct client *c)
{
    if (list_is_empty(&c->dirty))
        list_add_tail(&c->worker->dirty, &c->dirty);
}

void client_go_on(struct client *c)
{
    if (c->doomed)
        return;
    if (c->state == CLIENT_H1 && transport_backlog(&c->transport) == 0)
        http1_drained(c->http1);
    else if (c->http2)
        http2_flush(c->http2);
}

void client_linger(struct client *c)
{
    if (c->doomed || c->state == CLIENT_CLOSING)
        return;
    c->state = CLIENT_CLOSING;
    client_set_timeout(c, c->transport.unsent.size ? limits(c)->client_write_timeout_ms : CLIENT_LINGER_TIMEOUT_MS);
    transport_shutdown(&c->transport);
    transport_set_reading(&c->transport, true);
    if (c->transport.closed_read && c->transport.unsent.size == 0)
        client_doom(c);
}

void client_drain(struct client *c)
{
    if (c->state == CLIENT_H1)
        http1_drain(c->http1);
    else if (c->state == CLIENT_H2)
        http2_drain(c->http2);
}

const struct snap_site *client_site(const struct client *c, const struct snapshot *snapshot)
{
    struct str name = c->transport.tls ? tls_conn_server_name(c->transport.tls) : STR("");
    return name.size ? snapshot_site(snapshot, name) : NULL;
}

/* For the site that was asked for, where that is known. `gone`: why, if the protocol has not failed. */
static void on_handshake_failed(struct client *c, enum tls_failure gone)
{
    enum tls_failure failure = tls_conn_abandoned(c->transport.tls, gone);
    uint32_t slot = tls_conn_site_slot(c->transport.tls);
    struct counters_block *counters = c->worker->counters;
    if (failure == TLS_FAILURE_NONE)
        return;
    if (failure == TLS_FAILURE_UNKNOWN_NAME || tls_conn_by_wildcard(c->transport.tls))
        asked_note(c->worker, tls_conn_server_name(c->transport.tls), SEEN_BY_SNI);
    counter_add(&counters->worker.handshakes_failed[failure], 1);
    counter_add(&counters->worker.failures_of_class[tls_conn_class(c->transport.tls)].by_cause[failure], 1);
    if (slot < COUNTERS_SITES_MAX)
        counter_add_failure(counters, slot, failure);
    else
        counter_add(&counters->worker.failures_nameless.by_cause[failure], 1);
    came_handshake(c, slot, failure);
    log_debug("%s: TLS handshake failed: %s (%s)", c->peer_text, tls_failure_name(failure),
              tls_conn_failure_text(c->transport.tls));
}

/* The handshake is done: ALPN says which protocol follows; none for a CA, which has seen what it came for. */
static void begin_secured(struct client *c)
{
    if (tls_conn_is_validation(c->transport.tls)) {
        counter_add(&c->worker->counters->worker.validations, 1);
        client_linger(c);
        return;
    }
    counter_add(&c->worker->counters->worker.handshakes, 1);
    if (tls_conn_resumed(c->transport.tls))
        counter_add(&c->worker->counters->worker.handshakes_resumed, 1);
    if (tls_conn_by_wildcard(c->transport.tls))
        asked_note(c->worker, tls_conn_server_name(c->transport.tls), SEEN_BY_SNI);
    uint32_t slot = tls_conn_site_slot(c->transport.tls);
    if (slot < COUNTERS_SITES_MAX)
        counter_add(&c->worker->counters->sites[slot].handshakes, 1);
    came_handshake(c, slot, TLS_FAILURE_NONE);
    if (!tls_conn_is_h2(c->transport.tls)) {
        begin_h1(c);
        return;
    }
    c->http2 = http2_new(c);
    c->state = CLIENT_H2;
    if (!c->http2)
        client_doom(c);
}

static void client_input(struct client *c, size_t size)
{
    struct piece piece = {c->worker->plain, size, true};
    if (c->state == CLIENT_H1)
        http1_input(c->http1, piece);
    else if (c->state == CLIENT_H2)
        http2_input(c->http2, piece);
    else if (c->state == CLIENT_CLOSING) {
        c->lingered_size += size;
        if (c->lingered_size > CLIENT_LINGER_SIZE_MAX)
            client_doom(c);
    }
}

/* What a read brought, whichever way it came. */
static void client_take(struct client *c, enum transport_result result, size_t size)
{
    if (c->state == CLIENT_HANDSHAKE) {
        if (c->transport.established)
            begin_secured(c);
        else if (result == TRANSPORT_FAILED || result == TRANSPORT_CLOSED)
            on_handshake_failed(c, TLS_FAILURE_CLOSED);
    }
    if (size && !c->doomed)
        client_input(c, size);
    if (c->doomed || result == TRANSPORT_OK || result == TRANSPORT_AGAIN)
        return;
    if (result == TRANSPORT_CLOSED && c->state == CLIENT_H1)
        http1_input_end(c->http1);
    else
        client_doom(c);
}

static void feed(struct client *c, struct str raw)
{
    size_t size = 0;
    enum transport_result result = transport_feed(&c->transport, raw, c->worker->plain, WORKER_PLAIN_SIZE, &size);
    client_take(c, result, size);
}

static void take_first_byte(struct client *c, struct str raw)
{
    if (raw.size == 0)
        return;
    /* 0x16: a TLS handshake record (RFC 8446 section 5.1); no HTTP method begins with it */
    if (raw.data[0] == 0x16)
        begin_tls(c);
    else
        begin_h1(c);
    if (!c->doomed)
        feed(c, raw);
}

static void apply_proxy_header(struct client *c, const struct proxy_header *header)
{
    union os_address address = {0};
    if (header->local)
        return; /* the proxy's own health check: its address stays */
    if (header->ip_version == 4) {
        address.v4.sin_family = AF_INET;
        memcpy(&address.v4.sin_addr, header->source_address, 4);
        address.v4.sin_port = htons(header->source_port);
    } else {
        address.v6.sin6_family = AF_INET6;
        memcpy(&address.v6.sin6_addr, header->source_address, 16);
        address.v6.sin6_port = htons(header->source_port);
    }
    set_peer(c, &address);
}

static void take_proxy_header(struct client *c, struct str raw)
{
    if (!buf_put_str(&c->preface, raw)) {
        client_doom(c);
        return;
    }
    struct proxy_header header;
    size_t taken = 0;
    switch (proxy_protocol_parse(buf_str(&c->preface), &header, &taken)) {
    case PROXY_PROTOCOL_MORE: return;
    case PROXY_PROTOCOL_BAD:
        log_info("listener %s: %s sent no valid PROXY header", c->listener->name, c->peer_text);
        client_doom(c);
        return;
    case PROXY_PROTOCOL_OK: break;
    }
    apply_proxy_header(c, &header);
    begin_protocol(c);
    struct buf rest = c->preface; /* feeding may end the client: its bytes must live until then */
    buf_init(&c->preface, 0);
    buf_consume(&rest, taken);
    if (rest.size && !c->doomed) {
        if (c->state == CLIENT_FIRST_BYTE)
            take_first_byte(c, buf_str(&rest));
        else
            feed(c, buf_str(&rest));
    }
    buf_fini(&rest);
}

/* Before the protocol is known, bytes are read as they are. */
static void client_read_raw(struct client *c)
{
    ssize_t got = recv(c->transport.source.fd, c->worker->cipher, CLIENT_PREFACE_SIZE_MAX, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        client_doom(c);
        return;
    }
    struct str raw = str_make(c->worker->cipher, (size_t)got);
    if (c->state == CLIENT_PROXY_HEADER)
        take_proxy_header(c, raw);
    else
        take_first_byte(c, raw);
}

static void client_write(struct client *c)
{
    size_t before = c->transport.unsent.size;
    enum transport_result result = transport_flush(&c->transport);
    if (result == TRANSPORT_FAILED) {
        client_doom(c);
        return;
    }
    if (c->transport.unsent.size < before && c->state != CLIENT_HANDSHAKE)
        client_set_timeout(c, limits(c)->client_write_timeout_ms);
    if (result != TRANSPORT_OK || before == 0)
        return;
    if (c->state == CLIENT_H1)
        http1_drained(c->http1);
    else if (c->state == CLIENT_H2)
        http2_drained(c->http2);
    else if (c->state == CLIENT_CLOSING) {
        client_set_timeout(c, CLIENT_LINGER_TIMEOUT_MS);
        if (c->transport.closed_read)
            client_doom(c);
    }
}

static void client_on_ready(struct loop_source *source, uint32_t ready)
{
    struct transport *t = container_of(source, struct transport, source);
    struct client *c = container_of(t, struct client, transport);
    if (c->doomed)
        return;
    if (ready & LOOP_WRITE)
        client_write(c);
    if (c->doomed || !(ready & LOOP_READ))
        return;
    if ((!c->transport.reading || c->transport.closed_read) && !(ready & LOOP_HANGUP)) {
        transport_settle(&c->transport); /* or reading was stopped earlier in this turn: then it does nothing */
        return;
    }
    if (c->state == CLIENT_PROXY_HEADER || c->state == CLIENT_FIRST_BYTE) {
        client_read_raw(c);
        return;
    }
    if (!c->transport.reading || c->transport.closed_read) {
        /* the peer is gone */
        client_doom(c);
        return;
    }
    size_t size = 0;
    enum transport_result result = transport_read(&c->transport, c->worker->plain, WORKER_PLAIN_SIZE, &size);
    client_take(c, result, size);
}

static void client_on_timeout(struct timer *timer)
{
    struct client *c = container_of(timer, struct client, timer);
    if (c->doomed)
        return;
    if (c->state == CLIENT_H1 && c->transport.unsent.size == 0) {
        http1_timeout(c->http1);
        return;
    }
    if (c->state == CLIENT_H2 && c->transport.unsent.size == 0) {
        http2_timeout(c->http2);
        return;
    }
    if (c->state == CLIENT_HANDSHAKE)
        on_handshake_failed(c, TLS_FAILURE_TIMEOUT);
    if (c->state != CLIENT_CLOSING || c->transport.unsent.size)
        counter_add(&c->worker->counters->worker.timeouts, 1);
    client_doom(c);
}
