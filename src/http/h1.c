/*
 * HTTP/1.1 heads: start lines, target forms, and the rules that tie fields to them. The field lines themselves are
 * h1_fields.c's. Whatever RFC 9112 leaves to the recipient's kindness is refused: each kindness is how one request
 * becomes two behind somebody else's parser.
 */
#include "http/h1.h"

#include "http/h1_fields.h"
#include "http/syntax.h"
#include "http/websocket.h"

static bool fail(enum h1_reason reason, enum h1_reason *ret_reason)
{
    *ret_reason = reason;
    return false;
}

static struct str skip_class(struct h1_cursor *c, enum syntax_class class)
{
    const char *from = c->at;
    while (syntax_is(*c->at, class))
        c->at++;
    return str_make(from, (size_t)(c->at - from));
}

static bool take_char(struct h1_cursor *c, char expected)
{
    if (*c->at != expected)
        return false;
    c->at++;
    return true;
}

/* "HTTP/" digit "." digit; the digits are those of 1.0 or 1.1. */
static bool take_version(struct h1_cursor *c, enum h1_reason otherwise, uint8_t *ret_minor, enum h1_reason *ret_reason)
{
    const char *p = c->at;
    if (c->end - p < 8 || memcmp(p, "HTTP/", 5) != 0 || !str_is_digit(p[5]) || p[6] != '.' || !str_is_digit(p[7]))
        return fail(otherwise, ret_reason);
    if (p[5] != '1' || p[7] > '1')
        return fail(H1_REASON_VERSION, ret_reason);
    *ret_minor = (uint8_t)(p[7] - '0');
    c->at += 8;
    return true;
}

/* One empty line before the request line is a mistake of old clients after a POST (RFC 9112 section 2.2). */
static bool skip_empty_line(struct h1_cursor *c, enum h1_reason *ret_reason)
{
    if (*c->at != '\r' && *c->at != '\n')
        return true;
    return h1_take_crlf(c, H1_REASON_REQUEST_LINE, ret_reason);
}

static enum h1_reason line_reason(const struct h1_cursor *c, enum h1_reason otherwise)
{
    if (*c->at == '\n')
        return H1_REASON_BARE_LF;
    return *c->at == '\r' && c->at[1] != '\n' ? H1_REASON_BARE_CR : otherwise;
}

static bool parse_request_line(struct h1_cursor *c, size_t target_size_max, struct http_request *r,
                               enum h1_reason *ret_reason)
{
    r->method_text = skip_class(c, SYNTAX_TOKEN);
    if (r->method_text.size == 0 || *c->at != ' ')
        return fail(line_reason(c, *c->at == '\r' ? H1_REASON_REQUEST_LINE : H1_REASON_METHOD), ret_reason);
    c->at++;
    r->method = http_method(r->method_text);
    r->target = skip_class(c, SYNTAX_TARGET);
    if (r->target.size > target_size_max)
        return fail(H1_REASON_TARGET_TOO_LONG, ret_reason);
    if (r->target.size == 0 || *c->at != ' ') {
        bool short_line = *c->at == '\r' || *c->at == ' ';
        return fail(line_reason(c, short_line ? H1_REASON_REQUEST_LINE : H1_REASON_TARGET), ret_reason);
    }
    c->at++;
    return take_version(c, line_reason(c, H1_REASON_REQUEST_LINE), &r->minor_version, ret_reason) &&
           h1_take_crlf(c, H1_REASON_REQUEST_LINE, ret_reason);
}

static void split_path(struct str target, struct http_request *r)
{
    size_t query = str_find(target, '?');
    r->path = str_part(target, 0, query);
    r->query = str_after(target, query);
}

/* The size of "http://" or "https://" at the front, in any case; 0 without. */
static size_t scheme_size(struct str target)
{
    if (str_eq_nocase(str_part(target, 0, 7), STR("http://")))
        return 7;
    return str_eq_nocase(str_part(target, 0, 8), STR("https://")) ? 8 : 0;
}

