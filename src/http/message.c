/*
 * What all parsers and writers share about messages: which names, methods and phrases exist, and what names, values and
 * authorities may look like. The field names are told apart by length, then by whole words, since every field of every
 * request passes here.
 */
#include "http/message.h"

#include "http/address.h"
#include "http/syntax.h"

/* The longest host name DNS can carry, with its last dot (RFC 1035 section 2.3.4), and the longest label. */
#define HOST_SIZE_MAX  254
#define LABEL_SIZE_MAX 63

static inline uint64_t load64(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline uint32_t load32(const char *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/*
 * `lower` holds lower-case letters, digits and "-" only. Of these the letters alone have bit 0x40, and "x | 0x20" is a
 * given lower-case letter for that letter in both cases and for nothing else: so the comparison is exact.
 */
static inline bool same64(const char *name, const char *lower)
{
    uint64_t want = load64(lower);
    return (load64(name) | (want & 0x4040404040404040u) >> 1) == want;
}

static inline bool same32(const char *name, const char *lower)
{
    uint32_t want = load32(lower);
    return (load32(name) | (want & 0x40404040u) >> 1) == want;
}

/* Any case; `size` is a constant where this is inlined, so that it becomes a few comparisons of words. */
static inline __attribute__((always_inline)) bool same(const char *name, const char *lower, size_t size)
{
    if (size >= 8) {
        for (size_t i = 0; i + 8 < size; i += 8)
            if (!same64(name + i, lower + i))
                return false;
        return same64(name + size - 8, lower + size - 8);
    }
    if (size >= 4)
        return same32(name, lower) && same32(name + size - 4, lower + size - 4);
    for (size_t i = 0; i < size; i++)
        if (str_lower_char(name[i]) != lower[i])
            return false;
    return true;
}

#define IS(literal) same(p, literal, sizeof(literal) - 1)

static enum http_field_id short_id(const char *p, size_t size)
{
    switch (size) {
    case 2: return IS("te") ? HTTP_FIELD_TE : HTTP_FIELD_OTHER;
    case 4: return IS("host") ? HTTP_FIELD_HOST : IS("date") ? HTTP_FIELD_DATE : HTTP_FIELD_OTHER;
    case 5: return IS("range") ? HTTP_FIELD_RANGE : IS("proxy") ? HTTP_FIELD_PROXY : HTTP_FIELD_OTHER;
    case 6:
        return IS("cookie")   ? HTTP_FIELD_COOKIE
               : IS("server") ? HTTP_FIELD_SERVER
               : IS("expect") ? HTTP_FIELD_EXPECT
                              : HTTP_FIELD_OTHER;
    case 7:
        return IS("upgrade")   ? HTTP_FIELD_UPGRADE
               : IS("referer") ? HTTP_FIELD_REFERER
               : IS("alt-svc") ? HTTP_FIELD_ALT_SVC
               : IS("trailer") ? HTTP_FIELD_TRAILER
                               : HTTP_FIELD_OTHER;
    case 8: return IS("location") ? HTTP_FIELD_LOCATION : IS("if-range") ? HTTP_FIELD_IF_RANGE : HTTP_FIELD_OTHER;
    case 9: return IS("forwarded") ? HTTP_FIELD_FORWARDED : HTTP_FIELD_OTHER;
    case 10:
        return IS("user-agent")   ? HTTP_FIELD_USER_AGENT
               : IS("connection") ? HTTP_FIELD_CONNECTION
               : IS("set-cookie") ? HTTP_FIELD_SET_COOKIE
               : IS("keep-alive") ? HTTP_FIELD_KEEP_ALIVE
                                  : HTTP_FIELD_OTHER;
    default: return HTTP_FIELD_OTHER;
    }
}

static enum http_field_id long_id(const char *p, size_t size)
{
    switch (size) {
    case 12: return IS("content-type") ? HTTP_FIELD_CONTENT_TYPE : HTTP_FIELD_OTHER;
    case 13:
        return IS("if-none-match")   ? HTTP_FIELD_IF_NONE_MATCH
               : IS("authorization") ? HTTP_FIELD_AUTHORIZATION
                                     : HTTP_FIELD_OTHER;
    case 14:
        return IS("content-length")   ? HTTP_FIELD_CONTENT_LENGTH
               : IS("http2-settings") ? HTTP_FIELD_HTTP2_SETTINGS
                                      : HTTP_FIELD_OTHER;
    case 15:
        return IS("accept-encoding")   ? HTTP_FIELD_ACCEPT_ENCODING
               : IS("x-forwarded-for") ? HTTP_FIELD_X_FORWARDED_FOR
                                       : HTTP_FIELD_OTHER;
    case 16:
        return IS("x-forwarded-host")   ? HTTP_FIELD_X_FORWARDED_HOST
               : IS("x-forwarded-port") ? HTTP_FIELD_X_FORWARDED_PORT
               : IS("proxy-connection") ? HTTP_FIELD_PROXY_CONNECTION
                                        : HTTP_FIELD_OTHER;
    case 17:
        return IS("transfer-encoding")   ? HTTP_FIELD_TRANSFER_ENCODING
               : IS("if-modified-since") ? HTTP_FIELD_IF_MODIFIED_SINCE
               : IS("x-forwarded-proto") ? HTTP_FIELD_X_FORWARDED_PROTO
               : IS("sec-websocket-key") ? HTTP_FIELD_SEC_WEBSOCKET_KEY
                                         : HTTP_FIELD_OTHER;
    case 18: return IS("proxy-authenticate") ? HTTP_FIELD_PROXY_AUTHENTICATE : HTTP_FIELD_OTHER;
    case 19: return IS("proxy-authorization") ? HTTP_FIELD_PROXY_AUTHORIZATION : HTTP_FIELD_OTHER;
    case 20: return IS("sec-websocket-accept") ? HTTP_FIELD_SEC_WEBSOCKET_ACCEPT : HTTP_FIELD_OTHER;
    case 21: return IS("sec-websocket-version") ? HTTP_FIELD_SEC_WEBSOCKET_VERSION : HTTP_FIELD_OTHER;
    case 25:
        return IS("strict-transport-security")   ? HTTP_FIELD_STRICT_TRANSPORT_SECURITY
               : IS("upgrade-insecure-requests") ? HTTP_FIELD_UPGRADE_INSECURE_REQUESTS
               : IS("proxy-authentication-info") ? HTTP_FIELD_PROXY_AUTHENTICATION_INFO
                                                 : HTTP_FIELD_OTHER;
    default: return HTTP_FIELD_OTHER;
    }
}

enum http_field_id http_field_id(struct str name)
{
    return name.size <= 10 ? short_id(name.data, name.size) : long_id(name.data, name.size);
}

bool http_field_is_hop_by_hop(enum http_field_id id)
{
    static const bool ends_here[HTTP_FIELD_COUNT] = {
        [HTTP_FIELD_CONNECTION] = true,
        [HTTP_FIELD_HTTP2_SETTINGS] = true,
        [HTTP_FIELD_KEEP_ALIVE] = true,
        [HTTP_FIELD_PROXY] = true,
        [HTTP_FIELD_PROXY_AUTHENTICATE] = true,
        [HTTP_FIELD_PROXY_AUTHENTICATION_INFO] = true,
        [HTTP_FIELD_PROXY_AUTHORIZATION] = true,
        [HTTP_FIELD_PROXY_CONNECTION] = true,
        [HTTP_FIELD_TE] = true,
        [HTTP_FIELD_TRANSFER_ENCODING] = true,
        [HTTP_FIELD_UPGRADE] = true,
    };
    return ends_here[id];
}

bool http_field_name_is_disguised(struct str name)
{
    char plain[32]; /* longer than any name with an id */
    if (name.size > sizeof plain || str_find(name, '_') == name.size)
        return false;
    for (size_t i = 0; i < name.size; i++)
        plain[i] = name.data[i] == '_' ? '-' : name.data[i];
    return http_field_id(str_make(plain, name.size)) != HTTP_FIELD_OTHER;
}

const struct http_field *http_field_find(const struct http_field *fields, size_t count, enum http_field_id id)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].id == id)
            return &fields[i];
    return NULL;
}

