/*
 * What a certificate authority would find if it looked now, told before it does: addresses, port 80 or 443 as seen from
 * here and by the names' own addresses, CAA, the clock, a dry run of a change in the DNS. The facts are gathered by
 * control/preflight_look; the judgement here is pure: facts in, findings out, each with an id, a sentence and a fix.
 */
#ifndef CONTROL_PREFLIGHT_H
#define CONTROL_PREFLIGHT_H

#include "base/arena.h"
#include "dns/caa.h"

enum preflight_method { PREFLIGHT_HTTP_01, PREFLIGHT_TLS_ALPN_01, PREFLIGHT_DNS_01, PREFLIGHT_METHODS_COUNT };

/* "http-01" */
const char *preflight_method_name(enum preflight_method method);

/* Of one name; who has more has balanced loads, and the first ones tell. */
#define PREFLIGHT_ADDRESSES_COUNT_MAX 8
/* The name and its aliases. */
#define PREFLIGHT_NAMES_COUNT_MAX 100

enum preflight_reach {
    REACH_NOT_ASKED,
    REACH_US,     /* who answers there answers as this gateway does */
    REACH_OTHER,  /* somebody answers, but in another way */
    REACH_NOBODY, /* no connection, or no answer */
};

struct preflight_address {
    struct str text; /* "192.0.2.1" */
    bool is_v6;
    bool is_ours; /* an address of this machine */
    enum preflight_reach reach;
    struct str why; /* with NOBODY: the end of a sentence, "refuses the connection: nobody listens there" */
};

struct preflight_name {
    struct str name;              /* as the site has it */
    bool is_ip;                   /* nothing is asked of the DNS */
    bool is_wildcard;             /* what follows is of the name without "*." */
    enum preflight_method method; /* by which it is to be proven */
    bool looked_up;
    struct str lookup_why; /* when not: a sentence */
    struct preflight_address addresses[PREFLIGHT_ADDRESSES_COUNT_MAX];
    size_t addresses_count;
    bool caa_known;
    struct str caa_why; /* when not: a sentence */
    struct str caa_owner;
    struct caa_set *caa; /* when known */
    bool dns_tried, dns_works;
    struct str dns_why, dns_fix; /* when it does not: sentences */
    struct str dns_left_out;     /* when it does: name servers that do not serve the zone, in words, or empty */
};

struct preflight_facts {
    struct preflight_name *names;
    size_t names_count;
    uint16_t http_port, https_port;   /* as the world sees them; 0: none */
    bool http_answers, https_answers; /* our own listener, asked from here */
    struct str http_why, https_why;   /* when not: "refuses the connection" */
    bool clock_good, clock_synchronised;
    struct str clock_why;         /* when not good: a sentence */
    const struct str *identities; /* of the CA, for CAA */
    size_t identities_count;      /* 0: not known */
    struct str directory_why;     /* the CA was asked for them and did not tell: a sentence; or empty */
    struct str account_url;       /* or empty */
};

enum preflight_verdict { PREFLIGHT_GOOD, PREFLIGHT_NOTICE, PREFLIGHT_WARNING, PREFLIGHT_FAILURE };

struct preflight_finding {
    enum preflight_verdict verdict;
    const char *id;       /* "address", "ipv6", "port", "caa", "clock", "dns-01", … */
    struct str name;      /* whom it is about; empty: all */
    struct str text, fix; /* sentences; fix may be empty */
};

/* Some findings a name and address, a few for all. */
#define PREFLIGHT_FINDINGS_COUNT_MAX 2048

struct preflight_findings {
    struct preflight_finding *rows;
    size_t count;
};

/* "good", "notice", "warning", "failure" */
const char *preflight_verdict_name(enum preflight_verdict verdict);
/* Everything that can be said, in the order of the names. False when memory ran out. */
NODISCARD bool preflight_judge(const struct preflight_facts *facts, struct arena *arena,
                               struct preflight_findings *ret);
/* Whether nothing stands in the way. */
bool preflight_is_ready(const struct preflight_findings *findings);

#endif
