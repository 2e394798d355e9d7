/*
 * Connections of the admin API, whichever door they came through: bytes in, requests, replies, bytes out. What a
 * request asks for is decided in api.c, who is let in at the doors of the panel in panel.c. For api_server.c,
 * api_conn.c and api_turn.c only.
 */
#ifndef CONTROL_API_CONN_H
#define CONTROL_API_CONN_H

#include "control/api.h"
#include "control/api_peer.h"
#include "control/observe.h"
#include "control/panel.h"
#include "control/panel_events.h"
#include "control/self_check.h"
#include "http/h1.h"
#include "os/socket.h"

struct door {
    struct api *api;
    struct loop_source listener; /* fd -1: this door does not exist, or is another one's */
    enum api_door kind;
    size_t conns_count;
    bool is_full_told; /* in the log, since it was last half empty; also that strangers make room */
};

struct api {
    struct core *core;
    struct door doors[API_DOORS_COUNT];
    struct list conns; /* of all doors */
    gid_t admin_gid;
};

enum conn_state {
    CONN_READING,
    CONN_LOOKING,
    CONN_CHECKING,
    CONN_WAITING,
    CONN_LATER,
    CONN_WRITING,
    CONN_STREAMING,
};

struct conn {
    struct list node;
    struct loop_source source;
    struct timer timer;
    struct door *door;
    struct core *core;
    enum conn_state state;
    struct buf in, out;
    struct h1_scan scan;
    struct api_reply reply;
    struct publish_waiter waiter;
    struct observe_waiter look;
    struct self_check_waiter check;
    struct panel_stream stream; /* with CONN_STREAMING */
    struct panel_guest guest;   /* at the panel's doors */
    bool is_known;              /* the present request, or else the last one, is of somebody who may be here */
    int64_t since_ms;           /* it was accepted then, or gave its last answer */
    char actor[API_ACTOR_SIZE]; /* for the audit log: at control.sock the same for all requests */
    bool changes;               /* the present request is not one that only reads */
    bool looked, checked;       /* the present request has had its look, its self-check */
    bool is_fresh;              /* its session was proved when its head came: its content may take longer than that */
    json_t *fetched;            /* what was fetched for it, or NULL */
    size_t kept_size;           /* of it, still in the input: it may be read again */
    bool head_only;             /* HEAD */
    bool keep_alive;            /* after this answer */
    bool continued;             /* 100 Continue was sent */
    bool lingering;             /* our side is shut; what still comes is thrown away */
};

/* A connection that was accepted at `door`; it owns itself from here on, and `fd`. */
void conn_new(struct door *door, int take_fd, const union os_address *peer);
void conn_free(struct conn *conn);
/* The time this connection has from now on. */
void conn_arm(struct conn *conn, int64_t timeout_ms);
/* The head of the reply, up to what says how its content ends. */
void conn_put_head(struct conn *conn);
/* The finished reply goes to the output, and is gone; the caller flushes. */
void conn_put_reply(struct conn *conn);
/* Sends what can be sent. False when the connection is gone. */
bool conn_flush(struct conn *conn);
/* An error of our own as the reply, and the end of the connection behind it. */
void conn_refuse(struct conn *conn, uint16_t status, struct str text);
/* Whether an answer is being waited for, so that nothing more is read now. */
bool conn_is_waiting(const struct conn *conn);

/* api_turn.c: takes whole requests from the input as far as there are any, and answers them. */
void conn_process(struct conn *conn);
/* api_stream.c: the answer is events, for as long as the connection lasts. */
void conn_stream(struct conn *conn, const struct api_context *context);
/* Something is ready at a connection that streams. */
void conn_stream_ready(struct conn *conn, uint32_t ready);
/* Called off: nobody is left to answer. */
void conn_stop_waiting(struct conn *conn);

#endif
