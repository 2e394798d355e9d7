/*
 * People's browsers that came over plain HTTP, were sent to HTTPS and never came there, added up over days, as the
 * guard `stranded` weighs them: which share they are of all that were sent, and how small that share may be in truth
 * where a day was counted by a sample. Pure; what a day's sample is: snapshot/clients.h.
 */
#ifndef HSTS_STRANDED_H
#define HSTS_STRANDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Days that are looked back at: what was mended a week ago holds nobody back. */
#define STRANDED_DAYS_COUNT_MAX 7

/* Counted over the days; begins as zeros. */
struct stranded_tally {
    double sent, stranded; /* how many there were: estimates, where a day has a sample */
    double sent_spread;    /* the variance of what was sent, which the samples bring in; 0: all is exact */
    double stranded_spread;
    uint64_t most_least; /* of the day with most stranded ones: so many there were at least, each another one */
};

struct stranded_share {
    uint64_t sent, sent_error; /* in 19 cases of 20 no further off than the error; 0: exact */
    uint64_t stranded, stranded_error;
    double share, share_least; /* 0 to 1; the latter: the true one is not below it in 39 cases of 40 */
};

/* A day: so many of its sample, in which each stands for 2^level. Any numbers. */
void stranded_add(struct stranded_tally *tally, uint64_t sent, uint64_t stranded, uint64_t level);
/*
 * All 0 when nobody was sent. The lower bound goes by how many stranded ones were counted: by chance a sample has too
 * many of a few, and by as much it would be wrong. Where all were counted it is the share itself.
 */
void stranded_share(const struct stranded_tally *tally, struct stranded_share *ret);

/* What the guard is told. */
struct guard_stranded {
    bool is_noted;   /* somebody writes down who comes, and there is a day of it */
    int64_t since_s; /* the beginning of the first day that counts (wall clock) */
    struct stranded_tally browsers;
    uint64_t https_browsers;   /* that came over HTTPS on the day on which most did, sent there or by themselves */
    struct str class, network; /* that most of the stranded browsers are of, and come from; or empty */
    uint64_t class_count, network_count; /* how many of them */
    uint64_t programs_count;             /* scripts, scanners, apps that are stranded */
    struct str programs;                 /* which, the most frequent first */
};

#endif
