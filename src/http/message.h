/*
 * HTTP messages as values: what the parsers of HTTP/1.1 and HTTP/2 make and what the serialisers write. A message is
 * views into bytes or an arena of its owner; it owns nothing. One representation for both versions is what makes
 * request smuggling impossible: what is forwarded is written anew from this, never copied from the wire.
 */
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H

#include "base/str.h"

/* More fields than any browser or application sends; a flood is refused with 431 (requests) or 502 (responses). */
#define HTTP_FIELDS_COUNT_MAX 128

enum http_method {
    HTTP_METHOD_GET,
    HTTP_METHOD_HEAD,
    HTTP_METHOD_POST,
    HTTP_METHOD_PUT,
    HTTP_METHOD_DELETE,
    HTTP_METHOD_OPTIONS,
    HTTP_METHOD_PATCH,
    HTTP_METHOD_TRACE,
    HTTP_METHOD_CONNECT,
    HTTP_METHOD_OTHER, /* any other token; its text is in the request */
};

/* The fields the gateway itself looks at; everything else is HTTP_FIELD_OTHER and passed on. */
enum http_field_id {
    HTTP_FIELD_OTHER,
    HTTP_FIELD_ACCEPT_ENCODING,
    HTTP_FIELD_ALT_SVC,
    HTTP_FIELD_AUTHORIZATION,
    HTTP_FIELD_CONNECTION,
    HTTP_FIELD_CONTENT_LENGTH,
    HTTP_FIELD_CONTENT_TYPE,
    HTTP_FIELD_COOKIE,
    HTTP_FIELD_DATE,
    HTTP_FIELD_EXPECT,
    HTTP_FIELD_FORWARDED,
    HTTP_FIELD_HOST,
    HTTP_FIELD_HTTP2_SETTINGS,
    HTTP_FIELD_IF_MODIFIED_SINCE,
    HTTP_FIELD_IF_NONE_MATCH,
    HTTP_FIELD_IF_RANGE,
    HTTP_FIELD_KEEP_ALIVE,
    HTTP_FIELD_LOCATION,
    HTTP_FIELD_PROXY, /* nobody's field, but CGI shows it to programs as HTTP_PROXY ("httpoxy") */
    HTTP_FIELD_PROXY_AUTHENTICATE,
    HTTP_FIELD_PROXY_AUTHENTICATION_INFO,
    HTTP_FIELD_PROXY_AUTHORIZATION,
    HTTP_FIELD_PROXY_CONNECTION,
    HTTP_FIELD_RANGE,
    HTTP_FIELD_REFERER,
    HTTP_FIELD_SEC_WEBSOCKET_ACCEPT,
    HTTP_FIELD_SEC_WEBSOCKET_KEY,
    HTTP_FIELD_SEC_WEBSOCKET_VERSION,
    HTTP_FIELD_SERVER,
    HTTP_FIELD_SET_COOKIE,
    HTTP_FIELD_STRICT_TRANSPORT_SECURITY,
    HTTP_FIELD_TE,
    HTTP_FIELD_TRAILER,
    HTTP_FIELD_TRANSFER_ENCODING,
    HTTP_FIELD_UPGRADE,
    HTTP_FIELD_UPGRADE_INSECURE_REQUESTS,
    HTTP_FIELD_USER_AGENT,
    HTTP_FIELD_X_FORWARDED_FOR,
    HTTP_FIELD_X_FORWARDED_HOST,
    HTTP_FIELD_X_FORWARDED_PORT,
    HTTP_FIELD_X_FORWARDED_PROTO,
    HTTP_FIELD_COUNT,
};

struct http_field {
    struct str name;  /* as received; compare by id or str_eq_nocase */
    struct str value; /* without surrounding white space */
    enum http_field_id id;
    bool hop_by_hop; /* belongs to this connection only (RFC 9110 section 7.6.1): not forwarded */
};

