/*
 * One request and its response: the middle of the gateway. A client side (HTTP/1.1 or HTTP/2) brings the request and
 * carries the response; a source (relay to an upstream, files, fixed answer) makes the response. Both are behind small
 * tables of functions, so that each client side works with each source. Here: which source, which fields, what is
 * counted and logged.
 *
 *     client side ──exchange_begin, exchange_request_content──▶ exchange ──▶ source
 *     client side ◀──send_head, send_content, send_trailers, abort── exchange ◀── source
 *
 * Lifetime: the client side makes it (exchange_new) and frees it (exchange_free), which cancels the source. A send with
 * `end`, and abort, are a source's last word: the exchange may be gone when they return.
 */
#ifndef GATEWAY_EXCHANGE_H
#define GATEWAY_EXCHANGE_H

#include "base/arena.h"
#include "gateway/piece.h"
#include "gateway/worker.h"
#include "http/message.h"
#include "os/timer.h"

struct client;
struct exchange;

/* A request head and what is kept beside it while it lives; a head is at most head_size_max, copied once. */
#define EXCHANGE_ARENA_SIZE_MAX (512u * 1024)
/* Exchanges kept for the next request, per worker: a burst needs more, an idle worker should not hold more. */
#define EXCHANGE_FREE_COUNT_MAX 256
/* Content that must arrive within one body timeout: a client that trickles below is cut off. */
#define EXCHANGE_BODY_PROGRESS_MIN 1024
/* Trailer fields of a request that are passed on: checksums and the like; more is an attack. */
#define EXCHANGE_TRAILERS_COUNT_MAX 16
/* Fields the gateway adds to a response. */
#define EXCHANGE_FIELDS_ADDED (WORKER_FIELDS_COUNT - HTTP_FIELDS_COUNT_MAX)

struct exchange_client_ops {
    /* An interim response (1xx but 101). */
    void (*send_interim)(struct exchange *ex, const struct http_response *response);
    /* The final head, with first content. A 101 opens a tunnel: everything after it is raw. */
    void (*send_head)(struct exchange *ex, const struct http_response *response, struct piece content, bool end);
    void (*send_content)(struct exchange *ex, struct piece content, bool end);
    /* Ends a response with trailers. */
    void (*send_trailers)(struct exchange *ex, const struct http_field *fields, size_t fields_count);
    /* Bytes that wait for the client; above 0 the source stops until it is told to resume. */
    size_t (*backlog)(struct exchange *ex);
    /* The source takes request content again. */
    void (*resume_request)(struct exchange *ex);
    /* The response cannot be finished: the client must see that it is cut. */
    void (*abort)(struct exchange *ex);
};

struct exchange_source_ops {
    /* Request content; `end` with the last (then content may be empty). In a tunnel: raw bytes, end: the client's FIN.
     */
    void (*request_content)(struct exchange *ex, struct piece content, bool end);
    /* False: hold request content back until ops->resume_request. */
    bool (*takes_content)(struct exchange *ex);
    /* The client took what waited. */
    void (*resume)(struct exchange *ex);
    /* The exchange goes: let go of everything. */
    void (*cancel)(struct exchange *ex);
};

struct exchange {
    struct list node; /* in the worker's free list */
    struct worker *worker;
    struct client *client;
    const struct exchange_client_ops *ops;
    void *stream; /* the client side's own */
    const struct exchange_source_ops *source;
    void *source_state;
    struct arena arena;

    struct epoch *epoch; /* held until the response is done or a tunnel is open */
    const struct snap_site *site;
    uint32_t slot; /* of the site's counters; SNAPSHOT_NONE without a site */

    struct http_request request;
    const char *client_text; /* the client's address: the peer's, or what a trusted proxy says */
    bool secure;             /* came over TLS */
    bool scheme_https;       /* secure, or a trusted proxy says that its client's connection was */
    bool request_complete;
    bool response_started;
    bool response_done;
    bool tunnel;
    bool hsts_sent;
    bool redirected; /* from HTTP to HTTPS, by the gateway */
    bool refused;    /* for what it carried over plain HTTP */
    uint16_t status;
    uint64_t received_size, sent_size; /* content */
    int64_t started_us;
    struct str allow;            /* for a 405; empty: what any site allows */
    const char *upstream_label;  /* for the log; NULL when no upstream was asked */
    struct http_field *trailers; /* of the request, in the arena; set before the end of its content is told */
    size_t trailers_count;
    struct timer body_timer;
    size_t body_progress;
};

/* A new exchange for a client side; NULL when memory ran out. */
struct exchange *exchange_new(struct client *client, const struct exchange_client_ops *ops, void *stream);
/* Lets go of one that never began: no request, nothing counted. */
void exchange_discard(struct exchange *ex);
/* Cancels the source, counts, writes the log line, and lets go. */
void exchange_free(struct exchange *ex);

/* Copies `head`, into which the views of ex->request point, and shifts them; false when it does not fit. */
NODISCARD bool exchange_keep_head(struct exchange *ex, struct str head);
/*
 * The request head is in ex->request, its views in the exchange's arena. Finds the site and the source, or answers
 * itself. May end the exchange.
 */
void exchange_begin(struct exchange *ex);
/* More of the request's content; end with the last. Only after exchange_begin and while the exchange lives. */
void exchange_request_content(struct exchange *ex, struct piece content, bool end);
/* Keeps one trailer field of the request (copied); false when there are too many or it does not fit. */
NODISCARD bool exchange_add_trailer(struct exchange *ex, struct http_field field);
/* The client side cannot parse the request: answers with `status` as well as it can. Ends the exchange. */
void exchange_refuse(struct exchange *ex, uint16_t status, struct str why);

/* For sources. */
void exchange_send_interim(struct exchange *ex, struct http_response *response);
/* `response` fields are changed in place; its array has room for EXCHANGE_FIELDS_ADDED more. */
void exchange_send_head(struct exchange *ex, struct http_response *response, struct piece content, bool end);
void exchange_send_content(struct exchange *ex, struct piece content, bool end);
void exchange_send_trailers(struct exchange *ex, struct http_field *fields, size_t fields_count);
/* The gateway's own error page; abort instead when a response has been started. */
void exchange_fail(struct exchange *ex, uint16_t status, struct str why);
void exchange_abort(struct exchange *ex);

/* The counters of the exchange's site, or NULL. */
struct counters_site *exchange_counters(struct exchange *ex);

#endif
