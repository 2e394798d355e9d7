/*
 * Orders (RFC 8555 section 7.1.3 and 7.4): what is sent to make and finalise one, and what comes back.
 */
#ifndef ACME_ORDER_H
#define ACME_ORDER_H

#include "acme/identifier.h"

#define ORDER_IDENTIFIERS_COUNT_MAX 100

enum order_status { ORDER_PENDING, ORDER_READY, ORDER_PROCESSING, ORDER_VALID, ORDER_INVALID };

/* Views into the arena it was read with. */
struct order {
    enum order_status status;
    struct identifier *identifiers;
    size_t identifiers_count;
    struct str *authorizations; /* URLs */
    size_t authorizations_count;
    struct str finalize;
    struct str certificate; /* URL, empty before it is issued */
    struct str profile;     /* or empty */
};

/* The payload of newOrder. `profile` and `replaces` may be empty. */
NODISCARD bool order_write_new(const struct identifier *identifiers, size_t identifiers_count, struct str profile,
                               struct str replaces, struct buf *out);
/* The payload of finalize, from the request's DER. */
NODISCARD bool order_write_finalize(struct str csr_der, struct buf *out);
/* Reads an order object. False with a sentence's end in *err when it is none. */
NODISCARD bool order_read(const json_t *body, struct arena *arena, struct order *ret, struct err *err);
/* Whether it is for exactly these, in any order. */
bool order_is_for(const struct order *order, const struct identifier *identifiers, size_t identifiers_count);

#endif
