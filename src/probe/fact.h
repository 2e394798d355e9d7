/*
 * A fact while it is being gathered: many answers, of which the worst is told and those like it are counted. BAD is
 * worse than FAILED (one listener that serves a wrong certificate is not made doubtful by another that is silent),
 * which is worse than DOUBT.
 */
#ifndef PROBE_FACT_H
#define PROBE_FACT_H

#include "hsts/observation.h"

struct fact {
    enum observed verdict;
    char detail[OBSERVED_DETAIL_SIZE]; /* of the first with this verdict */
    size_t others;                     /* more with the same */
};

/*
 * Notes what one answer said; kept when it is worse than all before. The text may hold what strangers sent: anything
 * but visible ASCII becomes "?". What is GOOD is noted once, at the end: it counts when nothing else was.
 */
void fact_note(struct fact *fact, enum observed verdict, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The end: a fact that nothing was noted for becomes FAILED. */
void fact_close(const struct fact *fact, int64_t at_s, struct observed_fact *ret);

#endif