/* RFC 9112 section 3.2.2; leaves the authority in r->authority. */
static bool parse_absolute_form(struct http_request *r)
{
    size_t scheme = scheme_size(r->target);
    if (scheme == 0 || r->method == HTTP_METHOD_CONNECT)
        return false;
    struct str rest = str_after(r->target, scheme);
    size_t slash = str_find(rest, '/'), query = str_find(rest, '?');
    size_t authority_size = slash < query ? slash : query;
    r->authority = str_part(rest, 0, authority_size);
    split_path(str_after(rest, authority_size), r);
    /* An absent path is "/", or the server itself for OPTIONS (RFC 9112 section 3.2.4). */
    if (r->path.size == 0)
        r->path = r->method == HTTP_METHOD_OPTIONS && r->query.size == 0 ? STR("*") : STR("/");
    return true;
}

/* The four forms of RFC 9112 section 3.2. An authority in the target lands in r->authority. */
static bool parse_target(struct http_request *r)
{
    r->authority = r->path = r->query = STR("");
    if (r->method == HTTP_METHOD_CONNECT) {
        r->authority = r->target;
        return true;
    }
    if (r->target.data[0] == '/') {
        split_path(r->target, r);
        return true;
    }
    if (str_eq(r->target, STR("*"))) {
        r->path = r->target;
        return r->method == HTTP_METHOD_OPTIONS;
    }
    return parse_absolute_form(r);
}

/* Two ways to write one authority: same host, and ports that differ at most by the scheme's default being left out. */
static bool is_same_authority(const struct http_request *r, struct str host, uint16_t port)
{
    uint16_t standard = scheme_size(r->target) == 8 ? 443 : 80;
    uint16_t mine = r->port ? r->port : standard, other = port ? port : standard;
    return str_eq_nocase(r->host, host) && mine == other;
}

/*
 * Which host is meant: the target's authority wins over Host (RFC 9112 section 3.2.2), but where they differ somebody
 * before or behind us would have chosen the other one, so that is refused.
 */
static bool find_host(const struct h1_fields *f, struct http_request *r, enum h1_reason *ret_reason)
{
    struct str host = STR("");
    uint16_t port = 0;
    if (f->host.count > 1)
        return fail(H1_REASON_HOST_REPEATED, ret_reason);
    if (f->host.count == 0 && r->minor_version > 0)
        return fail(H1_REASON_HOST_MISSING, ret_reason);
    if (f->host.count && !http_authority_split(f->host.value, &host, &port))
        return fail(H1_REASON_HOST_INVALID, ret_reason);
    if (r->method != HTTP_METHOD_CONNECT && scheme_size(r->target) == 0) {
        r->authority = f->host.value;
        r->host = host;
        r->port = port;
        return true;
    }
    if (!http_authority_split(r->authority, &r->host, &r->port) || (r->method == HTTP_METHOD_CONNECT && r->port == 0))
        return fail(H1_REASON_TARGET, ret_reason);
    if (f->host.count && !is_same_authority(r, host, port))
        return fail(H1_REASON_HOST_INVALID, ret_reason);
    return true;
}

static void drop_expectation(struct h1_fields *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i].id == HTTP_FIELD_EXPECT)
            f->list[i].hop_by_hop = true;
}

/*
 * Expect is for HTTP/1.1 and for content (RFC 9110 section 10.1.1). In HTTP/1.0 it means nothing, and must not come to
 * mean something by being forwarded as HTTP/1.1.
 */
static bool find_expectation(struct h1_fields *f, struct http_request *r, enum h1_reason *ret_reason)
{
    if (!f->expects)
        return true;
    if (r->minor_version == 0) {
        drop_expectation(f);
        return true;
    }
    if (f->expects_other)
        return fail(H1_REASON_EXPECT, ret_reason);
    r->expect_continue =
        r->framing == HTTP_FRAMING_CHUNKED || (r->framing == HTTP_FRAMING_LENGTH && r->content_length > 0);
    return true;
}

