/*
 * One HTTPS request to a service of somebody else's (a certificate authority, a webhook), by libcurl, with a limit on
 * everything: time, the answer's head, its body. The other side's certificate is verified, no redirect is followed, no
 * proxy of the environment used, no connection kept. What came is a value, and so is what went wrong: a sentence's end
 * in plain words, to stand behind the name of the other side. It judges no answer; a look at the gateway itself is
 * probe/fetch.
 *
 * It blocks, so it belongs on a thread of its own; each request has handles of its own, so that any number of threads
 * may ask (outbound/outbound.h).
 */
#ifndef OUTBOUND_HTTPS_H
#define OUTBOUND_HTTPS_H

#include "base/buf.h"
#include "outbound/deadline.h"
#include "outbound/head.h"

/* From connecting to the last byte, for whoever has no limit of its own in mind. */
#define HTTPS_MS_DEFAULT 30000
/* Longer ones name no service anybody runs. */
#define HTTPS_URL_SIZE_MAX 4096
/* A certificate chain with its text, a list of a thousand things: services of this kind answer in kilobytes. */
#define HTTPS_BODY_SIZE_MAX ((size_t)1 << 20)
/* Head and request, besides the body. */
#define HTTPS_ROOM_SIZE_MAX ((size_t)256 * 1024)
#define HTTPS_WHY_SIZE      200

enum https_method { HTTPS_GET, HTTPS_HEAD, HTTPS_POST };

struct https_request {
    enum https_method method;
    struct str url;                  /* "https://…" */
    const struct head_field *fields; /* besides Host, User-Agent and Content-Length; never with a line's end in them */
    size_t fields_count;
    struct str body;      /* with POST */
    struct str roots_pem; /* trusted besides the system's roots; or empty */
    size_t body_size_max; /* of the answer; 0: HTTPS_BODY_SIZE_MAX, which is the most */
    int64_t limit_ms;     /* 0: HTTPS_MS_DEFAULT */
    /*
     * Where the content of a 200 goes as it comes, instead of into the body; NULL: into the body. It may be compressed
     * on the way and is not when it is taken; how much it may be is the taker's to say, by false, which ends it.
     */
    bool (*take)(void *context, struct str piece);
    void *take_context;
};

enum https_outcome {
    HTTPS_OK,          /* a whole answer, whatever its status */
    HTTPS_UNREACHABLE, /* no connection, or no address */
    HTTPS_TIMEOUT,     /* no whole answer in time, or the deadline came */
    HTTPS_TLS_FAILED,
    HTTPS_UNTRUSTED, /* the certificate was not taken */
    HTTPS_NO_ANSWER, /* closed, or what came is no HTTP response or beyond the limits */
    HTTPS_BROKEN,    /* this side could not: the URL, memory, the library */
};

struct https_answer {
    enum https_outcome outcome;
    char why[HTTPS_WHY_SIZE]; /* when not OK: "refuses the connection: nobody listens there" */
    unsigned status;
    struct head head;
    struct buf body;
    struct arena room; /* holds what the views of the head point to */
};

/* Fills *ret whatever happens; the caller ends it with https_answer_fini. */
enum https_outcome https_ask(const struct https_request *request, const struct deadline *deadline,
                             struct https_answer *ret);
void https_answer_fini(struct https_answer *answer);
/* The first field of this name, in any case; data NULL when there is none. head_next gives repeated ones. */
struct str https_field(const struct https_answer *answer, struct str name);

#endif
