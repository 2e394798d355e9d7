/*
 * What the network says of a name beyond its answers: each of its addresses asked alone, its HTTPS and CAA records, the
 * names above it, and what its TLS takes. Values only, filled by probe (probe/net_look.h), read by the findings
 * (hsts/finding.h). Views belong to whoever filled it; texts of strangers have nothing but visible ASCII left.
 */
#ifndef HSTS_NET_SEEN_H
#define HSTS_NET_SEEN_H

#include "base/str.h"

/* Who has more has them for the load; those that are not looked at are counted. */
#define NET_ADDRESSES_COUNT_MAX   8
#define NET_ADDRESS_TEXT_SIZE     46
#define NET_FINGERPRINT_TEXT_SIZE 65
/* HTTPS records of one name; one or two are usual. */
#define NET_SERVICES_COUNT_MAX 4
/* Names above, up to the registered domain: more labels than anybody has. */
#define NET_ABOVE_COUNT_MAX 4

enum net_answer {
    NET_UNASKED,   /* there was no time for it, or this machine could not */
    NET_NO_WAY,    /* this machine has no way to addresses of this family */
    NET_SILENT,    /* no connection, or nothing said in time */
    NET_NO_HTTPS,  /* a connection, but no answer over TLS */
    NET_UNTRUSTED, /* an answer, with a certificate that browsers refuse */
    NET_GOOD,
};

struct net_address {
    char text[NET_ADDRESS_TEXT_SIZE];
    bool is_ipv6;
    enum net_answer answer;
    struct str why; /* unless NET_GOOD: the end of a sentence */
    /* Of an answer, be it trusted or not: */
    unsigned status;
    char leaf[NET_FINGERPRINT_TEXT_SIZE]; /* SHA-256 of the certificate, hexadecimal; empty: not known */
    struct str field;                     /* the first Strict-Transport-Security; data NULL: there is none */
};

/* What a question of the DNS came to. */
enum net_told {
    NET_UNTOLD, /* not asked, or no answer; there may be such records */
    NET_NONE,
    NET_THERE,
};

/* One HTTPS record (RFC 9460) that could be read, and what was found of it. */
struct net_service {
    bool is_alias;
    uint16_t priority;
    struct str target; /* empty: the name itself; of an alias: "no service here" */
    struct str alpn;   /* "h2, h3"; empty: none is named */
    bool has_h2;
    bool has_port;
    uint16_t port;
    bool ech;
    bool is_foreign;        /* it demands what is not known here */
    struct str hints;       /* "192.0.2.1, 2001:db8::1" */
    struct str stray_hint;  /* the first that is no address of its target; empty: none, or it was not compared */
    bool target_missing;    /* the target leads to no address */
    bool port_asked;        /* a handshake was tried there, at the name's own addresses */
    struct str port_silent; /* … and failed: the end of a sentence; else empty */
};

struct net_https {
    enum net_told told;
    struct str why; /* NET_UNTOLD: the end of a sentence; empty: not asked */
    struct net_service services[NET_SERVICES_COUNT_MAX];
    size_t services_count;
    size_t more_count;        /* that were not looked at */
    struct str malformed_why; /* of the first that could not be read; empty: all could */
};

/* What the CAA records (RFC 8659) say of the authority that issued the served certificate. */
enum net_caa_verdict {
    NET_CAA_UNJUDGED, /* no certificate, or an authority whose name in such records is not known here */
    NET_CAA_ALLOWED,
    NET_CAA_OTHER,   /* others may issue, this one may not */
    NET_CAA_NOBODY,  /* nobody may */
    NET_CAA_FOREIGN, /* a demand that nobody understands: every authority has to refuse */
};

struct net_caa {
    enum net_told told;
    struct str why;
    struct str owner;    /* the name that has the records: this one, or the nearest above */
    struct str issuers;  /* "letsencrypt.org, pki.goog"; empty: none is named */
    struct str reports;  /* "mailto:security@example.org": who is told of attempts; empty: nobody */
    struct str identity; /* the name by which the issuer of the served certificate would be allowed */
    enum net_caa_verdict verdict;
};

/* A name above whose field binds this one as well. */
struct net_above {
    struct str name;
    struct str field;
};

/* What the browsers' preload list says. */
struct net_listed {
    bool known; /* there is a list */
    bool is_bound;
    bool is_own; /* by an entry of just this name */
    bool is_top; /* by one that is a public suffix: "dev" */
    struct str entry;
};

enum net_version { NET_TLS_1_0, NET_TLS_1_1, NET_TLS_1_2, NET_TLS_1_3, NET_VERSIONS_COUNT };
enum net_offer { NET_OFFER_UNKNOWN, NET_OFFER_REFUSED, NET_OFFER_TAKEN };

struct net_tls {
    enum net_offer offers[NET_VERSIONS_COUNT];
    /* Of a usual handshake; empty: there was none. */
    struct str version; /* "TLSv1.3" */
    struct str cipher;
    /* Of one with TLS 1.2 alone. */
    struct str cipher_1_2;
    struct str protocol; /* "HTTP/2" */
    struct str key;      /* "ECDSA", "RSA" */
    unsigned key_bits;   /* 0: not known */
};

struct net_seen {
    struct str domain;
    struct net_address addresses[NET_ADDRESSES_COUNT_MAX];
    size_t addresses_count;
    size_t more_count; /* addresses that were not looked at */
    struct net_https https;
    struct net_caa caa;
    struct net_above above[NET_ABOVE_COUNT_MAX]; /* from the registered domain down */
    size_t above_count;
    struct net_listed listed;
    struct net_tls tls;
};

/* "TLS 1.0" */
const char *net_version_name(enum net_version version);

#endif
