/* A ring of the last deaths and a delay that doubles. */
#include "app/respawn.h"

void respawn_init(struct respawn *respawn)
{
    *respawn = (struct respawn){0};
}

/* Whether the last RESPAWN_DEATHS_COUNT deaths, the one at `died_ms` included, fell into one window. */
static bool is_dying_too_often(const struct respawn *respawn, int64_t died_ms)
{
    if (respawn->deaths_count < RESPAWN_DEATHS_COUNT)
        return false;
    int64_t oldest_ms = respawn->deaths_ms[respawn->deaths_count % RESPAWN_DEATHS_COUNT];
    return died_ms - oldest_ms <= RESPAWN_WINDOW_MS;
}

uint32_t respawn_death(struct respawn *respawn, int64_t started_ms, int64_t died_ms)
{
    if (died_ms - started_ms >= RESPAWN_WINDOW_MS)
        respawn_init(respawn);
    respawn->deaths_ms[respawn->deaths_count % RESPAWN_DEATHS_COUNT] = died_ms;
    respawn->deaths_count++;
    if (respawn->delay_ms)
        respawn->delay_ms = respawn->delay_ms > RESPAWN_DELAY_MAX_MS / 2 ? RESPAWN_DELAY_MAX_MS : respawn->delay_ms * 2;
    else if (is_dying_too_often(respawn, died_ms))
        respawn->delay_ms = RESPAWN_DELAY_MIN_MS;
    return respawn->delay_ms;
}
