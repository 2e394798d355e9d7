/* Cutting upstream URLs apart, and saying what is wrong with them. */
#include "codec/url.h"

#include <arpa/inet.h>

/* RFC 1035 section 2.3.4. */
#define URL_LABEL_SIZE_MAX 63

bool url_split_authority(struct str authority, struct str *ret_host, struct str *ret_port)
{
    struct str host, rest;
    if (authority.size > 0 && authority.data[0] == '[') {
        size_t end = str_find(authority, ']');
        if (end == authority.size)
            return false;
        host = str_part(authority, 1, end - 1);
        rest = str_after(authority, end + 1);
    } else {
        size_t colon = str_find(authority, ':');
        host = str_part(authority, 0, colon);
        rest = str_after(authority, colon);
    }
    if (host.size == 0 || rest.size == 1 || (rest.size > 0 && rest.data[0] != ':'))
        return false;
    struct str port = str_after(rest, 1);
    if (str_find(port, ':') < port.size)
        return false;
    *ret_host = host;
    *ret_port = port;
    return true;
}

static bool is_ip_literal(int family, struct str host)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[sizeof(struct in6_addr)];
    if (host.size >= sizeof text || memchr(host.data, '\0', host.size))
        return false;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    return inet_pton(family, text, address) == 1;
}

static bool is_label(struct str label)
{
    if (label.size == 0 || label.size > URL_LABEL_SIZE_MAX)
        return false;
    if (label.data[0] == '-' || label.data[label.size - 1] == '-')
        return false;
    for (size_t i = 0; i < label.size; i++) {
        char c = str_lower_char(label.data[i]);
        /* The underscore is no host name by RFC 952, but container networks make such names. */
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '_')
            return false;
    }
    return true;
}

static bool is_number(struct str label)
{
    for (size_t i = 0; i < label.size; i++)
        if (!str_is_digit(label.data[i]))
            return false;
    return true;
}

bool url_host_is_valid(struct str host)
{
    if (host.size == 0 || host.size > URL_HOST_SIZE_MAX)
        return false;
    if (str_find(host, ':') < host.size)
        return is_ip_literal(AF_INET6, host);
    struct str rest = host, label = {0};
    if (host.data[host.size - 1] == '.') /* the root's dot */
        rest.size--;
    while (rest.data) {
        label = str_cut(&rest, '.');
        if (!is_label(label))
            return false;
    }
    /* What ends in a number is an IPv4 literal or a mistake: no such top-level name exists. */
    return !is_number(label) || is_ip_literal(AF_INET, host);
}

/* Anything that may not stand in a URL as it is (RFC 3986 section 2): controls, space, quotes, non-ASCII. */
static bool is_url_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}", c);
}

static bool parse_unix(struct str path, struct url *ret, struct err *err)
{
    if (path.size < 2 || path.data[0] != '/' || path.data[1] == '/') {
        err_set(err, ERR_INPUT, "\"unix:%.*s\" does not name a socket by its absolute path", STR_ARG(path));
        return err_fix(err, "write unix:/path/to.sock");
    }
    if (path.size > URL_UNIX_PATH_SIZE_MAX)
        return err_set(err, ERR_INPUT, "the path of a Unix socket has at most %d bytes, this one has %zu",
                       URL_UNIX_PATH_SIZE_MAX, path.size);
    for (size_t i = 0; i < path.size; i++)
        if ((unsigned char)path.data[i] < 0x20 || path.data[i] == 0x7f)
            return err_set(err, ERR_INPUT, "the path of the Unix socket has a control character");
    *ret = (struct url){.scheme = URL_UNIX, .path = path};
    return true;
}

/* The scheme and the rest after "://", or an error that proposes one. */
static bool cut_scheme(struct str text, enum url_scheme *ret_scheme, struct str *ret_rest, struct err *err)
{
    static const struct {
        struct str start;
        enum url_scheme scheme;
    } schemes[] = {{STR_INIT("http://"), URL_HTTP}, {STR_INIT("https://"), URL_HTTPS}, {STR_INIT("unix:"), URL_UNIX}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct str start = schemes[i].start;
        if (!str_eq_nocase(str_part(text, 0, start.size), start))
            continue;
        *ret_scheme = schemes[i].scheme;
        *ret_rest = str_after(text, start.size);
        return true;
    }
    struct str shown = str_part(text, 0, 200);
    for (size_t i = 0; i + 2 < text.size; i++) {
        if (memcmp(text.data + i, "://", 3) != 0)
            continue;
        err_set(err, ERR_INPUT, "\"%.*s\" has a scheme that is not known here", STR_ARG(shown));
        return err_fix(err, "use http://, https:// or unix:");
    }
    err_set(err, ERR_INPUT, "\"%.*s\" does not say whether it is http, https or a Unix socket", STR_ARG(shown));
    if (text.data[0] == '/')
        return err_fix(err, "write unix:%.*s", STR_ARG(shown));
    return err_fix(err, "write http://%.*s", STR_ARG(shown));
}

static bool check_authority(struct str authority, struct url *url, struct err *err)
{
    struct str port, shown = str_part(authority, 0, 200);
    if (authority.size == 0)
        return err_set(err, ERR_INPUT, "the URL names no host");
    if (str_find(authority, '@') < authority.size) {
        err_set(err, ERR_INPUT, "the URL has a user name or password");
        return err_fix(err, "leave out everything up to the @");
    }
    if (!url_split_authority(authority, &url->host, &port)) {
        err_set(err, ERR_INPUT, "\"%.*s\" is not a host with an optional port", STR_ARG(shown));
        return err_fix(err, "write host, host:port or [IPv6 address]:port");
    }
    /* Brackets are for IPv6 and for nothing else (RFC 3986 section 3.2.2). */
    bool bracketed = authority.data[0] == '[';
    if (!url_host_is_valid(url->host) || bracketed != (str_find(url->host, ':') < url->host.size)) {
        err_set(err, ERR_INPUT, "\"%.*s\" is neither a host name nor an IP address", STR_ARG(shown));
        return err_fix(err, "use letters, digits, dots and hyphens; a name in another script in its xn-- form");
    }
    uint64_t number = url->port;
    if (port.size > 0 && (!str_to_u64(port, UINT16_MAX, &number) || number == 0))
        return err_set(err, ERR_INPUT, "the port of \"%.*s\" is not a number from 1 to 65535", STR_ARG(shown));
    url->port = (uint16_t)number;
    return true;
}

bool url_parse(struct str text, struct url *ret, struct err *err)
{
    if (text.size == 0)
        return err_set(err, ERR_INPUT, "the URL is empty");
    struct url url = {0};
    struct str rest;
    if (!cut_scheme(text, &url.scheme, &rest, err))
        return false;
    if (url.scheme == URL_UNIX)
        return parse_unix(rest, ret, err);
    url.port = url.scheme == URL_HTTPS ? 443 : 80;
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.data[i] == '?' || rest.data[i] == '#')
            return err_set(err, ERR_INPUT, "the URL of an upstream has no query and no fragment");
        if (!is_url_char(rest.data[i]))
            return err_set(err, ERR_INPUT, "the URL has a character that may not stand in one (byte %zu)",
                           text.size - rest.size + i + 1);
    }
    size_t slash = str_find(rest, '/');
    url.path = str_after(rest, slash);
    if (url.path.size > URL_PATH_SIZE_MAX)
        return err_set(err, ERR_INPUT, "the path of the URL is longer than %d bytes", URL_PATH_SIZE_MAX);
    if (!check_authority(str_part(rest, 0, slash), &url, err))
        return false;
    *ret = url;
    return true;
}
