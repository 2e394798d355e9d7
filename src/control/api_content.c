/* Content by its length, or chunk by chunk. */
#include "control/api_content.h"

#include "control/api.h"
#include "hsts/preload_source.h"
#include "http/chunk.h"
#include "http/h1.h"

/* Decodes a copy: the buffer keeps what came, since more may have to come first. */
static enum api_content_result read_chunked(struct str rest, size_t size_max, struct buf *content, size_t *ret_taken)
{
    struct chunk_decoder decoder;
    size_t size, taken;
    buf_init_secret(content, size_max + API_READ_SIZE);
    char *at = buf_reserve(content, rest.size);
    if (!at)
        return API_CONTENT_TOO_LARGE;
    memcpy(at, rest.data, rest.size);
    chunk_init(&decoder);
    enum chunk_result result = chunk_decode(&decoder, at, rest.size, &size, &taken);
    if (size > size_max)
        return API_CONTENT_TOO_LARGE;
    if (result == CHUNK_BAD)
        return API_CONTENT_BAD;
    if (result == CHUNK_MORE)
        return rest.size >= 2 * size_max ? API_CONTENT_TOO_LARGE : API_CONTENT_MORE;
    struct h1_scan scan = {0};
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    enum h1_reason reason;
    size_t count, trailers_size;
    switch (
        h1_parse_trailers(str_after(rest, taken), API_HEAD_SIZE_MAX, &scan, fields, &count, &trailers_size, &reason)) {
    case H1_MORE: return API_CONTENT_MORE;
    case H1_BAD: return API_CONTENT_BAD;
    case H1_OK: break;
    }
    buf_commit(content, size);
    *ret_taken = taken + trailers_size;
    return API_CONTENT_WHOLE;
}

/* A backup and a preload list come in one piece; all else is written by people and scripts. */
size_t api_content_size_max(const struct http_request *request)
{
    if (str_eq(request->path, STR("/v1/preload")))
        return PRELOAD_SOURCE_SIZE_MAX;
    return str_eq(request->path, STR("/v1/restore")) ? API_TRANSFER_SIZE_MAX : API_BODY_SIZE_MAX;
}

enum api_content_result api_content_read(const struct http_request *request, struct str rest, size_t size_max,
                                         struct buf *content, size_t *ret_taken)
{
    /* Whoever sends large files knows their length. */
    const size_t chunked_max = size_max < API_BODY_SIZE_MAX ? size_max : API_BODY_SIZE_MAX;
    buf_init_secret(content, size_max);
    *ret_taken = 0;
    if (request->framing == HTTP_FRAMING_CHUNKED)
        return read_chunked(rest, chunked_max, content, ret_taken);
    if (request->framing != HTTP_FRAMING_LENGTH)
        return API_CONTENT_WHOLE;
    if (request->content_length > size_max)
        return API_CONTENT_TOO_LARGE;
    if (rest.size < request->content_length)
        return API_CONTENT_MORE;
    *ret_taken = (size_t)request->content_length;
    return buf_put(content, rest.data, *ret_taken) ? API_CONTENT_WHOLE : API_CONTENT_TOO_LARGE;
}
