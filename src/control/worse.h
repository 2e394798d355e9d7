/*
 * Whether a change would put a certificate that does not work in the place of one that does. Compared measure by
 * measure: what the present one fails as well is no loss, and one that has ended, or covers no name of the site, does
 * not work at all: whatever comes then is allowed. Clients that can take ECDSA and those that take RSA only are asked
 * about apart: what each of them got, and would get.
 */
#ifndef CONTROL_WORSE_H
#define CONTROL_WORSE_H

#include "control/core.h"

/* "expired, wrong_name, self_signed, …" */
#define WORSE_IDS_SIZE 160

struct worse {
    uint32_t faults;          /* bits (1u << enum cert_fault) of what would be lost; 0: nothing */
    enum cert_fault first;    /* the gravest of them */
    char ids[WORSE_IDS_SIZE]; /* of all of them */
};

/* Fills *ret; true when anything would be lost. A site without a certificate loses nothing, before or after. */
bool worse_than_present(struct core *core, const struct site *before, const struct site *after, struct worse *ret);
/* The same as if the site were given this certificate, which is kept nowhere, in place of those that it has. */
bool worse_if_given(struct core *core, const struct site *site, const struct cert *cert, struct worse *ret);

#endif
