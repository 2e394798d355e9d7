/* One walk over the connections, when a door is full. */
#include "control/api_crowd.h"

/* The lower, the sooner it goes. */
enum rank { RANK_STRANGER, RANK_RESTING, RANK_STAYS };

static enum rank rank_of(const struct conn *conn)
{
    if (conn_is_waiting(conn) || conn->state == CONN_STREAMING)
        return RANK_STAYS;
    if (!conn->is_known || conn->lingering)
        return RANK_STRANGER;
    return conn->state == CONN_WRITING || conn->in.size == 0 ? RANK_RESTING : RANK_STAYS;
}

bool crowd_make_room(struct api *api, const struct door *door)
{
    struct conn *found = NULL;
    enum rank lowest = RANK_STAYS;
    for (struct list *node = api->conns.next; node != &api->conns; node = node->next) {
        struct conn *conn = container_of(node, struct conn, node);
        enum rank rank = rank_of(conn);
        if ((door && conn->door != door) || rank == RANK_STAYS)
            continue;
        if (rank < lowest || (rank == lowest && conn->since_ms < found->since_ms)) {
            found = conn;
            lowest = rank;
        }
    }
    if (found)
        conn_free(found);
    return found != NULL;
}
