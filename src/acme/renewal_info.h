/*
 * ACME Renewal Information (RFC 9773): the window in which a CA would have a certificate renewed, and when to ask
 * again.
 */
#ifndef ACME_RENEWAL_INFO_H
#define ACME_RENEWAL_INFO_H

#include "base/arena.h"
#include "base/err.h"

/* RFC 9773 section 4.3.2: sane bounds for what the CA asks for, and what to do when it asks for nothing. */
#define ACME_LOOK_AGAIN_S_MIN     60
#define ACME_LOOK_AGAIN_S_MAX     86400
#define ACME_LOOK_AGAIN_S_DEFAULT 21600

struct acme_window {
    int64_t start_s, end_s;     /* start before end */
    int64_t look_again_s;       /* moment of the next question */
    struct str explanation_url; /* a page for people, https; or empty */
};

/* Reads the answer's body and its Retry-After (or empty). False with a sentence's end in *err when it is none. */
NODISCARD bool acme_renewal_info_read(struct str body, struct str retry_after, int64_t now_s, struct arena *arena,
                                      struct acme_window *ret, struct err *err);

#endif
