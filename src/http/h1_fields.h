/*
 * The field section of an HTTP/1 head, shared by requests, responses and trailers: finding where the head ends, cutting
 * the lines into fields, and collecting what the fields say about the connection and the content. Internal to http/.
 */
#ifndef HTTP_H1_FIELDS_H
#define HTTP_H1_FIELDS_H

#include "http/h1.h"

/* The bytes of a head. They end in CRLF CRLF, so that every scan stops before `end` without asking for it. */
struct h1_cursor {
    const char *at;
    const char *end;
};

/* One field that may be there once: how often it was, and its first value. */
struct h1_single {
    unsigned count;
    struct str value;
};

/* What the fields of a head say. Zero it first. */
struct h1_fields {
    struct http_field *list; /* room for HTTP_FIELDS_COUNT_MAX */
    size_t count;
    struct h1_single host, content_length, transfer_encoding, upgrade, websocket_key, websocket_version;
    bool close, keep_alive;  /* Connection options */
    bool connection_upgrade; /* another one */
    bool nominates;          /* a Connection option names a field */
    bool expects;            /* there is an Expect field */
    bool expects_other;      /* … with something else than 100-continue */
};

/*
 * Is a whole head at the front of `in`? H1_OK with a cursor over it (and perhaps over what follows it: the parse finds
 * the empty line), H1_MORE, or H1_BAD when it is too large or holds a bare LF. `scan` remembers how far the search got.
 */
enum h1_result h1_head_find(struct str in, size_t size_max, struct h1_scan *scan, struct h1_cursor *ret,
                            enum h1_reason *ret_reason);
/* The fields up to the empty line, which is taken too. Host is kept out of the list unless `keep_host`. */
NODISCARD bool h1_fields_parse(struct h1_cursor *c, bool keep_host, struct h1_fields *f, enum h1_reason *ret_reason);
/* Marks the fields that the Connection field nominates as hop_by_hop; those that must not be stripped stay. */
void h1_fields_drop_nominated(struct h1_fields *f);
/*
 * Content-Length and Transfer-Encoding together (RFC 9112 section 6.3): HTTP_FRAMING_NONE, LENGTH or CHUNKED. False for
 * anything that two recipients could read in two ways.
 */
NODISCARD bool h1_fields_framing(const struct h1_fields *f, uint8_t minor_version, enum http_framing *ret_framing,
                                 uint64_t *ret_content_length, enum h1_reason *ret_reason);
/* The connection stays open after this message (RFC 9112 section 9.3). */
bool h1_fields_keep_alive(const struct h1_fields *f, uint8_t minor_version);
/* The field may not come as a trailer (RFC 9110 section 6.5.1): framing, routing, authentication, control. */
bool h1_fields_is_no_trailer(const struct http_field *field);
/* Marks those hop_by_hop. */
void h1_fields_drop_in_trailer(struct h1_fields *f);

/* CRLF at the cursor: takes it. Otherwise says what was wrong (bare CR, bare LF or `otherwise`). */
NODISCARD bool h1_take_crlf(struct h1_cursor *c, enum h1_reason otherwise, enum h1_reason *ret_reason);

#endif
