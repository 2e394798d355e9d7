/*
 * The Link field (RFC 8288 section 3), as far as ACME needs it: where a link leads and what it is to this page. Strict
 * about the form, so that a broken field ends the reading rather than yielding something else.
 */
#ifndef ACME_LINK_H
#define ACME_LINK_H

#include "base/str.h"

/* Views into the field's value. */
struct link {
    struct str target; /* what stands between < and >: not checked, may be relative */
    struct str rel;    /* the relations, separated by blanks; empty when there is none */
};

/* Cuts the next link off the front of *rest; false at the end, or at the first that is none. */
NODISCARD bool link_next(struct str *rest, struct link *ret);
/* Whether `rel` is among the link's relations, in any case. */
bool link_has_rel(const struct link *link, struct str rel);

#endif
