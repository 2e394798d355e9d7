/* One GET after the other, up the chain. */
#include "app/cli_issuer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cli_text.h"
#include "app/public_address.h"
#include "control/roots.h"
#include "os/file.h"

/* Chains have one intermediate, seldom two; more is a chase after somebody's addresses. */
#define FETCHES_COUNT_MAX 4
/* A certificate is 2 KB; some authorities give bundles. */
#define FETCH_SIZE_MAX ((size_t)256 * 1024)
#define FETCH_MS       10000L
#define ROOTS_SIZE_MAX ((size_t)4 << 20)
#define URL_SIZE       512

static bool add_given_root(const char *path, struct trust *trust, struct err *err)
{
    struct buf pem;
    struct err why = {0};
    if (!file_read(path, ROOTS_SIZE_MAX, &pem, &why))
        return err_field(err, "--root", "%s", why.text);
    bool fine =
        trust_add_pem(trust, buf_str(&pem), CLI_MARK_GIVEN, &why) || err_field(err, "--root", "%s: %s", path, why.text);
    buf_fini(&pem);
    return fine;
}

static bool add_roots(const struct cli *cli, struct trust *trust, struct err *err)
{
    size_t at = 0;
    const char *path;
    struct buf local;
    while ((path = cli_next(cli, "root", &at)))
        if (!add_given_root(path, trust, err))
            return false;
    buf_init(&local, ROOTS_SIZE_MAX);
    roots_folder(ROOTS_LOCAL_FOLDER, &local);
    bool fine = trust_add_pem(trust, buf_str(&local), CLI_MARK_LOCAL, err) && trust_add_system(trust, err);
    buf_fini(&local);
    return fine;
}

bool cli_issuer_roots(const struct cli *cli, struct trust **ret, struct err *err)
{
    struct trust *trust;
    if (!trust_new(&trust, err))
        return false;
    if (!add_roots(cli, trust, err)) {
        trust_free(trust);
        return false;
    }
    *ret = trust;
    return true;
}

/* One fetch under way. */
struct fetch {
    bool private_too; /* --fetch-private */
    bool refused;     /* an address was not asked */
    struct buf body;
};

/* Asked with the address that is really connected to, so that no name can resolve to two things. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetch *fetch = context;
    (void)purpose;
    if (!fetch->private_too && !public_address(&address->addr)) {
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

static bool set_up(CURL *curl, const char *url, struct fetch *fetch)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, FETCH_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "Strictgate/" STRICTGATE_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch) == CURLE_OK;
}

static bool cannot(const char *url, const char *why, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "the missing certificate cannot be fetched from %.200s: %.150s", url, why);
    return err_fix(err, "fetch it by hand, and name its file behind the certificate's");
}

static bool judge(CURL *curl, CURLcode code, const char *url, const struct fetch *fetch, struct err *err)
{
    char why[64];
    long status = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (fetch->refused) {
        (void)cannot(url, "that is no address of the public Internet", err);
        return err_fix(err, "if it is right to ask there, add --fetch-private");
    }
    if (!buf_ok(&fetch->body))
        return cannot(url, "what lies there is too large for certificates", err);
    if (code != CURLE_OK)
        return cannot(url, curl_easy_strerror(code), err);
    (void)snprintf(why, sizeof why, "it answers with status %ld", status);
    return status == 200 || cannot(url, why, err);
}

static bool get(const char *url, struct fetch *fetch, struct err *err)
{
    CURL *curl = curl_easy_init();
    if (!curl || !set_up(curl, url, fetch)) {
        curl_easy_cleanup(curl);
        return err_memory(err);
    }
    bool fine = judge(curl, curl_easy_perform(curl), url, fetch, err);
    curl_easy_cleanup(curl);
    return fine;
}

/* True in *ret_more: there may be another one to fetch. */
static bool fetch_next(const struct cli *cli, struct cert *cert, bool *ret_more, struct err *err)
{
    char url[URL_SIZE];
    struct fetch fetch = {.private_too = cli_has(cli, "fetch-private")};
    (void)snprintf(url, sizeof url, "%.*s", STR_ARG(cert_issuer_url(cert)));
    cli_text_printf(stderr, "", 4, "fetching the certificate of %.*s from %s", STR_ARG(cert_last_issuer(cert)), url);
    buf_init(&fetch.body, FETCH_SIZE_MAX);
    bool fine = get(url, &fetch, err);
    enum cert_issuer issuer = fine ? cert_add_issuer(cert, buf_str(&fetch.body)) : CERT_ISSUER_OTHER;
    buf_fini(&fetch.body);
    *ret_more = issuer == CERT_ISSUER_ADDED;
    if (!fine)
        return false;
    return issuer != CERT_ISSUER_OTHER || cannot(url, "what lies there did not sign the certificate", err);
}

static bool is_missing(const struct cert *cert, const struct trust *trust, int64_t now_s)
{
    struct cert_report report;
    const struct cert_view view = {.trust = trust, .now_s = now_s};
    cert_report_make(cert, &view, &report);
    return cert_report_find(&report, CERT_FAULT_MISSING_INTERMEDIATE) != NULL;
}

bool cli_issuer_complete(const struct cli *cli, struct cert *cert, const struct trust *trust, int64_t now_s,
                         struct err *err)
{
    bool more = cli_has(cli, "fetch-intermediates");
    for (int i = 0; more && i < FETCHES_COUNT_MAX && is_missing(cert, trust, now_s); i++) {
        struct err why = {0};
        if (fetch_next(cli, cert, &more, &why))
            continue;
        if (i == 0) {
            if (err)
                *err = why;
            return false;
        }
        cli_text_printf(stderr, "", 4, "it stays at that: %s", why.text);
        return true;
    }
    return true;
}
