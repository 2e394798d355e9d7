/*
 * Why a transfer of libcurl failed, for an operator: from the error codes of libcurl, OpenSSL and the kernel to the end
 * of a sentence that begins with the name of the other side ("refuses the connection: nobody listens there"). For
 * whoever uses libcurl; it judges nothing.
 */
#ifndef OUTBOUND_WHY_H
#define OUTBOUND_WHY_H

#include <curl/curl.h>

#include "outbound/deadline.h"

#define WHY_SIZE 200

enum why_kind {
    WHY_UNREACHABLE, /* no connection */
    WHY_TIMEOUT,
    WHY_TLS_FAILED, /* the other side answered the handshake, but it failed for another reason than trust */
    WHY_UNTRUSTED,  /* the certificate was not taken */
    WHY_CLOSED,     /* it went away, in the handshake or later */
    WHY_NO_ANSWER,  /* what came cannot be used */
};

struct why_seen {
    CURL *curl;
    CURLcode code;     /* not CURLE_OK */
    const char *error; /* what CURLOPT_ERRORBUFFER holds */
    const struct deadline *deadline;
    int64_t limit_ms; /* that the transfer had */
};

enum why_kind why_explain(const struct why_seen *seen, char words[static WHY_SIZE]);

#endif
