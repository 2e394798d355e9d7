/*
 * From HTTP/2 fields to struct http_request, the same that the HTTP/1.1 parser makes. nghttp2 has checked order and
 * presence of pseudo-fields and the absence of connection-specific fields (RFC 9113 section 8.3); here is what it
 * leaves open: that nothing may mean something else in HTTP/1.1, which the upstream speaks.
 */
#include "gateway/client.h"
#include "gateway/http2_stream.h"
#include "http/h1_fields.h"
#include "http/websocket.h"

/* Most requests have fewer; the table doubles when needed. */
#define FIELDS_COUNT_FIRST 32

static struct http_field *next_field(struct http2_stream *s)
{
    struct http_request *r = &s->ex->request;
    if (r->fields_count == s->fields_capacity) {
        size_t capacity = s->fields_capacity ? s->fields_capacity * 2 : FIELDS_COUNT_FIRST;
        if (capacity > HTTP_FIELDS_COUNT_MAX)
            return NULL;
        struct http_field *fields = arena_alloc(&s->ex->arena, capacity * sizeof *fields);
        if (!fields)
            return NULL;
        if (r->fields_count)
            memcpy(fields, r->fields, r->fields_count * sizeof *fields);
        r->fields = fields;
        s->fields_capacity = capacity;
    }
    return &r->fields[r->fields_count++];
}

static struct str *pseudo_place(struct http2_stream *s, struct str name)
{
    struct http_request *r = &s->ex->request;
    if (str_eq(name, STR(":method")))
        return &r->method_text;
    if (str_eq(name, STR(":path")))
        return &r->target;
    if (str_eq(name, STR(":authority")))
        return &r->authority;
    if (str_eq(name, STR(":scheme")))
        return &s->scheme;
    if (str_eq(name, STR(":protocol")))
        return &s->protocol;
    return NULL;
}

bool http2_request_add(struct http2_stream *s, struct str name, struct str value)
{
    struct arena *arena = &s->ex->arena;
    s->head_size += name.size + value.size + 32;
    if (s->head_size > worker_limits(s->ex->worker)->head_size_max)
        return false;
    if (name.size && name.data[0] == ':') {
        struct str *place = pseudo_place(s, name);
        return place && arena_str(arena, value, place);
    }
    enum http_field_id id = http_field_id(name);
    if (id == HTTP_FIELD_HOST)
        return arena_str(arena, value, &s->host_field);
    if (id == HTTP_FIELD_TE)
        return true; /* "trailers" at most; between the client and us */
    struct http_field *field = next_field(s);
    if (!field)
        return false;
    *field =
        (struct http_field){.id = id, .hop_by_hop = http_field_is_hop_by_hop(id) || http_field_name_is_disguised(name)};
    return arena_str(arena, name, &field->name) && arena_str(arena, str_trim(value), &field->value);
}

bool http2_request_add_trailer(struct http2_stream *s, struct str name, struct str value)
{
    struct http_field field = {.name = name, .value = str_trim(value), .id = http_field_id(name)};
    s->head_size += name.size + value.size + 32;
    if (s->head_size > worker_limits(s->ex->worker)->head_size_max)
        return false;
    if (h1_fields_is_no_trailer(&field) || http_field_is_hop_by_hop(field.id) || http_field_name_is_disguised(name) ||
        !http_field_name_is_valid(name) || !http_field_value_is_valid(field.value))
        return true;
    return exchange_add_trailer(s->ex, field);
}

/* Clients may split Cookie; HTTP/1.1 has it in one field (RFC 9113 section 8.2.3). */
static bool join_cookies(struct http2_stream *s)
{
    struct http_request *r = &s->ex->request;
    struct http_field *first = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < r->fields_count; i++) {
        struct http_field field = r->fields[i];
        if (field.id == HTTP_FIELD_COOKIE && first) {
            first->value = arena_printf(&s->ex->arena, "%.*s; %.*s", STR_ARG(first->value), STR_ARG(field.value));
            if (!first->value.data)
                return false;
            continue;
        }
        r->fields[kept] = field;
        if (field.id == HTTP_FIELD_COOKIE)
            first = &r->fields[kept];
        kept++;
    }
    r->fields_count = kept;
    return true;
}

static bool fields_are_valid(const struct http_request *r)
{
    for (size_t i = 0; i < r->fields_count; i++)
        if (!http_field_name_is_valid(r->fields[i].name) || !http_field_value_is_valid(r->fields[i].value))
            return false;
    return true;
}

static bool set_authority(struct http2_stream *s)
{
    struct http_request *r = &s->ex->request;
    if (r->authority.size == 0)
        r->authority = s->host_field;
    else if (s->host_field.size && !str_eq_nocase(s->host_field, r->authority))
        return false;
    return http_authority_split(r->authority, &r->host, &r->port);
}

static bool set_path(struct http_request *r)
{
    for (size_t i = 0; i < r->target.size; i++)
        if (r->target.data[i] <= ' ' || r->target.data[i] >= 0x7f || r->target.data[i] == '#')
            return false;
    size_t query = str_find(r->target, '?');
    r->path = str_part(r->target, 0, query);
    r->query = str_after(r->target, query);
    return (r->path.size && r->path.data[0] == '/') ||
           (str_eq(r->target, STR("*")) && r->method == HTTP_METHOD_OPTIONS);
}

static bool set_framing(struct http_request *r, bool end)
{
    r->framing = end ? HTTP_FRAMING_NONE : HTTP_FRAMING_STREAM;
    const struct http_field *length = http_field_find(r->fields, r->fields_count, HTTP_FIELD_CONTENT_LENGTH);
    if (!length)
        return true;
    if (!str_to_u64(length->value, INT64_MAX, &r->content_length))
        return false;
    r->framing = HTTP_FRAMING_LENGTH;
    return !end || r->content_length == 0;
}

static bool expects_continue(const struct http_request *r)
{
    const struct http_field *expect = http_field_find(r->fields, r->fields_count, HTTP_FIELD_EXPECT);
    return expect && str_eq_nocase(expect->value, STR("100-continue"));
}

uint16_t http2_request_finish(struct http2_stream *s, bool end, struct str *ret_why)
{
    struct http_request *r = &s->ex->request;
    r->http2 = true;
    r->minor_version = 1;
    r->keep_alive = true;
    r->method = http_method(r->method_text);
    *ret_why = STR("The request's host name is missing or invalid.");
    if (!set_authority(s))
        return 400;
    *ret_why = STR("The request's scheme does not fit this connection.");
    if (s->scheme.size && !str_eq(s->scheme, STR("https")))
        return 400;
    r->websocket = r->method == HTTP_METHOD_CONNECT && str_eq(s->protocol, STR("websocket"));
    *ret_why = STR("The request's address is invalid.");
    if (r->method == HTTP_METHOD_CONNECT && !r->websocket) {
        r->target = r->authority;
        r->path = STR("/");
    } else if (!set_path(r))
        return 400;
    *ret_why = STR("A field of the request is invalid.");
    if (!fields_are_valid(r) || !set_framing(r, end))
        return 400;
    *ret_why = STR("The WebSocket's version is not 13.");
    if (r->websocket && !websocket_request_from_h2(r))
        return 400;
    r->expect_continue = expects_continue(r);
    *ret_why = STR("The request's head is too large.");
    return join_cookies(s) ? 0 : 431;
}
