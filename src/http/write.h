/*
 * HTTP/1.1 messages as bytes: the other half of h1.h. Everything the gateway sends is written here, from values; so
 * this is also where the last check stands that no value can end a line and begin another (response splitting, request
 * smuggling). Every function returns false, and leaves the buffer failed (buf_ok), when something may not be written
 * or does not fit.
 */
#ifndef HTTP_WRITE_H
#define HTTP_WRITE_H

#include "base/buf.h"
#include "http/message.h"

/* "METHOD TARGET HTTP/1.1": the target is path and query. An empty path is refused. */
bool h1_write_request_line(struct buf *out, struct str method, struct str path, struct str query);
/* "HTTP/1.1 200 OK"; an empty reason becomes the registered one. */
bool h1_write_status_line(struct buf *out, uint16_t status, struct str reason);
/* One field. */
bool h1_write_field(struct buf *out, struct str name, struct str value);
/* All but those marked hop_by_hop and Content-Length, which belongs to the framing that the writer chooses. */
bool h1_write_fields(struct buf *out, const struct http_field *fields, size_t count);
bool h1_write_content_length(struct buf *out, uint64_t size);
/* The field that says how the content's end is found: Content-Length, Transfer-Encoding, or nothing. */
bool h1_write_framing(struct buf *out, enum http_framing framing, uint64_t content_length);
/* The empty line. */
bool h1_write_end(struct buf *out);

/*
 * A whole request head as HTTP/1.1: request line, Host, the request's own fields, `extra` (hop_by_hop does not matter
 * there), framing, and for a WebSocket its Upgrade and Connection. Over HTTP/2 the framing STREAM becomes chunked.
 * Without an authority (HTTP/1.0) the Host field is empty, as RFC 9112 section 3.2 wants it.
 */
bool h1_write_request(struct buf *out, const struct http_request *request, const struct http_field *extra,
                      size_t extra_count);
/* A whole response head; nothing is added but framing: 1xx, 204 and 304 get none. */
bool h1_write_response(struct buf *out, const struct http_response *response, const struct http_field *extra,
                       size_t extra_count);

/* The line before a chunk's data; `size` is not 0, which would be the last chunk. */
bool h1_write_chunk_head(struct buf *out, uint64_t size);
/* The line end behind a chunk's data. */
bool h1_write_chunk_tail(struct buf *out);
/* The last chunk, trailers and the empty line. */
bool h1_write_chunks_end(struct buf *out, const struct http_field *trailers, size_t count);

#endif
