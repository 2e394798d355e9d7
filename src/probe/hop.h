/*
 * Where a redirect leads: a Location value, resolved against the URL it came from (RFC 3986 section 5) and cut apart.
 */
#ifndef PROBE_HOP_H
#define PROBE_HOP_H

#include "base/str.h"

/* Names are at most 253 bytes; brackets around IPv6. */
#define HOP_HOST_SIZE 256
/* Longer than what a sane redirect is; browsers take more, and nobody needs it on a front page. */
#define HOP_PATH_SIZE 2048

/* The longest in use have some ten characters. */
#define HOP_SCHEME_SIZE 24

struct hop {
    bool is_https, is_http;       /* neither: another scheme */
    char scheme[HOP_SCHEME_SIZE]; /* lower case */
    char host[HOP_HOST_SIZE];     /* lower case */
    uint16_t port;                /* as written, else the scheme's; 0 for other schemes */
    char path[HOP_PATH_SIZE];     /* "/…" with its query, without a fragment */
};

/* A status that sends a client on, where there is a Location; 303 among them, which makes a GET of anything. */
bool hop_is_redirect(unsigned status);
/* The hop itself, to begin with. False when the host or path is too long. */
NODISCARD bool hop_start(bool https, struct str host, uint16_t port, struct str path, struct hop *ret);
/* From here by this Location. False when it is no URL, or too long to follow. */
NODISCARD bool hop_follow(const struct hop *from, struct str location, struct hop *ret);
bool hop_eq(const struct hop *a, const struct hop *b);

#define HOP_TEXT_SIZE 200

/* "https://example.org:8443/…" for people: without the standard port; a long path is cut. */
const char *hop_text(const struct hop *hop, char room[static HOP_TEXT_SIZE]);

#endif
