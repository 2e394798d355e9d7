/*
 * HTML piece by piece into a buffer: what is ours goes in as it is, everything else as text that nothing can end or
 * hide in. A buffer that is full says so itself (buf_ok).
 */
#ifndef CONTROL_MARKUP_H
#define CONTROL_MARKUP_H

#include <jansson.h>

#include "base/buf.h"

/* Markup of ours: a literal. */
void markup(struct buf *out, const char *literal);
/*
 * Text of somebody else's, for an element's content or a quoted attribute: < > & and quotes are escaped; what is no
 * character to be seen (controls, marks that turn the direction of writing) becomes U+FFFD, and so do bytes that are no
 * UTF-8.
 */
void markup_text(struct buf *out, struct str text);
/* The same of a JSON string, in an element that keeps its direction of writing to itself; "–" for anything else. */
void markup_string(struct buf *out, const json_t *value);
/* A moment of RFC 3339 to the minute, in UTC; "–" for anything else. */
void markup_moment(struct buf *out, const json_t *value);
/* A whole number with thin spaces between thousands. */
void markup_number(struct buf *out, uint64_t value);
/* A JSON number; "–" for anything else. */
void markup_count(struct buf *out, const json_t *value);

#endif
