/*
 * gzip (RFC 1952) undone as it comes in, piece by piece, by zlib. Nothing is kept: what comes out goes on to whoever
 * takes it, in pieces of a fixed size, and may end it; so a small file that would fill the disk when it is undone
 * costs no more than its taker allows.
 */
#ifndef CODEC_GUNZIP_H
#define CODEC_GUNZIP_H

#include "base/err.h"

/* What comes out in one piece. */
#define GUNZIP_PIECE_SIZE 32768

struct gunzip;

NODISCARD bool gunzip_new(bool (*on_bytes)(void *context, struct str bytes, struct err *err), void *context,
                          struct gunzip **ret, struct err *err);
/* NULL is allowed. */
void gunzip_free(struct gunzip *gunzip);
/* Whether bytes begin as gzip does; two are enough to tell. */
bool gunzip_is(struct str bytes);
/* The next bytes; several members one behind the other are one text. ERR_INPUT when it is not gzip, or damaged. */
NODISCARD bool gunzip_take(struct gunzip *gunzip, struct str bytes, struct err *err);
/* There is no more: false when the last member is not complete. */
NODISCARD bool gunzip_end(struct gunzip *gunzip, struct err *err);

#endif
