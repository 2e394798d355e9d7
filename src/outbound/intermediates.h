/*
 * Intermediate certificates that are missing, fetched from where the certificate says its issuer's lies (RFC 5280
 * section 4.2.2.1). The address is a stranger's: it is asked with one plain GET without redirects, capped in size and
 * time, and only when it leads to the public Internet, unless told otherwise. What comes is kept only when its key made
 * the signature. For the command line and for control alike; whether a certificate is any good is not judged here.
 *
 * It blocks, so in control it belongs on a thread of its own (control/errands.h).
 */
#ifndef OUTBOUND_INTERMEDIATES_H
#define OUTBOUND_INTERMEDIATES_H

#include "crypto/cert.h"
#include "crypto/trust.h"
#include "outbound/deadline.h"

/* Chains have one intermediate, seldom two; more is a chase after somebody's addresses. */
#define INTERMEDIATES_FETCHES_COUNT_MAX 4
/* One fetch. */
#define INTERMEDIATES_FETCH_MS 10000
/* All of them, for whoever has no limit of its own in mind. */
#define INTERMEDIATES_MS_MAX 30000

struct intermediates {
    const struct trust *trust; /* roots: the chain is whole when it leads to one */
    int64_t now_s;             /* wall clock */
    bool private_too;          /* addresses that are not of the public Internet are asked as well */
    void (*on_fetch)(void *context, struct str issuer, struct str url); /* before each fetch; NULL is allowed */
    void *context;
};

/* Whether something between the chain's last certificate and its root is missing. */
bool intermediates_are_missing(const struct intermediates *how, const struct cert *cert);
/*
 * Fetches what is missing until the chain leads to a root of `trust`, or its last one names no address. ERR_SYSTEM when
 * the first cannot be had; a later one may be a root that is not known here, so its lack is only told, in *ret_rest
 * (whose code is ERR_NONE otherwise).
 */
NODISCARD bool intermediates_fetch(const struct intermediates *how, struct cert *cert, const struct deadline *deadline,
                                   struct err *ret_rest, struct err *err);

#endif
