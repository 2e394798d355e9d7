/*
 * When a child that died is started again: at once, unless it keeps dying. Five deaths within ten seconds start a
 * back-off that doubles from 100 ms to 5 s and ends when the child has lived for ten seconds. Pure: time is an
 * argument.
 */
#ifndef APP_RESPAWN_H
#define APP_RESPAWN_H

#include <stdint.h>

#include "base/str.h"

/* A child that crashes now and then must not wait; one that dies five times in ten seconds has a lasting cause. */
#define RESPAWN_DEATHS_COUNT 5
#define RESPAWN_WINDOW_MS    10000
/* Short enough not to be felt, long enough that a crash loop does not eat a core. */
#define RESPAWN_DELAY_MIN_MS 100
/* An operator who has mended the cause should not have to wait longer than this. */
#define RESPAWN_DELAY_MAX_MS 5000

struct respawn {
    int64_t deaths_ms[RESPAWN_DEATHS_COUNT]; /* the latest ones, a ring */
    unsigned deaths_count;                   /* since the last long life */
    uint32_t delay_ms;                       /* of the last death; 0: no back-off */
};

void respawn_init(struct respawn *respawn);
/* A child started at `started_ms` died at `died_ms`: how many milliseconds to wait before the next start. */
uint32_t respawn_death(struct respawn *respawn, int64_t started_ms, int64_t died_ms);

#endif
