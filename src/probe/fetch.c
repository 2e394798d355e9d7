/*
 * The transfer. libcurl is told where to connect by address, so that it looks no name up, and may go nowhere else. What
 * each error means to an operator is in fetch_why.c.
 */
#include "probe/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <sys/un.h>

#include "outbound/bounds.h"
#include "probe/fetch_parts.h"

#define USER_AGENT "strictgate-probe/" STRICTGATE_VERSION

static size_t on_head(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    long status = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    fetch_take_session(t);
    return head_take(&t->result->head, str_make(data, one * size), status) ? one * size : 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    struct buf *body = &t->result->body;
    size_t room = body->cap - body->size;
    size_t all = one * size;
    t->body_cut = all > room;
    return buf_put(body, data, t->body_cut ? room : all) && !t->body_cut ? all : 0;
}

static bool set_url(struct transfer *t)
{
    char url[FETCH_URL_SIZE];
    const struct fetch_request *r = t->request;
    int size = snprintf(url, sizeof url, "%s://%.*s:%u%.*s", r->tls ? "https" : "http", STR_ARG(r->host), r->port,
                        STR_ARG(r->path));
    return size > 0 && (size_t)size < sizeof url && curl_easy_setopt(t->curl, CURLOPT_URL, url) == CURLE_OK;
}

/* "192.0.2.1" or "[2001:db8::1]"; returns the port. */
#define ADDRESS_SIZE (INET6_ADDRSTRLEN + 2)
static uint16_t write_address(const struct sockaddr_storage *address, char room[static ADDRESS_SIZE])
{
    char ip[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->ss_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        (void)inet_ntop(AF_INET, &v4.sin_addr, room, ADDRESS_SIZE);
        return ntohs(v4.sin_port);
    }
    memcpy(&v6, address, sizeof v6);
    (void)inet_ntop(AF_INET6, &v6.sin6_addr, ip, sizeof ip);
    (void)snprintf(room, ADDRESS_SIZE, "[%s]", ip);
    return ntohs(v6.sin6_port);
}

/* "::ADDRESS:PORT": whatever host and port a URL has, the connection goes there. */
static bool set_address(struct transfer *t, const struct sockaddr_storage *address)
{
    char ip[ADDRESS_SIZE], target[ADDRESS_SIZE + 16];
    uint16_t port = write_address(address, ip);
    (void)snprintf(target, sizeof target, "::%s:%u", ip, port);
    t->connect_to = curl_slist_append(NULL, target);
    return t->connect_to && curl_easy_setopt(t->curl, CURLOPT_CONNECT_TO, t->connect_to) == CURLE_OK;
}

/* "+HOST:PORT:ADDRESS,ADDRESS": what the name leads to, for this transfer; libcurl forgets it after a minute. */
static bool set_addresses(struct transfer *t)
{
    char text[FETCH_ADDRESSES_COUNT_MAX * (ADDRESS_SIZE + 1) + FETCH_URL_SIZE];
    const struct fetch_request *r = t->request;
    int size = snprintf(text, sizeof text, "+%.*s:%u:", STR_ARG(r->host), r->port);
    if (size < 0 || size > FETCH_URL_SIZE)
        return false;
    for (size_t i = 0; i < r->addresses_count && i < FETCH_ADDRESSES_COUNT_MAX; i++) {
        char ip[ADDRESS_SIZE];
        (void)write_address(&r->addresses[i], ip);
        size += snprintf(text + size, sizeof text - (size_t)size, "%s%s", i ? "," : "", ip);
    }
    t->resolve = curl_slist_append(NULL, text);
    return t->resolve && curl_easy_setopt(t->curl, CURLOPT_RESOLVE, t->resolve) == CURLE_OK;
}

static bool set_endpoint(struct transfer *t, const struct sockaddr_storage *address)
{
    struct sockaddr_un un;
    if (!t->request->endpoint)
        return t->request->addresses_count == 0 || set_addresses(t);
    /* The header names this very connection (UNKNOWN over a Unix socket): nobody is spoken for. */
    if (curl_easy_setopt(t->curl, CURLOPT_HAPROXYPROTOCOL, t->request->endpoint->proxy_protocol ? 1L : 0L) != CURLE_OK)
        return false;
    if (address->ss_family != AF_UNIX)
        return set_address(t, address);
    memcpy(&un, address, sizeof un);
    return curl_easy_setopt(t->curl, CURLOPT_UNIX_SOCKET_PATH, un.sun_path) == CURLE_OK;
}

