/*
 * Field lines of HTTP/1 heads. The scans are table driven and rely on the CRLF CRLF that ends every head: no class they
 * skip over contains CR, so none of them can run past it. Values, the bulk of a head, are skipped eight bytes at a
 * time.
 */
#include "http/h1_fields.h"

#include "http/syntax.h"

/* Content-Length and chunk arithmetic stay in signed 64 bits wherever they go. */
#define CONTENT_LENGTH_MAX ((uint64_t)INT64_MAX)

static bool fail(enum h1_reason reason, enum h1_reason *ret_reason)
{
    *ret_reason = reason;
    return false;
}

/*
 * Looks for the end of a head from `from` on: every LF has a CR before it, and one of them begins an empty line. H1_OK
 * with the size, H1_MORE, or H1_BAD at a LF alone, which would make an incomplete head wait for an end that never
 * comes.
 */
static enum h1_result find_end(struct str in, size_t from, size_t *ret_size)
{
    for (size_t i = from; (i += str_find(str_after(in, i), '\n')) < in.size; i++) {
        if (i == 0 || in.data[i - 1] != '\r')
            return H1_BAD;
        if (in.size - i > 2 && in.data[i + 1] == '\r' && in.data[i + 2] == '\n') {
            *ret_size = i + 3;
            return H1_OK;
        }
    }
    return H1_MORE;
}

static bool ends_in_empty_line(struct str in)
{
    return in.size >= 4 && memcmp(in.data + in.size - 4, "\r\n\r\n", 4) == 0;
}

static enum h1_result bad(enum h1_reason reason, enum h1_reason *ret_reason)
{
    *ret_reason = reason;
    return H1_BAD;
}

enum h1_result h1_head_find(struct str in, size_t size_max, struct h1_scan *scan, struct h1_cursor *ret,
                            enum h1_reason *ret_reason)
{
    size_t size = in.size;
    /* Mostly the head is all there is; then its end needs no search. */
    enum h1_result result = ends_in_empty_line(in) ? H1_OK : find_end(in, scan->scanned, &size);
    if (result == H1_BAD)
        return bad(H1_REASON_BARE_LF, ret_reason);
    if (result == H1_MORE && in.size >= size_max)
        return bad(H1_REASON_HEAD_TOO_LARGE, ret_reason);
    if (result == H1_MORE)
        scan->scanned = in.size > 2 ? in.size - 2 : 0; /* a LF there has not been seen with what follows it */
    else
        *ret = (struct h1_cursor){in.data, in.data + size};
    return result;
}

bool h1_take_crlf(struct h1_cursor *c, enum h1_reason otherwise, enum h1_reason *ret_reason)
{
    if (*c->at == '\r') {
        if (c->at[1] != '\n')
            return fail(H1_REASON_BARE_CR, ret_reason);
        c->at += 2;
        return true;
    }
    return fail(*c->at == '\n' ? H1_REASON_BARE_LF : otherwise, ret_reason);
}

/* What is wrong with a line that does not begin with a token and ":". */
static bool name_is_wrong(const char *line, enum h1_reason *ret_reason)
{
    const char *p = line;
    while (syntax_is(*p, SYNTAX_TOKEN))
        p++;
    if (p == line && (*p == ' ' || *p == '\t'))
        return fail(H1_REASON_OBS_FOLD, ret_reason);
    if (*p == '\n')
        return fail(H1_REASON_BARE_LF, ret_reason);
    if (*p == '\r' && p[1] != '\n')
        return fail(H1_REASON_BARE_CR, ret_reason);
    return fail(H1_REASON_FIELD_NAME, ret_reason);
}

