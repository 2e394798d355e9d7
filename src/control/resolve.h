/*
 * Addresses of upstreams that are given by name: looked up by getaddrinfo on a thread of its own, since that call waits
 * for the network; asked again every 30 seconds. The last good address stays when a lookup fails. IP literals and
 * "localhost" need no lookup and are never in here.
 */
#ifndef CONTROL_RESOLVE_H
#define CONTROL_RESOLVE_H

#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

#define RESOLVE_INTERVAL_S 30
/* More names than upstreams can exist. */
#define RESOLVE_NAMES_COUNT_MAX 16384

struct resolver;

/* `wake_fd` (an eventfd, the caller's) is written to when an answer changed something. */
NODISCARD bool resolver_new(int wake_fd, struct resolver **ret, struct err *err);
/* Waits for a lookup that is under way. NULL is allowed. */
void resolver_free(struct resolver *resolver);
/* From now on these names are wanted and no others; new ones are looked up at once. Names may repeat. */
NODISCARD bool resolver_want(struct resolver *resolver, const struct str *names, size_t count, struct err *err);
/*
 * The address of a wanted name, port 0. False while it is not known; then *ret_problem (not NULL) is "not looked up
 * yet" or the resolver's words, good until the next call.
 */
bool resolver_find(struct resolver *resolver, struct str name, struct sockaddr_storage *ret, socklen_t *ret_size,
                   const char **ret_problem);
/* Whether addresses changed since the last call. */
bool resolver_take_change(struct resolver *resolver);

/* The address of a literal or of "localhost", port 0; false for all other names. */
bool resolve_literal(struct str host, struct sockaddr_storage *ret, socklen_t *ret_size);

#endif