/* An application that compresses all the same is found out by its Content-Encoding. */
static bool set_request(struct transfer *t)
{
    CURL *curl = t->curl;
    const char *method = t->request->method ? t->request->method : "GET";
    const char *agent = t->request->user_agent ? t->request->user_agent : USER_AGENT;
    t->fields = curl_slist_append(NULL, "Accept: text/html,*/*;q=0.5");
    struct curl_slist *more = t->fields ? curl_slist_append(t->fields, "Accept-Encoding: identity") : NULL;
    return more && curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->fields) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, agent) == CURLE_OK &&
           (strcmp(method, "GET") == 0 || curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(method, "HEAD") == 0 ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, t->request->handshake_only ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK;
}

/* Roots are read from files only where they count, and only roots are roots: browsers know no others. */
static bool set_trust(struct transfer *t)
{
    CURL *curl = t->curl;
    enum fetch_verify verify = t->request->verify;
    struct str pem = t->request->roots_pem;
    long verify_peer = verify == FETCH_VERIFY_NOT ? 0L : 1L, verify_host = verify == FETCH_VERIFY_NOT ? 0L : 2L;
    /* libcurl only reads them */
    struct curl_blob roots = {(void *)(uintptr_t)pem.data, pem.size, CURL_BLOB_COPY};
    if (curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify_peer) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify_host) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_NO_PARTIALCHAIN) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_CERTINFO, t->request->no_chain ? 0L : 1L) != CURLE_OK ||
        /* a session that goes on has no certificates, or those of before */
        curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, t->request->no_chain ? 1L : 0L) != CURLE_OK)
        return false;
    if (verify != FETCH_VERIFY_SYSTEM && (curl_easy_setopt(curl, CURLOPT_CAINFO, NULL) != CURLE_OK ||
                                          curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) != CURLE_OK))
        return false;
    return verify == FETCH_VERIFY_NOT || pem.size == 0 ||
           curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &roots) == CURLE_OK;
}

/* One cookie a line, as libcurl writes them. */
static bool set_cookies(struct transfer *t)
{
    char line[FETCH_URL_SIZE];
    struct str rest = t->request->cookies;
    if (!t->request->takes_cookies)
        return true;
    if (curl_easy_setopt(t->curl, CURLOPT_COOKIEFILE, "") != CURLE_OK)
        return false;
    while (rest.size) {
        struct str cookie = str_cut(&rest, '\n');
        if (cookie.size == 0 || cookie.size >= sizeof line)
            continue; /* longer than browsers take */
        memcpy(line, cookie.data, cookie.size);
        line[cookie.size] = 0;
        if (curl_easy_setopt(t->curl, CURLOPT_COOKIELIST, line) != CURLE_OK)
            return false;
    }
    return true;
}

static void take_cookies(struct transfer *t)
{
    struct curl_slist *list = NULL;
    struct buf *out = &t->result->cookies;
    if (!t->request->takes_cookies || curl_easy_getinfo(t->curl, CURLINFO_COOKIELIST, &list) != CURLE_OK)
        return;
    for (const struct curl_slist *at = list; at; at = at->next) {
        struct str cookie = str_from(at->data);
        if (out->size + cookie.size < out->cap) /* what does not fit is forgotten, as browsers do */
            (void)(buf_put_str(out, cookie) && buf_put_char(out, '\n'));
    }
    curl_slist_free_all(list);
}

static const char *protocol_name(long version)
{
    switch (version) {
    case CURL_HTTP_VERSION_1_0: return "HTTP/1.0";
    case CURL_HTTP_VERSION_1_1: return "HTTP/1.1";
    case CURL_HTTP_VERSION_2_0: return "HTTP/2";
    default: return "";
    }
}

