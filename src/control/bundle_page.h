/*
 * The page of an evidence bundle: evidence.json for people, on one page that needs nothing else (no scripts, no outside
 * resources), reads well on screen and on A4, and has a table beside each chart. It says nothing that evidence.json
 * does not: it is made from that alone.
 */
#ifndef CONTROL_BUNDLE_PAGE_H
#define CONTROL_BUNDLE_PAGE_H

#include <jansson.h>

#include "base/buf.h"
#include "control/bundle_words.h"

/* Appends the page of such content. False when it does not fit. */
NODISCARD bool bundle_page(const json_t *content, enum bundle_language language, struct buf *out);

#endif
