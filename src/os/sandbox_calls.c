/*
 * seccomp: which system calls. The lists are by purpose, so that a reader can ask of each what it is there for. Calls
 * on the path of a request have no condition on their arguments: the kernel then decides without running the filter.
 * Legacy calls (open, poll, …) stand beside their successors because C libraries still use them on some architectures.
 */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__has_feature)
#define SANDBOX_HAS_FEATURE(name) __has_feature(name)
#else
#define SANDBOX_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || SANDBOX_HAS_FEATURE(address_sanitizer) ||         \
    SANDBOX_HAS_FEATURE(thread_sanitizer) || SANDBOX_HAS_FEATURE(memory_sanitizer)
#define SANDBOX_SANITIZED 1
#else
#define SANDBOX_SANITIZED 0
#endif

static const char *const common_calls[] = {
    /* descriptors */
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "lseek",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "pipe",
    "pipe2",
    "sendfile",
    "splice",
    "tee",
    "fstat",
    "fstatfs",
    "fadvise64",
    "flock",
    /* waiting */
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "eventfd",
    "eventfd2",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "signalfd",
    "signalfd4",
    /* sockets (socket itself has a condition) */
    "connect",
    "accept",
    "accept4",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "sendmmsg",
    "recvmmsg",
    "shutdown",
    "socketpair",
    /* looking at files; what may be reached is Landlock's part */
    "openat2",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    /* memory (mmap and mprotect have a condition) */
    "munmap",
    "mremap",
    "madvise",
    "brk",
    "mlock",
    "mlock2",
    "munlock",
    "membarrier",
    /* threads (clone has a condition) */
    "futex",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "exit",
    "exit_group",
    "gettid",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    /* time and chance */
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "getrandom",
    /* signals of its own */
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigsuspend",
    "sigaltstack",
    "restart_syscall",
    "pause",
    /* who and where am I */
    "getpid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "uname",
    "sysinfo",
    "getrlimit",
    "prlimit64",
    "getrusage",
    "getcpu",
};

static const char *const control_calls[] = {
    /* name lookups and the admin socket */
    "bind",
    "listen",
    /* writing files */
    "open",
    "openat",
    "creat",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "fchownat",
    "umask",
    "utimensat",
    /* making snapshots */
    "memfd_create",
    /* whether a time server keeps the clock right; changing it needs a capability that nobody here has */
    "adjtimex",
    "clock_adjtime",
};

/* Not allowed, but tried by libraries that go on without. */
static const struct {
    const char *name;
    int number; /* what they get for it */
} refused_calls[] = {
    {"clone3", ENOSYS}, /* its flags cannot be seen by a filter; the C library then calls clone */
    {"fork", EPERM},
    {"vfork", EPERM},
    {"kill", EPERM},
    {"setpriority", EPERM},
    {"io_uring_setup", ENOSYS},
    {"pkey_alloc", ENOSYS},
    {"sched_setscheduler", EPERM},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

_Static_assert(TCGETS < FIONREAD && FIONREAD < FIONBIO, "filter_one_of wants an ascending list");

struct filter {
    scmp_filter_ctx context;
    bool log_only;
    int status;            /* of the first call that failed, negative errno */
    const char *status_of; /* and the system call it was about */
};

/* A condition on an argument; `b` is the value to compare with when `a` is a mask. */
static struct scmp_arg_cmp argument_is(unsigned argument, enum scmp_compare operation, uint64_t a, uint64_t b)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = operation, .datum_a = a, .datum_b = b};
}

/* One rule, with a condition or (NULL) none; after a failure nothing more is added. */
static void filter_add(struct filter *filter, uint32_t action, const char *name, const struct scmp_arg_cmp *condition)
{
    if (filter->status != 0)
        return;
    filter->status_of = name;
    int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR)
        filter->status = -ENOENT;
    else
        filter->status = seccomp_rule_add_array(filter->context, action, call, condition ? 1 : 0, condition);
}

static void filter_allow_all(struct filter *filter, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        filter_add(filter, SCMP_ACT_ALLOW, names[i], NULL);
}

static void filter_allow_if(struct filter *filter, const char *name, struct scmp_arg_cmp condition)
{
    filter_add(filter, SCMP_ACT_ALLOW, name, &condition);
}

static void filter_refuse_if(struct filter *filter, const char *name, int number, struct scmp_arg_cmp condition)
{
    if (!filter->log_only) /* the default action is to log then */
        filter_add(filter, SCMP_ACT_ERRNO((uint32_t)number), name, &condition);
}

/* Allowed when none of the bits is set in the argument, else refused. */
static void filter_without_bits(struct filter *filter, const char *name, unsigned argument, uint64_t bits, int number)
{
    filter_allow_if(filter, name, argument_is(argument, SCMP_CMP_MASKED_EQ, bits, 0));
    for (uint64_t bit = 1; bit != 0 && bit <= bits; bit <<= 1)
        if (bits & bit)
            filter_refuse_if(filter, name, number, argument_is(argument, SCMP_CMP_MASKED_EQ, bit, bit));
}

/*
 * Allowed when the argument is one of the values, else refused. A rule can have one condition on an argument, so that
 * the values between two allowed ones are refused one by one: the list must be ascending, not empty and not wide.
 */
