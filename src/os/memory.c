/* mlockall, and what has to hold for it to be harmless. */
#include "os/memory.h"

#include <sys/mman.h>
#include <sys/resource.h>

/* As root it can be lifted, unless a container forbids that. */
static bool has_no_limit(void)
{
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    struct rlimit now;
    if (getrlimit(RLIMIT_MEMLOCK, &now) == 0 && now.rlim_cur == RLIM_INFINITY)
        return true;
    return setrlimit(RLIMIT_MEMLOCK, &none) == 0;
}

enum memory_lock memory_lock(struct err *err)
{
    /* On fault: memory that is only reserved (stacks, arenas) costs nothing until it is used. */
    if (has_no_limit() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0)
        return MEMORY_LOCKED;
    (void)err_set(err, ERR_SYSTEM, "private keys may be written to swap: memory may not be locked");
    (void)err_fix(err, "set LimitMEMLOCK=infinity in the service, or use encrypted swap, or none");
    return MEMORY_LIMITED;
}