/* One field line without what its value means. */
static bool parse_line(struct h1_cursor *c, struct http_field *ret, enum h1_reason *ret_reason)
{
    const char *line = c->at, *p = syntax_find(line, c->end, ':');
    ret->name = str_make(line, (size_t)(p - line));
    uint8_t classes = syntax_common(ret->name);
    if (p == line || p == c->end || !(classes & SYNTAX_TOKEN))
        return name_is_wrong(line, ret_reason);
    ret->id = http_field_id(ret->name);
    ret->hop_by_hop =
        http_field_is_hop_by_hop(ret->id) || (!(classes & SYNTAX_PLAIN) && http_field_name_is_disguised(ret->name));
    do
        p++;
    while (*p == ' ' || *p == '\t');
    const char *value = p;
    p = c->at = syntax_value_end(p, c->end);
    while (p > value && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    ret->value = str_make(value, (size_t)(p - value));
    return h1_take_crlf(c, H1_REASON_FIELD_VALUE, ret_reason);
}

static void note(struct h1_single *single, struct str value)
{
    if (single->count++ == 0)
        single->value = value;
}

static void note_connection(struct h1_fields *f, struct str value)
{
    struct str option;
    while (syntax_next_element(&value, &option)) {
        if (str_eq_nocase(option, STR("keep-alive")))
            f->keep_alive = true;
        else if (str_eq_nocase(option, STR("close")))
            f->close = true;
        else if (str_eq_nocase(option, STR("upgrade")))
            f->connection_upgrade = true;
        else
            f->nominates = true;
    }
}

static void note_expect(struct h1_fields *f, struct str value)
{
    f->expects = true;
    if (!str_eq_nocase(value, STR("100-continue")))
        f->expects_other = true;
}

static void note_field(struct h1_fields *f, const struct http_field *field)
{
    switch (field->id) {
    case HTTP_FIELD_HOST: note(&f->host, field->value); break;
    case HTTP_FIELD_CONNECTION: note_connection(f, field->value); break;
    case HTTP_FIELD_CONTENT_LENGTH: note(&f->content_length, field->value); break;
    case HTTP_FIELD_TRANSFER_ENCODING: note(&f->transfer_encoding, field->value); break;
    case HTTP_FIELD_UPGRADE: note(&f->upgrade, field->value); break;
    case HTTP_FIELD_EXPECT: note_expect(f, field->value); break;
    case HTTP_FIELD_SEC_WEBSOCKET_KEY: note(&f->websocket_key, field->value); break;
    case HTTP_FIELD_SEC_WEBSOCKET_VERSION: note(&f->websocket_version, field->value); break;
    default: break;
    }
}

bool h1_fields_parse(struct h1_cursor *c, bool keep_host, struct h1_fields *f, enum h1_reason *ret_reason)
{
    while (*c->at != '\r') {
        if (f->count == HTTP_FIELDS_COUNT_MAX)
            return fail(H1_REASON_TOO_MANY_FIELDS, ret_reason);
        struct http_field *field = &f->list[f->count];
        if (!parse_line(c, field, ret_reason))
            return false;
        note_field(f, field);
        if (field->id != HTTP_FIELD_HOST || keep_host)
            f->count++;
    }
    return h1_take_crlf(c, H1_REASON_FIELD_NAME, ret_reason);
}

/*
 * Fields a Connection option may not take away. RFC 9110 section 7.6.1 lets a sender nominate only fields meant for the
 * next recipient; a client that nominates Cookie or X-Forwarded-For wants the application to miss what the gateway, or
 * a proxy before it, relies on (the "hop-by-hop header abuse" of 2019; Apache CVE-2022-31813 was the same for
 * X-Forwarded-*). Everything with an id of ours is protected as well.
 */
static bool is_protected(const struct http_field *field)
{
    static const struct str names[] = {
        STR_INIT("Authorization"),
        STR_INIT("Cache-Control"),
        STR_INIT("Content-Encoding"),
        STR_INIT("Content-Range"),
        STR_INIT("Content-Language"),
        STR_INIT("Content-Security-Policy"),
        STR_INIT("ETag"),
        STR_INIT("Expires"),
        STR_INIT("If-Match"),
        STR_INIT("If-Unmodified-Since"),
        STR_INIT("Last-Modified"),
        STR_INIT("Origin"),
        STR_INIT("Permissions-Policy"),
        STR_INIT("Pragma"),
        STR_INIT("Referrer-Policy"),
        STR_INIT("Vary"),
        STR_INIT("Via"),
        STR_INIT("WWW-Authenticate"),
        STR_INIT("X-Content-Type-Options"),
        STR_INIT("X-Frame-Options"),
        STR_INIT("X-Real-IP"),
    };
    static const struct str prefixes[] = {STR_INIT("X-Forwarded-"), STR_INIT("Sec-"), STR_INIT("X-CSRF"),
                                          STR_INIT("X-XSRF"), STR_INIT("Access-Control-")};
    if (field->id != HTTP_FIELD_OTHER)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(field->name, names[i]))
            return true;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (str_eq_nocase(str_part(field->name, 0, prefixes[i].size), prefixes[i]))
            return true;
    return false;
}