enum http_method http_method(struct str token)
{
    /* Methods are case-sensitive (RFC 9110 section 9.1). */
    static const struct str names[] = {
        [HTTP_METHOD_GET] = STR_INIT("GET"),         [HTTP_METHOD_HEAD] = STR_INIT("HEAD"),
        [HTTP_METHOD_POST] = STR_INIT("POST"),       [HTTP_METHOD_PUT] = STR_INIT("PUT"),
        [HTTP_METHOD_DELETE] = STR_INIT("DELETE"),   [HTTP_METHOD_OPTIONS] = STR_INIT("OPTIONS"),
        [HTTP_METHOD_PATCH] = STR_INIT("PATCH"),     [HTTP_METHOD_TRACE] = STR_INIT("TRACE"),
        [HTTP_METHOD_CONNECT] = STR_INIT("CONNECT"),
    };
    for (enum http_method i = 0; i < HTTP_METHOD_OTHER; i++)
        if (str_eq(token, names[i]))
            return i;
    return HTTP_METHOD_OTHER;
}

bool http_method_is_safe(enum http_method method)
{
    return method == HTTP_METHOD_GET || method == HTTP_METHOD_HEAD || method == HTTP_METHOD_OPTIONS ||
           method == HTTP_METHOD_TRACE;
}

