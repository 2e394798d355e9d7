/* Thin over the monotonic clock. */
#include "outbound/deadline.h"

#include <time.h>

int64_t deadline_now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void deadline_start(struct deadline *deadline, uint32_t length_ms, const atomic_bool *cancel)
{
    *deadline = (struct deadline){.until_ms = deadline_now_ms() + length_ms, .cancel = cancel};
}

static bool is_cancelled(const struct deadline *deadline)
{
    return deadline->cancel && atomic_load_explicit(deadline->cancel, memory_order_relaxed);
}

int64_t deadline_left_ms(const struct deadline *deadline, int64_t at_most_ms)
{
    int64_t left_ms = deadline->until_ms - deadline_now_ms();
    if (left_ms <= 0 || is_cancelled(deadline))
        return 0;
    return left_ms < at_most_ms ? left_ms : at_most_ms;
}

bool deadline_is_over(const struct deadline *deadline)
{
    return deadline_left_ms(deadline, INT64_MAX) == 0;
}

const char *deadline_words(const struct deadline *deadline)
{
    return is_cancelled(deadline) ? "it was called off" : "the time for it ran out";
}
