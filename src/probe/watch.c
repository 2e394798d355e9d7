/* Thin over the monotonic clock. */
#include "probe/watch.h"

#include <time.h>

int64_t watch_now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void watch_start(struct watch *watch, uint32_t length_ms, const atomic_bool *cancel)
{
    *watch = (struct watch){.until_ms = watch_now_ms() + length_ms, .cancel = cancel};
}

static bool is_cancelled(const struct watch *watch)
{
    return watch->cancel && atomic_load_explicit(watch->cancel, memory_order_relaxed);
}

int64_t watch_left_ms(const struct watch *watch, int64_t at_most_ms)
{
    int64_t left_ms = watch->until_ms - watch_now_ms();
    if (left_ms <= 0 || is_cancelled(watch))
        return 0;
    return left_ms < at_most_ms ? left_ms : at_most_ms;
}

bool watch_is_over(const struct watch *watch)
{
    return watch_left_ms(watch, INT64_MAX) == 0;
}

const char *watch_words(const struct watch *watch)
{
    return is_cancelled(watch) ? "the look was called off" : "the time for this look ran out";
}
