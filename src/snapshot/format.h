/*
 * The snapshot: one immutable, relocatable, checksummed blob with everything the gateway serves by. Control builds it
 * (snapshot/build), the gateway reads it in place (snapshot/read). References are offsets from the blob's start, so it
 * can be mapped anywhere; numbers are in the machine's byte order, since it never leaves the machine.
 *
 *     header │ names (hash table) │ sites │ routes │ groups │ upstreams │ certificates │ tickets │ challenges │
 *     challenges by TLS │ bytes
 */
#ifndef SNAPSHOT_FORMAT_H
#define SNAPSHOT_FORMAT_H

#include <stdint.h>

#define SNAPSHOT_MAGIC   0x5347534eu /* "NSGS" */
#define SNAPSHOT_VERSION 4u
#define SNAPSHOT_NONE    UINT32_MAX /* an index that points to nothing */

/* A run of bytes in the blob. */
struct snap_ref {
    uint32_t offset;
    uint32_t size;
};

/* A table of records: `count` of them from `offset`, which is a multiple of 8. */
struct snap_table {
    uint32_t offset;
    uint32_t count;
};

enum snap_tls_profile { SNAP_TLS_INTERMEDIATE, SNAP_TLS_MODERN };
enum snap_redirect { SNAP_REDIRECT_OFF, SNAP_REDIRECT_TEMPORARY, SNAP_REDIRECT_PERMANENT };
enum snap_route_kind { SNAP_ROUTE_PROXY, SNAP_ROUTE_FILES, SNAP_ROUTE_FIXED };
enum snap_balance { SNAP_BALANCE_LEAST_CONNECTIONS, SNAP_BALANCE_ROUND_ROBIN };

enum snap_site_flag {
    SNAP_SITE_SECURE_COOKIES = 1 << 0,     /* add Secure to the application's cookies over HTTPS */
    SNAP_SITE_REWRITE_LOCATION = 1 << 1,   /* http:// Location of the site itself becomes https:// */
    SNAP_SITE_CANONICAL = 1 << 2,          /* aliases are redirected to the site's name (after HTTPS) */
    SNAP_SITE_REFUSE_CREDENTIALS = 1 << 3, /* plain HTTP with a password, cookie or content is answered 403 */
};

/* Everything in milliseconds or bytes; 0 is never "no limit". */
struct snap_limits {
    uint32_t client_head_timeout_ms;  /* from the first byte (or the accept) to the head's end */
    uint32_t client_idle_timeout_ms;  /* keep-alive between requests */
    uint32_t client_body_timeout_ms;  /* between two reads of a request's content */
    uint32_t client_write_timeout_ms; /* a client that does not read */
    uint32_t tunnel_idle_timeout_ms;  /* a WebSocket on which nothing moves */
    uint32_t drain_timeout_ms;        /* SIGTERM: what is still open then is closed */
    uint32_t head_size_max;           /* request head, HTTP/1.1 and HTTP/2 (after decompression) */
    uint32_t target_size_max;
    uint32_t connections_max;          /* per worker */
    uint32_t upstream_idle_timeout_ms; /* pooled connections */
    uint32_t upstream_idle_count_max;  /* pooled connections per address and worker */
    uint32_t h2_streams_max;           /* concurrent, per connection */
    uint64_t body_size_max;            /* request content; 0 here alone means unlimited */
};

struct snap_header {
    uint32_t magic;
    uint32_t version;
    uint64_t size; /* of the whole blob */
    uint64_t generation;
    uint64_t checksum; /* of the whole blob with this field as 0: see snapshot_checksum */
    int64_t made_s;    /* seconds since 1970; to the reader a moment that has certainly been */
    uint32_t tls_profile;
    uint32_t names_mask;   /* size of the hash table - 1 */
    uint32_t reports_site; /* index of the one that takes browsers' reports, or SNAPSHOT_NONE */
    uint32_t reserved;
    struct snap_limits limits;
    struct snap_table names;           /* struct snap_name, open addressing */
    struct snap_table sites;           /* struct snap_site */
    struct snap_table routes;          /* struct snap_route; a site's own are adjacent, longest prefix first */
    struct snap_table groups;          /* struct snap_group */
    struct snap_table upstreams;       /* struct snap_upstream; a group's own are adjacent */
    struct snap_table certificates;    /* struct snap_certificate */
    struct snap_table tickets;         /* struct snap_ticket_key, the one to encrypt with first */
    struct snap_table challenges;      /* struct snap_challenge, ascending by token (bytes) */
    struct snap_table alpn_challenges; /* struct snap_alpn_challenge, ascending by name (bytes) */
};

/* What browsers are told about reports, as whole values of fields, over HTTPS. Size 0: that field is not sent. */
struct snap_reports {
    struct snap_ref nel;       /* NEL */
    struct snap_ref report_to; /* Report-To */
    struct snap_ref endpoints; /* Reporting-Endpoints */
    struct snap_ref csp;       /* Content-Security-Policy-Report-Only, with pages */
    struct snap_ref token;     /* what a report must be sent to; size 0: none is taken */
};

