/*
 * One HTTP request to one socket, by libcurl, with a limit on everything: time, the head, the body, the certificates.
 * It goes to the given endpoint whatever the name resolves to, with SNI and Host as given; no redirect is followed, no
 * proxy of the environment used, no connection kept. What came is a value, and so is what went wrong: a sentence's end
 * in plain words, to stand behind the name of the endpoint. It judges nothing.
 *
 * Each fetch has handles of its own, so that any number of threads may fetch (outbound/outbound.h).
 */
#ifndef PROBE_FETCH_H
#define PROBE_FETCH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/cert.h"
#include "outbound/deadline.h"
#include "outbound/head.h"
#include "probe/endpoint.h"

/* One request, from connecting to the last byte: who takes longer is too slow for a front page. */
#define FETCH_MS_MAX 10000
/* The pages that are looked into: mixed content stands in the first 256 KB of a page or it is not a front page. */
#define FETCH_BODY_SIZE_MAX ((size_t)256 * 1024)
/* Fields, chain and all else that a result holds besides its body: the chain is at most the library's 100 KB. */
#define FETCH_ROOM_SIZE_MAX ((size_t)512 * 1024)
/* Cookies carried from one request to the next. */
#define FETCH_COOKIES_SIZE_MAX 16384
#define FETCH_WHY_SIZE         200
/* Of one name; who has more has them for the load, and any will do. */
#define FETCH_ADDRESSES_COUNT_MAX 8
/* "TLSv1.3", and the name of a cipher suite as OpenSSL has it. */
#define FETCH_TLS_VERSION_SIZE 16
#define FETCH_CIPHER_SIZE      48

enum fetch_verify {
    FETCH_VERIFY_NOT,    /* any certificate will do: who wants to judge it has it in the result */
    FETCH_VERIFY_ROOTS,  /* only `roots_pem` */
    FETCH_VERIFY_SYSTEM, /* the system's roots, and `roots_pem` */
};

/* Which kinds of signature are offered, and so which certificate of a pair is asked for. */
enum fetch_offer { FETCH_OFFER_ALL, FETCH_OFFER_ECDSA, FETCH_OFFER_RSA };

/* The one version of TLS that is offered, for finding out which a server takes: old ones with all their suites. */
enum fetch_version { FETCH_VERSION_USUAL, FETCH_VERSION_1_0, FETCH_VERSION_1_1, FETCH_VERSION_1_2, FETCH_VERSION_1_3 };

struct fetch_request {
    const struct probe_endpoint *endpoint; /* or NULL, and then: */
    /* The addresses that `host` has, tried as browsers do (RFC 8305); none where it is an IP literal itself. */
    const struct sockaddr_storage *addresses;
    size_t addresses_count; /* at most FETCH_ADDRESSES_COUNT_MAX */
    const char *method;     /* NULL: "GET"; "HEAD" has no body */
    const char *user_agent; /* NULL: "strictgate-probe/VERSION" */
    bool tls;
    enum fetch_offer offer;
    enum fetch_version version;
    bool handshake_only; /* ends when the TLS handshake is done: no request is sent */
    struct str host;     /* for SNI, Host and verification: a name */
    uint16_t port;       /* as it stands in the URL, for Host */
    struct str path;     /* "/…", with its query */
    enum fetch_verify verify;
    bool no_chain; /* nobody wants the served chain: the library spells every certificate out for it */
    struct str roots_pem;
    size_t body_size_max; /* at most FETCH_BODY_SIZE_MAX */
    int64_t limit_ms;     /* 0: FETCH_MS_MAX */
    bool takes_cookies;   /* `cookies` are sent where they belong, the result's cookies are those after it */
    struct str cookies;   /* of an earlier result */
};

enum fetch_outcome {
    FETCH_OK,          /* the whole head (with handshake_only: the handshake), and what of the body was wanted */
    FETCH_UNREACHABLE, /* no connection */
    FETCH_TIMEOUT,     /* no whole head in time, or the deadline came */
    FETCH_TLS_FAILED,  /* the other side answered the handshake, but it failed for another reason than trust */
    FETCH_UNTRUSTED,   /* the certificate was not taken */
    FETCH_NO_ANSWER,   /* closed, or what came is no HTTP response or beyond the limits */
    FETCH_BROKEN,      /* this side could not: memory, the library */
};

struct fetch_result {
    enum fetch_outcome outcome;
    char why[FETCH_WHY_SIZE]; /* when not OK: "refuses the connection", "gives no answer within 10 s" */
    unsigned status;
    const char *protocol; /* "HTTP/1.1", "HTTP/2", …; "" without a response */
    struct head head;
    struct buf body;
    bool body_whole;                        /* false: cut at the limit, or it broke off */
    struct str chain[CERT_CHAIN_COUNT_MAX]; /* DER as it was served, leaf first; empty over plain HTTP */
    size_t chain_count;
    bool connected; /* there was a connection (TCP), whatever became of it */
    char tls_version[FETCH_TLS_VERSION_SIZE], cipher[FETCH_CIPHER_SIZE]; /* empty without a handshake that was done */
    struct buf cookies;
    struct arena room; /* holds what the views point to */
};

/* Fills *ret whatever happens; the caller ends it with fetch_result_fini. */
enum fetch_outcome fetch(const struct fetch_request *request, const struct deadline *deadline,
                         struct fetch_result *ret);
void fetch_result_fini(struct fetch_result *result);

/* The first field of this name, in any case; data NULL when there is none. */
struct str fetch_field(const struct fetch_result *result, struct str name);
/* The next after `*at` (start with 0), for fields that may be repeated; data NULL when there is none left. */
struct str fetch_field_next(const struct fetch_result *result, struct str name, size_t *at);

#endif
