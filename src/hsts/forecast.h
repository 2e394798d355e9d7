/*
 * Who could not get in if the certificate failed now: of the clients that came over HTTPS in a week, those with a
 * browser that may still hold a promise. What is known of a client are the days on which it came, and whether that was
 * since the present rung began; what was promised when, the ledger knows. A browser goes by the last promise that it
 * was given: it is bound from a visit until max-age after it.
 *
 * When on its day a client came is not known, so that some may hold a promise and others certainly do; the figure goes
 * by those that may, and says whether that is the whole truth (exact) or an upper bound. Pure.
 */
#ifndef HSTS_FORECAST_H
#define HSTS_FORECAST_H

#include <stddef.h>

#include "hsts/ledger.h"

/* Days of a week, Monday is bit 0; and the bit of who came since the rung began. */
#define FORECAST_DAYS_COUNT   7
#define FORECAST_SINCE_RUNG   0x80u
#define FORECAST_VISITS_COUNT 256
/*
 * While one promise follows another, workers may send either: a moment that says nothing about a visit on one day of
 * many. Whoever came just then is taken to have been given the new one.
 */
#define FORECAST_HANDOVER_S 60

enum forecast_hold {
    FORECAST_FREE,  /* certainly holds none */
    FORECAST_MAYBE, /* it hangs on when on its day it came */
    FORECAST_HELD,  /* certainly holds one, if it keeps any */
};

/* When all of them came, and what was promised. */
struct forecast_world {
    const struct ledger_entry *entries; /* of all names of the site, in any order */
    size_t count;
    int64_t week_s; /* when the week began */
    int64_t rung_s; /* when the present rung began; 0: there is none */
    int64_t now_s;
};

/* A client that came on these days holds a promise. */
enum forecast_hold forecast_hold(const struct forecast_world *world, unsigned days);

/* Of those that are counted by their days. */
struct forecast_sum {
    uint32_t may;     /* hold a promise at most */
    uint32_t certain; /* hold one at least */
};
struct forecast_sum forecast_sum(const struct forecast_world *world,
                                 const uint32_t counted[static FORECAST_VISITS_COUNT]);
/* Whether somebody who came before this moment, nobody knows when, may hold a promise still. */
bool forecast_may_have(const struct forecast_world *world, int64_t before_s);

/* How a name is bound besides by what its own clients were promised. */
enum forecast_reach {
    FORECAST_OWN,       /* it is not: who came is bound by what it was told */
    FORECAST_ABOVE,     /* a name above binds it: whoever has been there */
    FORECAST_PRELOADED, /* browsers have it on their list: everyone's, for good */
};

/* What is told. */
struct forecast {
    bool is_known;     /* somebody came in the week, and is noted */
    bool is_last_week; /* this week has just begun: the one before is told of */
    unsigned percent;  /* of those who came, rounded */
    uint64_t clients, clients_error;
    uint64_t of, of_error;
    int64_t until_s; /* when the last browser is free; 0: nobody is bound, or it is for good */
    bool exact;      /* within the error; else it is an upper bound */
    enum forecast_reach reach;
};

#define FORECAST_TEXT_SIZE 320
/* "If the certificate failed now, at most 62 % of this week's visitors …" Without a line break. */
struct str forecast_text(const struct forecast *forecast, char room[static FORECAST_TEXT_SIZE]);

#endif
