/*
 * What was seen of a domain with the eyes of hstspreload.org: values only, filled by probe, read by the rules
 * (hsts/preload_rules.h). Views belong to whoever filled it. What the checker compares byte by byte (host names of
 * redirects) stands here as it was written.
 */
#ifndef HSTS_PRELOAD_SEEN_H
#define HSTS_PRELOAD_SEEN_H

#include "base/str.h"

/* Three redirects are allowed; the fourth shows that there are too many. */
#define PRELOAD_HOPS_COUNT_MAX 4
/* Fields of one response that are kept; one is right, so the rest only has to be counted. */
#define PRELOAD_FIELDS_COUNT_MAX 8

/* The Strict-Transport-Security fields of one response. */
struct preload_fields {
    struct str values[PRELOAD_FIELDS_COUNT_MAX];
    size_t count; /* that came; may be more than are kept */
};

/* Where one redirect leads. */
struct preload_hop {
    bool is_https;
    struct str host; /* as written, without a port */
    struct str url;  /* for people */
};

enum preload_end {
    PRELOAD_END_PAGE,     /* something that is no redirect answered */
    PRELOAD_END_TOO_MANY, /* PRELOAD_HOPS_COUNT_MAX redirects, and no end in sight */
    PRELOAD_END_FAILED,   /* the next one could not be followed */
};

/* A way from a first URL to where its redirects end. */
struct preload_way {
    struct preload_hop hops[PRELOAD_HOPS_COUNT_MAX];
    size_t hops_count;
    enum preload_end end;
    struct str why;                   /* of PRELOAD_END_FAILED: the end of a sentence */
    bool untrusted;                   /* … because of a certificate */
    struct preload_fields end_fields; /* of PRELOAD_END_PAGE: what that page has */
};

enum preload_reach {
    PRELOAD_REACH_NONE,      /* no TLS connection, or no HTTP response over it */
    PRELOAD_REACH_UNTRUSTED, /* only when the certificate is not verified */
    PRELOAD_REACH_GOOD,
};

enum preload_www {
    PRELOAD_WWW_CLOSED, /* nothing listens at port 443 of www., or there is no such name */
    PRELOAD_WWW_GOOD,
    PRELOAD_WWW_NO_TLS, /* it takes connections, but a verified TLS handshake fails */
};

struct preload_seen {
    struct str domain;        /* as it was asked for */
    struct str public_suffix; /* of the domain; empty: not known */
    struct str registrable;   /* the public suffix and one label; empty: there is none */
    /* https://DOMAIN/, redirects not followed */
    enum preload_reach https;
    struct str https_why; /* the end of a sentence: "refuses the connection" */
    bool https_connected; /* somebody took the connection (TCP) */
    struct str leaf;      /* UNTRUSTED: DER of the certificate that was served; else empty */
    bool sha1;            /* a certificate of the verified chain but the root is signed with SHA-1 */
    struct str sha1_subject;
    bool cipher_modern; /* TLS 1.3, or ECDHE with AES-GCM or ChaCha20-Poly1305 */
    struct str cipher;  /* "TLSv1.2 AES128-SHA" */
    struct preload_fields https_fields;
    /* http://DOMAIN/ */
    bool http_answers;
    struct preload_fields http_fields;
    struct preload_way http_way;
    /* The first redirect of it, asked by itself, when it leads to https:// of the domain. */
    bool first_answers;
    struct str first_why;
    struct preload_fields first_fields;
    /* https://DOMAIN/, redirects followed */
    struct preload_way https_way;
    enum preload_www www;
    struct str www_why;
};

#endif
