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
    struct curl_slist *connect_to, *fields;
    int64_t limit_ms;
    bool body_cut;
    char error[CURL_ERROR_SIZE];
};

/* Notes the outcome with its words and returns it. */
enum fetch_outcome fetch_fail(struct fetch_result *result, enum fetch_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the end of a transfer means. */
void fetch_explain(struct transfer *t, CURLcode code);
/* Restricts what the handshake offers, as the request says (fetch_offer.c). */
NODISCARD bool fetch_set_offer(struct transfer *t);
/* The served certificates, as DER; those beyond CERT_CHAIN_COUNT_MAX or the room are left out. */
void fetch_take_chain(const struct curl_certinfo *certificates, struct fetch_result *result);

#endif
