/*
 * What was seen of a site by looking at it from outside: values only, filled by probe, read by guards. A fact carries
 * its moment, for what was seen a week ago says little.
 */
#ifndef HSTS_OBSERVATION_H
#define HSTS_OBSERVATION_H

#include "base/str.h"

enum observed {
    OBSERVED_NOT_YET, /* nobody has looked */
    OBSERVED_GOOD,
    OBSERVED_DOUBT, /* works, but should be looked at */
    OBSERVED_BAD,
    OBSERVED_FAILED, /* somebody looked and could not see */
};

#define OBSERVED_DETAIL_SIZE 256

struct observed_fact {
    enum observed verdict;
    int64_t at_s;                      /* wall clock; 0: never */
    char detail[OBSERVED_DETAIL_SIZE]; /* what was seen, one sentence without a full stop: names, numbers, addresses */
};

enum observed_what {
    /* Every HTTPS listener, asked with SNI for every name, serves the leaf that the store has. */
    OBSERVED_SERVED,
    /* The chain that is served leads to a root of the system, or to one declared as installed on all clients. */
    OBSERVED_CHAIN,
    /* http:// of every name answers with a redirect to https:// of the same host first. */
    OBSERVED_REDIRECT,
    /* The application answers over HTTPS and does not redirect back to http or in a circle. */
    OBSERVED_APPLICATION,
    /* The front page loads nothing over http:// (mixed content). */
    OBSERVED_CONTENT,
    /* No other port of the host answers plain HTTP: browsers would be forced to https there, too. */
    OBSERVED_PORTS,
    OBSERVED_COUNT,
};

/* Who vouches for the served chain. */
enum observed_trust {
    OBSERVED_TRUST_UNKNOWN,
    OBSERVED_TRUST_SYSTEM,   /* a root of the system's store, as browsers have */
    OBSERVED_TRUST_DECLARED, /* a private root that the operator declared as installed on all clients */
    OBSERVED_TRUST_PRIVATE,  /* a private root nobody declared, the local CA's among them */
    OBSERVED_TRUST_NONE,     /* self-signed, incomplete, unknown */
};

struct hsts_observation {
    struct observed_fact facts[OBSERVED_COUNT];
    enum observed_trust trust;
};

/* "served", "chain", "redirect", "application", "content", "ports" */
const char *observed_name(enum observed_what what);

#endif
