/* What the files of fetch share; for them alone. */
#ifndef PROBE_FETCH_PARTS_H
#define PROBE_FETCH_PARTS_H

#include <curl/curl.h>

#include "probe/fetch.h"

/* A URL, or a cookie with its attributes: browsers take 4 KB of either from a server with manners. */
#define FETCH_URL_SIZE 4608

struct transfer {
    CURL *curl;
    const struct fetch_request *request;
    struct fetch_result *result;
    const struct deadline *deadline;
    struct curl_slist *connect_to, *resolve, *fields;
    int64_t limit_ms;
    bool body_cut;
    bool handshake_begun; /* so there is a connection */
    char error[CURL_ERROR_SIZE];
};

/* Notes the outcome with its words and returns it. */
enum fetch_outcome fetch_fail(struct fetch_result *result, enum fetch_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the end of a transfer means. */
void fetch_explain(struct transfer *t, CURLcode code);
/*
 * The two halves of a fetch, for who has many in flight (crowd.c): between them libcurl does the transfer with t->curl.
 * False: it could not begin, the result says why, and transfer_end is not called. `t` keeps its address.
 */
NODISCARD bool transfer_begin(struct transfer *t, const struct fetch_request *request, const struct deadline *deadline,
                              struct fetch_result *ret);
void transfer_end(struct transfer *t, CURLcode code);
/* Restricts what the handshake offers, as the request says, and notes that it has begun (fetch_tls.c). */
NODISCARD bool fetch_set_handshake(struct transfer *t);
/* What the handshake agreed on; only while the connection is there. */
void fetch_take_session(struct transfer *t);
/* The served certificates, as DER; those beyond CERT_CHAIN_COUNT_MAX or the room are left out. */
void fetch_take_chain(const struct curl_certinfo *certificates, struct fetch_result *result);

#endif