/* RFC 6455 section 4.2.1. An upgrade to anything else, h2c above all, is not seen by anybody behind us. */
static bool asks_for_websocket(const struct h1_fields *f, const struct http_request *r)
{
    return f->upgrade.count == 1 && f->connection_upgrade && r->method == HTTP_METHOD_GET && r->minor_version == 1 &&
           r->framing == HTTP_FRAMING_NONE && syntax_list_has(f->upgrade.value, STR("websocket")) &&
           f->websocket_version.count == 1 && str_eq(f->websocket_version.value, STR("13")) &&
           f->websocket_key.count == 1 && websocket_key_is_valid(f->websocket_key.value);
}

/* What the fields and the target mean together. */
static bool conclude_request(struct h1_fields *f, struct http_request *r, enum h1_reason *ret_reason)
{
    if (!parse_target(r))
        return fail(H1_REASON_TARGET, ret_reason);
    if (!find_host(f, r, ret_reason) ||
        !h1_fields_framing(f, r->minor_version, &r->framing, &r->content_length, ret_reason) ||
        !find_expectation(f, r, ret_reason))
        return false;
    r->keep_alive = h1_fields_keep_alive(f, r->minor_version);
    r->websocket = asks_for_websocket(f, r);
    if (f->nominates)
        h1_fields_drop_nominated(f);
    return true;
}

static bool parse_request(struct h1_cursor *c, size_t head_size_max, struct http_field *fields, struct http_request *r,
                          enum h1_reason *ret_reason)
{
    struct h1_fields f = {.list = fields};
    if (!skip_empty_line(c, ret_reason) || !parse_request_line(c, head_size_max / H1_TARGET_SHARE, r, ret_reason))
        return false;
    bool good = h1_fields_parse(c, false, &f, ret_reason);
    r->fields = fields;
    r->fields_count = f.count;
    if (good && conclude_request(&f, r, ret_reason))
        return true;
    /* Whom a refused request was for, for the log. */
    if (f.host.count && !http_authority_split(f.host.value, &r->host, &r->port))
        r->host = STR("");
    return false;
}

/* A head that never ended: was it the target that never did? */
static enum h1_reason too_large_reason(struct str in, size_t target_size_max)
{
    struct str line = str_part(in, 0, target_size_max);
    return str_find(str_after(line, 2), '\n') >= str_after(line, 2).size ? H1_REASON_TARGET_TOO_LONG
                                                                         : H1_REASON_HEAD_TOO_LARGE;
}

enum h1_result h1_parse_request(struct str in, size_t head_size_max, struct h1_scan *scan, struct http_field *fields,
                                struct http_request *ret, size_t *ret_size, enum h1_reason *ret_reason)
{
    struct h1_cursor c;
    *ret = (struct http_request){.host = STR("")};
    enum h1_result result = h1_head_find(in, head_size_max, scan, &c, ret_reason);
    if (result == H1_BAD && *ret_reason == H1_REASON_HEAD_TOO_LARGE)
        *ret_reason = too_large_reason(in, head_size_max / H1_TARGET_SHARE);
    if (result != H1_OK)
        return result;
    if (!parse_request(&c, head_size_max, fields, ret, ret_reason))
        return H1_BAD;
    *ret_size = (size_t)(c.at - in.data);
    if (*ret_size > head_size_max) {
        *ret_reason = H1_REASON_HEAD_TOO_LARGE;
        return H1_BAD;
    }
    return H1_OK;
}

/* RFC 9112 section 4. The phrase may be empty, the space before it not. */
static bool parse_status_line(struct h1_cursor *c, struct http_response *r, enum h1_reason *ret_reason)
{
    uint64_t status;
    if (!take_version(c, line_reason(c, H1_REASON_STATUS_LINE), &r->minor_version, ret_reason))
        return false;
    if (!take_char(c, ' ') || c->end - c->at < 4 || !str_to_u64(str_make(c->at, 3), 599, &status) || status < 100)
        return fail(line_reason(c, H1_REASON_STATUS_LINE), ret_reason);
    r->status = (uint16_t)status;
    c->at += 3;
    if (!take_char(c, ' '))
        return fail(line_reason(c, H1_REASON_STATUS_LINE), ret_reason);
    r->reason = skip_class(c, SYNTAX_VALUE);
    return h1_take_crlf(c, H1_REASON_STATUS_LINE, ret_reason);
}

