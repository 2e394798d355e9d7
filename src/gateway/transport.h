/*
 * One end of a connection: a socket, and TLS over it or not. Reading goes through the worker's buffers, so that an idle
 * connection holds none; writing sends at once what the kernel takes and keeps only the rest. Both clients and
 * upstreams are reached through it. It knows nothing of HTTP.
 *
 *     socket ─recv─▶ worker.cipher ─tls_conn_read─▶ plain        (TLS)          socket ─recv─▶ plain     (no TLS)
 *     plain ─tls_conn_write─▶ worker.sealed ─send─▶ socket, the rest to unsent
 */
#ifndef GATEWAY_TRANSPORT_H
#define GATEWAY_TRANSPORT_H

#include "base/buf.h"
#include "gateway/warm.h"
#include "os/loop.h"
#include "tls/conn.h"

struct transport_held;
struct worker;

/*
 * What a handshake says last and the peer does not wait for (a session ticket) is kept for the answer to the request
 * that came with the handshake's end, so that both leave in one send; this long at most, and a tick of the timers: a
 * client that opens its next connection sooner has no answer to the first one yet either.
 */
#define TRANSPORT_HOLD_MS 50

/* Bytes that the kernel did not take. Sources stop at the first one; what is under way then is far below this. */
#define TRANSPORT_UNSENT_SIZE_MAX (4u << 20)

enum transport_result {
    TRANSPORT_OK,
    TRANSPORT_AGAIN,  /* nothing now */
    TRANSPORT_CLOSED, /* the peer ended its side in order */
    TRANSPORT_FAILED, /* reset, TLS failure, out of memory: only transport_fini is left */
};

struct transport {
    struct loop_source source;
    struct worker *worker;
    struct tls_conn *tls;        /* owned; NULL: plain */
    struct buf unsent;           /* for the socket: already encrypted */
    struct warm warm;            /* with TLS: whether the library keeps its buffers */
    struct transport_held *held; /* encrypted, goes out before anything else is; NULL nearly always */
    bool established;            /* plain, or the TLS handshake is done */
    bool open;                   /* registered with the loop */
    bool reading;                /* the owner wants to read */
    bool connecting;             /* a connect is under way: wait for writability */
    bool closed_read;            /* the peer's end was seen */
    bool ending;                 /* our end is to follow what is unsent */
    bool broken;                 /* the peer takes nothing more; it may still be read */
};

/* Takes the socket (closed by transport_fini) and registers it for reading. False when the loop refuses; fd is closed.
 */
NODISCARD bool transport_init(struct transport *t, struct worker *worker, int fd, bool connecting,
                              void (*on_ready)(struct loop_source *, uint32_t));
/* From now on over TLS; takes the connection. */
void transport_start_tls(struct transport *t, struct tls_conn *take_tls);
/* From now on nothing is sent, and the peer is told so by a reset when the transport is closed. */
void transport_abort(struct transport *t);
/* Unregisters, closes the socket, frees TLS and what was unsent. Says close_notify first when TLS is established. */
void transport_fini(struct transport *t);

/*
 * Reads once. TRANSPORT_OK: *ret_size > 0 bytes at `plain`; room must be at least WORKER_PLAIN_SIZE. AGAIN: nothing for
 * the owner (the handshake may have gone on). CLOSED and FAILED may come with bytes in *ret_size as well.
 */
enum transport_result transport_read(struct transport *t, char *plain, size_t room, size_t *ret_size);
/* The same for bytes that somebody has already taken from the socket (a PROXY header came before them). */
enum transport_result transport_feed(struct transport *t, struct str raw, char *plain, size_t room, size_t *ret_size);
/* Sends; what the kernel does not take waits in unsent. FAILED when the connection is gone. */
enum transport_result transport_send(struct transport *t, struct str data);
/* Sends what waits; call it when the socket is writable. AGAIN while some is left. */
enum transport_result transport_flush(struct transport *t);
/* Sending has failed: forgets what waits. What the peer said before it went can still be read. */
void transport_drop(struct transport *t);
/* Switches reading on and off, for back-pressure. */
void transport_set_reading(struct transport *t, bool reading);
/*
 * The loop reports the socket readable though its end was seen: it is to do so no more. (Most connections are closed
 * before that comes: the call to the kernel is only made for those that are not.)
 */
void transport_settle(struct transport *t);
/* The connect has succeeded: what waits may be sent. */
void transport_connected(struct transport *t);
/* Ends our side: after what is unsent, close_notify and FIN; the peer may still send. */
void transport_shutdown(struct transport *t);

static inline size_t transport_backlog(const struct transport *t)
{
    return t->unsent.size;
}

#endif
