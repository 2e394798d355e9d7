/*
 * Who came over HTTPS in a week (UTC, from Monday): a sample of a site's clients as snapshot/clients.h has it, under a
 * salt of the week, in which the days stand on which each came. It says how many different clients came, how many came
 * back, which kinds of program they are and on which days those came; of the present rung as well, when it began in
 * that week. What is counted here is numbers: they are kept when the sample and its salt are gone.
 */
#ifndef SNAPSHOT_WEEKS_H
#define SNAPSHOT_WEEKS_H

#include "snapshot/clients.h"

#define WEEKS_DAYS_COUNT 7
/* Bits of clients_seen's days: Monday is bit 0. */
#define WEEKS_DAYS 0x7fu
/* The client came since the present rung began: taken from all clients when another one begins. */
#define WEEKS_SINCE_RUNG 0x80u
/* All that can be known of when a client came. */
#define WEEKS_VISITS_COUNT 256

/* Of one kind of program. */
struct weeks_class {
    uint32_t counted;
    uint32_t counted_of_rung;
    uint8_t days; /* on which any of them came */
};

/* Counted in the sample: clients_estimate makes numbers of them. */
struct weeks_sum {
    uint64_t level;
    uint32_t https;     /* different clients */
    uint32_t returning; /* came on two days at least */
    uint32_t of_rung;   /* came since the present rung began */
    uint32_t returning_of_rung;
    struct weeks_class classes[CLIENTS_CLASSES_COUNT];
};

/* The day's bit. */
static inline uint8_t weeks_day_bit(uint64_t day)
{
    return (uint8_t)(1u << (day + 3) % WEEKS_DAYS_COUNT);
}

/* The first day of a week. */
static inline uint64_t weeks_first_day(uint64_t week)
{
    return week > 0 ? week * WEEKS_DAYS_COUNT - 3 : 0;
}

void weeks_sum(const struct clients_sample *sample, struct weeks_sum *ret);
/*
 * Of the clients of these classes (bit 0: class 0) how many came on just these days: ret_counted[days]. Returns how
 * many there are of all classes; *ret_level is the sample's.
 */
uint32_t weeks_visits(const struct clients_sample *sample, uint32_t classes,
                      uint32_t ret_counted[static WEEKS_VISITS_COUNT], uint64_t *ret_level);
/* Another rung begins: nobody came since. Others may write meanwhile. */
void weeks_begin_rung(struct clients_sample *sample);

#endif