static void filter_one_of(struct filter *filter, const char *name, unsigned argument, const unsigned *values,
                          size_t count, int number)
{
    filter_refuse_if(filter, name, number, argument_is(argument, SCMP_CMP_LT, values[0], 0));
    filter_refuse_if(filter, name, number, argument_is(argument, SCMP_CMP_GT, values[count - 1], 0));
    size_t next = 0;
    for (unsigned value = values[0]; value <= values[count - 1]; value++) {
        struct scmp_arg_cmp equal = argument_is(argument, SCMP_CMP_EQ, value, 0);
        if (value != values[next]) {
            filter_refuse_if(filter, name, number, equal);
            continue;
        }
        filter_allow_if(filter, name, equal);
        next++;
    }
}

static void add_conditional_calls(struct filter *filter)
{
    /* Threads, not processes. */
    filter_allow_if(filter, "clone", argument_is(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    filter_refuse_if(filter, "clone", EPERM, argument_is(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    /* No new code: what runs was there at the start. */
    filter_without_bits(filter, "mmap", 2, PROT_EXEC, EPERM);
    filter_without_bits(filter, "mprotect", 2, PROT_EXEC, EPERM);
    /* abort and raise. */
    uint64_t self = (uint64_t)getpid();
    filter_allow_if(filter, "tgkill", argument_is(0, SCMP_CMP_EQ, self, 0));
    filter_refuse_if(filter, "tgkill", EPERM, argument_is(0, SCMP_CMP_NE, self, 0));
    /* Counting waiting bytes, and asking whether standard error is a terminal. */
    static const unsigned ioctls[] = {TCGETS, FIONREAD, FIONBIO};
    filter_one_of(filter, "ioctl", 1, ioctls, COUNT(ioctls), ENOTTY);
    /* Names of threads. */
    static const unsigned prctls[] = {PR_SET_NAME, PR_GET_NAME};
    filter_one_of(filter, "prctl", 0, prctls, COUNT(prctls), EPERM);
}

static void add_gateway_calls(struct filter *filter)
{
    static const unsigned families[] = {AF_UNIX, AF_INET, AF_INET6};
    filter_one_of(filter, "socket", 0, families, COUNT(families), EAFNOSUPPORT);
    /* Reading only; openat2 is confined by Landlock and permissions alone, as a filter cannot see its flags. */
    filter_without_bits(filter, "open", 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, EACCES);
    filter_without_bits(filter, "openat", 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, EACCES);
}

static void add_control_calls(struct filter *filter)
{
    /* Netlink: the C library asks for the addresses of this machine when it sorts those of a name. */
    static const unsigned families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    filter_one_of(filter, "socket", 0, families, COUNT(families), EAFNOSUPPORT);
    filter_allow_all(filter, control_calls, COUNT(control_calls));
}

static void filter_set(struct filter *filter, enum scmp_filter_attr attribute, uint32_t value)
{
    int status = seccomp_attr_set(filter->context, attribute, value);
    if (filter->status == 0 && status != 0)
        filter->status = status;
}

static void filter_build(struct filter *filter, enum sandbox_role role)
{
    filter_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    filter_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1); /* the kernel's own error number from loading */
    filter_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a binary tree over the call numbers */
    /* The code in here is ours: no slow-down against speculative stores, which older kernels impose otherwise. Where
       the kernel has no such choice there is nothing to choose. */
    (void)seccomp_attr_set(filter->context, SCMP_FLTATR_CTL_SSB, 1);
    filter_allow_all(filter, common_calls, COUNT(common_calls));
    add_conditional_calls(filter);
    if (role == SANDBOX_CONTROL)
        add_control_calls(filter);
    else
        add_gateway_calls(filter);
    for (size_t i = 0; i < COUNT(refused_calls) && !filter->log_only; i++)
        filter_add(filter, SCMP_ACT_ERRNO((uint32_t)refused_calls[i].number), refused_calls[i].name, NULL);
}

/* Loads the filter. */
static enum sandbox_result filter_load(struct filter *filter, struct err *why)
{
    if (filter->status != 0) {
        errno = -filter->status;
        (void)err_errno(why, "cannot build the system call filter (at %s)", filter->status_of);
        return SANDBOX_FAILED;
    }
    int status = seccomp_load(filter->context);
    if (status == 0)
        return SANDBOX_ON;
    errno = -status;
    if (status == -ENOSYS || status == -EINVAL) {
        (void)err_errno(why, "this kernel has no system call filters, so all calls stay possible");
        return SANDBOX_UNAVAILABLE;
    }
    (void)err_errno(why, "cannot load the system call filter");
    return SANDBOX_FAILED;
}

enum sandbox_result sandbox_confine_calls(enum sandbox_role role, unsigned options, struct err *why)
{
    if (SANDBOX_SANITIZED) {
        (void)err_set(why, ERR_SYSTEM, "built with a sanitizer, so system calls are not filtered");
        return SANDBOX_UNAVAILABLE;
    }
    bool log_only = options & SANDBOX_LOG_ONLY;
    struct filter filter = {.log_only = log_only, .status_of = "its options"};
    filter.context = seccomp_init(log_only ? SCMP_ACT_LOG : SCMP_ACT_KILL_PROCESS);
    if (!filter.context) {
        (void)err_memory(why);
        return SANDBOX_FAILED;
    }
    filter_build(&filter, role);
    enum sandbox_result result = filter_load(&filter, why);
    seccomp_release(filter.context);
    return result;
}
