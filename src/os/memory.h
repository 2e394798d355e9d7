/*
 * Keeping a process's memory out of swap, for private keys are in it: in the snapshot, in what was parsed of it, in
 * libraries' own copies. All of it is locked, since nobody can say where copies are.
 */
#ifndef OS_MEMORY_H
#define OS_MEMORY_H

#include "base/err.h"

enum memory_lock {
    MEMORY_LOCKED,
    MEMORY_LIMITED, /* the limit for locked memory does not allow it; *err says so, with the fix */
};

/*
 * Locks what the process has, as far as it was ever touched, and what it will have. Only where the limit for locked
 * memory is none, or can be lifted (as root): with any other, allocations would fail later on. Call before privileges
 * are given up and before there are other threads; it stays in force then.
 */
enum memory_lock memory_lock(struct err *err);

#endif
