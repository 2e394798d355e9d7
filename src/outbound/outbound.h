/*
 * libcurl's own start: once in a process, before it has other threads and before it is confined, since OpenSSL reads
 * its configuration then. It is the one thing that transfers share: each has handles of its own, so that any number of
 * threads may have one. The process must ignore SIGPIPE: libcurl would otherwise have to change that under the other
 * threads.
 */
#ifndef OUTBOUND_OUTBOUND_H
#define OUTBOUND_OUTBOUND_H

#include "base/err.h"

NODISCARD bool outbound_start(struct err *err);
void outbound_stop(void);

#endif