static void take_facts(struct transfer *t)
{
    struct fetch_result *result = t->result;
    struct curl_certinfo *certificates = NULL;
    long status = 0, version = 0;
    const char *peer = NULL;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(t->curl, CURLINFO_HTTP_VERSION, &version);
    /* Of the connection: newer versions of libcurl know it only when the handshake is over. */
    (void)curl_easy_getinfo(t->curl, CURLINFO_PRIMARY_IP, &peer);
    result->connected = t->handshake_begun || (peer && peer[0]);
    fetch_take_session(t);
    result->protocol = protocol_name(version);
    if (t->result->head.done && status > 0 && status < 1000)
        result->status = (unsigned)status;
    if (curl_easy_getinfo(t->curl, CURLINFO_CERTINFO, &certificates) == CURLE_OK && certificates)
        fetch_take_chain(certificates, result);
    take_cookies(t);
}

static bool set_all(struct transfer *t, const struct sockaddr_storage *address)
{
    return t->curl && set_url(t) && set_endpoint(t, address) &&
           bounds_set(t->curl, "http,https", t->limit_ms, t->deadline) && set_request(t) && set_trust(t) &&
           fetch_set_handshake(t) && set_cookies(t);
}

static bool result_init(struct fetch_result *result, const struct fetch_request *request)
{
    size_t body_size = request->body_size_max < FETCH_BODY_SIZE_MAX ? request->body_size_max : FETCH_BODY_SIZE_MAX;
    *result = (struct fetch_result){.protocol = ""};
    arena_init(&result->room, FETCH_ROOM_SIZE_MAX);
    buf_init(&result->body, body_size);
    buf_init(&result->cookies, FETCH_COOKIES_SIZE_MAX);
    return head_init(&result->head, &result->room);
}

static void transfer_fini(struct transfer *t)
{
    curl_easy_cleanup(t->curl);
    curl_slist_free_all(t->connect_to);
    curl_slist_free_all(t->resolve);
    curl_slist_free_all(t->fields);
}

static bool could_not(struct fetch_result *result, enum fetch_outcome outcome, const char *why)
{
    (void)fetch_fail(result, outcome, "%s", why);
    return false;
}

bool transfer_begin(struct transfer *t, const struct fetch_request *request, const struct deadline *deadline,
                    struct fetch_result *ret)
{
    struct sockaddr_storage address;
    socklen_t size;
    *t = (struct transfer){.request = request, .result = ret, .deadline = deadline};
    t->limit_ms = deadline_left_ms(deadline, request->limit_ms ? request->limit_ms : FETCH_MS_MAX);
    if (!result_init(ret, request))
        return could_not(ret, FETCH_BROKEN, "could not be asked: memory ran out");
    if (t->limit_ms == 0) {
        (void)fetch_fail(ret, FETCH_TIMEOUT, "was not asked: %s", deadline_words(deadline));
        return false;
    }
    if (request->endpoint && !endpoint_sockaddr(request->endpoint, &address, &size))
        return could_not(ret, FETCH_UNREACHABLE, "has no address that can be connected to");
    t->curl = curl_easy_init();
    if (set_all(t, &address)) /* libcurl has copied the address by then */
        return true;
    transfer_fini(t);
    return could_not(ret, FETCH_BROKEN, "could not be asked: the request is too long, or memory ran out");
}

void transfer_end(struct transfer *t, CURLcode code)
{
    take_facts(t);
    t->result->body_whole = t->result->head.done && code == CURLE_OK;
    fetch_explain(t, code);
    transfer_fini(t);
}

enum fetch_outcome fetch(const struct fetch_request *request, const struct deadline *deadline, struct fetch_result *ret)
{
    struct transfer t;
    if (transfer_begin(&t, request, deadline, ret))
        transfer_end(&t, curl_easy_perform(t.curl));
    return ret->outcome;
}

void fetch_result_fini(struct fetch_result *result)
{
    buf_fini(&result->body);
    buf_fini(&result->cookies);
    arena_fini(&result->room);
}

struct str fetch_field_next(const struct fetch_result *result, struct str name, size_t *at)
{
    return head_next(&result->head, name, at);
}

struct str fetch_field(const struct fetch_result *result, struct str name)
{
    size_t at = 0;
    return fetch_field_next(result, name, &at);
}
