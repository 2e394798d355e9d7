/*
 * Where a request has to go before it may be answered: to HTTPS on the same host name first (what browsers note a
 * promise for), then to the site's canonical name.
 */
#ifndef GATEWAY_REDIRECT_H
#define GATEWAY_REDIRECT_H

#include "gateway/exchange.h"

/* Below this path challenges of ACME CAs are answered (RFC 8555 section 8.3); nothing there is redirected to HTTPS. */
#define REDIRECT_CHALLENGE_PREFIX "/.well-known/acme-challenge/"

/* The address over HTTPS of what was asked for, with this query, in the arena; false when memory ran out. */
NODISCARD bool redirect_target(struct exchange *ex, struct str query, struct str *ret);
/* Answers with a redirect when one is due; false when the request may go on. */
bool redirect_answer(struct exchange *ex);

#endif
