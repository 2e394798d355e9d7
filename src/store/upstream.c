/* Addresses of applications, over codec/url. An origin only: a path behind it would be a rewriting rule. */
#include "store/upstream.h"

#include <arpa/inet.h>

#include "codec/url.h"

#define URL_SIZE_MAX 600

static bool refuse(const char *field, const struct err *why, struct err *err)
{
    (void)err_field(err, field, "%s", why->text);
    return err_fix(err, "%s",
                   why->fix[0] ? why->fix : "write http://HOST:PORT, https://HOST:PORT or unix:/PATH/OF/SOCKET");
}

static bool is_ip(struct str host)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[16];
    if (host.size >= sizeof text)
        return false;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

static bool set_unix(struct arena *arena, const struct url *url, struct upstream *upstream)
{
    upstream->url = arena_printf(arena, "unix:%.*s", STR_ARG(url->path));
    upstream->unix_path = str_after(upstream->url, 5);
    return upstream->url.data != NULL;
}

static bool set_tcp(struct arena *arena, const struct url *url, struct upstream *upstream)
{
    upstream->tls = url->scheme == URL_HTTPS;
    upstream->port = url->port;
    if (!arena_str_lower(arena, url->host, &upstream->host))
        return false;
    upstream->host_is_ip = is_ip(upstream->host);
    bool brackets = str_find(upstream->host, ':') < upstream->host.size;
    struct str origin = arena_printf(arena, "%s://%s%.*s%s", upstream->tls ? "https" : "http", brackets ? "[" : "",
                                     STR_ARG(upstream->host), brackets ? "]" : "");
    bool own_port = url->port == (upstream->tls ? 443 : 80);
    upstream->url = own_port || !origin.data ? origin : arena_printf(arena, "%s:%u", origin.data, url->port);
    return upstream->url.data != NULL;
}

bool upstream_read(struct arena *arena, struct str text, const char *field, struct upstream *ret, struct err *err)
{
    struct url url;
    struct err why = {0};
    if (text.size > URL_SIZE_MAX)
        return err_field(err, field, "the address is longer than %d bytes", URL_SIZE_MAX);
    if (!url_parse(text, &url, &why))
        return refuse(field, &why, err);
    if (url.scheme != URL_UNIX && url.path.size && !str_eq(url.path, STR("/"))) {
        (void)err_field(err, field, "\"%.*s\": a path has no place here, requests keep the path they came with",
                        STR_ARG(text));
        return err_fix(err, "leave out %.*s", STR_ARG(url.path));
    }
    struct upstream upstream = {.weight = 1, .slot = UPSTREAM_SLOT_NONE};
    if (!(url.scheme == URL_UNIX ? set_unix(arena, &url, &upstream) : set_tcp(arena, &url, &upstream)))
        return err_memory(err);
    *ret = upstream;
    return true;
}
