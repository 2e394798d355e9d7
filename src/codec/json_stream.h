/*
 * JSON (RFC 8259) as it comes in, piece by piece: tokens instead of a tree, so that a text of any size is read in the
 * memory of one string. Comments from "//" to the end of the line are white space, since files that people edit (the
 * preload list of Chromium) have them. Strict in all else: grammar, escapes, UTF-8, one value and nothing behind it.
 *
 *     bytes ──▶ json_stream_take ──▶ on_token: { "entries" [ { "name" "example.org" } ] }
 */
#ifndef CODEC_JSON_STREAM_H
#define CODEC_JSON_STREAM_H

#include "base/err.h"

/* One string or number: URLs with their parameters fit; what is longer is none of ours. */
#define JSON_STREAM_TEXT_SIZE_MAX 4096
/* Objects and arrays within each other: a bit of a word each, and nobody nests deeper by hand. */
#define JSON_STREAM_DEPTH_MAX 32

enum json_token {
    JSON_TOKEN_OBJECT, /* begins */
    JSON_TOKEN_OBJECT_END,
    JSON_TOKEN_ARRAY,
    JSON_TOKEN_ARRAY_END,
    JSON_TOKEN_NAME,   /* of a member; text: what it is */
    JSON_TOKEN_PART,   /* of a string that is longer than the limit, with gives_parts: more of it comes */
    JSON_TOKEN_STRING, /* text: with its escapes undone; behind parts what is left of it */
    JSON_TOKEN_NUMBER, /* text: as it stands */
    JSON_TOKEN_TRUE,
    JSON_TOKEN_FALSE,
    JSON_TOKEN_NULL,
};

struct json_stream {
    /* False ends the reading: *err says why. The text lives until it returns. */
    bool (*on_token)(void *context, enum json_token token, struct str text, struct err *err);
    void *context;
    bool gives_parts;    /* strings of any size; set after json_stream_init, else one beyond the limit is an error */
    unsigned line;       /* of the byte read last, from 1 */
    uint32_t depth;      /* open objects and arrays */
    uint32_t is_objects; /* a bit for each of them, the outermost lowest */
    int expects, lexing; /* where in the grammar, and in which token: see json_stream.c */
    uint32_t unit;       /* of a \u escape under way */
    uint32_t surrogate;  /* the first half of a pair, or 0 */
    unsigned digits_count;
    bool is_name; /* the string under way is a member's name */
    size_t text_size;
    char text[JSON_STREAM_TEXT_SIZE_MAX];
};

void json_stream_init(struct json_stream *stream,
                      bool (*on_token)(void *context, enum json_token token, struct str text, struct err *err),
                      void *context);
/* The next bytes. ERR_INPUT, "line 7: …", for what is no JSON; nothing may be given after a failure. */
NODISCARD bool json_stream_take(struct json_stream *stream, struct str bytes, struct err *err);
/* There is no more: false when the value is not complete. */
NODISCARD bool json_stream_end(struct json_stream *stream, struct err *err);

#endif
