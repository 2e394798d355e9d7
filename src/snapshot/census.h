/*
 * The census of plain HTTP: what the requests that came in clear for a site were, as numbers. Whether one carried a
 * password, a cookie or content is counted, never what it carried. Most sites have none of it at all, so it stands
 * apart from the other counters (snapshot/counters.h), in pages that cost nothing until something is counted there.
 */
#ifndef SNAPSHOT_CENSUS_H
#define SNAPSHOT_CENSUS_H

#include <stdint.h>

/* Kinds of program that are told apart, by enum http_agent. */
#define CENSUS_CLASSES_COUNT 32

/* What is counted. The numbers stand in the store: new ones go into the gaps. */
enum census_field {
    CENSUS_GET,
    CENSUS_HEAD,
    CENSUS_POST,
    CENSUS_PUT,
    CENSUS_PATCH,
    CENSUS_DELETE,
    CENSUS_OPTIONS,
    CENSUS_OTHER,         /* method */
    CENSUS_REDIRECTED,    /* sent to HTTPS */
    CENSUS_REFUSED,       /* for what it carried, by the site's wish */
    CENSUS_BASIC,         /* Authorization: Basic, which is a name and a password */
    CENSUS_AUTHORIZATION, /* of another scheme */
    CENSUS_COOKIES,
    CENSUS_CONTENT,
    CENSUS_FORMS,    /* content of a browser, as of a page that asks for a password */
    CENSUS_IN_CLEAR, /* at least one of the five before */
    CENSUS_BROWSERS, /* said Upgrade-Insecure-Requests */
    /* So many requests by each kind of program, and those of them with Authorization. */
    CENSUS_CLASS = 32,
    CENSUS_SENDER = CENSUS_CLASS + CENSUS_CLASSES_COUNT,
    CENSUS_FIELDS_COUNT = CENSUS_SENDER + CENSUS_CLASSES_COUNT,
};

#define CENSUS_METHODS_COUNT (CENSUS_OTHER + 1)

struct census_counts {
    uint64_t counts[CENSUS_FIELDS_COUNT];
};

/* All of them: each has one method. */
static inline uint64_t census_requests(const struct census_counts *census)
{
    uint64_t sum = 0;
    for (int i = 0; i < CENSUS_METHODS_COUNT; i++)
        sum += census->counts[i];
    return sum;
}

static inline void census_add(struct census_counts *sum, const struct census_counts *more)
{
    for (int i = 0; i < CENSUS_FIELDS_COUNT; i++)
        sum->counts[i] += more->counts[i];
}

#endif
