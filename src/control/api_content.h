/* The content of a request to the admin API: where it ends, and how much of it there may be. */
#ifndef CONTROL_API_CONTENT_H
#define CONTROL_API_CONTENT_H

#include "base/buf.h"
#include "http/message.h"

/* How much is received at a time. */
#define API_READ_SIZE 16384

enum api_content_result { API_CONTENT_WHOLE, API_CONTENT_MORE, API_CONTENT_BAD, API_CONTENT_TOO_LARGE };

/* The most that a request to the API may bring from somebody who is let in. */
size_t api_content_size_max(const struct http_request *request);
/*
 * The content of `request`, at most `size_max` bytes, from `rest`, what has come behind its head. `content` is
 * initialised here in any case, and the caller's to end. With API_CONTENT_WHOLE it is there, and *ret_taken bytes of
 * `rest` belonged to it.
 */
enum api_content_result api_content_read(const struct http_request *request, struct str rest, size_t size_max,
                                         struct buf *content, size_t *ret_taken);

#endif
