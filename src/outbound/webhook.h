/*
 * One message to a webhook: an HTTPS POST with a signature, by which the receiver knows that it comes from here, that
 * nothing of it was changed, and that it is not an old one sent again.
 *
 *     Strictgate-Id:        the message's own, the same in every attempt
 *     Strictgate-Timestamp: seconds since 1970, of this attempt
 *     Strictgate-Signature: v1=HMAC-SHA256(secret, timestamp "." body), hexadecimal
 */
#ifndef OUTBOUND_WEBHOOK_H
#define OUTBOUND_WEBHOOK_H

#include "base/err.h"
#include "outbound/deadline.h"

#define WEBHOOK_URL_SIZE_MAX 2048
#define WEBHOOK_WHY_SIZE     320
/* A receiver that answers slowly holds a thread: this is much for "taken". */
#define WEBHOOK_MS_MAX 20000
/* Whoever takes a message only has to say so. */
#define WEBHOOK_ANSWER_SIZE_MAX ((size_t)16 * 1024)
/* "v1=", 64 digits, a zero byte. */
#define WEBHOOK_SIGNATURE_SIZE 68

struct webhook_message {
    struct str url;
    struct str secret; /* the key of the signature */
    struct str id;
    struct str body; /* JSON */
    int64_t at_s;    /* wall clock */
    struct str roots_pem;
};

enum webhook_outcome {
    WEBHOOK_DELIVERED, /* 2xx */
    WEBHOOK_GONE,      /* 410: nobody wants messages there any more */
    WEBHOOK_FAILED,    /* all else */
};

/* `why` is filled unless it was delivered: a sentence's end, to stand behind the receiver's name. */
enum webhook_outcome webhook_send(const struct webhook_message *message, const struct deadline *deadline,
                                  char why[static WEBHOOK_WHY_SIZE]);
NODISCARD bool webhook_sign(struct str secret, int64_t at_s, struct str body, char ret[static WEBHOOK_SIGNATURE_SIZE],
                            struct err *err);
/*
 * Whether this is a URL that a webhook can have: https, a host, visible ASCII, no user information (it would be shown
 * where the URL is) and no fragment. *ret_host is a view into it, for messages.
 */
NODISCARD bool webhook_url_check(struct str url, struct str *ret_host, struct err *err);

#endif
