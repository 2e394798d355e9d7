/*
 * A server's side of a zone transfer: messages, and signatures over several of them by RFC 8945 section 5.3.1, written
 * out once more.
 */
#ifndef TESTS_UNIT_DNS_STREAM_H
#define TESTS_UNIT_DNS_STREAM_H

#include "answers.h"
#include "dns/tsig.h"

#define STREAM_NOW_S INT64_C(1768478400)

struct stream {
    struct tsig_key key;
    struct tsig_request request;
    struct buf question;        /* signed */
    uint8_t code[MAC_SIZE_MAX]; /* of what was signed last */
    struct buf since;           /* the unsigned messages after it */
    unsigned signed_count;
};

struct tsig_key stream_key(enum mac_algorithm algorithm);
/* The question for example.org with this id. */
void stream_begin(struct stream *stream, enum mac_algorithm algorithm, uint16_t id);
void stream_end(struct stream *stream);
/* A message without records; with the question when it is the first. */
struct buf stream_message(const struct stream *stream, bool is_first);
/* Adds the signature to the message, the next in the stream. */
void stream_sign(struct stream *stream, struct buf *message, int64_t time_s);
/* The message goes unsigned. */
void stream_leave(struct stream *stream, const struct buf *message);

#endif