bool http_method_is_idempotent(enum http_method method)
{
    return http_method_is_safe(method) || method == HTTP_METHOD_PUT || method == HTTP_METHOD_DELETE;
}

bool http_field_name_is_valid(struct str name)
{
    return syntax_is_token(name);
}

bool http_field_value_is_valid(struct str value)
{
    return value.size == 0 || syntax_value_end(value.data, value.data + value.size) == value.data + value.size;
}

/* Labels of 1 to 63 letters, digits, "-" and "_"; one dot at the end is the DNS root. */
static bool is_reg_name(struct str host)
{
    if (host.size == 0 || host.size > HOST_SIZE_MAX)
        return false;
    size_t label = 0;
    for (size_t i = 0; i < host.size; i++) {
        if (!syntax_is(host.data[i], SYNTAX_HOST))
            return false;
        if (host.data[i] != '.')
            label++;
        else if (label == 0)
            return false;
        else
            label = 0;
        if (label > LABEL_SIZE_MAX)
            return false;
    }
    return true;
}

/* The text behind the host: nothing, or ":" and a number from 1 on. */
static bool port_of(struct str rest, uint16_t *ret)
{
    uint64_t port = 0;
    if (rest.size == 0) {
        *ret = 0;
        return true;
    }
    if (rest.data[0] != ':' || rest.size > sizeof ":65535" - 1 || !str_to_u64(str_after(rest, 1), UINT16_MAX, &port) ||
        port == 0)
        return false;
    *ret = (uint16_t)port;
    return true;
}

bool http_authority_split(struct str authority, struct str *ret_host, uint16_t *ret_port)
{
    struct address ignored;
    bool bracketed = authority.size && authority.data[0] == '[';
    size_t host_size = str_find(authority, bracketed ? ']' : ':');
    if (bracketed) {
        if (host_size == authority.size || !address_parse_ip6(str_part(authority, 1, host_size - 1), &ignored))
            return false;
        host_size++;
    } else if (!is_reg_name(str_part(authority, 0, host_size))) {
        return false;
    }
    uint16_t port = 0;
    if (!port_of(str_after(authority, host_size), &port))
        return false;
    *ret_host = str_part(authority, 0, host_size);
    *ret_port = port;
    return true;
}

bool http_host_is_ip(struct str host)
{
    struct address ignored;
    if (host.size && host.data[0] == '[')
        return host.data[host.size - 1] == ']' && address_parse_ip6(str_part(host, 1, host.size - 2), &ignored);
    return address_parse_ip4(host, &ignored);
}