/* One public name; wildcards are stored as ".example.org" for "*.example.org", IPv6 literals in brackets. */
struct snap_name {
    uint64_t hash;        /* str_hash of the name; 0 with site SNAPSHOT_NONE marks an empty place */
    struct snap_ref name; /* lower case A-labels */
    uint32_t site;        /* index, or SNAPSHOT_NONE */
    uint32_t reserved;
};

struct snap_site {
    struct snap_ref name;       /* canonical, lower case A-labels */
    struct snap_ref hsts;       /* whole value of Strict-Transport-Security; size 0: send none */
    struct snap_ref error_page; /* own template, or size 0 */
    struct snap_reports reports;
    int64_t hsts_cap_s;         /* no max-age sent may reach past this moment (seconds since 1970): the value is what is
                                   sent at most, less as the moment comes closer; 0: the value is sent as it is */
    uint32_t slot;              /* of its counters; stable over generations */
    uint32_t flags;             /* enum snap_site_flag */
    uint32_t redirect;          /* enum snap_redirect: from HTTP to HTTPS */
    uint32_t https_port;        /* public port of the redirect's target; 0: the one of the listeners */
    uint32_t certificate_ecdsa; /* index or SNAPSHOT_NONE */
    uint32_t certificate_rsa;   /* index or SNAPSHOT_NONE */
    uint32_t routes_first;
    uint32_t routes_count;
};

struct snap_route {
    struct snap_ref prefix;       /* "/" or "/app/": matches the path itself and what is below it */
    uint32_t kind;                /* enum snap_route_kind */
    uint32_t group;               /* proxy: index */
    struct snap_ref root;         /* files: absolute folder */
    struct snap_ref index;        /* files: name of the index file */
    struct snap_ref body;         /* fixed */
    struct snap_ref content_type; /* fixed */
    uint32_t status;              /* fixed */
    uint32_t strip_prefix;        /* files: the prefix is not part of the file's path (0 or 1) */
};

struct snap_group {
    uint32_t balance; /* enum snap_balance */
    uint32_t upstreams_first;
    uint32_t upstreams_count;
    uint32_t connect_timeout_ms;
    uint32_t first_byte_timeout_ms;
    uint32_t idle_timeout_ms;    /* between two reads of a response */
    uint32_t health_interval_ms; /* 0: no active checks */
    uint32_t health_timeout_ms;
    struct snap_ref health_path; /* GET this; 2xx and 3xx are healthy */
    struct snap_ref health_host; /* Host field of the check */
};

enum snap_upstream_flag {
    SNAP_UPSTREAM_TLS = 1 << 0,
    SNAP_UPSTREAM_TLS_UNVERIFIED = 1 << 1, /* explicitly asked for by the operator */
};

struct snap_upstream {
    struct snap_ref label;     /* "http://127.0.0.1:8080", for logs, metrics and error pages */
    struct snap_ref address;   /* a struct sockaddr_in, _in6 or _un (to its path's zero byte or further), 8-byte
                                  aligned; size 0: name not resolved yet */
    struct snap_ref tls_name;  /* SNI and the name to verify */
    struct snap_ref tls_roots; /* PEM bundle, or size 0: the system's */
    uint64_t identity;         /* hash of all the above and the flags, not 0: equal in two generations means the same
                                  endpoint */
    uint32_t flags;            /* enum snap_upstream_flag */
    uint32_t weight;           /* 1 or more */
    uint32_t slot;             /* of its counters; stable over generations */
    uint32_t reserved;
};

struct snap_certificate {
    uint64_t identity;     /* hash of chain and key: equal means the same certificate; never 0 */
    struct snap_ref chain; /* each certificate as a 4-byte size (machine order) and its DER, leaf first */
    struct snap_ref key;   /* private key, DER (PKCS#8) */
};

#define SNAP_TICKET_NAME_SIZE 16
#define SNAP_TICKET_KEY_SIZE  32

struct snap_ticket_key {
    uint8_t name[SNAP_TICKET_NAME_SIZE];
    uint8_t cipher_key[SNAP_TICKET_KEY_SIZE]; /* AES-256-CBC */
    uint8_t mac_key[SNAP_TICKET_KEY_SIZE];    /* HMAC-SHA-256 */
};

/* /.well-known/acme-challenge/TOKEN answers with the content, on plain HTTP and HTTPS, for any host. */
struct snap_challenge {
    struct snap_ref token;
    struct snap_ref content;
};

/*
 * A handshake that asks for "acme-tls/1" alone and for this name gets this certificate and nothing else (RFC 8737
 * section 3). The name need not be a site's; for an IP address it is the one under in-addr.arpa or ip6.arpa that a CA
 * sends then (RFC 8738 section 6).
 */
struct snap_alpn_challenge {
    struct snap_ref name;
    uint32_t certificate; /* index; no site has it */
    uint32_t reserved;
};

#endif
