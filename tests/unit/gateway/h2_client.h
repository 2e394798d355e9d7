/* An HTTP/2 client on a peer, framed by nghttp2's client side: what the tests need to say and to see of it. */
#ifndef TESTS_UNIT_GATEWAY_H2_CLIENT_H
#define TESTS_UNIT_GATEWAY_H2_CLIENT_H

#include <nghttp2/nghttp2.h>

#include "gateway_fixture.h"

#define H2_STREAMS_MAX 512

struct h2_stream {
    int status;
    int interims;
    char head[4096]; /* "\r\nname: value" each, ending in "\r\n\r\n" for head_field */
    struct buf body;
    struct buf out; /* content to send */
    bool out_end;
    bool head_done, ended, closed;
    uint32_t error; /* of the reset */
};

struct h2 {
    struct peer *peer;
    nghttp2_session *session;
    struct h2_stream streams[H2_STREAMS_MAX]; /* by (id - 1) / 2 */
    bool goaway, ended;
    uint32_t goaway_error;
    size_t pongs;
    struct buf held; /* frames while corked */
    bool corked;
};

/* A connection over TLS to app.test; its preface and SETTINGS are sent. */
struct h2 *h2_open(struct fixture *f);
void h2_free(struct h2 *h);
/* Begins a request; pairs of name and value, ended by NULL, follow the path (an :authority of theirs in the place of
 * app.test). Returns the stream. */
int32_t h2_begin(struct h2 *h, bool end, const char *method, const char *path, ...) __attribute__((sentinel));
int32_t h2_get(struct h2 *h, const char *path);
/* Content on a stream that was begun without end. */
void h2_content(struct h2 *h, int32_t id, struct str content, bool end);
struct h2_stream *h2_stream(struct h2 *h, int32_t id);
/* Sends what there is to send, then takes what comes until the stream's head is there, or the stream is closed. */
void h2_wait_head(struct h2 *h, int32_t id);
void h2_wait_closed(struct h2 *h, int32_t id);
void h2_wait_body(struct h2 *h, int32_t id, size_t size);
/* Until the gateway has answered a ping: it has seen all that was sent. */
void h2_settle(struct h2 *h);
/* Until the connection ends. */
void h2_wait_end(struct h2 *h);
void h2_flush(struct h2 *h);
/* What is sent from here on goes in one write with the uncorking. */
void h2_cork(struct h2 *h);
void h2_uncork(struct h2 *h);

#endif
