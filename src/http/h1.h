/*
 * HTTP/1.1 heads, strictly by RFC 9112: bytes in, struct http_request or http_response out. What the grammar does not
 * allow is an error with a reason; nothing is repaired. No sockets, no allocation.
 */
#ifndef HTTP_H1_H
#define HTTP_H1_H

#include "base/buf.h"
#include "http/message.h"

enum h1_result {
    H1_OK,
    H1_MORE, /* the head is not complete yet */
    H1_BAD,  /* not allowed; the reason is in *ret_reason */
};

enum h1_reason {
    H1_REASON_NONE,
    H1_REASON_REQUEST_LINE, /* 400 */
    H1_REASON_METHOD,       /* 400 */
    H1_REASON_TARGET,       /* 400 */
    H1_REASON_VERSION,      /* 505: HTTP/x.y but not 1.0 or 1.1 */
    H1_REASON_STATUS_LINE,
    H1_REASON_BARE_LF, /* 400, and so all below but where noted */
    H1_REASON_BARE_CR,
    H1_REASON_OBS_FOLD,
    H1_REASON_FIELD_NAME,  /* no token, or white space before the colon */
    H1_REASON_FIELD_VALUE, /* control character */
    H1_REASON_HOST_MISSING,
    H1_REASON_HOST_REPEATED,
    H1_REASON_HOST_INVALID,
    H1_REASON_CONTENT_LENGTH,     /* not a number, or differing values */
    H1_REASON_TRANSFER_ENCODING,  /* chunked not last, repeated, or in HTTP/1.0 */
    H1_REASON_TRANSFER_CODING,    /* 501: another coding below chunked, "gzip, chunked" (RFC 9112 section 6.1) */
    H1_REASON_LENGTH_AND_CHUNKED, /* both Content-Length and Transfer-Encoding */
    H1_REASON_EXPECT,             /* 417: an expectation but 100-continue */
    H1_REASON_HEAD_TOO_LARGE,     /* 431 */
    H1_REASON_TOO_MANY_FIELDS,    /* 431 */
    H1_REASON_TARGET_TOO_LONG,    /* 414 */
};

/* A request target may take this share of the head's limit: one long target is told apart (414) from a long head (431).
 */
#define H1_TARGET_SHARE 2

/* Where a search for the head's end stopped, so that a head that drips in is scanned once. Zero it for each head. */
struct h1_scan {
    size_t scanned;
};

/*
 * Parses a request head at the front of `in`. `fields` has room for HTTP_FIELDS_COUNT_MAX; the request's views point
 * into `in`. At most one empty line before the request line is skipped (RFC 9112 section 2.2). A head beyond
 * `head_size_max` bytes is H1_BAD even when it is not complete. On H1_OK *ret_size is the head's size with its empty
 * line. On H1_BAD *ret_reason says why and, where the head got that far, ret->host is set for the log and the error
 * page (else empty).
 */
enum h1_result h1_parse_request(struct str in, size_t head_size_max, struct h1_scan *scan, struct http_field *fields,
                                struct http_request *ret, size_t *ret_size, enum h1_reason *ret_reason);
/*
 * The same for a response to a request of `method` (HEAD, 1xx, 204, 304 have no content: RFC 9112 section 6.3). An
 * upstream that breaks the grammar is a 502; obs-fold and bare LF are refused here too.
 */
enum h1_result h1_parse_response(struct str in, size_t head_size_max, enum http_method method, struct h1_scan *scan,
                                 struct http_field *fields, struct http_response *ret, size_t *ret_size,
                                 enum h1_reason *ret_reason);
/* Parses a trailer section (fields and empty line) after the last chunk; framing, routing and authentication fields in
 * it are dropped (RFC 9110 section 6.5.1): they are marked hop_by_hop. */
enum h1_result h1_parse_trailers(struct str in, size_t size_max, struct h1_scan *scan, struct http_field *fields,
                                 size_t *ret_count, size_t *ret_size, enum h1_reason *ret_reason);
/* The status to answer a bad request with, and one sentence for the error page. */
uint16_t h1_reason_status(enum h1_reason reason);
struct str h1_reason_text(enum h1_reason reason);

#endif
