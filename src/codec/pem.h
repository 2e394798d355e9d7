/*
 * PEM framing (RFC 7468): which blocks a text has, and the bytes in them. What the bytes mean is crypto's business.
 *
 *     text before is skipped
 *     -----BEGIN CERTIFICATE-----
 *     MIIB…                              Base64, lines of any length, blanks at their end ignored
 *     -----END CERTIFICATE-----
 */
#ifndef CODEC_PEM_H
#define CODEC_PEM_H

#include "base/buf.h"
#include "base/err.h"

struct pem_block {
    struct str label; /* "CERTIFICATE": a view into the text */
    struct str text;  /* the block with its BEGIN and END lines, for whoever passes it on; a view */
    unsigned line;    /* of the BEGIN line, counted from 1 */
};

/* Where the reading has come to; start with {.rest = text}. */
struct pem_cursor {
    struct str rest;
    unsigned line;
};

enum pem_result { PEM_BLOCK, PEM_END, PEM_BAD };

/*
 * The next block. `bytes` is cleared and holds what was decoded; with NULL the content is not looked at. PEM_END when
 * no block is left, PEM_BAD with *err filled for: a block without end or with another label at its end, content that is
 * not strict Base64, an empty one, or one with RFC 1421 headers (an encrypted key of the old kind).
 */
NODISCARD enum pem_result pem_next(struct pem_cursor *cursor, struct pem_block *ret, struct buf *bytes,
                                   struct err *err);
/* Appends a block, lines of 64 characters. False when it does not fit. */
bool pem_write(struct str label, struct str bytes, struct buf *out);

#endif
