/*
 * The builder of snapshots: control describes everything the gateway serves by as plain structs of views, and gets one
 * blob (snapshot/format.h) back. Everything is checked here, with an error that names the site and the input at fault;
 * snapshot_open would refuse nothing that this let through. Equal strings, addresses and certificates are stored once,
 * so that many sites with one policy or one certificate stay small. It reads no file and resolves no name.
 */
#ifndef SNAPSHOT_BUILD_H
#define SNAPSHOT_BUILD_H

#include "base/err.h"
#include "base/str.h"
#include "snapshot/format.h"
#include "snapshot/rules.h"

/* One certificate with its key. */
struct build_certificate {
    uint64_t identity; /* of chain and key, not 0: equal means the same certificate (crypto/digest: digest_identity) */
    const struct str *chain; /* DER, leaf first */
    size_t chain_count;      /* at least 1 */
    struct str key;          /* private key, DER (PKCS#8) */
};

/* One address of an application. */
struct build_upstream {
    struct str label;     /* "http://127.0.0.1:8080" */
    struct str address;   /* bytes of a struct sockaddr_in, _in6 or _un; empty while its name is not resolved */
    struct str tls_name;  /* with tls: the name to send and verify, or an IP address (no brackets) to verify;
                             may be empty when unverified */
    struct str tls_roots; /* with tls: PEM bundle, or empty for the system's */
    bool tls;
    bool unverified; /* with tls, when the operator asked for it */
    uint32_t weight; /* 1 to SNAP_WEIGHT_MAX */
    uint32_t slot;   /* of its counters, below COUNTERS_UPSTREAMS_MAX */
};

/* What a proxy route forwards to. Times are 1 to SNAP_TIMEOUT_MS_MAX. */
struct build_group {
    enum snap_balance balance;
    const struct build_upstream *upstreams;
    size_t upstreams_count; /* at least 1 */
    uint32_t connect_timeout_ms;
    uint32_t first_byte_timeout_ms;
    uint32_t idle_timeout_ms;    /* between two reads of a response */
    uint32_t health_interval_ms; /* 0: no active checks, and the next three are not looked at */
    uint32_t health_timeout_ms;
    struct str health_path; /* begins with '/' */
    struct str health_host;
};

struct build_route {
    struct str prefix; /* "/", "/app" or "/app/" (the last two are the same) */
    enum snap_route_kind kind;
    struct build_group group; /* proxy */
    struct str root;          /* files: absolute folder */
    struct str index;         /* files: name of the index file, or empty for none */
    bool strip_prefix;        /* files */
    uint32_t status;          /* fixed: 200 to 599 */
    struct str body;          /* fixed; empty with 204, 205 and 304 */
    struct str content_type;  /* fixed; may be empty */
};

/* What browsers are told about reports; empty: that field is not sent. */
struct build_reports {
    struct str nel, report_to, endpoints, csp; /* printable ASCII */
    struct str token;                          /* base64url characters; empty: no report is taken */
};

/* Names: host names as A-labels in any case, or IP literals (IPv6 with or without brackets). */
struct build_site {
    struct str name;           /* canonical, no wildcard */
    const struct str *aliases; /* may be wildcards of one label, "*.example.org" */
    size_t aliases_count;
    struct str hsts;       /* whole value of Strict-Transport-Security, or empty; never for an IP literal */
    int64_t hsts_cap_s;    /* no max-age sent reaches past this moment, whatever the value says; 0: none */
    struct str error_page; /* or empty */
    struct build_reports reports;
    uint32_t slot;  /* of its counters: unique, below COUNTERS_SITES_MAX */
    uint32_t flags; /* enum snap_site_flag */
    enum snap_redirect redirect;
    uint32_t https_port;        /* or 0 */
    uint32_t certificate_ecdsa; /* index into the input's certificates, or SNAPSHOT_NONE */
    uint32_t certificate_rsa;
    const struct build_route *routes; /* in any order */
    size_t routes_count;              /* at most SNAP_ROUTES_PER_SITE_MAX */
};

struct build_challenge {
    struct str token;   /* base64url characters */
    struct str content; /* the key authorization */
};

/* A proof in a handshake (tls-alpn-01): for this name, no wildcard, the certificate of RFC 8737 section 3. */
struct build_alpn_challenge {
    struct str name;      /* an address by its name under in-addr.arpa or ip6.arpa (RFC 8738 section 6) */
    uint32_t certificate; /* index into the input's certificates */
};

struct build_input {
    uint64_t generation; /* not 0 */
    int64_t made_s;      /* seconds since 1970, to SNAP_TIME_S_MAX: a moment that has certainly been */
    enum snap_tls_profile tls_profile;
    struct snap_limits limits; /* snapshot/limits.h */
    const struct build_site *sites;
    size_t sites_count;
    bool takes_reports;                           /* a site of the input does: */
    uint32_t reports_site;                        /* its index */
    const struct build_certificate *certificates; /* may repeat: stored once by identity; unused ones are left out */
    size_t certificates_count;
    const struct snap_ticket_key *tickets;    /* the one to encrypt with first; none: no resumption */
    size_t tickets_count;                     /* at most SNAP_TICKETS_COUNT_MAX */
    const struct build_challenge *challenges; /* in any order */
    size_t challenges_count;
    const struct build_alpn_challenge *alpn_challenges; /* in any order */
    size_t alpn_challenges_count;
};

/*
 * Builds the blob: *ret_blob is on the heap, aligned for snapshot_open, *ret_size bytes long, and holds private keys:
 * the caller gives it back with snapshot_blob_free. The input is only read and may go afterwards. On failure outputs
 * are untouched; ERR_CONFLICT when a name, slot or token has two owners, ERR_INPUT for everything else the caller gave.
 */
NODISCARD bool snapshot_build(const struct build_input *input, void **ret_blob, size_t *ret_size, struct err *err);
/* Wipes the blob, then frees it. NULL is allowed. */
void snapshot_blob_free(void *blob, size_t size);
/*
 * What makes an upstream the same endpoint in two generations: label, address, TLS name, roots and the TLS flags (not
 * weight and slot). Never 0. Control keeps counter slots by it.
 */
uint64_t snapshot_upstream_identity(const struct build_upstream *upstream);

#endif
