/*
 * What a process can no longer do once it is set up: reach files outside a few folders (Landlock), and make system
 * calls that its work does not need (seccomp). Both hold for all threads made afterwards and cannot be undone. Neither
 * replaces the unprivileged user; they stand behind it for the day a parser of ours is broken.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include "base/err.h"
#include "base/str.h"

enum sandbox_result {
    SANDBOX_ON,          /* in force */
    SANDBOX_UNAVAILABLE, /* the kernel or the build has no such thing; *why says it, for a notice; nothing changed */
    SANDBOX_FAILED,      /* it should have worked; *why says why */
};

/*
 * From now on files can be opened for reading below `read_only`, for everything but execution and device nodes below
 * `read_write`, and nowhere else. Descriptors open already, connecting to Unix sockets and TCP are not concerned. A
 * path that does not exist is left out if it is read-only (it stays out of reach when it appears later) and an error if
 * it is read-write. Concerns the calling thread and those it makes: call it while there is one.
 */
NODISCARD enum sandbox_result sandbox_confine_files(const char *const *read_only, size_t read_only_count,
                                                    const char *const *read_write, size_t read_write_count,
                                                    struct err *why);

enum sandbox_role {
    SANDBOX_GATEWAY, /* sockets made elsewhere, connections, reading files, threads */
    SANDBOX_CONTROL, /* besides: name lookups, listening, writing files, making shared memory */
};

/* Calls that are not allowed are logged by the kernel (audit or dmesg) instead of ending the process. */
#define SANDBOX_LOG_ONLY 1u

/*
 * From now on only the system calls of the role; any other ends the process (SIGSYS), but for some that libraries try
 * and can do without, which fail with an error number: new processes, executable memory, other address families,
 * control of devices. A build with a sanitizer is left alone, for those need more. Applies to all threads.
 */
NODISCARD enum sandbox_result sandbox_confine_calls(enum sandbox_role role, unsigned options, struct err *why);

#endif
