/*
 * One visitor of a site: by which client, and when. Two kinds behind one pair of questions, "when next?" and "when
 * last?", which any moment can be asked about without walking through the visits before it. That is what lets the
 * simulator skip the visits that change nothing.
 *
 * A synthetic visitor's time is cut into slots, four to its mean interval:
 *
 *     phase    slot 0      slot 1      slot 2      slot 3
 *       │───────────│─────x─────│───────────│─x─────────│──▶       one slot in four has a visit, at any second of it
 *
 * Which ones, and when, is a function of the visitor's key and the slot's number (a hash), so nothing is stored. Visits
 * then come about as a Poisson process has them: mostly around the mean interval, now and then several times as late.
 */
#ifndef HSTS_VISITOR_H
#define HSTS_VISITOR_H

#include "hsts/reading.h"

#define VISITOR_NEVER INT64_MAX
/* `client` of one that knows no Strict-Transport-Security: libraries, robots, very old browsers. */
#define VISITOR_NO_HSTS READING_CLIENTS_COUNT

enum visitor_kind {
    VISITOR_REGULAR, /* again and again, see above */
    VISITOR_ONCE,    /* at once_s only */
    VISITOR_LOGGED,  /* at times_s */
};

struct visitor {
    enum visitor_kind kind;
    enum reading_client client; /* or VISITOR_NO_HSTS */
    int64_t end_s;              /* no visit at or behind it, none before 0 */
    union {
        struct {
            uint64_t key;
            int64_t slot_s;
            int64_t phase_s; /* where slot 0 begins: in (-slot_s, 0] */
        } regular;
        int64_t once_s;
        struct {
            const int64_t *times_s; /* ascending */
            size_t count;
        } logged;
    } when;
};

/* Numbers of a key's stream that are left to whoever makes the visitor: the first so many. */
#define VISITOR_RANDOM_COUNT 8

/* The n-th number of the stream that splitmix64 (Steele, Lea, Flood 2014) gives for the state `key`, n from 0. */
uint64_t visitor_random(uint64_t key, uint64_t n);
/* One who comes every `interval_s` (at least 4) on average. Interval and `end_s` together are below 2^32. */
struct visitor visitor_regular(enum reading_client client, int64_t end_s, uint64_t key, int64_t interval_s);
/* A number below `below` (at most 2^32) from the high half of `random`. */
uint64_t visitor_scale(uint64_t random, uint64_t below);
/* The first visit at or behind `from_s`, or VISITOR_NEVER. */
int64_t visitor_next(const struct visitor *visitor, int64_t from_s);
/* The last visit from `from_s` up to and with `until_s`; VISITOR_NEVER when there is none. */
int64_t visitor_last(const struct visitor *visitor, int64_t from_s, int64_t until_s);

#endif
