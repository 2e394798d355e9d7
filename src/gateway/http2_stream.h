/*
 * One HTTP/2 stream and its request, private to http2*.c: what nghttp2's callbacks gather until the request is whole,
 * and what waits to be sent on it.
 */
#ifndef GATEWAY_HTTP2_STREAM_H
#define GATEWAY_HTTP2_STREAM_H

#include "base/buf.h"
#include "base/list.h"
#include "gateway/exchange.h"

struct http2;

/* Response content that may wait on one stream before its source is held back. */
#define HTTP2_STREAM_OUT_SIZE (64u * 1024)
/* And on all streams of a connection together. */
#define HTTP2_OUT_SIZE (1u << 20)
/* Flow-control windows for request content: one stream's is what may be held back for it in memory. */
#define HTTP2_STREAM_WINDOW (256 * 1024)
#define HTTP2_WINDOW        (1 << 20)

/* Streams kept for the next request, per worker, and the output buffer each may keep: a small response fits. */
#define HTTP2_FREE_STREAMS_COUNT_MAX 256
#define HTTP2_KEPT_OUT_SIZE          4096

struct http2_stream {
    struct list node;      /* in the connection's streams */
    struct list resumable; /* in the connection's list of streams whose source may go on */
    struct http2 *connection;
    struct exchange *ex; /* NULL once the response is handed over, or the request refused */
    int32_t id;
    size_t fields_capacity;
    size_t head_size; /* as RFC 9113 section 10.5.1 counts: name, value and 32 a field */
    struct str scheme, protocol, host_field;
    bool begun;        /* exchange_begin was called */
    bool too_large;    /* the head went over its limit */
    bool request_done; /* END_STREAM received */
    bool out_end;      /* END_STREAM follows what waits */
    bool deferred;     /* nghttp2 waits for content */
    bool tunnel;
    struct buf in;               /* request content held back */
    struct buf out;              /* response content not sent yet */
    struct http_field *trailers; /* in own arena; sent after the content */
    size_t trailers_count;
    struct arena arena; /* trailers only */
};

/* Adds one field of the request (a pseudo-field begins with ':'). False when the head grows too large. */
NODISCARD bool http2_request_add(struct http2_stream *s, struct str name, struct str value);
/* The same for a trailer; what may not be one is dropped. */
NODISCARD bool http2_request_add_trailer(struct http2_stream *s, struct str name, struct str value);
/* The head is complete: puts ex->request together. 0, or the status to refuse it with; *ret_why says why. */
uint16_t http2_request_finish(struct http2_stream *s, bool end, struct str *ret_why);

#endif
