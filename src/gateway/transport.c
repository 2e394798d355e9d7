/*
 * Receiving, decrypting, encrypting, sending: four steps, two system calls at most. See transport.h for the picture.
 */
#include "gateway/transport.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/worker.h"

/* Ciphertext put together before it is sent: bounds the scratch buffer when a large piece is encrypted. */
#define TRANSPORT_SEAL_SIZE (128u * 1024)

static void update_interest(struct transport *t)
{
    if (!t->open)
        return;
    uint32_t interest = 0;
    if (t->connecting)
        interest = LOOP_WRITE;
    else {
        if (t->reading && !t->closed_read)
            interest |= LOOP_READ;
        if (t->unsent.size)
            interest |= LOOP_WRITE;
    }
    loop_set_interest(t->worker->loop, &t->source, interest);
}

bool transport_init(struct transport *t, struct worker *worker, int fd, bool connecting,
                    void (*on_ready)(struct loop_source *, uint32_t))
{
    *t = (struct transport){
        .source = {.fd = fd, .on_ready = on_ready},
        .worker = worker,
        .established = true,
        .reading = true,
        .connecting = connecting,
    };
    buf_init(&t->unsent, TRANSPORT_UNSENT_SIZE_MAX);
    if (!loop_add(worker->loop, &t->source, connecting ? LOOP_WRITE : LOOP_READ)) {
        (void)close(fd);
        return false;
    }
    t->open = true;
    return true;
}

void transport_start_tls(struct transport *t, struct tls_conn *take_tls)
{
    t->tls = take_tls;
    t->established = false;
}

/* What waits goes first; then what comes: order is kept because nothing is sent past a backlog. */
static enum transport_result send_raw(struct transport *t, struct str data)
{
    if (t->broken)
        return TRANSPORT_FAILED;
    if (t->unsent.size == 0 && !t->connecting) {
        ssize_t sent = send(t->source.fd, data.data, data.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
                return TRANSPORT_FAILED;
            sent = 0;
        }
        data = str_after(data, (size_t)sent);
    }
    if (data.size == 0)
        return TRANSPORT_OK;
    if (!buf_put_str(&t->unsent, data))
        return TRANSPORT_FAILED;
    update_interest(t);
    return TRANSPORT_OK;
}

/* What is held back until the next send, or until its time has come. */
struct transport_held {
    struct transport *transport;
    struct timer timer;
    size_t size;
    char bytes[];
};

static void held_drop(struct transport *t)
{
    if (!t->held)
        return;
    timer_cancel(&t->worker->timers, &t->held->timer);
    free(t->held);
    t->held = NULL;
}

/* An empty scratch buffer to encrypt into, but for what was encrypted earlier and must leave first. */
static struct buf *seal_begin(struct transport *t)
{
    struct buf *sealed = &t->worker->sealed;
    buf_clear(sealed);
    if (t->held) {
        buf_put(sealed, t->held->bytes, t->held->size); /* a failure is seen when it is sent */
        held_drop(t);
    }
    return sealed;
}

static enum transport_result send_sealed(struct transport *t)
{
    struct buf *sealed = &t->worker->sealed;
    if (!buf_ok(sealed)) {
        buf_clear(sealed);
        return TRANSPORT_FAILED;
    }
    enum transport_result result = sealed->size ? send_raw(t, buf_str(sealed)) : TRANSPORT_OK;
    buf_clear(sealed);
    return result;
}

static void held_on_time(struct timer *timer)
{
    struct transport *t = container_of(timer, struct transport_held, timer)->transport;
    (void)seal_begin(t);
    if (send_sealed(t) != TRANSPORT_OK)
        transport_drop(t); /* the owner hears of it when it sends or reads */
}

/* Keeps what is in the scratch buffer. False when memory ran out: then it is sent at once. */
static bool hold_sealed(struct transport *t)
{
    struct buf *sealed = &t->worker->sealed;
    struct transport_held *held = buf_ok(sealed) ? malloc(sizeof *held + sealed->size) : NULL;
    if (!held)
        return false;
    *held = (struct transport_held){.transport = t, .size = sealed->size};
    memcpy(held->bytes, buf_str(sealed).data, sealed->size);
    timer_init(&held->timer, held_on_time);
    timer_set(&t->worker->timers, &held->timer, t->worker->now_ms + TRANSPORT_HOLD_MS);
    t->held = held;
    buf_clear(sealed);
    return true;
}

void transport_abort(struct transport *t)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(t->source.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    transport_drop(t);
}

void transport_fini(struct transport *t)
{
    if (!t->open)
        return;
    /* a peer that has ended its side reads no close_notify any more */
    if (t->tls && t->established && t->unsent.size == 0 && !t->broken && (!t->closed_read || t->held)) {
        struct buf *sealed = seal_begin(t);
        if (!t->closed_read)
            tls_conn_close(t->tls, sealed);
        (void)send_sealed(t);
    }
    held_drop(t);
    t->open = false;
    loop_forget(t->worker->loop, &t->source);
    (void)close(t->source.fd);
    warm_leave(&t->worker->warm, t);
    tls_conn_free(t->tls);
    t->tls = NULL;
    buf_fini(&t->unsent);
}

