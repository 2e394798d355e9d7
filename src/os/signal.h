/*
 * Signals as events of a loop: the set is blocked and read from a descriptor, so that no code ever runs in a signal
 * handler.
 */
#ifndef OS_SIGNAL_H
#define OS_SIGNAL_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Blocks the signals in this thread (call it before there are others: they inherit the mask) and gives a non-blocking,
 * close-on-exec descriptor that is readable when one has come. The caller closes it; the signals stay blocked.
 */
NODISCARD bool signal_open(const int *numbers, size_t count, int *ret_fd, struct err *err);
/* The next signal that came, 0 when there is none. */
int signal_next(int fd);
/* Writing to a closed connection is an error of the call, not the end of the process. */
void signal_ignore_pipe(void);

#endif
