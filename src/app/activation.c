/* LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES. */
#include "app/activation.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool activation_parse(const char *listen_pid, const char *listen_fds, const char *listen_fdnames, pid_t pid,
                      struct activation *ret, struct err *err)
{
    uint64_t for_pid, count;
    *ret = (struct activation){0};
    if (!listen_pid || !listen_fds)
        return true;
    if (!str_to_u64(str_from(listen_pid), INT32_MAX, &for_pid))
        return err_set(err, ERR_INPUT, "LISTEN_PID: \"%.40s\" is no process id", listen_pid);
    if ((pid_t)for_pid != pid)
        return true;
    if (!str_to_u64(str_from(listen_fds), ACTIVATION_FDS_COUNT_MAX, &count))
        return err_set(err, ERR_INPUT, "LISTEN_FDS: \"%.40s\" is no number up to %d", listen_fds,
                       ACTIVATION_FDS_COUNT_MAX);
    struct str rest = str_from(listen_fdnames);
    for (size_t i = 0; i < count; i++) {
        struct str name = rest.data ? str_cut(&rest, ':') : STR("unknown");
        (void)snprintf(ret->names[i], sizeof ret->names[i], "%.*s", STR_ARG(name));
    }
    ret->count = count;
    return true;
}

bool activation_take(struct activation *ret, struct err *err)
{
    bool good =
        activation_parse(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), getenv("LISTEN_FDNAMES"), getpid(), ret, err);
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (!good)
        return false;
    for (size_t i = 0; i < ret->count; i++)
        if (fcntl(ACTIVATION_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC) != 0)
            return err_errno(err, "LISTEN_FDS: descriptor %zu", ACTIVATION_FIRST_FD + i);
    return true;
}

int activation_next(const struct activation *activation, const char *name, size_t *at)
{
    uint64_t number;
    bool by_number = str_to_u64(str_from(name), INT32_MAX, &number);
    while (*at < activation->count) {
        size_t i = (*at)++;
        if (by_number ? number == ACTIVATION_FIRST_FD + i : strcmp(activation->names[i], name) == 0)
            return ACTIVATION_FIRST_FD + (int)i;
    }
    return -1;
}
