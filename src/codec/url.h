/*
 * The URLs by which an operator names an upstream: http://host:port, https://host:port and unix:/path (HTTP over a Unix
 * socket). Strict, with an error that says what to write instead. Not a parser for URLs in general: no user
 * information, query or fragment (RFC 3986 sections 3.2.1, 3.4, 3.5), none of which an upstream can have.
 */
#ifndef CODEC_URL_H
#define CODEC_URL_H

#include "base/err.h"
#include "base/str.h"

/* RFC 1035 section 2.3.4, less the length bytes of the wire form. */
#define URL_HOST_SIZE_MAX 253
/* sun_path of Linux less its zero byte. */
#define URL_UNIX_PATH_SIZE_MAX 107
/* A prefix for the application's paths; long ones are mistakes. */
#define URL_PATH_SIZE_MAX 1024

enum url_scheme { URL_HTTP, URL_HTTPS, URL_UNIX };

/* Views into the text that was parsed. */
struct url {
    enum url_scheme scheme;
    struct str host; /* name, IPv4 literal, or IPv6 literal without brackets; as written; empty for unix */
    uint16_t port;   /* as written, else 80 or 443; 0 for unix */
    struct str path; /* "" or "/…"; for unix the path of the socket */
};

/* False with *err filled (ERR_INPUT, no field) and *ret untouched when `text` is not such a URL. */
NODISCARD bool url_parse(struct str text, struct url *ret, struct err *err);
/*
 * "host", "host:port", "[ip6]" or "[ip6]:port" into its parts: host without brackets, port empty when there is none.
 * Checks no more than the form: several colons outside brackets, text after "]" and an empty port after a colon are
 * refused.
 */
NODISCARD bool url_split_authority(struct str authority, struct str *ret_host, struct str *ret_port);
/* Whether `host` is an IPv4 literal, an IPv6 literal (no brackets), or a name of letters, digits, "-", "_" and dots. */
bool url_host_is_valid(struct str host);

#endif
