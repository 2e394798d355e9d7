/*
 * Answers the gateway makes itself: fixed content, redirects, and error pages in plain words.
 */
#ifndef GATEWAY_RESPOND_H
#define GATEWAY_RESPOND_H

#include "gateway/exchange.h"

/* The status line, content type and content of a fixed route; the content must live as long as the exchange. */
void respond_fixed(struct exchange *ex, uint16_t status, struct str content_type, struct str content);
/* The same, which nobody may keep. */
void respond_uncached(struct exchange *ex, uint16_t status, struct str content_type, struct str content);
/* 204, with up to four fields whose views live as long as the exchange. */
void respond_empty(struct exchange *ex, const struct http_field *fields, size_t fields_count);
/* A redirect to `location`, in the arena. */
void respond_redirect(struct exchange *ex, uint16_t status, struct str location);
/*
 * An error page: the site's own template if it has one ({{status}}, {{reason}}, {{message}} and {{site}} are replaced,
 * HTML-escaped), else ours. `why` is a sentence for the visitor.
 */
void respond_error(struct exchange *ex, uint16_t status, struct str why);

#endif
