/*
 * Asking authorities when they would have a certificate renewed (RFC 9773): once for each certificate, and again as
 * often as they like.
 */
#ifndef CONTROL_ACME_ARI_H
#define CONTROL_ACME_ARI_H

#include "control/acme.h"

/* Who offers no such thing is asked again after this. */
#define ACME_ARI_NOT_OFFERED_S 86400

/* Begins what is due for the site; gives the moment at which there is something to do next (INT64_MAX: nothing). */
int64_t acme_ari_turn(struct acme *acme, const struct site *site);

#endif
