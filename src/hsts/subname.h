/*
 * Names below a site's: what includeSubDomains would bind. Where a name is known from, what a look at it found, and
 * what that means for the promise. Pure; kept by store/subname.h, looked at by probe/subname_look.h, judged by the
 * guard "subdomains".
 */
#ifndef HSTS_SUBNAME_H
#define HSTS_SUBNAME_H

#include "base/str.h"

/* Where somebody has the name from. The store keeps them as bits: numbers stay what they are. */
enum subname_source {
    SUBNAME_ZONE,         /* a zone file */
    SUBNAME_TRANSFER,     /* a transfer of the zone (AXFR) */
    SUBNAME_TRANSPARENCY, /* logs of certificates */
    SUBNAME_HOSTS,
    SUBNAME_DHCP,
    SUBNAME_SEEN,  /* a client asked the gateway for it: anybody may, for any name */
    SUBNAME_TYPED, /* somebody wrote it */
    SUBNAME_SITE,  /* a site of this gateway */
    SUBNAME_SOURCES_COUNT,
};

/* What the last look found. */
enum subname_verdict {
    SUBNAME_UNLOOKED,     /* nobody has looked yet, or it could not be seen */
    SUBNAME_HTTPS,        /* HTTPS with a certificate that browsers take */
    SUBNAME_HTTP_ONLY,    /* answers over plain HTTP, and not over HTTPS */
    SUBNAME_NO_WEB,       /* has an address, but nothing answers on ports 443 and 80 */
    SUBNAME_BROKEN_HTTPS, /* something answers on port 443, and a browser would turn back */
    SUBNAME_DEAD,         /* leads to no address */
    SUBNAME_INTERNAL,     /* has only addresses of private networks, where nothing answers from here */
    SUBNAME_VERDICTS_COUNT,
};

/* Bits in the store, as the sources are. */
enum subname_flag {
    SUBNAME_MAIL_TRACKING, /* its CNAME leads to a service that counts clicks on links in mails */
    SUBNAME_INTERNAL_ONLY, /* has only addresses of private networks, or is known to this machine alone */
    SUBNAME_WILDCARD,      /* stands for all names below the one behind the asterisk, or exists by such a one only */
    SUBNAME_FLAGS_COUNT,
};

#define SUBNAME_BIT(number) (1U << (number))

enum subname_state {
    SUBNAME_READY,    /* browsers may be told to insist on HTTPS */
    SUBNAME_BLOCKING, /* visitors would be shut out */
    SUBNAME_ACCEPTED, /* somebody answers for it */
    SUBNAME_UNKNOWN,
    SUBNAME_STATES_COUNT,
};

/* Each ends with NULL, for members_choice. */
extern const char *const subname_sources[];
extern const char *const subname_verdicts[];
extern const char *const subname_flags[];
extern const char *const subname_states[];

struct subname_facts {
    unsigned sources, flags; /* SUBNAME_BIT of each */
    enum subname_verdict verdict;
    bool is_signed_off;
    enum subname_verdict signed_verdict; /* what was known then */
    bool has_exception;
    int64_t exception_until_s; /* 0: for good */
};

/*
 * A sign-off covers what was known when it was given: who signed off a name that was dead has not said that visitors of
 * a server over plain HTTP may be shut out. An exception covers whatever is found, until it ends.
 */
enum subname_state subname_state(const struct subname_facts *facts, int64_t now_s);
/* Whether it says nothing for or against a promise: anybody can ask for a name that is not there. */
bool subname_weighs_nothing(const struct subname_facts *facts);
/* What can be done about it, a sentence; empty where there is nothing to do. */
const char *subname_fix(const struct subname_facts *facts);
#endif
