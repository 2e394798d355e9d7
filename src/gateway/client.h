/*
 * A client's connection, from accept to close: PROXY header, first byte, TLS handshake, then HTTP/1.1 or HTTP/2. The
 * states are in client.c, drawn above their table.
 */
#ifndef GATEWAY_CLIENT_H
#define GATEWAY_CLIENT_H

#include "base/list.h"
#include "gateway/came.h"
#include "gateway/gateway.h"
#include "gateway/transport.h"
#include "os/timer.h"

struct http1;
struct http2;
struct worker_listener;

/* Read at once before the protocol is known: a PROXY header and a ClientHello. */
#define CLIENT_PREFACE_SIZE_MAX 4096

enum client_state {
    CLIENT_PROXY_HEADER, /* waits for the PROXY header */
    CLIENT_FIRST_BYTE,   /* waits for the byte that tells TLS from HTTP */
    CLIENT_HANDSHAKE,    /* TLS */
    CLIENT_H1,
    CLIENT_H2,
    CLIENT_CLOSING, /* our side is shut; waits for the peer's end so that it reads our last words */
};

struct client {
    struct transport transport;
    struct timer timer;
    struct list node;  /* in the worker's clients */
    struct list dirty; /* in the worker's dirty list: see client_again */
    struct worker *worker;
    const struct gateway_listener *listener;
    enum client_state state;
    bool secure;
    bool trusted;          /* its Forwarded fields count */
    bool doomed;           /* to be closed at the end of the turn */
    union os_address peer; /* after the PROXY header: the client it names */
    char peer_text[OS_ADDRESS_TEXT_SIZE];
    struct buf preface;
    size_t lingered_size; /* thrown away while closing */
    struct came came;
    struct http1 *http1;
    struct http2 *http2;
};

/* Takes an accepted socket. Closes it itself when there is no room. */
void client_accept(struct worker *w, const struct gateway_listener *listener, int take_fd,
                   const union os_address *peer);
/* Closes at the end of this loop turn, whatever happens in between; safe to call from anywhere, more than once. */
void client_doom(struct client *c);
/* There is more to send for this client: at the end of the turn, or of the next one when it is asked for then. */
void client_again(struct client *c);
/* Does it. For the worker. */
void client_go_on(struct client *c);
/* Closes and frees at once. For the worker. */
void client_free(struct client *c);
/* Ends in order: our side shut, then a short wait for the peer's end, so that a response is not lost to a reset. */
void client_linger(struct client *c);
/* The worker drains: idle connections say so and end soon. */
void client_drain(struct client *c);
/* The client's deadline, as a limit from now. */
void client_set_timeout(struct client *c, uint32_t timeout_ms);
/* The site of `snapshot` that the client's TLS server name chooses, for answers to requests that name none; or NULL. */
const struct snap_site *client_site(const struct client *c, const struct snapshot *snapshot);

#endif
