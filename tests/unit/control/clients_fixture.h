/* The memory of who comes, as the supervisor gives it to control and the gateway. */
#ifndef TESTS_CONTROL_CLIENTS_FIXTURE_H
#define TESTS_CONTROL_CLIENTS_FIXTURE_H

#include <unistd.h>

#include "api_ask.h"
#include "control/came.h"
#include "os/memfd.h"

/* An empty one in place of what there is; its day and week begin. */
static inline void clients_begin(struct fixture *f)
{
    struct err err = {0};
    int fd;
    void *map = NULL;
    if (!memfd_shared_new("clients", sizeof(struct clients), &fd, &err) ||
        !memfd_shared_map(fd, sizeof(struct clients), true, &map, &err))
        fail_msg("%s", err.text);
    (void)close(fd);
    if (f->core.clients)
        memfd_unmap(f->core.clients, sizeof(struct clients));
    f->core.clients = map;
    came_turn(&f->core);
    came_keep(&f->core);
}

/* With the fixture, whether it has such a memory or not. */
static inline void clients_end(struct fixture *f)
{
    struct clients *clients = f->core.clients;
    fixture_free(f);
    if (clients)
        memfd_unmap(clients, sizeof *clients);
}

#endif
