/* One GET after the other, up the chain. */
#include "outbound/intermediates.h"

#include <curl/curl.h>
#include <stdio.h>

#include "crypto/cert_report.h"
#include "outbound/bounds.h"
#include "outbound/public_address.h"
#include "outbound/why.h"

/* A certificate is 2 KB; some authorities give bundles. */
#define FETCH_SIZE_MAX ((size_t)256 * 1024)
#define URL_SIZE       512

/* One fetch under way. */
struct fetch {
    const struct intermediates *how;
    const struct deadline *deadline;
    CURL *curl;
    char url[URL_SIZE];
    bool refused; /* an address was not asked */
    struct buf body;
    char error[CURL_ERROR_SIZE];
};

/* Asked with the address that is really connected to, so that no name can resolve to two things. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetch *fetch = context;
    (void)purpose;
    if (!fetch->how->private_too && !public_address(&address->addr)) {
        fetch->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_data(char *data, size_t size, size_t count, void *context)
{
    struct fetch *fetch = context;
    return buf_put(&fetch->body, data, size * count) ? size * count : 0;
}

static bool set_up(struct fetch *fetch)
{
    CURL *curl = fetch->curl;
    return bounds_set(curl, "http,https", INTERMEDIATES_FETCH_MS, fetch->deadline) && bounds_set_trust(curl, STR("")) &&
           curl_easy_setopt(curl, CURLOPT_URL, fetch->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "strictgate/" STRICTGATE_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->error) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch) == CURLE_OK;
}

static bool cannot(const struct fetch *fetch, const char *why, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "the missing certificate cannot be had from %.200s: %.150s", fetch->url, why);
    return err_fix(err, "fetch it by hand, and name its file behind the certificate's");
}

static bool judge(const struct fetch *fetch, CURLcode code, struct err *err)
{
    char why[WHY_SIZE], words[WHY_SIZE + 8];
    long status = 0;
    (void)curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
    if (fetch->refused) {
        (void)cannot(fetch, "that is no address of the public Internet", err);
        return err_fix(err,
                       "if it is right to ask there, allow it: --fetch-private, or \"fetch_private\": true in the API");
    }
    if (!buf_ok(&fetch->body))
        return cannot(fetch, "what lies there is too large for certificates", err);
    if (code != CURLE_OK) {
        const struct why_seen seen = {.curl = fetch->curl,
                                      .code = code,
                                      .error = fetch->error,
                                      .deadline = fetch->deadline,
                                      .limit_ms = INTERMEDIATES_FETCH_MS};
        (void)why_explain(&seen, why);
        (void)snprintf(words, sizeof words, "it %s", why);
        return cannot(fetch, words, err);
    }
    (void)snprintf(words, sizeof words, "it answers with status %ld", status);
    return status == 200 || cannot(fetch, words, err);
}

static bool get(struct fetch *fetch, struct err *err)
{
    fetch->curl = curl_easy_init();
    bool fine = fetch->curl && set_up(fetch);
    fine = fine ? judge(fetch, curl_easy_perform(fetch->curl), err) : err_memory(err);
    curl_easy_cleanup(fetch->curl);
    return fine;
}

/* True in *ret_more: there may be another one to fetch. */
static bool fetch_next(const struct intermediates *how, struct cert *cert, const struct deadline *deadline,
                       bool *ret_more, struct err *err)
{
    struct fetch fetch = {.how = how, .deadline = deadline};
    (void)snprintf(fetch.url, sizeof fetch.url, "%.*s", STR_ARG(cert_issuer_url(cert)));
    if (how->on_fetch)
        how->on_fetch(how->context, cert_last_issuer(cert), str_from(fetch.url));
    buf_init(&fetch.body, FETCH_SIZE_MAX);
    bool fine = get(&fetch, err);
    enum cert_issuer issuer = fine ? cert_add_issuer(cert, buf_str(&fetch.body)) : CERT_ISSUER_OTHER;
    buf_fini(&fetch.body);
    *ret_more = issuer == CERT_ISSUER_ADDED;
    if (!fine)
        return false;
    return issuer != CERT_ISSUER_OTHER || cannot(&fetch, "what lies there did not sign the certificate", err);
}

bool intermediates_are_missing(const struct intermediates *how, const struct cert *cert)
{
    struct cert_report report;
    const struct cert_view view = {.trust = how->trust, .now_s = how->now_s};
    cert_report_make(cert, &view, &report);
    return cert_report_find(&report, CERT_FAULT_MISSING_INTERMEDIATE) != NULL;
}

bool intermediates_fetch(const struct intermediates *how, struct cert *cert, const struct deadline *deadline,
                         struct err *ret_rest, struct err *err)
{
    bool more = true;
    *ret_rest = (struct err){.code = ERR_NONE};
    for (int i = 0; more && i < INTERMEDIATES_FETCHES_COUNT_MAX && intermediates_are_missing(how, cert); i++) {
        struct err why = {0};
        if (fetch_next(how, cert, deadline, &more, &why))
            continue;
        if (i > 0) {
            *ret_rest = why;
            return true;
        }
        if (err)
            *err = why;
        return false;
    }
    return true;
}
