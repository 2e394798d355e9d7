/* The doors of the admin API: where connections are accepted. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "control/api_conn.h"
#include "control/api_crowd.h"
#include "os/socket.h"

static const char *const door_names[API_DOORS_COUNT] = {
    [API_DOOR_CONTROL] = "control.sock",
    [API_DOOR_LOOPBACK] = "the admin panel's address",
    [API_DOOR_PANEL_SOCKET] = "panel.sock",
    [API_DOOR_NAME] = "the admin panel's name",
};

/* Told once: anybody on this machine may knock, and nobody is to fill the log by it. */
static bool make_room(struct door *door)
{
    if (!door->is_full_told)
        log_warning("%s has %d connections: those that rest make room for new ones", door_names[door->kind],
                    API_CONNECTIONS_COUNT_MAX);
    door->is_full_told = true;
    return crowd_make_room(door->api, door);
}

/* What comes by way of the gateway has a door of its own, so that strangers cannot crowd the socket. */
static struct door *door_of(struct door *listening, int fd)
{
    struct api *api = listening->api;
    bool by_name = listening->kind == API_DOOR_PANEL_SOCKET && api_peer_is_gateway(api->core, fd);
    return by_name ? &api->doors[API_DOOR_NAME] : listening;
}

static void on_accept(struct loop_source *source, uint32_t ready)
{
    struct door *door = container_of(source, struct door, listener);
    union os_address peer;
    (void)ready;
    int fd = os_accept(source->fd, &peer);
    if (fd < 0) {
        /* Without a descriptor left, a connection at any door makes room: the next turn takes this one. */
        if (errno == EMFILE || errno == ENFILE)
            (void)crowd_make_room(door->api, NULL);
        return;
    }
    door = door_of(door, fd);
    if (door->conns_count >= API_CONNECTIONS_COUNT_MAX && !make_room(door)) {
        (void)close(fd);
        return;
    }
    door->is_full_told = door->is_full_told && door->conns_count >= API_CONNECTIONS_COUNT_MAX / 2;
    conn_new(door, fd, &peer);
}

static void door_close(struct door *door)
{
    if (door->listener.fd < 0)
        return;
    loop_remove(door->api->core->loop, &door->listener);
    (void)close(door->listener.fd);
    door->listener.fd = -1;
}

bool api_new(struct core *core, const int take_fds[static API_DOORS_COUNT], gid_t admin_gid, struct api **ret,
             struct err *err)
{
    struct api *api = calloc(1, sizeof *api);
    bool fine = api || err_memory(err);
    for (size_t i = 0; i < API_DOORS_COUNT; i++) {
        if (api)
            api->doors[i] =
                (struct door){.api = api, .listener = {.fd = -1, .on_ready = on_accept}, .kind = (enum api_door)i};
        if (take_fds[i] < 0)
            continue;
        if (!fine) {
            (void)close(take_fds[i]);
            continue;
        }
        api->doors[i].listener.fd = take_fds[i];
        fine = loop_add(core->loop, &api->doors[i].listener, LOOP_READ) || err_errno(err, "epoll_ctl");
    }
    if (!api)
        return false;
    api->core = core;
    api->admin_gid = admin_gid;
    list_init(&api->conns);
    if (!fine) {
        api_free(api);
        return false;
    }
    *ret = api;
    return true;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    while (!list_is_empty(&api->conns))
        conn_free(container_of(api->conns.next, struct conn, node));
    for (size_t i = 0; i < API_DOORS_COUNT; i++)
        door_close(&api->doors[i]);
    free(api);
}