/* How the content's end is known (RFC 9112 section 6.3). */
enum http_framing {
    HTTP_FRAMING_NONE,    /* no content */
    HTTP_FRAMING_LENGTH,  /* content_length bytes */
    HTTP_FRAMING_CHUNKED, /* chunked transfer coding */
    HTTP_FRAMING_CLOSE,   /* responses only: until the connection closes */
    HTTP_FRAMING_STREAM,  /* HTTP/2: until END_STREAM, length not announced */
};

struct http_request {
    enum http_method method;
    struct str method_text;
    struct str target;     /* as received, for the log */
    struct str path;       /* begins with '/', or is "*" for OPTIONS; without the query; not decoded */
    struct str query;      /* from '?' on, or empty */
    struct str authority;  /* Host field, or the authority of the target when that was in absolute form */
    struct str host;       /* its host, as received; an IPv6 literal with its brackets */
    uint16_t port;         /* its port, 0 when it names none */
    uint8_t minor_version; /* 0 or 1 for HTTP/1, 1 for HTTP/2 */
    bool http2;
    bool keep_alive;      /* the client lets the connection stay open after the response */
    bool expect_continue; /* Expect: 100-continue */
    bool websocket;       /* asks for a WebSocket (RFC 6455 section 4.1 over HTTP/1.1, RFC 8441 over HTTP/2) */
    enum http_framing framing;
    uint64_t content_length;   /* with HTTP_FRAMING_LENGTH */
    struct http_field *fields; /* no Host, no pseudo-fields */
    size_t fields_count;
};

struct http_response {
    uint16_t status;
    struct str reason; /* may be empty */
    uint8_t minor_version;
    bool keep_alive; /* the upstream lets the connection stay open */
    bool websocket;  /* 101 with Upgrade: websocket */
    enum http_framing framing;
    uint64_t content_length;
    struct http_field *fields;
    size_t fields_count;
};

/* The id of a field name, HTTP_FIELD_OTHER when the gateway has no interest in it. Any case. */
enum http_field_id http_field_id(struct str name);
/*
 * A field of this id ends at the gateway, on its way up and down: what RFC 9110 section 7.6.1 names (Connection,
 * Keep-Alive, Proxy-Connection, TE, Transfer-Encoding, Upgrade), HTTP2-Settings (which offers h2c: never passed on),
 * the Proxy-Auth… fields (RFC 9110 section 11.7: between a client and its own forward proxy, which the gateway is not)
 * and Proxy. Trailer is not one of them: it announces what is passed on (RFC 9110 section 6.6.2).
 */
bool http_field_is_hop_by_hop(enum http_field_id id);
/*
 * The name, read with "-" for each "_", is one the gateway looks at or sets: CGI and its heirs cannot tell
 * "X_Forwarded_For" from "X-Forwarded-For", so such a field is never forwarded.
 */
bool http_field_name_is_disguised(struct str name);
/* The first field with this id, or NULL. */
const struct http_field *http_field_find(const struct http_field *fields, size_t count, enum http_field_id id);
/* The method of a token; HTTP_METHOD_OTHER for those unknown here. */
enum http_method http_method(struct str token);
/* GET, HEAD, OPTIONS, TRACE (RFC 9110 section 9.2.1). */
bool http_method_is_safe(enum http_method method);
/* The safe ones, PUT and DELETE (RFC 9110 section 9.2.2): may be sent again on a connection that died. */
bool http_method_is_idempotent(enum http_method method);
/* "Not Found" for 404; "" for a status without a registered phrase. */
struct str http_reason(uint16_t status);
/* The name is a token, the value free of control characters (RFC 9110 sections 5.5 and 5.6.2; RFC 9113 section 8.2.1).
 */
bool http_field_name_is_valid(struct str name);
bool http_field_value_is_valid(struct str value);
/*
 * Splits "host[:port]" (RFC 3986 section 3.2, without user information): reg-name of letters, digits, "-", ".", "_";
 * IPv4; or IPv6 in brackets. *ret_port is 0 when absent. False when it is none of these; outputs untouched.
 */
NODISCARD bool http_authority_split(struct str authority, struct str *ret_host, uint16_t *ret_port);
/* The host is an IPv4 or a bracketed IPv6 address. */
bool http_host_is_ip(struct str host);

#endif