static enum transport_result feed_tls(struct transport *t, struct str raw, char *plain, size_t room, size_t *ret_size)
{
    struct buf *sealed = seal_begin(t);
    enum tls_result result = TLS_OK;
    bool may_wait = false;
    if (!t->established) {
        result = tls_conn_handshake(t->tls, &raw, sealed);
        t->established = result == TLS_OK;
        may_wait = t->established && sealed->size && tls_conn_output_may_wait(t->tls);
    }
    if (result == TLS_OK)
        result = tls_conn_read(t->tls, &raw, plain, room, ret_size, sealed);
    if (result != TLS_FAILED)
        warm_use(&t->worker->warm, t);
    bool answer_follows = *ret_size && (result == TLS_OK || result == TLS_MORE);
    if (!(may_wait && answer_follows && hold_sealed(t)) && send_sealed(t) != TRANSPORT_OK)
        return TRANSPORT_FAILED;
    switch (result) {
    case TLS_OK:
    case TLS_MORE:
        /* room is larger than everything one read can hold, so that nothing is left behind */
        return *ret_size ? TRANSPORT_OK : TRANSPORT_AGAIN;
    case TLS_CLOSED: t->closed_read = true; return TRANSPORT_CLOSED;
    case TLS_FAILED: break;
    }
    return TRANSPORT_FAILED;
}

enum transport_result transport_feed(struct transport *t, struct str raw, char *plain, size_t room, size_t *ret_size)
{
    *ret_size = 0;
    if (t->tls)
        return feed_tls(t, raw, plain, room, ret_size);
    assert(raw.size <= room);
    memcpy(plain, raw.data, raw.size);
    *ret_size = raw.size;
    return raw.size ? TRANSPORT_OK : TRANSPORT_AGAIN;
}

enum transport_result transport_read(struct transport *t, char *plain, size_t room, size_t *ret_size)
{
    *ret_size = 0;
    assert(room >= WORKER_READ_SIZE);
    char *into = t->tls ? t->worker->cipher : plain;
    ssize_t got = recv(t->source.fd, into, WORKER_READ_SIZE, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? TRANSPORT_AGAIN : TRANSPORT_FAILED;
    if (got == 0) {
        t->closed_read = true;
        /* Without close_notify an end of stream over TLS may be an attacker's cut (RFC 8446 section 6.1). */
        return t->tls ? TRANSPORT_FAILED : TRANSPORT_CLOSED;
    }
    if (!t->tls) {
        *ret_size = (size_t)got;
        return TRANSPORT_OK;
    }
    return feed_tls(t, str_make(into, (size_t)got), plain, room, ret_size);
}

enum transport_result transport_send(struct transport *t, struct str data)
{
    if (!t->tls)
        return data.size ? send_raw(t, data) : TRANSPORT_OK;
    if (!t->established)
        return TRANSPORT_FAILED;
    while (data.size) {
        struct str part = str_part(data, 0, TRANSPORT_SEAL_SIZE);
        if (tls_conn_write(t->tls, part, seal_begin(t)) != TLS_OK || send_sealed(t) != TRANSPORT_OK)
            return TRANSPORT_FAILED;
        data = str_after(data, part.size);
    }
    warm_use(&t->worker->warm, t);
    return TRANSPORT_OK;
}

enum transport_result transport_flush(struct transport *t)
{
    if (t->unsent.size == 0)
        return TRANSPORT_OK;
    ssize_t sent = send(t->source.fd, buf_str(&t->unsent).data, t->unsent.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? TRANSPORT_AGAIN : TRANSPORT_FAILED;
    buf_consume(&t->unsent, (size_t)sent);
    if (t->unsent.size)
        return TRANSPORT_AGAIN;
    buf_fini(&t->unsent); /* idle connections hold no buffers */
    update_interest(t);
    if (t->ending)
        (void)shutdown(t->source.fd, SHUT_WR);
    return TRANSPORT_OK;
}

void transport_drop(struct transport *t)
{
    t->broken = true;
    held_drop(t);
    buf_fini(&t->unsent);
    update_interest(t);
}

void transport_set_reading(struct transport *t, bool reading)
{
    t->reading = reading;
    update_interest(t);
}

void transport_settle(struct transport *t)
{
    update_interest(t);
}

void transport_connected(struct transport *t)
{
    t->connecting = false;
    update_interest(t);
}

void transport_shutdown(struct transport *t)
{
    if (t->ending)
        return;
    t->ending = true;
    if (t->tls && t->established) {
        tls_conn_close(t->tls, seal_begin(t));
        (void)send_sealed(t);
    }
    if (t->unsent.size == 0)
        (void)shutdown(t->source.fd, SHUT_WR);
}
