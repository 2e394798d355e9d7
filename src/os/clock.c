/* Reading the clocks of the kernel; they cannot fail for the clock numbers used here. */
#include "os/clock.h"

#include <sys/timex.h>
#include <time.h>

static struct timespec clock_read(clockid_t id)
{
    struct timespec now = {0};
    (void)clock_gettime(id, &now);
    return now;
}

int64_t clock_monotonic_ms(void)
{
    struct timespec now = clock_read(CLOCK_MONOTONIC);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now = clock_read(CLOCK_MONOTONIC);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_elapsed_s(void)
{
    return (int64_t)clock_read(CLOCK_BOOTTIME).tv_sec;
}

int64_t clock_wall_s(void)
{
    return (int64_t)clock_read(CLOCK_REALTIME).tv_sec;
}

int64_t clock_wall_ms(void)
{
    struct timespec now = clock_read(CLOCK_REALTIME);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool clock_is_synchronised(void)
{
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    return result >= 0 && result != TIME_ERROR && !(state.status & STA_UNSYNC);
}
