/*
 * Request heads. What the parser accepts is whole, lies within the input, is found no sooner and no later when it drips
 * in, holds nothing that could end a line, and is the same message when it was written and parsed again.
 */
#include <stdlib.h>

#include "http/h1.h"
#include "http/write.h"

#define HEAD_SIZE_MAX       8192
#define AGAIN_HEAD_SIZE_MAX (2 * HEAD_SIZE_MAX + 256) /* what is added when writing */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool is_written(const struct http_field *field)
{
    return !field->hop_by_hop && field->id != HTTP_FIELD_CONTENT_LENGTH;
}

static const struct http_field *next_written(const struct http_field *field, const struct http_field *end)
{
    while (field < end && !is_written(field))
        field++;
    return field;
}

static void must_have_same_fields(const struct http_request *a, const struct http_request *b)
{
    const struct http_field *a_end = a->fields + a->fields_count, *b_end = b->fields + b->fields_count;
    const struct http_field *x = next_written(a->fields, a_end), *y = next_written(b->fields, b_end);
    while (x < a_end && y < b_end) {
        must(str_eq(x->name, y->name) && str_eq(x->value, y->value) && x->id == y->id);
        x = next_written(x + 1, a_end);
        y = next_written(y + 1, b_end);
    }
    must(x == a_end && y == b_end);
}

static void must_be_clean(const struct http_request *r)
{
    for (size_t i = 0; i < r->fields_count; i++)
        must(http_field_name_is_valid(r->fields[i].name) && http_field_value_is_valid(r->fields[i].value) &&
             r->fields[i].id == http_field_id(r->fields[i].name) && r->fields[i].id != HTTP_FIELD_HOST);
    must(r->method == HTTP_METHOD_CONNECT || r->path.data[0] == '/' || str_eq(r->path, STR("*")));
    must(r->host.size > 0 || r->minor_version == 0);
}

static void must_parse_again(const struct http_request *r)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request again;
    struct h1_scan scan = {0};
    enum h1_reason reason;
    size_t size;
    struct buf out;
    buf_init(&out, AGAIN_HEAD_SIZE_MAX);
    must(h1_write_request(&out, r, NULL, 0));
    must(h1_parse_request(buf_str(&out), AGAIN_HEAD_SIZE_MAX, &scan, fields, &again, &size, &reason) == H1_OK);
    must(size == out.size && again.method == r->method && str_eq(again.method_text, r->method_text));
    must(str_eq(again.path, r->path) && str_eq(again.query, r->query) && str_eq(again.authority, r->authority));
    must(str_eq(again.host, r->host) && again.port == r->port);
    must(again.framing == r->framing && again.content_length == r->content_length);
    must(again.websocket == r->websocket && again.expect_continue == r->expect_continue);
    must_have_same_fields(r, &again);
    buf_fini(&out);
}

/* The same bytes in two steps, as they come from a socket. */
static void must_be_found_in_steps(struct str in, size_t head_size)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request r;
    struct h1_scan scan = {0};
    enum h1_reason reason;
    size_t size;
    for (size_t part = head_size / 2; part < head_size; part += 1 + (head_size - part) / 3)
        must(h1_parse_request(str_part(in, 0, part), HEAD_SIZE_MAX, &scan, fields, &r, &size, &reason) == H1_MORE);
    must(h1_parse_request(in, HEAD_SIZE_MAX, &scan, fields, &r, &size, &reason) == H1_OK && size == head_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request r;
    struct h1_scan scan = {0};
    enum h1_reason reason = H1_REASON_NONE;
    struct str in = str_make(data, size);
    size_t head_size = 0;
    switch (h1_parse_request(in, HEAD_SIZE_MAX, &scan, fields, &r, &head_size, &reason)) {
    case H1_MORE: must(size < HEAD_SIZE_MAX); break;
    case H1_BAD: must(reason != H1_REASON_NONE && h1_reason_status(reason) >= 400); break;
    case H1_OK:
        must(head_size <= size && head_size <= HEAD_SIZE_MAX && str_ends(str_part(in, 0, head_size), STR("\r\n\r\n")));
        must_be_clean(&r);
        must_be_found_in_steps(in, head_size);
        /* CONNECT is not forwarded, and a request without host only after the gateway found a site for it */
        if (r.method != HTTP_METHOD_CONNECT && r.authority.size)
            must_parse_again(&r);
        break;
    }
    return 0;
}
