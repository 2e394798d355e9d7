/*
 * Base64 (RFC 4648 sections 4 and 5). The standard alphabet is written and wanted with padding, the URL alphabet
 * without, as JWS has it (RFC 7515 section 2). Decoding is strict: one text for every value, so no white space, no
 * missing or superfluous padding, no bits left over.
 */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include "base/buf.h"

enum base64_alphabet { BASE64_STANDARD, BASE64_URL };

/* Appends the text for `bytes`. False when it does not fit (the buffer is then marked failed). */
bool base64_encode(enum base64_alphabet alphabet, struct str bytes, struct buf *out);
/* Appends the bytes of `text`. False, with some bytes possibly appended, when it is not strict Base64 or does not fit.
 */
NODISCARD bool base64_decode(enum base64_alphabet alphabet, struct str text, struct buf *out);

#endif
