/*
 * Child processes of the supervisor: this same program, executed again with other arguments, and programs of the
 * operator's. A child of our own inherits standard input, output and error, one more descriptor at a fixed number, and
 * nothing else; a program of others gets nothing but what is laid out for it. Both end when their parent dies.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct process {
    pid_t pid;
    int pid_fd; /* readable when the process has ended; -1 when there is none */
};

struct process_end {
    bool by_signal;
    int status; /* exit status, or the number of the signal */
};

/*
 * Executes /proc/self/exe (the file this process runs, even if it was replaced meanwhile) with `arguments`
 * (zero-terminated, NULL at the end, the first is the name) and `inherited_fd` as descriptor at_fd (3 or more). In the
 * child all signals have their default action and none is blocked; `parent_death_signal` comes when the calling thread
 * ends. A failed exec is reported here, not by a child that dies.
 */
NODISCARD bool process_spawn_self(const char *const arguments[], int inherited_fd, int at_fd, int parent_death_signal,
                                  struct process *ret, struct err *err);
/* A program of somebody else's, and all it gets. */
struct process_program {
    const char *path;               /* absolute: nothing is searched for */
    const char *const *arguments;   /* the first is the name, NULL at the end */
    const char *const *environment; /* all of it, NULL at the end */
    int input_fd;                   /* its standard input */
    int output_fd;                  /* its standard output and error */
    uid_t uid;                      /* to become, with no group but `gid`; 0: stay who we are */
    gid_t gid;
};

/*
 * Executes it as the leader of a session and process group of its own, in "/", with none of our capabilities (unless it
 * is root), no way to new privileges, no core dump, and no other descriptor than these. Only root can take
 * supplementary groups away: otherwise it has ours. It is killed when the calling thread ends. A failed exec is
 * reported here.
 */
NODISCARD bool process_spawn_program(const struct process_program *program, struct process *ret, struct err *err);
/* Kills all of its process group. Only before it is reaped: then the number is still its own. */
void process_kill_group(const struct process *process);
/* Whether it has ended; then it is reaped, its descriptor closed, *ret filled and *process empty (pid 0). Does not
 * wait. */
NODISCARD bool process_reap(struct process *process, struct process_end *ret);
/* Sends a signal; true also when the process has ended already. */
bool process_signal(const struct process *process, int number);
/* "exited with status 2", "was killed by signal 9 (Killed)". */
struct str process_end_text(const struct process_end *end, char *text, size_t size);

#endif
