/* Credentials of the kernel's, groups and all. */
#include "control/api_peer.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "os/socket.h"

/* Supplementary groups Linux allows a process to have, as far as anybody uses them. */
#define GROUPS_COUNT_MAX 1024

bool api_peer_allowed(uid_t uid, const gid_t *groups, size_t groups_count, uid_t own_uid, gid_t admin_gid)
{
    if (uid == 0 || uid == own_uid)
        return true;
    for (size_t i = 0; i < groups_count; i++)
        if (admin_gid != (gid_t)-1 && groups[i] == admin_gid)
            return true;
    return false;
}

static size_t peer_groups(int fd, gid_t groups[static GROUPS_COUNT_MAX], gid_t primary)
{
    socklen_t size = (GROUPS_COUNT_MAX - 1) * sizeof(gid_t);
    groups[0] = primary;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups + 1, &size) != 0)
        return 1;
    return 1 + size / sizeof(gid_t);
}

/* It runs as the same user as we do, but may change nothing: whoever has taken it over is who this wall is for. */
static bool is_gateway(const struct core *core, pid_t process)
{
    for (size_t i = 0; process && i < CORE_GATEWAYS_COUNT; i++)
        if (core->gateways[i] == process)
            return true;
    return false;
}

static void name_actor(uid_t uid, char actor[static API_ACTOR_SIZE])
{
    char room[1024];
    struct passwd entry, *found = NULL;
    bool known = getpwuid_r(uid, &entry, room, sizeof room, &found) == 0 && found;
    (void)snprintf(actor, API_ACTOR_SIZE, known ? "uid %u (%.32s)" : "uid %u", (unsigned)uid,
                   known ? entry.pw_name : "");
}

bool api_peer_check(const struct core *core, int fd, gid_t admin_gid, char actor[static API_ACTOR_SIZE])
{
    gid_t groups[GROUPS_COUNT_MAX], gid;
    uid_t uid;
    if (!os_peer_credentials(fd, &uid, &gid) || is_gateway(core, os_peer_process(fd)))
        return false;
    name_actor(uid, actor);
    return api_peer_allowed(uid, groups, peer_groups(fd, groups, gid), geteuid(), admin_gid);
}

bool api_peer_is_gateway(const struct core *core, int fd)
{
    gid_t gid;
    uid_t uid;
    return os_peer_credentials(fd, &uid, &gid) && uid == geteuid() && is_gateway(core, os_peer_process(fd));
}

bool api_peer_name(int fd, char name[static API_ACTOR_SIZE])
{
    gid_t gid;
    uid_t uid;
    if (!os_peer_credentials(fd, &uid, &gid))
        return false;
    name_actor(uid, name);
    return true;
}
