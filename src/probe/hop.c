/* libcurl's URL parser does the work, as it would for a redirect that it follows itself. */
#include "probe/hop.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

/* A scheme, two slashes, a port and what the URL consists of besides. */
#define URL_SIZE (HOP_HOST_SIZE + HOP_PATH_SIZE + 32)
/* Like libcurl's own redirects: what browsers would mend is mended, and any scheme is understood. */
#define PARSE_FLAGS (CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME)

static bool copy(struct str from, char *to, size_t size)
{
    if (from.size >= size || memchr(from.data ? from.data : "", 0, from.size))
        return false;
    if (from.size)
        memcpy(to, from.data, from.size);
    to[from.size] = 0;
    return true;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = str_lower_char(*text);
}

bool hop_is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool hop_start(bool https, struct str host, uint16_t port, struct str path, struct hop *ret)
{
    struct hop hop = {.is_https = https, .is_http = !https, .port = port};
    (void)copy(https ? STR("https") : STR("http"), hop.scheme, sizeof hop.scheme);
    if (!copy(host, hop.host, sizeof hop.host) || !copy(path, hop.path, sizeof hop.path))
        return false;
    lower(hop.host);
    *ret = hop;
    return true;
}

static void write_url(const struct hop *hop, char room[static URL_SIZE])
{
    (void)snprintf(room, URL_SIZE, "%s://%s:%u%s", hop->is_https ? "https" : "http", hop->host, hop->port, hop->path);
}

/* One part of the URL; an absent one is empty. False when it does not fit. */
static bool get_part(CURLU *url, CURLUPart part, unsigned flags, char *ret, size_t size)
{
    char *text = NULL;
    bool ok = true;
    ret[0] = 0;
    if (curl_url_get(url, part, &text, flags) == CURLUE_OK)
        ok = copy(str_from(text), ret, size);
    curl_free(text);
    return ok;
}

static bool read_port(CURLU *url, uint16_t *ret)
{
    char text[8];
    uint64_t port = 0;
    if (!get_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, text, sizeof text))
        return false;
    if (text[0] && !str_to_u64(str_from(text), UINT16_MAX, &port))
        return false;
    *ret = (uint16_t)port;
    return true;
}

static bool read_path(CURLU *url, struct hop *hop)
{
    char query[HOP_PATH_SIZE];
    if (!get_part(url, CURLUPART_PATH, 0, hop->path, sizeof hop->path) ||
        !get_part(url, CURLUPART_QUERY, 0, query, sizeof query))
        return false;
    if (!query[0])
        return true;
    size_t size = strlen(hop->path);
    int more = snprintf(hop->path + size, sizeof hop->path - size, "?%s", query);
    return more > 0 && (size_t)more < sizeof hop->path - size;
}

static bool read_url(CURLU *url, struct hop *ret)
{
    struct hop hop = {0};
    if (!get_part(url, CURLUPART_SCHEME, 0, hop.scheme, sizeof hop.scheme) ||
        !get_part(url, CURLUPART_HOST, 0, hop.host, sizeof hop.host) || !read_port(url, &hop.port) ||
        !read_path(url, &hop))
        return false;
    lower(hop.scheme);
    hop.is_https = strcmp(hop.scheme, "https") == 0;
    hop.is_http = strcmp(hop.scheme, "http") == 0;
    lower(hop.host);
    *ret = hop;
    return true;
}

bool hop_follow(const struct hop *from, struct str location, struct hop *ret)
{
    char base[URL_SIZE], target[HOP_PATH_SIZE];
    if (!copy(location, target, sizeof target))
        return false;
    write_url(from, base);
    CURLU *url = curl_url();
    bool ok = url && curl_url_set(url, CURLUPART_URL, base, PARSE_FLAGS) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_URL, target, PARSE_FLAGS) == CURLUE_OK && read_url(url, ret);
    curl_url_cleanup(url);
    return ok;
}

bool hop_eq(const struct hop *a, const struct hop *b)
{
    return a->is_https == b->is_https && a->is_http == b->is_http && a->port == b->port &&
           strcmp(a->host, b->host) == 0 && strcmp(a->path, b->path) == 0;
}

const char *hop_text(const struct hop *hop, char room[static HOP_TEXT_SIZE])
{
    bool is_standard = hop->port == 0 || hop->port == (hop->is_https ? 443 : 80);
    char port[8] = "";
    if (!is_standard)
        (void)snprintf(port, sizeof port, ":%u", hop->port);
    (void)snprintf(room, HOP_TEXT_SIZE, "%s://%.100s%s%.60s", hop->scheme, hop->host, port, hop->path);
    return room;
}
