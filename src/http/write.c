/* Serialising heads. A field costs one reservation and two copies; names and values are checked on the way. */
#include "http/write.h"

#include "http/syntax.h"

/* The buffer takes nothing more: what was written before must not go out without what was refused. */
static bool refuse(struct buf *out)
{
    out->failed = true;
    return false;
}

static char *put(char *p, struct str s)
{
    if (s.size)
        memcpy(p, s.data, s.size);
    return p + s.size;
}

bool h1_write_request_line(struct buf *out, struct str method, struct str path, struct str query)
{
    if (!syntax_is_token(method) || path.size == 0 || !syntax_all(path, SYNTAX_TARGET) ||
        !syntax_all(query, SYNTAX_TARGET))
        return refuse(out);
    const struct str end = STR(" HTTP/1.1\r\n");
    size_t size = method.size + 1 + path.size + query.size + end.size;
    char *p = buf_reserve(out, size);
    if (!p)
        return false;
    p = put(p, method);
    *p++ = ' ';
    put(put(put(p, path), query), end);
    buf_commit(out, size);
    return true;
}

bool h1_write_status_line(struct buf *out, uint16_t status, struct str reason)
{
    if (status < 100 || status > 999 || !http_field_value_is_valid(reason))
        return refuse(out);
    if (reason.size == 0)
        reason = http_reason(status);
    buf_put_str(out, STR("HTTP/1.1 "));
    buf_put_u64(out, status);
    buf_put_char(out, ' ');
    buf_put_str(out, reason);
    return buf_put_str(out, STR("\r\n"));
}

#define FIELD_EXTRA_SIZE 4 /* ": " and CRLF */

/* Writes where there is room for it; NULL when it must not be written. */
static char *put_field(char *p, struct str name, struct str value)
{
    if (!syntax_is_token(name) || !http_field_value_is_valid(value))
        return NULL;
    p = put(p, name);
    *p++ = ':';
    *p++ = ' ';
    p = put(p, value);
    *p++ = '\r';
    *p++ = '\n';
    return p;
}

bool h1_write_field(struct buf *out, struct str name, struct str value)
{
    char *p = buf_reserve(out, name.size + value.size + FIELD_EXTRA_SIZE);
    if (!p)
        return false;
    if (!put_field(p, name, value))
        return refuse(out);
    buf_commit(out, name.size + value.size + FIELD_EXTRA_SIZE);
    return true;
}

static bool is_passed_on(const struct http_field *field)
{
    return !field->hop_by_hop && field->id != HTTP_FIELD_CONTENT_LENGTH;
}

bool h1_write_fields(struct buf *out, const struct http_field *fields, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        if (is_passed_on(&fields[i]))
            size += fields[i].name.size + fields[i].value.size + FIELD_EXTRA_SIZE;
    char *p = size ? buf_reserve(out, size) : NULL;
    if (!p)
        return buf_ok(out);
    for (size_t i = 0; i < count; i++)
        if (is_passed_on(&fields[i]) && !(p = put_field(p, fields[i].name, fields[i].value)))
            return refuse(out);
    buf_commit(out, size);
    return true;
}

bool h1_write_content_length(struct buf *out, uint64_t size)
{
    buf_put_str(out, STR("Content-Length: "));
    buf_put_u64(out, size);
    return buf_put_str(out, STR("\r\n"));
}

bool h1_write_framing(struct buf *out, enum http_framing framing, uint64_t content_length)
{
    switch (framing) {
    case HTTP_FRAMING_NONE:
    case HTTP_FRAMING_CLOSE: return buf_ok(out);
    case HTTP_FRAMING_LENGTH: return h1_write_content_length(out, content_length);
    case HTTP_FRAMING_CHUNKED:
    case HTTP_FRAMING_STREAM: return buf_put_str(out, STR("Transfer-Encoding: chunked\r\n"));
    }
    return refuse(out);
}

bool h1_write_end(struct buf *out)
{
    return buf_put_str(out, STR("\r\n"));
}

static bool write_extra(struct buf *out, const struct http_field *extra, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!h1_write_field(out, extra[i].name, extra[i].value))
            return false;
    return true;
}

bool h1_write_request(struct buf *out, const struct http_request *request, const struct http_field *extra,
                      size_t extra_count)
{
    if (!h1_write_request_line(out, request->method_text, request->path, request->query) ||
        !h1_write_field(out, STR("Host"), request->authority) ||
        !h1_write_fields(out, request->fields, request->fields_count) || !write_extra(out, extra, extra_count) ||
        !h1_write_framing(out, request->framing, request->content_length))
        return false;
    if (request->websocket)
        buf_put_str(out, STR("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    return h1_write_end(out);
}

bool h1_write_response(struct buf *out, const struct http_response *response, const struct http_field *extra,
                       size_t extra_count)
{
    if (!h1_write_status_line(out, response->status, response->reason) ||
        !h1_write_fields(out, response->fields, response->fields_count) || !write_extra(out, extra, extra_count) ||
        !h1_write_framing(out, response->framing, response->content_length))
        return false;
    if (response->websocket)
        buf_put_str(out, STR("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    return h1_write_end(out);
}

bool h1_write_chunk_head(struct buf *out, uint64_t size)
{
    if (size == 0)
        return refuse(out);
    buf_put_hex(out, size);
    return buf_put_str(out, STR("\r\n"));
}

bool h1_write_chunk_tail(struct buf *out)
{
    return buf_put_str(out, STR("\r\n"));
}

bool h1_write_chunks_end(struct buf *out, const struct http_field *trailers, size_t count)
{
    return buf_put_str(out, STR("0\r\n")) && h1_write_fields(out, trailers, count) && h1_write_end(out);
}