static void drop_named(struct h1_fields *f, struct str name)
{
    for (size_t i = 0; i < f->count; i++)
        if (!f->list[i].hop_by_hop && str_eq_nocase(f->list[i].name, name) && !is_protected(&f->list[i]))
            f->list[i].hop_by_hop = true;
}

void h1_fields_drop_nominated(struct h1_fields *f)
{
    for (size_t i = 0; i < f->count; i++) {
        struct str rest = f->list[i].value, option;
        if (f->list[i].id != HTTP_FIELD_CONNECTION)
            continue;
        while (syntax_next_element(&rest, &option))
            drop_named(f, option);
    }
}

/* "gzip, chunked": a coding somebody might know below chunked, as opposed to nonsense. */
static bool is_other_coding(struct str value)
{
    struct str coding, last = STR("");
    size_t others = 0;
    while (syntax_next_element(&value, &coding)) {
        last = coding;
        if (str_eq_nocase(coding, STR("chunked")))
            continue;
        others++;
        if (!syntax_is_token(coding) || str_eq_nocase(coding, STR("identity")))
            return false;
    }
    return others > 0 && str_eq_nocase(last, STR("chunked"));
}

static bool chunked_framing(const struct h1_fields *f, uint8_t minor_version, enum h1_reason *ret_reason)
{
    if (f->content_length.count)
        return fail(H1_REASON_LENGTH_AND_CHUNKED, ret_reason);
    if (minor_version == 0 || f->transfer_encoding.count > 1)
        return fail(H1_REASON_TRANSFER_ENCODING, ret_reason);
    if (str_eq_nocase(f->transfer_encoding.value, STR("chunked")))
        return true;
    return fail(is_other_coding(f->transfer_encoding.value) ? H1_REASON_TRANSFER_CODING : H1_REASON_TRANSFER_ENCODING,
                ret_reason);
}

bool h1_fields_framing(const struct h1_fields *f, uint8_t minor_version, enum http_framing *ret_framing,
                       uint64_t *ret_content_length, enum h1_reason *ret_reason)
{
    if (f->transfer_encoding.count) {
        if (!chunked_framing(f, minor_version, ret_reason))
            return false;
        *ret_framing = HTTP_FRAMING_CHUNKED;
        return true;
    }
    if (f->content_length.count == 0) {
        *ret_framing = HTTP_FRAMING_NONE;
        return true;
    }
    if (f->content_length.count > 1 || !str_to_u64(f->content_length.value, CONTENT_LENGTH_MAX, ret_content_length))
        return fail(H1_REASON_CONTENT_LENGTH, ret_reason);
    *ret_framing = HTTP_FRAMING_LENGTH;
    return true;
}

bool h1_fields_keep_alive(const struct h1_fields *f, uint8_t minor_version)
{
    return !f->close && (minor_version > 0 || f->keep_alive);
}

bool h1_fields_is_no_trailer(const struct http_field *field)
{
    static const struct str names[] = {
        STR_INIT("Age"),         STR_INIT("Max-Forwards"),        STR_INIT("Proxy-Status"),
        STR_INIT("Retry-After"), STR_INIT("Authentication-Info"), STR_INIT("Content-Disposition"),
    };
    if (is_protected(field) && !str_eq_nocase(field->name, STR("ETag")))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(field->name, names[i]))
            return true;
    return false;
}

void h1_fields_drop_in_trailer(struct h1_fields *f)
{
    for (size_t i = 0; i < f->count; i++)
        f->list[i].hop_by_hop = f->list[i].hop_by_hop || h1_fields_is_no_trailer(&f->list[i]);
}
