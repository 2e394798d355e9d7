/* A pause without a descriptor is over at once; a wait for one goes on until it is ready or the silence is used up. */
#include "still_clock.h"

#include <poll.h>
#include <stdatomic.h>
#include <time.h>

/* How often a wait looks whether somebody keeps silent. */
#define LOOK_MS 5

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
/* What the headers make of poll in a build that checks sizes (_FORTIFY_SOURCE) and does not see them. */
int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t fds_size);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret);

static atomic_llong now_ms = 1000;
static atomic_llong silence_ms;

void still_clock_reset(void)
{
    atomic_store(&silence_ms, 0);
}

void still_clock_pass(int64_t length_ms)
{
    atomic_fetch_add(&silence_ms, length_ms);
}

int __wrap_clock_gettime(clockid_t id, struct timespec *ret)
{
    long long ms = atomic_load(&now_ms);
    (void)id;
    *ret = (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    return 0;
}

/* So much of the silence as there is. */
static int pass(int timeout_ms)
{
    long long left_ms = atomic_load(&silence_ms), passed_ms;
    do
        passed_ms = left_ms < timeout_ms ? left_ms : timeout_ms;
    while (!atomic_compare_exchange_weak(&silence_ms, &left_ms, left_ms - passed_ms));
    atomic_fetch_add(&now_ms, passed_ms);
    return (int)passed_ms;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int ready = 0;
    if (timeout_ms < 0)
        return __real_poll(fds, count, timeout_ms);
    if (count == 0) {
        atomic_fetch_add(&now_ms, timeout_ms);
        return 0;
    }
    while (ready == 0 && timeout_ms > 0) {
        ready = __real_poll(fds, count, LOOK_MS);
        if (ready == 0)
            timeout_ms -= pass(timeout_ms);
    }
    return ready;
}

int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t fds_size)
{
    (void)fds_size;
    return __wrap_poll(fds, count, timeout_ms);
}
