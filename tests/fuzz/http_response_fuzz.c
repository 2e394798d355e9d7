/*
 * Response heads; the first byte chooses the method of the request. What is accepted lies within the input and is the
 * same message when it was written and parsed again. The rest of the input is read as trailers as well.
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

static void must_parse_again(const struct http_response *r, enum http_method method)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_response again;
    struct h1_scan scan = {0};
    enum h1_reason reason;
    size_t size, written = 0, read = 0;
    struct buf out;
    buf_init(&out, AGAIN_HEAD_SIZE_MAX);
    must(h1_write_response(&out, r, NULL, 0));
    must(h1_parse_response(buf_str(&out), AGAIN_HEAD_SIZE_MAX, method, &scan, fields, &again, &size, &reason) == H1_OK);
    must(size == out.size && again.status == r->status && again.framing == r->framing);
    must(again.websocket == r->websocket);
    must(r->reason.size == 0 || str_eq(again.reason, r->reason));
    must(r->framing != HTTP_FRAMING_LENGTH || again.content_length == r->content_length);
    for (size_t i = 0; i < r->fields_count; i++)
        written += !r->fields[i].hop_by_hop && r->fields[i].id != HTTP_FIELD_CONTENT_LENGTH;
    for (size_t i = 0; i < again.fields_count; i++)
        read += !again.fields[i].hop_by_hop && again.fields[i].id != HTTP_FIELD_CONTENT_LENGTH;
    must(written == read);
    buf_fini(&out);
}

static void must_be_bounded_as_trailers(struct str in)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct h1_scan scan = {0};
    enum h1_reason reason = H1_REASON_NONE;
    size_t count = 0, size = 0;
    switch (h1_parse_trailers(in, HEAD_SIZE_MAX, &scan, fields, &count, &size, &reason)) {
    case H1_MORE: must(in.size < HEAD_SIZE_MAX); break;
    case H1_BAD: must(reason != H1_REASON_NONE); break;
    case H1_OK:
        must(size >= 2 && size <= in.size && str_ends(str_part(in, 0, size), STR("\r\n")));
        for (size_t i = 0; i < count; i++)
            must(http_field_name_is_valid(fields[i].name) && http_field_value_is_valid(fields[i].value) &&
                 (fields[i].hop_by_hop || fields[i].id == HTTP_FIELD_OTHER));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_response r;
    struct h1_scan scan = {0};
    enum h1_reason reason = H1_REASON_NONE;
    enum http_method method = data[0] % (HTTP_METHOD_OTHER + 1);
    struct str in = str_make(data + 1, size - 1);
    size_t head_size = 0;
    must_be_bounded_as_trailers(in);
    switch (h1_parse_response(in, HEAD_SIZE_MAX, method, &scan, fields, &r, &head_size, &reason)) {
    case H1_MORE: must(in.size < HEAD_SIZE_MAX); break;
    case H1_BAD: must(reason != H1_REASON_NONE); break;
    case H1_OK:
        must(head_size <= in.size && str_ends(str_part(in, 0, head_size), STR("\r\n\r\n")));
        must(r.status >= 100 && r.status <= 599);
        must(!r.keep_alive || r.framing != HTTP_FRAMING_CLOSE);
        must_parse_again(&r, method);
        break;
    }
    return 0;
}
