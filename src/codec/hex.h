/* Bytes as hexadecimal digits: fingerprints and identifiers. Written in lower case, read in either. */
#ifndef CODEC_HEX_H
#define CODEC_HEX_H

#include "base/buf.h"

/* Appends two digits a byte. False when it does not fit (the buffer is then marked failed). */
bool hex_encode(struct str bytes, struct buf *out);
/* Appends the bytes; false, with some possibly appended, for an odd count, for anything but digits, or when it does not
 * fit. */
NODISCARD bool hex_decode(struct str text, struct buf *out);

#endif
