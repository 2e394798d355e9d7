/*
 * PEM as we write it ourselves (RFC 7468 strict form): blocks without anything between them. For reading our own files
 * by the thousand at every start; what operators bring goes through crypto/cert, which forgives more.
 */
#ifndef STORE_PEM_H
#define STORE_PEM_H

#include "base/arena.h"

struct pem_block {
    struct str label; /* "CERTIFICATE", a view into the text */
    struct str der;   /* in the arena */
};

/* Takes the next block off *rest. False at the end (then *rest is empty) and at anything that is not the strict form.
 */
NODISCARD bool pem_next_strict(struct arena *arena, struct str *rest, struct pem_block *ret);

#endif
