/* Who is at the other end of DATA/control.sock, by what the kernel says, and whether that is one of the administrators.
 */
#ifndef CONTROL_API_PEER_H
#define CONTROL_API_PEER_H

#include "control/core.h"

/* "uid 4294967295 (a-user-name-of-up-to-32-bytes)", and an account of the panel with its door */
#define API_ACTOR_SIZE 96

/* Whether a peer may use the API. */
bool api_peer_allowed(uid_t uid, const gid_t *groups, size_t groups_count, uid_t own_uid, gid_t admin_gid);
/*
 * Whether the peer of this connection may: root, the user control runs as (but never a gateway, which has the same),
 * and members of the group `admin_gid` (or (gid_t)-1). `actor` is filled whenever it can be asked who that is.
 */
bool api_peer_check(const struct core *core, int fd, gid_t admin_gid, char actor[static API_ACTOR_SIZE]);

/* Whether the peer of a Unix socket is the gateway: a process that the supervisor told us of, of our own user. */
bool api_peer_is_gateway(const struct core *core, int fd);
/* Who the peer of a Unix socket is, in words; false when it cannot be told. */
NODISCARD bool api_peer_name(int fd, char name[static API_ACTOR_SIZE]);

#endif