static bool is_without_content(uint16_t status, enum http_method method)
{
    return method == HTTP_METHOD_HEAD || status < 200 || status == 204 || status == 304;
}

/*
 * RFC 9112 section 6.3. Some applications send content with a status that has none: the connection is then not used
 * again, since what follows on it could be taken for the next response.
 */
static void find_response_end(const struct h1_fields *f, enum http_method method, struct http_response *r)
{
    bool announced = f->transfer_encoding.count || (f->content_length.count && r->content_length > 0);
    r->keep_alive = h1_fields_keep_alive(f, r->minor_version);
    if (is_without_content(r->status, method)) {
        r->framing = HTTP_FRAMING_NONE;
        if (announced && method != HTTP_METHOD_HEAD && r->status != 304)
            r->keep_alive = false;
    } else if (r->framing == HTTP_FRAMING_NONE) {
        r->framing = HTTP_FRAMING_CLOSE;
        r->keep_alive = false;
    }
}

/* Content-Length is not allowed with 1xx and 204 (RFC 9110 section 8.6): it goes no further. */
static void drop_content_length(struct h1_fields *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i].id == HTTP_FIELD_CONTENT_LENGTH)
            f->list[i].hop_by_hop = true;
}

static bool parse_response(struct h1_cursor *c, enum http_method method, struct http_field *fields,
                           struct http_response *r, enum h1_reason *ret_reason)
{
    struct h1_fields f = {.list = fields};
    if (!parse_status_line(c, r, ret_reason) || !h1_fields_parse(c, true, &f, ret_reason) ||
        !h1_fields_framing(&f, r->minor_version, &r->framing, &r->content_length, ret_reason))
        return false;
    r->fields = fields;
    r->fields_count = f.count;
    find_response_end(&f, method, r);
    if (r->status < 200 || r->status == 204)
        drop_content_length(&f);
    r->websocket = r->status == 101 && r->minor_version == 1 && f.connection_upgrade && f.upgrade.count == 1 &&
                   str_eq_nocase(f.upgrade.value, STR("websocket"));
    if (f.nominates)
        h1_fields_drop_nominated(&f);
    return true;
}

enum h1_result h1_parse_response(struct str in, size_t head_size_max, enum http_method method, struct h1_scan *scan,
                                 struct http_field *fields, struct http_response *ret, size_t *ret_size,
                                 enum h1_reason *ret_reason)
{
    struct h1_cursor c;
    *ret = (struct http_response){.status = 0};
    enum h1_result result = h1_head_find(in, head_size_max, scan, &c, ret_reason);
    if (result != H1_OK)
        return result;
    if (!parse_response(&c, method, fields, ret, ret_reason))
        return H1_BAD;
    *ret_size = (size_t)(c.at - in.data);
    if (*ret_size > head_size_max) {
        *ret_reason = H1_REASON_HEAD_TOO_LARGE;
        return H1_BAD;
    }
    return H1_OK;
}

enum h1_result h1_parse_trailers(struct str in, size_t size_max, struct h1_scan *scan, struct http_field *fields,
                                 size_t *ret_count, size_t *ret_size, enum h1_reason *ret_reason)
{
    struct h1_cursor c;
    struct h1_fields f = {.list = fields};
    if (in.size >= 2 && memcmp(in.data, "\r\n", 2) == 0) {
        *ret_count = 0;
        *ret_size = 2;
        return H1_OK;
    }
    enum h1_result result = h1_head_find(in, size_max, scan, &c, ret_reason);
    if (result != H1_OK)
        return result;
    if (!h1_fields_parse(&c, true, &f, ret_reason))
        return H1_BAD;
    h1_fields_drop_in_trailer(&f);
    if ((size_t)(c.at - in.data) > size_max) {
        *ret_reason = H1_REASON_HEAD_TOO_LARGE;
        return H1_BAD;
    }
    *ret_count = f.count;
    *ret_size = (size_t)(c.at - in.data);
    return H1_OK;
}
