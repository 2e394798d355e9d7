/*
 * The clients of a site on one day (snapshot/clients_sum.h), as they are kept when the memory of the day is gone:
 * numbers, and of the networks the ten with most stranded clients. One row a site and day, as JSON text of which what
 * is 0 is left out: some 150 bytes for most days, CLIENTS_DAY_SIZE_MAX at most, however many came.
 */
#ifndef STORE_CLIENTS_DAY_H
#define STORE_CLIENTS_DAY_H

#include "base/buf.h"
#include "base/err.h"
#include "snapshot/clients_sum.h"

/* A year to compare with, and a month more. */
#define CLIENTS_DAYS_KEPT 400
/* So many are told by name; whoever was stranded elsewhere is counted with the others. */
#define CLIENTS_DAY_NETWORKS_COUNT 10
/* Every list full of large numbers. */
#define CLIENTS_DAY_SIZE_MAX 8192

struct clients_day {
    uint64_t day;      /* since 1970-01-01, UTC */
    int64_t made_at_s; /* of the memory that it was counted in (struct clients_salt) */
    int64_t at_s;      /* wall clock: counted up to then */
    struct clients_sum sum;
};

/* All networks but the first ten that are known by name become the one of the others. */
void clients_day_cut(struct clients_sum *sum);
/* Appends the sum as it is kept. */
void clients_day_write(const struct clients_sum *sum, struct buf *out);
/* What was written. ERR_INPUT: it is no such text. */
NODISCARD bool clients_day_read(struct str text, struct clients_sum *ret, struct err *err);
/*
 * Of two counts of the same site and day: of the same memory the later one has what the earlier one had. Of two (the
 * service was stopped in between, or a backup is of another machine) neither has the other's clients, and adding them
 * up would count many twice: the larger one stays.
 */
bool clients_day_wins(const struct clients_day *over, const struct clients_day *other);

#endif
