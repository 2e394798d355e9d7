/* Sums, and what they are worth. */
#include "hsts/stranded.h"

#include <math.h>

/* Of 20 cases 19 lie within so many standard deviations. */
#define DEVIATIONS 1.96
/* As in a sample: beyond it nobody is named (snapshot/clients.h). */
#define LEVEL_MAX 32

static uint64_t whole(double number)
{
    return number >= 0x1p63 ? (uint64_t)1 << 63 : number > 0 ? (uint64_t)number : 0;
}

/*
 * What part of an estimate is certain, by how many it rests on. Small counts lie lopsided, so not so many deviations
 * below, but the lower bound of a Poisson mean (Garwood 1936), in the form of Wilson and Hilferty (1931).
 */
static double certain_part(double estimate, double spread)
{
    if (spread <= 0)
        return 1;
    double count = estimate * estimate / spread;
    double root = 1 - 1 / (9 * count) - DEVIATIONS / (3 * sqrt(count));
    return root > 0 ? root * root * root : 0;
}

void stranded_add(struct stranded_tally *tally, uint64_t sent, uint64_t stranded, uint64_t level)
{
    double each = ldexp(1, (int)(level < LEVEL_MAX ? level : LEVEL_MAX));
    if (stranded > sent)
        sent = stranded; /* a memory that was written to while it was read */
    /* Of each in the sample: it was taken with the chance 1 / each, and stands for that many. */
    double spread = each * (each - 1), found = (double)stranded * each;
    tally->sent += (double)sent * each;
    tally->stranded += found;
    tally->sent_spread += (double)sent * spread;
    tally->stranded_spread += (double)stranded * spread;
    /* Those that were counted were there, whatever the sample is worth. */
    uint64_t least = whole(found * certain_part(found, (double)stranded * spread));
    least = least > stranded ? least : stranded;
    tally->most_least = tally->most_least > least ? tally->most_least : least;
}

void stranded_share(const struct stranded_tally *tally, struct stranded_share *ret)
{
    *ret = (struct stranded_share){.sent = whole(tally->sent),
                                   .sent_error = whole(ceil(DEVIATIONS * sqrt(tally->sent_spread))),
                                   .stranded = whole(tally->stranded),
                                   .stranded_error = whole(ceil(DEVIATIONS * sqrt(tally->stranded_spread)))};
    if (tally->sent <= 0)
        return;
    ret->share = tally->stranded / tally->sent;
    ret->share_least = ret->share * certain_part(tally->stranded, tally->stranded_spread);
}
