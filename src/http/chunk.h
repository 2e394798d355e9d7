/*
 * The chunked transfer coding (RFC 9112 section 7.1), decoded in place: chunk sizes and extensions go, data stays.
 * Strict: sizes are hexadecimal digits only (at most 16), line ends are CRLF, extensions are bounded and ignored. No
 * allocation.
 */
#ifndef HTTP_CHUNK_H
#define HTTP_CHUNK_H

#include "base/str.h"

/* A chunk extension nobody reads may not be longer than this. */
#define CHUNK_LINE_SIZE_MAX 256

enum chunk_result {
    CHUNK_MORE, /* all input taken, the content goes on */
    CHUNK_LAST, /* the last chunk's line is taken; trailers and the empty line follow (h1_parse_trailers) */
    CHUNK_BAD,  /* not allowed */
};

struct chunk_decoder {
    uint64_t left;      /* data bytes of this chunk still to come */
    uint32_t line_size; /* bytes of the present size line so far */
    uint8_t state;
};

void chunk_init(struct chunk_decoder *d);
/*
 * Decodes `size` bytes at `data`, moving content together at the front. *ret_content is the number of content bytes now
 * at `data`; *ret_taken the number of input bytes used: all of them unless CHUNK_LAST (what follows is trailer) or
 * CHUNK_BAD.
 */
enum chunk_result chunk_decode(struct chunk_decoder *d, char *data, size_t size, size_t *ret_content,
                               size_t *ret_taken);

#endif
